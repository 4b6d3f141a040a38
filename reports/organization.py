"""What an organization's tickets come to, in numbers: four statements, however many there are."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, F, Min, Q, Window
from django.db.models.functions import Lead

from calendars import loading
from calendars.worked import Worked
from surveys.models import Score, Survey
from tickets.lifecycle import ACTIVE, OPEN, WITH_CUSTOMER, EndReason
from tickets.models import TicketEvent, Verb
from tickets.models.scopes import TicketQuerySet

# S4: fewer would tell who gave which.
LEAST_ANSWERS = 3
# Upper bounds of the ages, in whole days since the opening; the last has none.
AGES = (2, 7, 15, 30)
SOON = timedelta(days=3)
# Ended so, a ticket was not worked on to an end of its own.
_NOT_SERVED = (EndReason.MERGED, EndReason.DISCARDED)


@dataclass(frozen=True)
class Sides:
    """The tickets that ended in a month (its first day), and the mean business hours that each
    was with support and with the customer."""

    month: date
    tickets: int
    support: float
    customer: float


@dataclass(frozen=True)
class Satisfaction:
    """Surveys answered in the period. Below `LEAST_ANSWERS`, only how many there are."""

    sent: int
    answered: int
    scores: Mapping[int, int]

    @property
    def is_told(self) -> bool:
        return self.answered >= LEAST_ANSWERS

    @property
    def mean(self) -> float:
        return sum(score * count for score, count in self.scores.items()) / self.answered


@dataclass(frozen=True)
class Period:
    """How it went until `now`: times and satisfaction."""

    now: datetime
    sides: list[Sides]
    satisfaction: Satisfaction


@dataclass(frozen=True)
class Figures:
    """Of the active tickets now: by status, what awaits the customer by when, and by age; and how
    the period went."""

    statuses: Mapping[str, int]
    late: int
    soon: int
    later: int
    ages: tuple[int, ...]
    period: Period

    @property
    def active(self) -> int:
        return sum(self.statuses.values())

    @property
    def awaiting(self) -> int:
        return self.late + self.soon + self.later

    @property
    def is_empty(self) -> bool:
        return not (self.active or self.period.sides or self.period.satisfaction.sent)


def figures(tickets: TicketQuerySet, *, now: datetime, tz: ZoneInfo, period: Period) -> Figures:
    """Of `tickets`, which are what the reader may see, at `now`; days are those of `tz`. One
    statement."""
    held = _held(tickets, now, tz)
    return Figures(
        statuses={status: held[status] for status in ACTIVE},
        late=held["late"],
        soon=held["soon"],
        later=held["later"],
        ages=tuple(held[f"age_{n}"] for n in range(len(AGES) + 1)),
        period=period,
    )


def period(tickets: TicketQuerySet, *, since: datetime, now: datetime, tz: ZoneInfo) -> Period:
    """From `since` to `now`; months are those of `tz`. Three statements, which read each step of
    each ticket that ended: of 20,000 tickets, seconds."""
    return Period(now, _sides(tickets, since, now, tz), _satisfaction(tickets, since, now))


def _held(tickets: TicketQuerySet, now: datetime, tz: ZoneInfo) -> dict[str, int]:
    """The counts of the active tickets; one statement."""
    midnight = now.astimezone(tz).replace(hour=0, minute=0, second=0, microsecond=0)
    tomorrow, soon = midnight + timedelta(days=1), midnight + timedelta(days=1) + SOON
    awaiting = Q(status__in=WITH_CUSTOMER)
    counts = {status: Q(status=status) for status in ACTIVE}
    counts["late"] = awaiting & Q(deadline_at__lt=tomorrow)
    counts["soon"] = awaiting & Q(deadline_at__gte=tomorrow, deadline_at__lt=soon)
    counts["later"] = awaiting & Q(deadline_at__gte=soon)
    # Open for at most so many days: opened after that many midnights ago.
    edges = [None, *(midnight - timedelta(days=days) for days in AGES), None]
    for n, (newest, oldest) in enumerate(pairwise(edges)):
        of_age = Q()
        if newest is not None:
            of_age &= Q(opened_at__lt=newest)
        if oldest is not None:
            of_age &= Q(opened_at__gte=oldest)
        counts[f"age_{n}"] = of_age
    return (
        tickets.active()
        .order_by()
        .aggregate(**{name: Count("pk", filter=where) for name, where in counts.items()})
    )


def _sides(tickets: TicketQuerySet, since: datetime, now: datetime, tz: ZoneInfo) -> list[Sides]:
    """By the month of the end, the oldest first."""
    served = tickets.filter(ended_at__gte=since, ended_at__lt=now)
    ended = served.exclude(end_reason__in=_NOT_SERVED).order_by()
    worked = _worked(ended, now)
    if not worked:
        return []
    seen: dict[date, set[int]] = defaultdict(set)
    spent: dict[tuple[date, bool], timedelta] = defaultdict(timedelta)
    for step in _steps(ended):
        month = step["ticket__ended_at"].astimezone(tz).date().replace(day=1)
        seen[month].add(step["ticket"])
        if step["to_status"] in ACTIVE and step["until"] is not None:
            time = worked[step["calendar"]].between(step["at"], step["until"])
            spent[month, step["to_status"] == OPEN] += time
    return [
        Sides(
            month,
            len(seen[month]),
            _hours(spent[month, True]) / len(seen[month]),
            _hours(spent[month, False]) / len(seen[month]),
        )
        for month in sorted(seen)
    ]


def _worked(ended: TicketQuerySet, now: datetime) -> dict[int, Worked]:
    """By calendar, from its first ticket on; one statement, as `loading` remembers calendars."""
    calendar = "queue__policy__calendar"
    used = ended.values_list(calendar, f"{calendar}__version").annotate(first=Min("opened_at"))
    # A day to spare on both sides: the calendars' clocks are not all the same.
    last = now.date() + timedelta(days=1)
    return {
        pk: loading.with_horizon(
            pk,
            partial(Worked.of, first=first.date() - timedelta(days=1), last=last),
            version=version,
        )
        for pk, version, first in used
    }


def _steps(ended: TicketQuerySet) -> Iterator[Any]:
    """Each entry into a status, and when the next one was; one statement, read as it comes."""
    moved = Q(verb=Verb.OPEN) | ~Q(from_status=F("to_status"))
    return (
        TicketEvent.objects.filter(moved, ticket__in=ended)
        .order_by()
        .annotate(
            until=Window(Lead("at"), partition_by=F("ticket"), order_by=F("id").asc()),
            calendar=F("ticket__queue__policy__calendar"),
        )
        .values("ticket", "ticket__ended_at", "calendar", "to_status", "at", "until")
        .iterator()
    )


def _hours(time: timedelta) -> float:
    return time / timedelta(hours=1)


def _satisfaction(tickets: TicketQuerySet, since: datetime, now: datetime) -> Satisfaction:
    """One statement. Of those that the rates are made of (S6)."""
    answered = Q(answered_at__gte=since, answered_at__lt=now)
    counts = {f"score_{score}": Count("pk", filter=answered & Q(score=score)) for score in Score}
    counted = (
        Survey.objects.counted()
        .filter(ticket__in=tickets.order_by())
        .order_by()
        .aggregate(sent=Count("pk", filter=Q(sent_at__gte=since, sent_at__lt=now)), **counts)
    )
    scores = {int(score): counted[f"score_{score}"] for score in Score}
    return Satisfaction(counted["sent"], sum(scores.values()), scores)
