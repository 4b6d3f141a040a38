"""The dates of a ticket: computed from entry, kept as told (B3, B6, B7). Decides no status."""

from dataclasses import dataclass, fields, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from calendars import business, loading
from calendars.business import BusinessCalendar
from tickets.lifecycle import OPEN, PENDING, VALIDATION
from tickets.models import QueuePolicy, Ticket


@dataclass(frozen=True)
class Dates:
    """All aware, UTC. Which are set depends on the status; see `tickets.models.Ticket`."""

    deadline_at: datetime | None = None
    closes_at: datetime | None = None
    remind_at: datetime | None = None
    attention_at: datetime | None = None


NOTHING_TOLD = Dates()


def compute(
    status: str,
    entered: datetime,
    policy: QueuePolicy,
    calendar: BusinessCalendar,
    told: Dates = NOTHING_TOLD,
) -> Dates:
    """The dates of a ticket that entered `status` at `entered`; none earlier than `told` (B7).

    What happens after Pendente is counted from its deadline in force, promise included. Raises
    `calendars.business.BeyondHorizon` where the calendar's rows end too early (B4).
    """
    if status == OPEN:
        return Dates(attention_at=business.deadline(calendar, entered, policy.attention_days))
    if status == PENDING:
        computed = business.deadline(calendar, entered, policy.pending_days)
        deadline = max(computed, told.deadline_at or computed)
        computed = business.deadline(calendar, deadline, policy.validation_days)
        closes = max(computed, told.closes_at or computed)
    elif status == VALIDATION:
        computed = business.deadline(calendar, entered, policy.validation_days)
        deadline = closes = max(computed, told.closes_at or computed)
    else:
        return Dates()
    return Dates(deadline, closes, reminder(deadline, entered, policy, calendar))


def reminder(
    deadline: datetime, entered: datetime, policy: QueuePolicy, calendar: BusinessCalendar
) -> datetime | None:
    """L10: opening time of the business day `lead` days before the deadline; none where that is
    not after the date of entry, or where the policy's lead is 0."""
    if policy.reminder_lead == 0:
        return None
    last_day = business.local_date(deadline, calendar.tz)
    day = business.business_days_before(calendar, last_day, policy.reminder_lead)
    if day <= business.local_date(entered, calendar.tz):
        return None
    return business.opening(calendar, day)


def in_force(ticket: Ticket, policy: QueuePolicy, calendar: BusinessCalendar) -> Dates:
    """The dates of `ticket` as they must stand now; one reminder a told date (L10)."""
    told = Dates(ticket.deadline_at, ticket.closes_at)
    dates = compute(ticket.status, ticket.waiting_since, policy, calendar, told)
    if dates.deadline_at is not None and dates.deadline_at == ticket.reminded_for:
        return replace(dates, remind_at=None)
    return dates


def refresh(ticket: Ticket, *, policy: QueuePolicy | None = None) -> bool:
    """Bring the dates of `ticket` up to its queue's policy and calendar; True if one moved.

    Sets the attributes and saves nothing; `FIELDS` names what to save. `policy` is the queue's
    by default.
    """
    chosen = policy or ticket.queue.policy
    before = tuple(getattr(ticket, name) for name in _DATES)
    dates, version = loading.with_horizon(
        chosen.calendar_id,
        lambda calendar: (in_force(ticket, chosen, calendar), calendar.version),
        version=chosen.calendar.version,
    )
    for name in _DATES:
        setattr(ticket, name, getattr(dates, name))
    ticket.calendar_version = version
    ticket.policy_version = chosen.version
    return before != tuple(getattr(ticket, name) for name in _DATES)


def start(ticket: Ticket, entered: datetime) -> None:
    """Begin the count of the status just entered at `entered`, with nothing promised before."""
    ticket.waiting_since = entered
    ticket.deadline_at = ticket.closes_at = ticket.reminded_for = None
    refresh(ticket)


def carry_on(ticket: Ticket, entered: datetime) -> None:
    """Begin the count of `expire_pending`: the promised end still stands (B7)."""
    ticket.waiting_since = entered
    ticket.reminded_for = None
    refresh(ticket)


def clear(ticket: Ticket) -> None:
    """No count: the ticket has ended."""
    for name in _DATES:
        setattr(ticket, name, None)


def is_stale(ticket: Ticket) -> bool:
    """Whether policy or calendar have changed since the dates were computed (B3)."""
    policy = ticket.queue.policy
    return (
        ticket.policy_version != policy.version
        or ticket.calendar_version != policy.calendar.version
    )


def was_in_time(ticket: Ticket, received_at: datetime) -> bool:
    """L11: whether an answer came before the day on which this ticket expired was over (B6)."""
    assert ticket.ended_at is not None  # noqa: S101 - it has expired: a constraint
    return business.in_time(received_at, ticket.ended_at, zone_of(ticket))


def zone_of(ticket: Ticket) -> ZoneInfo:
    """The zone that the deadlines of `ticket` are told in: its calendar's."""
    return business.time_zone(ticket.queue.policy.calendar.time_zone)


_DATES = tuple(field.name for field in fields(Dates))
FIELDS = (*_DATES, "waiting_since", "reminded_for", "calendar_version", "policy_version")
