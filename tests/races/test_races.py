"""L7, L12 and the rules of one holder, with many at once on real transactions."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from tests.cast import at, by, key, make_desk
from tests.tickets.threads import at_once
from tickets import actions
from tickets.errors import Refused
from tickets.models import Message, Ticket

pytestmark = pytest.mark.django_db(transaction=True)


def outcome(act: Callable[[], Any]) -> Callable[[], str]:
    """Runs `act`; "done", or the code of its refusal."""

    def run() -> str:
        try:
            act()
        except Refused as refused:
            return refused.code
        return "done"

    return run


def test_L7_fifty_replies_at_once_give_one_successor_with_fifty_messages(
    opened: Callable[..., Ticket], ana: Any
) -> None:
    ended = actions.cancel(opened(), by=by(ana, "2026-11-13T10:00")).ticket

    def reply(n: int) -> Callable[[], Any]:
        return lambda: actions.deliver(
            ended, by=by(ana, "2026-11-16T10:00", "email", request_key=key(n)), body=f"Resposta {n}"
        )

    landed = at_once([reply(n) for n in range(50)])

    successor = Ticket.objects.get(predecessor=ended)
    assert {event.ticket_id for event in landed} == {successor.pk}
    assert sorted(successor.messages.values_list("body_text", flat=True)) == sorted(
        f"Resposta {n}" for n in range(50)
    )
    assert Ticket.objects.count() == 2


def test_L12_one_form_sent_twenty_times_at_once_opens_one_ticket(
    ana: Any, organization: Any, product: Any
) -> None:
    def open_it() -> Any:
        return actions.open_ticket(
            by=by(ana, "2026-11-13T09:00", request_key=key(5)),
            organization=organization,
            product=product,
            title="Uma vez",
            body="Só",
        )

    events = at_once([open_it] * 20)

    assert len({event.pk for event in events}) == 1
    assert (Ticket.objects.count(), Message.objects.count()) == (1, 1)


def test_two_take_at_once_one_has_it(ticket: Ticket, queue: Any, elisa: Any) -> None:
    others = [make_desk(f"Analista {n}", f"a{n}@prazo.example", "analyst") for n in range(4)]
    queue.analysts.add(*others)
    everyone = [elisa, *others]

    results = at_once(
        [
            outcome(lambda who=who: actions.take(ticket, by=by(who, channel="desk")))
            for who in everyone
        ]
    )

    assert Counter(results) == {"done": 1, "taken": 4}


def test_two_ticks_at_once_move_each_ticket_once(
    opened: Callable[..., Ticket], elisa: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tickets import tasks

    for _ in range(10):
        asked = by(elisa, "2026-11-13T10:00", "desk")
        actions.request_information(opened("2026-11-12T08:00"), by=asked, body="?")
    monkeypatch.setattr(tasks.clock, "now", lambda: at("2026-11-24T00:05"))

    counts = at_once([tasks.tick] * 3)
    counts.append(tasks.tick())

    assert sum(counts) == 10
    assert {
        ticket.events.filter(verb="expire_pending").count() for ticket in Ticket.objects.all()
    } == {1}


def test_an_answer_and_the_clock_at_once_leave_one_truth(
    opened: Callable[..., Ticket], elisa: Any, ana: Any
) -> None:
    asked = by(elisa, "2026-11-13T10:00", "desk")
    tickets = [
        actions.propose_solution(opened("2026-11-12T08:00"), by=asked, body="?").ticket
        for _ in range(8)
    ]

    at_once(
        [lambda t=t: actions.advance(t.pk, now=at("2026-11-26T00:00:01")) for t in tickets]
        + [
            lambda t=t: actions.reply(t, by=by(ana, "2026-11-25T23:59:59"), body="A tempo.")
            for t in tickets
        ]
    )

    assert {(t.status, t.messages.count()) for t in Ticket.objects.all()} == {("open", 3)}


def test_merging_both_ways_at_once_ends_one_and_never_deadlocks(
    opened: Callable[..., Ticket], elisa: Any
) -> None:
    one, two = opened(), opened()
    desk = by(elisa, "2026-11-13T10:00", "desk")

    results = at_once(
        [
            outcome(lambda: actions.merge(one, into=two, by=desk)),
            outcome(lambda: actions.merge(two, into=one, by=desk)),
        ]
    )

    assert sorted(results) in (["done", "merged"], ["done", "target_ended"])
    assert sorted(Ticket.objects.values_list("status", flat=True)) == ["closed", "open"]
