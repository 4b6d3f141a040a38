"""R1: who is not of the ticket finds nothing, by whatever door and method."""

import pytest
from django.urls import reverse

from tickets.models import Ticket, TicketEvent

ENDPOINTS = [
    "ticket",
    "reply",
    "follow_up",
    "confirmation",
    "cancellation",
    "watchers",
    "unwatch",
    "accept_service",
    "decline_service",
]
METHODS = ["get", "head", "post", "put", "patch", "delete"]
PAGES = ["home", "tickets", "open", "profile", "rules"]
POSTED_ONLY = [
    "reply",
    "follow_up",
    "watchers",
    "unwatch",
    "accept_service",
    "decline_service",
]


@pytest.fixture
def address(ticket):
    return lambda name: reverse(f"portal:{name}", args=[ticket.number])


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", ENDPOINTS)
def test_R1_another_organization_gets_404(login, davi, ticket, address, name, method):
    before = TicketEvent.objects.count()

    response = getattr(login(davi), method)(address(name))

    assert response.status_code == 404
    assert TicketEvent.objects.count() == before


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", ENDPOINTS)
def test_R1_a_colleague_who_does_not_watch_gets_404(login, bruno, address, name, method):
    response = getattr(login(bruno), method)(address(name))

    assert response.status_code == 404


@pytest.mark.parametrize("name", ENDPOINTS)
def test_R1_a_number_that_no_ticket_has_gets_404(login, ana, name):
    response = login(ana).post(reverse(f"portal:{name}", args=[2**80]))

    assert response.status_code == 404


@pytest.mark.parametrize("name", ENDPOINTS)
def test_nobody_signed_in_is_led_to_the_sign_in_page_and_back(client, address, name):
    response = client.post(address(name))

    assert response.status_code == 302
    assert response["Location"] == f"/conta/login/?next={address(name)}"


@pytest.mark.parametrize("name", PAGES)
def test_pages_are_for_those_who_signed_in(client, name):
    url = reverse(f"portal:{name}")

    response = client.get(url)

    assert (response.status_code, response["Location"]) == (302, f"/conta/login/?next={url}")


def test_R1_the_desk_has_pages_of_its_own(login, elisa, ticket, address):
    desk = login(elisa)

    seen = {
        name: desk.get(reverse(f"portal:{name}")).status_code for name in PAGES if name != "home"
    }
    asked = {name: desk.post(address(name)).status_code for name in ENDPOINTS if name != "ticket"}

    assert seen == {"tickets": 404, "open": 404, "profile": 404, "rules": 200}
    assert asked == dict.fromkeys(set(ENDPOINTS) - {"ticket"}, 404)


def test_the_desk_is_led_from_a_letters_link_to_its_own_page(login, elisa, ticket, address):
    desk = login(elisa)

    led = [desk.get(address("ticket"))["Location"], desk.get("/")["Location"]]

    assert led == [f"/mesa/tickets/{ticket.number}/", "/mesa/"]


@pytest.mark.parametrize("name", POSTED_ONLY)
def test_what_acts_is_only_posted(login, ana, address, name):
    assert login(ana).get(address(name)).status_code == 405


@pytest.mark.parametrize("name", ["ticket", "confirmation", "cancellation"])
def test_a_ticket_is_neither_put_nor_deleted(login, ana, ticket, address, name):
    customer = login(ana)

    assert [
        customer.put(address(name)).status_code,
        customer.delete(address(name)).status_code,
    ] == [
        405,
        405,
    ]
    assert Ticket.objects.count() == 1


@pytest.mark.parametrize("name", ["home", "tickets", "rules"])
def test_what_is_only_read_is_not_posted(login, ana, name):
    assert login(ana).post(reverse(f"portal:{name}")).status_code == 405


def test_R1_lists_and_searches_hold_nothing_of_another_organization(get, davi, ticket):
    for url in ("/", "/?whose=company", "/tickets/?whose=all", f"/tickets/?q={ticket.number}"):
        assert ticket.title not in get(davi, url)


def test_R1_a_filter_by_a_foreign_organization_or_product_counts_as_none(
    get, davi, ticket, organization, product
):
    read = get(davi, f"/tickets/?whose=all&organization={organization.pk}&product={product.pk}")

    assert ticket.title not in read
    assert product.name not in read
