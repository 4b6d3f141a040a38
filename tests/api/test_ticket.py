"""/api/v1/tickets/<number>/: read, reply, follow up."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from tests.api.conftest import TICKETS, Program, problem
from tests.cast import by
from tickets import actions
from tickets.lifecycle import DiscardReason, Status
from tickets.models import Channel, Ticket

As = Callable[..., Program]
Opened = Callable[..., Any]

pytestmark = pytest.mark.django_db

NOT_FOUND = (404, "not_found", "Não encontrado.")


def of(ticket: Any, noun: str = "") -> str:
    return f"{TICKETS}{ticket.number}/{noun}"


def told(answer: Any) -> list[tuple[str, str | None]]:
    """Each step's verb, with the text of its message."""
    return [
        (step["verb"], step["message"] and step["message"]["body"])
        for chapter in answer.json()["timeline"]
        for step in chapter["steps"]
    ]


def test_a_ticket_with_its_history(as_person: As, ticket: Any, ana: Any, elisa: Any) -> None:
    uploaded = actions.upload(elisa, "passos.txt", BytesIO(b"1, 2"), 4)
    actions.request_information(
        ticket, by=by(elisa, "2026-11-13T10:00", "desk"), body="Versão?", files=[uploaded.key]
    )

    answer = as_person(ana).get(of(ticket))

    [chapter] = answer.json()["timeline"]
    assert (chapter["number"], chapter["title"]) == (ticket.number, ticket.title)
    assert chapter["steps"][1] == {
        "verb": "request_information",
        "at": "2026-11-13T10:00:00-03:00",
        "channel": "desk",
        "who": "Elisa Prado",
        "what": "pediu informações",
        "from_status": "open",
        "to_status": "pending",
        "message": {
            "id": ticket.messages.last().pk,
            "kind": "request",
            "author": {"id": elisa.pk, "name": "Elisa Prado"},
            "by_customer": False,
            "is_internal": False,
            "channel": "desk",
            "received_at": "2026-11-13T10:00:00-03:00",
            "body": "Versão?",
            "files": [
                {
                    "id": str(uploaded.key),
                    "name": "passos.txt",
                    "size": 4,
                    "type": "text/plain",
                    "url": f"/arquivos/{uploaded.key}/",
                }
            ],
        },
    }


def test_L6_the_history_goes_back_to_the_predecessor(as_person: As, ticket: Any, ana: Any) -> None:
    actions.cancel(ticket, by=by(ana, "2026-11-13T12:00"))
    event = actions.follow_up(ticket, by=by(ana, "2026-11-16T10:00"), body="Voltou.")

    answer = as_person(ana).get(of(event.ticket))

    assert told(answer) == [
        ("open", "Ao retransmitir, a SEFAZ rejeita a nota."),
        ("cancel", None),
        ("follow_up", None),
        ("open", "Voltou."),
    ]


def test_L13_notes_and_events_for_staff_are_for_staff(
    as_person: As, ticket: Any, ana: Any, carla: Any, elisa: Any
) -> None:
    actions.note(ticket, by=by(elisa, "2026-11-13T10:00"), body="cliente impaciente")

    seen = {
        person.first_name: told(as_person(person).get(of(ticket))) for person in (ana, carla, elisa)
    }

    opening = ("open", "Ao retransmitir, a SEFAZ rejeita a nota.")
    assert seen == {
        "Ana": [opening],
        "Carla": [opening],
        "Elisa": [opening, ("note", "cliente impaciente")],
    }


def test_L13_nor_do_notes_come_through_a_predecessor_or_a_merge(
    as_person: As, opened: Opened, ana: Any, elisa: Any
) -> None:
    ended, duplicate = opened(body="Antes."), opened(body="Duplicado.")
    for each in (ended, duplicate):
        actions.note(each, by=by(elisa, "2026-11-13T10:00"), body="cliente impaciente")
    actions.cancel(ended, by=by(ana, "2026-11-13T12:00"))
    live = actions.follow_up(ended, by=by(ana, "2026-11-16T10:00"), body="Voltou.").ticket
    actions.merge(duplicate, into=live, by=by(elisa, "2026-11-16T11:00"))

    seen = told(as_person(ana).get(of(live)))

    assert [body for _verb, body in seen if body] == ["Antes.", "Duplicado.", "Voltou."]


@pytest.mark.parametrize("messages", [1, 25])
def test_reading_costs_the_same_statements(
    messages: int,
    as_person: As,
    ticket: Any,
    ana: Any,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for n in range(messages):
        actions.reply(ticket, by=by(ana), body=f"mensagem {n}")
    program = as_person(ana)

    with django_assert_num_queries(8):
        program.get(of(ticket))


# Every address that takes a number, by the name of its URL (tests/architecture), and its noun.
ENDPOINTS = {"ticket": "", "messages": "messages/", "follow-up": "follow-up/"}


@pytest.mark.parametrize("noun", ENDPOINTS.values())
def test_R1_to_others_the_ticket_does_not_exist(
    as_person: As, ticket: Any, bruno: Any, davi: Any, noun: str
) -> None:
    def ask(program: Program, url: str) -> Any:
        return program.post(url, {"body": "oi"}) if noun else program.get(url)

    answers = [
        ask(as_person(davi), of(ticket, noun)),
        ask(as_person(bruno), of(ticket, noun)),
        ask(as_person(davi), f"{TICKETS}1/{noun}"),
        ask(as_person(davi), f"{TICKETS}{10**25}/{noun}"),
    ]

    assert [problem(each) for each in answers] == [NOT_FOUND] * 4
    assert ticket.messages.count() == 1


def test_L5_a_reply_takes_the_ball_back(as_person: As, ticket: Any, ana: Any, elisa: Any) -> None:
    actions.request_information(ticket, by=by(elisa, "2026-11-13T10:00"), body="Versão?")

    answer = as_person(ana).post(of(ticket, "messages/"), {"body": "12.1.33"})

    ticket.refresh_from_db()
    message = ticket.messages.last()
    assert (answer.status_code, ticket.status) == (201, Status.OPEN)
    assert (answer.json()["ticket"]["status"], answer.json()["message"]["id"]) == (
        "open",
        message.pk,
    )
    assert (message.author, message.channel, message.body_text) == (ana, Channel.API, "12.1.33")


def test_staff_reply_and_nothing_moves(as_person: As, ticket: Any, elisa: Any) -> None:
    answer = as_person(elisa).post(of(ticket, "messages/"), {"body": "Estamos olhando."})

    assert (answer.status_code, ticket.messages.last().by_customer) == (201, False)


def test_L6_an_ended_ticket_takes_no_reply(as_person: As, ticket: Any, ana: Any) -> None:
    actions.cancel(ticket, by=by(ana, "2026-11-13T12:00"))

    answer = as_person(ana).post(of(ticket, "messages/"), {"body": "Voltou."})

    assert problem(answer) == (
        409,
        "ended",
        "Este ticket já foi encerrado e não recebe mais mensagens. Continue em Acompanhamento.",
    )


def test_L12_the_same_key_replies_once_and_answers_the_same(
    as_person: As, ticket: Any, ana: Any
) -> None:
    program = as_person(ana)

    answers = [
        program.post(of(ticket, "messages/"), {"body": "Segue."}, key="1").json()["message"]
        for _ in range(2)
    ]

    assert (answers[0], ticket.messages.count()) == (answers[1], 2)


def test_L7_following_up_twice_lands_in_one_successor(as_person: As, ticket: Any, ana: Any) -> None:
    actions.cancel(ticket, by=by(ana, "2026-11-13T12:00"))
    program = as_person(ana)

    landed = [
        program.post(of(ticket, "follow-up/"), {"body": f"Voltou {n}."}).json()["ticket"]["number"]
        for n in range(2)
    ]

    assert landed == [Ticket.objects.get(predecessor=ticket).number] * 2


def test_an_active_ticket_and_spam_have_no_follow_up(
    as_person: As, opened: Opened, ana: Any, elisa: Any
) -> None:
    active, spam = opened(), opened()
    actions.discard(spam, by=by(elisa, "2026-11-13T12:00"), reason=DiscardReason.SPAM)
    program = as_person(ana)

    codes = [
        problem(program.post(of(each, "follow-up/"), {"body": "oi"}))[:2] for each in (active, spam)
    ]

    assert codes == [(409, "not_ended"), (409, "spam")]
