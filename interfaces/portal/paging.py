"""Paging by key: pages that neither skip nor repeat a row when a list moves under the reader."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Q

from tickets.models import Ticket
from tickets.models.scopes import TicketQuerySet

ROWS = 25

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_CURSOR = re.compile(r"(\d{1,17})-(\d{1,18})", re.ASCII)


@dataclass(frozen=True)
class Page:
    """Tickets, the last interaction first; the cursors lead to the pages beside it, if any."""

    tickets: list[Ticket]
    before: str = ""
    after: str = ""


def page(found: TicketQuerySet, *, after: str = "", before: str = "", rows: int = ROWS) -> Page:
    """The page of `found` that follows the cursor `after`, or precedes `before`; else the first.

    Ordered by (last_at, id), the newest first. A cursor that is none, or past the end, leads to
    the first page.
    """
    if key := _parse(before):
        newer = found.filter(_beyond(*key, "gt")).order_by("last_at", "pk")
        tickets = list(newer[: rows + 1])
        if len(tickets) > rows:
            tickets = tickets[rows - 1 :: -1]
            return Page(tickets, before=_cursor(tickets[0]), after=_cursor(tickets[-1]))
    newest = found.order_by("-last_at", "-pk")
    key = _parse(after)
    if key and (tickets := list(newest.filter(_beyond(*key, "lt"))[: rows + 1])):
        return Page(tickets[:rows], _cursor(tickets[0]), _next(tickets, rows))
    tickets = list(newest[: rows + 1])
    return Page(tickets[:rows], after=_next(tickets, rows))


def _next(tickets: list[Ticket], rows: int) -> str:
    return _cursor(tickets[rows - 1]) if len(tickets) > rows else ""


def _beyond(at: datetime, pk: int, side: str) -> Q:
    return Q(**{f"last_at__{side}": at}) | Q(**{"last_at": at, f"pk__{side}": pk})


def _cursor(ticket: Ticket) -> str:
    return f"{(ticket.last_at - _EPOCH) // _MICROSECOND}-{ticket.pk}"


def _parse(cursor: str) -> tuple[datetime, int] | None:
    if not (found := _CURSOR.fullmatch(cursor)):
        return None
    try:
        return _EPOCH + int(found[1]) * _MICROSECOND, int(found[2])
    except OverflowError:
        return None
