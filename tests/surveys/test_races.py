"""S1 under races, on real transactions: exactly one survey, one letter, nothing half-written."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, transaction

from outbox.models import Delivery
from surveys import followers
from surveys.models import Survey
from tests.cast import by
from tickets import actions
from tickets.models import Ticket, TicketEvent

THREADS = 20


def at_once(act: Callable[[int], object]) -> list[object]:
    """Runs `act(n)` in 20 threads that start together; each its own connection and transaction."""
    start = Barrier(THREADS)

    def run(n: int) -> object:
        try:
            start.wait(timeout=30)
            return act(n)
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(run, range(THREADS)))


@pytest.mark.django_db(transaction=True)
def test_S1_twenty_entries_at_once_make_one_survey(ticket: Ticket, elisa: Any) -> None:
    def propose(n: int) -> object:
        return actions.propose_solution(
            ticket, by=by(elisa, f"2026-11-13T10:{n:02}", "desk"), body=f"Solução {n}."
        )

    at_once(propose)

    assert Survey.objects.count() == 1
    assert Delivery.objects.filter(letter="survey").count() == 1
    assert ticket.events.filter(verb="propose_solution").count() == THREADS
    assert ticket.messages.filter(kind="solution").count() == THREADS


@pytest.mark.django_db(transaction=True)
def test_S1_also_where_no_lock_of_the_ticket_orders_them(ticket: Ticket, elisa: Any) -> None:
    event = actions.propose_solution(
        ticket, by=by(elisa, "2026-11-13T10:00", "desk"), body="Atualize."
    )
    Survey.objects.all().delete()
    Delivery.objects.all().delete()

    def follow(n: int) -> object:
        with transaction.atomic():
            own = TicketEvent.objects.select_related("ticket").get(pk=event.pk)
            followers.follow(own)
            # The transaction is still good after losing the race.
            return Survey.objects.get(ticket=ticket).pk

    seen = at_once(follow)

    assert seen == [Survey.objects.get().pk] * THREADS
    assert Delivery.objects.filter(letter="survey").count() == 1
