"""Letters that come back are told to the desk beside the person, and resumed there (L13)."""

import pytest

from outbox.models import Delivery, State, Suspension
from tests.cast import at, by
from tests.desk.reading import CASE, text, toast, url
from tickets import actions

TOLD = "Os e-mails para {} voltam desde 12/11: Devolvida pelo servidor (5.1.1). Retomar envios"


@pytest.fixture
def returned(ticket, ana, bruno):
    """Ana's letters and those of Bruno, who watches, come back."""
    actions.watch(ticket, who=bruno, by=by(ana))
    for person in (ana, bruno):
        Suspension.objects.create(
            address=person.email.upper(),
            since=at("2026-11-12T08:00"),
            why="Devolvida pelo servidor (5.1.1).",
        )
    return ticket


def addresses():
    return [each.lower() for each in Suspension.objects.values_list("address", flat=True)]


def test_it_is_said_beside_each_who_hears_of_the_ticket(get, elisa, returned, ana, bruno):
    read = text(get(elisa, url(returned)))

    assert [read.count(TOLD.format(each.email)) for each in (ana, bruno)] == [1, 1]


def test_where_all_arrives_nothing_is_said(get, elisa, ticket):
    assert "voltam desde" not in get(elisa, url(ticket))


def test_L13_customers_are_told_nothing_of_it(get, ana, returned):
    page = get(ana, f"/tickets/{returned.number}/")

    assert "voltam desde" not in page
    assert "Retomar envios" not in page


def test_resumed_letters_go_to_that_address_again(login, elisa, returned, ana, bruno):
    Delivery.objects.create(
        key="x",
        letter="replied",
        to_address=ana.email,
        message_id="<x@prazo.example>",
        state=State.FAILED,
        suspended=True,
        last_error="suspenso",
    )

    answer = login(elisa).post(url(returned, "resume_mail"), {"person": ana.pk})

    assert answer["Location"] == url(returned)
    assert toast(answer) == ["Os e-mails para ana@serraazul.example foram retomados."]
    assert addresses() == [bruno.email]
    assert Delivery.objects.get(key="x").state == State.WAITING


def test_htmx_gets_the_case_without_the_mark(login, elisa, returned, ana):
    desk = login(elisa)

    answer = desk.post(url(returned, "resume_mail"), {"person": ana.pk}, headers=CASE, follow=True)

    assert TOLD.format(ana.email) not in text(answer.content.decode())


def test_R1_it_is_not_resumed_by_the_ticket_of_others(login, elisa, returned, davi):
    Suspension.objects.create(address=davi.email, why="x")

    answers = [
        login(elisa).post(url(returned, "resume_mail"), {"person": person}).status_code
        for person in (davi.pk, "", "x", 2**80)
    ]

    assert answers == [404] * 4
    assert davi.email in addresses()
