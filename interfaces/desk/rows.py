"""A ticket as one row of the desk's lists; no query of its own."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.urls import reverse

from accounts.models import User
from tickets.deadlines import zone_of
from tickets.models import Ticket
from tickets.next_step import NextStep, next_step


@dataclass(frozen=True)
class Row:
    """`url` leads to the ticket with the list beside it; `heading` begins a group of rows."""

    ticket: Ticket
    url: str
    zone: ZoneInfo
    step: NextStep
    heading: str = ""

    @property
    def is_unassigned(self) -> bool:
        """Whether somebody should take it: nobody need take what has ended."""
        return self.ticket.assignee_id is None and not self.ticket.is_ended


def rows(
    tickets: Iterable[Ticket],
    reader: User,
    now: datetime,
    *,
    query: str = "",
    by_severity: bool = False,
) -> list[Row]:
    """The rows of `tickets` (of `scope.shown_to`) at `now`; `query` is the list's address."""
    listed: list[Row] = []
    heading = ""
    for ticket in tickets:
        severity = ticket.get_severity_display() if by_severity else ""
        listed.append(
            Row(
                ticket,
                reverse("desk:ticket", args=[ticket.number]) + query,
                zone_of(ticket),
                next_step(ticket, reader=reader, now=now),
                severity if severity != heading else "",
            )
        )
        heading = severity
    return listed
