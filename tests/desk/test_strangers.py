"""R1: who is not of the desk, or not of the queue, finds nothing, by whatever door and method."""

import pytest
from django.urls import reverse

from tests.desk.reading import numbers, url
from tickets.models import TicketEvent

ENDPOINTS = [
    "ticket",
    "write",
    "history",
    "record",
    "assign",
    "move",
    "severity",
    "requester",
    "discard",
    "merge",
    "unmerge",
    "watchers",
    "unwatch",
    "resume_mail",
    "in_incident",
    "of_defects",
    "out_of_scope",
    "withdraw_service",
]
METHODS = ["get", "head", "post", "put", "patch", "delete"]
PAGES = [
    "dashboard",
    "queue",
    "jump",
    "rail",
    "open",
    "profile",
    "incidents",
    "new_incident",
    "defects",
    "new_defect",
]
SUPERVISION = ["load", "hand_over"]


@pytest.mark.parametrize("name", ENDPOINTS)
def test_R1_customers_and_other_queues_get_404(login, ticket, ana, carla, davi, gil, name):
    before = TicketEvent.objects.count()

    answers = {
        (stranger.name, method): getattr(login(stranger), method)(url(ticket, name)).status_code
        for stranger in (ana, carla, davi, gil)
        for method in METHODS
    }

    assert set(answers.values()) == {404}, answers
    assert TicketEvent.objects.count() == before


def test_R1_a_number_that_no_ticket_has_gets_404(login, elisa):
    desk = login(elisa)

    answers = {
        name: desk.post(reverse(f"desk:{name}", args=[2**80])).status_code for name in ENDPOINTS
    }

    assert answers == dict.fromkeys(ENDPOINTS, 404)


def test_nobody_signed_in_is_led_to_the_sign_in_page_and_back(client, ticket):
    led = {name: client.post(url(ticket, name)).headers["Location"] for name in ENDPOINTS}

    assert led == {name: f"/conta/login/?next={url(ticket, name)}" for name in ENDPOINTS}


@pytest.mark.parametrize("name", [*PAGES, *SUPERVISION])
def test_pages_are_for_those_who_signed_in(client, name):
    page = reverse(f"desk:{name}")

    response = client.get(page)

    assert (response.status_code, response["Location"]) == (302, f"/conta/login/?next={page}")


@pytest.mark.parametrize("name", [*PAGES, *SUPERVISION])
def test_R1_for_a_customer_the_desk_does_not_exist(login, carla, name):
    customer = login(carla)

    answers = [customer.get(reverse(f"desk:{name}")), customer.post(reverse(f"desk:{name}"))]

    assert {answer.status_code for answer in answers} <= {404, 405}
    assert answers[0].status_code == 404


@pytest.mark.parametrize("name", SUPERVISION)
def test_what_is_for_supervisors_does_not_exist_for_analysts(login, elisa, fabio, name):
    page = reverse(f"desk:{name}")

    assert login(elisa).get(page).status_code == 404
    assert login(fabio).get(page).status_code == 200


@pytest.mark.parametrize("name", ["write", "unwatch", "resume_mail"])
def test_what_acts_at_once_is_only_posted(login, elisa, ticket, name):
    assert login(elisa).get(url(ticket, name)).status_code == 405


@pytest.mark.parametrize("name", ["ticket", "history"])
def test_what_is_only_read_is_not_posted(login, elisa, ticket, name):
    assert login(elisa).post(url(ticket, name)).status_code == 405


@pytest.mark.parametrize("name", ["dashboard", "queue", "jump", "rail"])
def test_pages_that_are_only_read_are_not_posted(login, elisa, name):
    assert login(elisa).post(reverse(f"desk:{name}")).status_code == 405


def test_R1_lists_counts_and_searches_hold_nothing_of_another_queue(get, gil, ticket):
    for page in ("/mesa/", "/mesa/fila/", f"/mesa/fila/?q={ticket.number}&status=any"):
        assert ticket.title not in get(gil, page)
    assert numbers(get(gil, "/mesa/fila/?view=unassigned")) == []


def test_R1_a_jump_to_a_ticket_of_another_queue_is_a_search_that_finds_nothing(login, gil, ticket):
    response = login(gil).get(f"/mesa/ir/?n={ticket.number}", follow=True)

    assert response.redirect_chain == [(f"/mesa/fila/?q={ticket.number}", 302)]
    assert ticket.title not in response.content.decode()


def test_R1_an_assignee_of_another_queue_sees_that_one_ticket(get, gil, ticket, queue, fabio):
    from tests.cast import by
    from tickets import actions

    queue.analysts.add(gil)
    actions.take(ticket, by=by(gil, channel="desk"))
    queue.analysts.remove(gil)

    assert ticket.title in get(gil, url(ticket))
