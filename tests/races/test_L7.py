"""L7 and L12 under races, on real transactions: one successor, one effect, nothing lost."""

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import pytest
from django.db import connection

from interfaces.inbox.models import InboundMail, Outcome, State
from interfaces.inbox.place import place_waiting
from interfaces.inbox.reception import receive, store
from tests.cast import at, by, key
from tests.inbox.conftest import reply_to
from tickets import actions, events
from tickets.lifecycle import Status
from tickets.models import Ticket, TicketEvent, Verb

T = TypeVar("T")

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(run: Callable[[T], Any], what: Iterable[T], threads: int) -> list[Any]:
    """`run` for each of `what` in so many threads, which begin together; each closes the
    connections that it opened."""
    start = threading.Barrier(threads)
    mine = threading.local()

    def one(each: T) -> Any:
        if not hasattr(mine, "started"):
            mine.started = True
            start.wait(timeout=60)
        try:
            return run(each)
        finally:
            connection.close()

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(one, what))


@pytest.fixture(autouse=True)
def _letters_and_surveys(settings: Any) -> Iterator[None]:
    settings.TICKET_FOLLOWERS = ["surveys.followers.follow", "notifications.followers.follow"]
    events.followers.cache_clear()
    yield
    events.followers.cache_clear()


@pytest.fixture
def ended(ticket: Any, ana: Any) -> Any:
    return actions.cancel(ticket, by=by(ana, "2026-11-13T12:00")).ticket


def test_L7_fifty_simultaneous_replies_make_one_successor(ended: Any) -> None:
    mails = [reply_to(ended, f"Resposta {n}", message_id=f"<{n}@x.example>") for n in range(50)]

    at_once(lambda raw: receive(raw, at=at("2026-11-16T10:00")), mails, threads=50)

    successor = Ticket.objects.exclude(pk=ended.pk).get()
    ended.refresh_from_db()
    assert (ended.status, successor.predecessor) == (Status.FOLLOWED_UP, ended)
    assert sorted(successor.messages.values_list("body_text", flat=True)) == sorted(
        f"Resposta {n}" for n in range(50)
    )
    assert Counter(InboundMail.objects.values_list("outcome", "ticket")) == {
        (Outcome.FOLLOWED_UP, successor.pk): 1,
        (Outcome.REPLIED, successor.pk): 49,
    }
    assert TicketEvent.objects.filter(verb=Verb.FOLLOW_UP).count() == 1


def test_L7_whichever_the_doors(ended: Any, ana: Any, carla: Any) -> None:
    def by_mail(n: int) -> None:
        receive(reply_to(ended, f"Resposta {n}", message_id=f"<{n}@x.example>"))

    def by_portal(n: int) -> None:
        actions.follow_up(ended, by=by(carla, request_key=key(n)), body=f"Resposta {n}")

    doors = [by_mail, by_portal]
    at_once(lambda n: doors[n % 2](n), range(20), threads=20)

    successor = Ticket.objects.exclude(pk=ended.pk).get()
    assert successor.messages.count() == 20


def test_L12_one_mail_delivered_20_times_by_8_workers_has_one_effect(ended: Any) -> None:
    raw = reply_to(ended, files=[("log.txt", "text/plain", b"linha")])

    at_once(lambda _n: receive(raw), range(20), threads=8)

    successor = Ticket.objects.exclude(pk=ended.pk).get()
    mail = InboundMail.objects.get()
    assert (mail.state, mail.outcome, mail.ticket) == (
        State.PLACED,
        Outcome.FOLLOWED_UP,
        successor,
    )
    assert [each.attachments.count() for each in successor.messages.all()] == [1]


def test_L12_sweeps_at_once_place_each_mail_once(ticket: Any) -> None:
    for n in range(30):
        store(reply_to(ticket, f"Resposta {n}", message_id=f"<{n}@x.example>"))

    at_once(lambda _n: place_waiting(), range(8), threads=8)

    assert Counter(InboundMail.objects.values_list("state", "outcome")) == {
        (State.PLACED, Outcome.REPLIED): 30
    }
    assert ticket.messages.count() == 31
