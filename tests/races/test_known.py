"""L12, M2: one answer for many, with many workers at once and with one that is killed."""

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection

from tests.cast import by, key
from tests.races.test_races import outcome
from tests.tickets.threads import at_once
from tickets import actions
from tickets.actions import bulk
from tickets.models import BulkAnswer, IncidentTicket, Message, Ticket

pytestmark = pytest.mark.django_db(transaction=True)
DOWN = "SEFAZ-SP fora do ar: notas não são autorizadas"

WORKER = """
import django
django.setup()
from django.conf import settings
settings.TICKET_FOLLOWERS = ["tests.races.dying.{how}"]
from tickets.actions.bulk import answer_in_bulk
answer_in_bulk({answer})
"""


@pytest.fixture
def incident(product: Any, elisa: Any) -> Any:
    told = {"product": product, "title": DOWN, "text": "Emita em contingência."}
    return actions.start_incident(by=by(elisa, "2026-11-13T08:30", "desk"), **told)


@pytest.fixture
def answer(incident: Any, opened: Callable[..., Ticket], elisa: Any) -> BulkAnswer:
    """Of five tickets, begun."""
    for _ in range(5):
        opened(title=DOWN)
    said = by(elisa, "2026-11-13T10:00", "desk")
    answer = actions.end_incident(incident, by=said, text="Voltou.")
    assert answer is not None
    return answer


def answers() -> Counter[int]:
    """How often each ticket was answered."""
    return Counter(Message.objects.filter(body_text="Voltou.").values_list("ticket", flat=True))


def once(answer: BulkAnswer) -> dict[int, int]:
    return dict.fromkeys(answer.rows.values_list("ticket", flat=True), 1)


def test_L12_four_workers_at_once_answer_each_ticket_once(answer: BulkAnswer) -> None:
    taken = at_once([lambda: bulk.answer_in_bulk(answer.pk)] * 4)

    answer.refresh_from_db()
    assert sum(taken) == 5
    assert answers() == once(answer)
    assert bulk.sweep_answers() == 0
    assert BulkAnswer.objects.get().finished_at is not None


@pytest.mark.parametrize(("how", "done", "left"), [("killed", 0, 5), ("killed_later", 1, 4)])
def test_M2_a_killed_worker_delays_and_neither_loses_nor_doubles(
    answer: BulkAnswer, how: str, done: int, left: int
) -> None:
    url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}")
    ended = subprocess.run(
        [sys.executable, "-c", WORKER.format(how=how, answer=answer.pk)],
        env={
            **os.environ,
            "DATABASE_URL": url.geturl(),
            "DJANGO_SETTINGS_MODULE": "helpdesk.settings",
        },
        check=False,
    ).returncode
    before = answers().total()

    swept = bulk.sweep_answers()

    answer.refresh_from_db()
    assert (ended, before, swept) == (-signal.SIGKILL, done, left)
    assert answers() == once(answer)
    assert {row.refusal for row in answer.rows.all()} == {""}
    assert answer.finished_at is not None


def test_M2_of_two_who_end_it_at_once_one_does(
    incident: Any, opened: Callable[..., Ticket], elisa: Any, fabio: Any
) -> None:
    opened(title=DOWN)
    everyone = [elisa, fabio] * 3

    results = at_once(
        [
            outcome(
                lambda n=n, who=who: actions.end_incident(
                    incident, by=by(who, channel="desk", request_key=key(n)), text="Voltou."
                )
            )
            for n, who in enumerate(everyone)
        ]
    )

    assert Counter(results) == {"done": 1, "incident_over": 5}
    assert BulkAnswer.objects.count() == 1


def test_M2_a_ticket_opened_while_the_incident_ends_is_answered_or_not_of_it(
    incident: Any, opened: Callable[..., Ticket], elisa: Any
) -> None:
    opened(title=DOWN)

    def end() -> Any:
        return actions.end_incident(incident, by=by(elisa, channel="desk"), text="Voltou.")

    at_once([end, *[lambda: opened(title=DOWN)] * 4])
    bulk.sweep_answers()

    joined = IncidentTicket.objects.values_list("ticket", flat=True)
    assert answers() == dict.fromkeys(joined, 1)
    assert Ticket.objects.count() == 5
