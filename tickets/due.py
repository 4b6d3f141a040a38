"""Which tickets the clock must look at; reads only. What it does to each is `actions.advance`."""

from collections.abc import Callable, Collection, Iterator
from datetime import datetime
from functools import cache

from django.conf import settings
from django.db.models import Q
from django.utils.module_loading import import_string

from tickets.actions.clockwork import LAST_SECOND
from tickets.lifecycle import WITH_CUSTOMER
from tickets.models import Ticket
from tickets.models.scopes import TicketQuerySet

BATCH = 500

# Asked with the ids of a batch and the present moment; answers with those that must wait (B8).
Gate = Callable[[Collection[int], datetime], set[int]]


@cache
def gates() -> tuple[Gate, ...]:
    """Those of `settings.TICKET_CLOCK_GATES`, in their order."""
    return tuple(import_string(path) for path in settings.TICKET_CLOCK_GATES)


def batches(now: datetime) -> Iterator[list[int]]:
    """Ids of the tickets with something due at `now` (aware), at most `BATCH` at a time.

    Each batch starts after the last id of the one before, so a ticket that could not be moved
    is tried once a tick and never keeps the others waiting.
    """
    due = Ticket.objects.filter(
        Q(status__in=WITH_CUSTOMER, deadline_at__lte=now - LAST_SECOND)
        | Q(status__in=WITH_CUSTOMER, remind_at__lte=now)
    )
    yield from _paged(due)
    yield from _paged(Ticket.objects.stale())


def _paged(found: TicketQuerySet) -> Iterator[list[int]]:
    last = 0
    while True:
        ids = list(found.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH])
        if not ids:
            return
        yield ids
        last = ids[-1]


def free_to_move(ids: list[int], now: datetime) -> list[int]:
    """Those of `ids` that no gate holds back."""
    held: set[int] = set()
    for gate in gates():
        held |= gate(ids, now)
    return [pk for pk in ids if pk not in held]
