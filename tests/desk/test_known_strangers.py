"""R1: for a customer the desk's incidents, defects and bulk answers do not exist."""

from uuid import uuid4

import pytest
from django.urls import reverse

from tests.cast import by
from tickets import actions

INCIDENT = ["incident", "change_incident", "join_incident", "leave_incident", "end_incident"]
DEFECT = ["defect", "change_defect", "link_defect", "unlink_defect", "release_defect"]
ANSWER = ["answer", "retry_answer"]
ENDPOINTS = [*INCIDENT, *DEFECT, *ANSWER]
METHODS = ["get", "head", "post", "put", "patch", "delete"]


@pytest.fixture
def address(product, ticket, elisa):
    """The address of each name, for one incident that has ended with an answer, and a defect."""
    told = {"product": product, "title": "Fora do ar", "text": "Em análise."}
    incident = actions.start_incident(by=by(elisa, "2026-11-13T08:00", "desk"), **told)
    actions.join_incident(ticket, incident=incident, by=by(elisa, "2026-11-13T09:30", "desk"))
    ending = by(elisa, "2026-11-13T10:00", "desk")
    answer = actions.end_incident(incident, by=ending, text="Voltou.")
    defect = actions.record_defect(
        by=by(elisa, "2026-11-13T10:00", "desk"), code="NFE-1", product=product, title="Falha"
    )
    keys = dict.fromkeys(INCIDENT, incident.pk) | dict.fromkeys(DEFECT, defect.pk)
    keys |= dict.fromkeys(ANSWER, answer.key)
    return lambda name: reverse(f"desk:{name}", args=[keys[name]])


@pytest.mark.parametrize("name", ENDPOINTS)
def test_R1_customers_get_404_by_any_method(login, address, ana, carla, davi, name):
    answers = {
        (stranger.name, method): getattr(login(stranger), method)(address(name)).status_code
        for stranger in (ana, carla, davi)
        for method in METHODS
    }

    assert set(answers.values()) == {404}, answers


def test_what_there_is_not_is_found_by_nobody(login, elisa):
    desk = login(elisa)
    keys = dict.fromkeys(INCIDENT + DEFECT, 10**6) | dict.fromkeys(ANSWER, uuid4())

    answers = {name: desk.post(reverse(f"desk:{name}", args=[keys[name]])) for name in ENDPOINTS}

    assert {answer.status_code for answer in answers.values()} == {404}


def test_nobody_signed_in_is_led_to_the_sign_in_page(client, address):
    led = {name: client.post(address(name)).headers["Location"] for name in ENDPOINTS}

    assert led == {name: f"/conta/login/?next={address(name)}" for name in ENDPOINTS}


@pytest.mark.parametrize(
    "name",
    ["join_incident", "leave_incident", "link_defect", "unlink_defect", "retry_answer"],
)
def test_what_acts_at_once_is_only_posted(login, elisa, address, name):
    assert login(elisa).get(address(name)).status_code == 405


@pytest.mark.parametrize("name", ["incident", "defect", "answer"])
def test_what_is_only_read_is_not_posted(login, elisa, address, name):
    assert login(elisa).post(address(name)).status_code == 405


def test_R1_another_queues_analyst_reads_of_no_ticket_there(get, address, ticket, gil):
    for name in ("incident", "defect", "answer"):
        read = get(gil, address(name))
        assert str(ticket.number) not in read
        assert ticket.organization.name not in read
