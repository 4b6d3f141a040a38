"""The demonstration's clock, moved from due moment to due moment as the beat would have."""

import json
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection

from common import clock
from helpdesk.demo import simulation
from interfaces.inbox.reception import store
from outbox.models import Delivery
from tests.cast import at, by
from tickets import actions, correspondence
from tickets.models import Heartbeat, Ticket, TicketEvent
from tickets.tasks import tick

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo(settings: Any, tmp_path: Path) -> Iterator[None]:
    """A demonstration on Friday, 13 November 2026, at 11:00."""
    settings.DEMO, settings.CLOCK_FILE = True, tmp_path / "clock.json"
    with time_machine.travel(at("2026-11-13T11:00")):
        yield


@pytest.fixture
def asked(demo: None, opened: Callable[..., Any], elisa: Any) -> Any:
    """Ana's ticket of the worked example of B2: asked for data on that Friday at 10:00."""
    return actions.request_information(
        opened("2026-11-13T09:00"), by=by(elisa, "2026-11-13T10:00", "desk"), body="Qual versão?"
    ).ticket


def simulate(until: str, **options: Any) -> list[str]:
    out = StringIO()
    call_command("simulate", until=until, stdout=out, **options)
    return out.getvalue().splitlines()


def test_L3_L4_L6_L10_a_ticket_lives_its_whole_life(asked: Any, ana: Any):
    number = asked.number

    silence = simulate("2026-12-03T08:00")
    asked.refresh_from_db()
    ended = (asked.status, asked.end_reason, asked.ended_at)
    store(_answer_of(ana, number))
    reply = simulate("2026-12-03T12:00")
    successor = Ticket.objects.get(predecessor=asked)

    assert silence == [
        "sáb., 14/11: 2 cartas enviadas; 1 calendário recebeu feriados",
        "dom., 15/11: nada venceu",
        "seg., 16/11: nada venceu",
        "ter., 17/11: nada venceu",
        "qua., 18/11: nada venceu",
        f"qui., 19/11: lembrete do {number}; 1 carta enviada",
        "sex., 20/11: nada venceu",
        "sáb., 21/11: nada venceu",
        "dom., 22/11: nada venceu",
        "seg., 23/11: nada venceu",
        f"ter., 24/11: {number} passou para Validação Cliente; 2 cartas enviadas",
        "qua., 25/11: nada venceu",
        "qui., 26/11: nada venceu",
        "sex., 27/11: nada venceu",
        "sáb., 28/11: nada venceu",
        "dom., 29/11: nada venceu",
        "seg., 30/11: nada venceu",
        f"ter., 01/12: lembrete do {number}; 1 carta enviada",
        "qua., 02/12: nada venceu",
        f"qui., 03/12: {number} encerrado por falta de retorno; 1 carta enviada",
        "O relógio da demonstração está em qui., 03/12/2026, 08:00.",
    ]
    assert ended == ("closed", "expired", at("2026-12-02T23:59:59"))
    assert reply == [
        f"qui., 03/12: acompanhamento {successor.number} criado por e-mail; 1 carta enviada",
        "O relógio da demonstração está em qui., 03/12/2026, 12:00.",
    ]
    assert (successor.status, successor.requester, successor.messages.get().body_text) == (
        "open",
        ana,
        "Voltou a acontecer.",
    )


def test_L10_B6_what_time_does_is_dated_at_its_moment(asked: Any):
    simulate("2026-12-03T08:00")

    done = TicketEvent.objects.filter(actor=None, ticket=asked).order_by("pk")
    assert [(event.verb, event.at.replace(microsecond=0)) for event in done] == [
        ("remind", at("2026-11-19T09:00")),
        ("expire_pending", at("2026-11-23T23:59:59")),
        ("remind", at("2026-12-01T09:00")),
        ("expire_validation", at("2026-12-02T23:59:59")),
    ]


def test_the_clock_stands_where_it_was_moved_and_goes_on_from_there(demo: None, calendar_sp: Any):
    simulate("2026-11-16T08:00")

    assert (clock.now() - at("2026-11-16T08:00")).total_seconds() < 30
    assert simulate("2026-11-16T09:00")[0] == "seg., 16/11: nada venceu"


def test_a_simulation_is_no_sign_of_life_of_the_beat(asked: Any):
    simulate("2026-11-24T09:00")

    assert not Heartbeat.objects.exists()


def test_L12_the_beat_beside_it_finds_nothing_left_to_do(asked: Any):
    simulate("2026-11-24T09:00")

    letters = Delivery.objects.count()

    assert (tick(), list(simulation.run(clock.now()))) == (0, [])
    assert (Delivery.objects.count(), TicketEvent.objects.filter(verb="remind").count()) == (
        letters,
        1,
    )


def test_the_same_as_json_a_day_a_line(asked: Any):
    days = [json.loads(line) for line in simulate("2026-11-24T09:00", json=True)]

    assert [day["date"] for day in days] == [f"2026-11-{day}" for day in range(14, 25)]
    assert days[-1] == {
        "date": "2026-11-24",
        "events": [
            {
                "ticket": asked.number,
                "verb": "expire_pending",
                "at": "2026-11-23T23:59:59-03:00",
                "status": "validation",
            }
        ],
        "letters": 2,
        "calendars": 0,
        "files": 0,
    }


@pytest.mark.parametrize(
    ("until", "sentence"),
    [
        (None, "Falta --until: até quando avançar, por exemplo 2026-12-10T08:00."),
        ("amanhã", "“amanhã” não é uma data e hora como 2026-12-10T08:00."),
        (
            "2026-11-13T10:59",
            "O relógio só avança, e já está em sex., 13/11/2026, 11:00. Escolha um momento depois.",
        ),
        (
            "2026-11-13T14:00Z",
            "O relógio só avança, e já está em sex., 13/11/2026, 11:00. Escolha um momento depois.",
        ),
    ],
)
def test_a_moment_that_is_none_or_past_moves_nothing(demo: None, until: str, sentence: str):
    assert _refused(until) == (sentence, 2)
    assert clock.offset().total_seconds() == 0


def test_outside_the_demo_there_is_no_clock_to_move():
    assert _refused("2099-01-01") == (
        "Só a demonstração tem um relógio que se avança (DEMO=1).",
        2,
    )


def test_two_do_not_move_it_at_once(demo: None):
    other = connection.copy()

    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [simulation.LOCK])
        refused = _refused("2026-11-20")
        cursor.execute("SELECT pg_advisory_unlock(%s)", [simulation.LOCK])
    other.close()

    assert refused == ("O relógio já está sendo avançado por outra pessoa.", 2)
    assert simulate("2026-11-14")[-1] == (
        "O relógio da demonstração está em sáb., 14/11/2026, 00:00."
    )


def _refused(until: str | None) -> tuple[str, int]:
    with pytest.raises(CommandError) as refused:
        call_command("simulate", until=until, stdout=StringIO())
    return str(refused.value), refused.value.returncode


def _answer_of(person: Any, number: int) -> bytes:
    return (
        f"From: {person.name} <{person.email}>\r\n"
        f"To: {correspondence.reply_address(number)}\r\n"
        "Subject: Re: NF-e\r\n"
        "Message-ID: <de-volta@serraazul.example>\r\n"
        "\r\n"
        "Voltou a acontecer.\r\n"
    ).encode()
