"""Why a ticket's dates are what they are, day by day (B2, B7), for people of the desk."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from calendars import business, loading
from calendars.business import BusinessCalendar, Day
from common import dates
from tickets.deadlines import zone_of
from tickets.lifecycle import OPEN, PENDING
from tickets.models import Ticket


@dataclass(frozen=True)
class CountedDay:
    """`number` is which business day of the count it is, None for one that does not count."""

    day: Day
    weekday: str
    number: int | None


@dataclass(frozen=True)
class Count:
    """One count: what it is of, from when, day by day, and how it came out.

    `promise` says so where the customer was told a later date before, which stands (B7).
    """

    title: str
    rule: str
    days: list[CountedDay]
    result: str
    promise: str


def counts(ticket: Ticket, now: datetime) -> list[Count]:
    """The counts of the ticket's present status, each date's own; none once it has ended."""
    told, entered = [], ticket.waiting_since
    for title, days, stored in _asked(ticket):
        assert stored is not None  # noqa: S101 - a constraint: these statuses have their dates
        told.append(_count(ticket, title, entered, days, stored, now))
        # What comes after Pendente is counted from its deadline in force, promise included.
        entered = stored
    return told


def _asked(ticket: Ticket) -> list[tuple[str, int, datetime | None]]:
    """Each date of the status: what it is, how many business days, and as it is stored."""
    policy = ticket.queue.policy
    validation = _("Prazo em Validação Cliente"), policy.validation_days, ticket.closes_at
    if ticket.status == OPEN:
        return [(_("Vence para o suporte"), policy.attention_days, ticket.attention_at)]
    if ticket.status == PENDING:
        pending = _("Prazo em Pendente Cliente"), policy.pending_days, ticket.deadline_at
        return [pending, validation]
    return [validation] if ticket.is_with_customer else []


def _count(
    ticket: Ticket, title: str, entered: datetime, days: int, stored: datetime, now: datetime
) -> Count:
    policy, zone = ticket.queue.policy, zone_of(ticket)

    def explained(calendar: BusinessCalendar) -> tuple[Day, ...]:
        return business.explain(calendar, entered, days)

    listed = loading.with_horizon(policy.calendar_id, explained, version=policy.calendar.version)
    computed = business.end_of_day(listed[-1].date, zone)
    rule = ngettext(
        "%(days)d dia útil, contado do seguinte a %(entered)s, no calendário %(calendar)s.",
        "%(days)d dias úteis, contados do seguinte a %(entered)s, no calendário %(calendar)s.",
        days,
    ) % {
        "days": days,
        "entered": dates.exact(entered, zone, now=now),
        "calendar": policy.calendar.name,
    }
    return Count(
        title,
        rule,
        _numbered(listed),
        dates.exact(stored, zone, now=now),
        _promise(computed, stored, ticket, now),
    )


def _promise(computed: datetime, stored: datetime, ticket: Ticket, now: datetime) -> str:
    if computed == stored:
        return ""
    return _(
        "A conta de hoje daria %(computed)s. Vale a data já informada ao cliente, "
        "que nunca é adiantada (B7)."
    ) % {"computed": dates.exact(computed, zone_of(ticket), now=now)}


def _numbered(days: tuple[Day, ...]) -> list[CountedDay]:
    listed, number = [], 0
    for day in days:
        number += day.counts
        weekday = business.WEEKDAY_NAMES[day.date.isoweekday()]
        listed.append(CountedDay(day, weekday, number if day.counts else None))
    return listed
