"""What a policy or calendar would do to the active tickets if it were saved (B3, B7). Reads only.

The dates are computed by the very function that will set them, `deadlines.in_force`.
"""

import heapq
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import TypeAlias
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from calendars import business, loading
from calendars.business import BusinessCalendar
from calendars.models import Calendar, CalendarException
from tickets.deadlines import Dates, in_force
from tickets.models import QueuePolicy, Ticket

# A policy, saved or not, with the calendar that its days would be counted on.
Plan: TypeAlias = tuple[QueuePolicy, BusinessCalendar]

SHOWN = 10


class Kind(IntEnum):
    """What moves, the gravest first: a promise, what counts as overdue, only a reminder."""

    TOLD = 1
    ATTENTION = 2
    REMINDER = 3


@dataclass(frozen=True)
class ShownDate:
    """One date of a ticket, by its name in the interface."""

    label: str
    before: datetime | None
    after: datetime | None


@dataclass(frozen=True)
class Shift:
    """One ticket that would move. Each date is told in the zone of its calendar."""

    ticket: Ticket
    kind: Kind
    before: Dates
    after: Dates
    zone_before: ZoneInfo
    zone_after: ZoneInfo

    @property
    def dates(self) -> list[ShownDate]:
        """What is worth showing: of a promise both dates, also where one of them stays (B7)."""
        return [
            ShownDate(str(label), getattr(self.before, name), getattr(self.after, name))
            for name, label in _SHOWN_DATES[self.kind].items()
        ]


_SHOWN_DATES = {
    Kind.TOLD: {"deadline_at": _("Prazo do cliente"), "closes_at": _("Encerramento")},
    Kind.ATTENTION: {"attention_at": _("Conta como vencido")},
    Kind.REMINDER: {"remind_at": _("Lembrete")},
}


@dataclass(frozen=True)
class Forecast:
    """How many active tickets would move, by what moves, and the first of them.

    `told` counts those of which one of the two promised dates moves (B7), `attention` those in
    Aberto that would count as overdue from another day (R4), `reminders` those of which nothing
    else moves. `first` has the promises first, and of these the nearest.
    """

    told: int = 0
    attention: int = 0
    reminders: int = 0
    first: tuple[Shift, ...] = ()

    @property
    def total(self) -> int:
        return self.told + self.attention + self.reminders

    def __bool__(self) -> bool:
        return self.total > 0


def of_policy(policy: QueuePolicy) -> Forecast:
    """If this changed instance were saved."""
    return foresee([(policy, loading.preview(policy.calendar))])


def of_calendar(
    calendar: Calendar, exceptions: Iterable[CalendarException] | None = None
) -> Forecast:
    """If this changed instance, and all of these as its exceptions, were saved."""
    return foresee(plans(calendar, exceptions))


def plans(calendar: Calendar, exceptions: Iterable[CalendarException] | None = None) -> list[Plan]:
    """The policies that `calendar` governs, with the calendar that it would be.

    `exceptions` are all that it would have; without them, those it has in rows.
    """
    counted = loading.preview(calendar, exceptions)
    return [(policy, counted) for policy in QueuePolicy.objects.filter(calendar=calendar.pk)]


def as_is() -> list[Plan]:
    """Every policy with its calendar, as the rows are now."""
    policies = list(QueuePolicy.objects.select_related("calendar"))
    calendars = {policy.calendar_id: policy.calendar for policy in policies}
    counted = {pk: loading.preview(calendar) for pk, calendar in calendars.items()}
    return [(policy, counted[policy.calendar_id]) for policy in policies]


def foresee(planned: Iterable[Plan], *, instead_of: Iterable[Plan] | None = None) -> Forecast:
    """What these plans, at most one a queue, would do to the active tickets of their queues.

    Compared with what the rows as they are now do, or with the plans `instead_of`; not with the
    stored dates, which the clock may have yet to bring up to an earlier change.
    """
    future = {plan[0].queue_id: plan for plan in planned}
    if not future:
        return Forecast()
    present = {plan[0].queue_id: plan for plan in (as_is() if instead_of is None else instead_of)}
    counts: Counter[Kind] = Counter()

    def counted() -> Iterator[_Moved]:
        for moved in _moved(present, future):
            counts[moved.kind] += 1
            yield moved

    first = heapq.nsmallest(SHOWN, counted(), key=lambda moved: (moved.kind, moved.due, moved.pk))
    tickets = Ticket.objects.select_related("organization").in_bulk([moved.pk for moved in first])
    return Forecast(
        told=counts[Kind.TOLD],
        attention=counts[Kind.ATTENTION],
        reminders=counts[Kind.REMINDER],
        first=tuple(
            Shift(
                tickets[moved.pk],
                moved.kind,
                moved.before,
                moved.after,
                present[moved.queue_id][1].tz,
                future[moved.queue_id][1].tz,
            )
            for moved in first
        ),
    )


@dataclass(frozen=True)
class _Moved:
    kind: Kind
    due: datetime
    pk: int
    queue_id: int
    before: Dates
    after: Dates


def _moved(present: dict[int, Plan], future: dict[int, Plan]) -> Iterator[_Moved]:
    before, after = _counting(present), _counting(future)
    active = Ticket.objects.active().filter(queue__in=list(future)).only(*_COLUMNS)
    for ticket in active.iterator():
        old, new = before(ticket), after(ticket)
        kind = _kind(old, new)
        if kind is not None:
            due = old.deadline_at or old.attention_at or ticket.waiting_since
            yield _Moved(kind, due, ticket.pk, ticket.queue_id, old, new)


_COLUMNS = ("queue", "status", "waiting_since", "deadline_at", "closes_at", "reminded_for")


def _counting(by_queue: dict[int, Plan]) -> Callable[[Ticket], Dates]:
    """`in_force` by these plans; of tens of thousands of tickets some hundreds are distinct, and
    each distinct count is made once."""
    computed: dict[tuple[object, ...], Dates] = {}

    def dates(ticket: Ticket) -> Dates:
        policy, calendar = by_queue[ticket.queue_id]
        alike = (
            ticket.queue_id,
            ticket.status,
            business.local_date(ticket.waiting_since, calendar.tz),
            ticket.deadline_at,
            ticket.closes_at,
            ticket.reminded_for,
        )
        if alike not in computed:
            computed[alike] = in_force(ticket, policy, calendar)
        return computed[alike]

    return dates


def _kind(old: Dates, new: Dates) -> Kind | None:
    if (old.deadline_at, old.closes_at) != (new.deadline_at, new.closes_at):
        return Kind.TOLD
    if old.attention_at != new.attention_at:
        return Kind.ATTENTION
    if old.remind_at != new.remind_at:
        return Kind.REMINDER
    return None
