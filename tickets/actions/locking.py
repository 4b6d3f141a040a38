"""Taking hold of a ticket, moving its status and writing it back; shared by all verbs."""

from datetime import datetime

from django.db import transaction

from tickets import deadlines
from tickets.actors import Actor
from tickets.lifecycle import EndReason
from tickets.models import Ticket, Verb
from tickets.models.scopes import TicketQuerySet
from tickets.queries import live_end

_COLUMNS = (
    "status",
    "requester",
    "queue",
    "assignee",
    "severity",
    "ended_at",
    "end_reason",
    "discard_reason",
    "merged_into",
    "last_at",
    "last_verb",
    "last_by",
    *deadlines.FIELDS,
)


def hold(ticket: Ticket | int) -> Ticket:
    """The ticket's row, locked until the transaction ends, then read with its people.

    Two statements, and it must be two: a joined row that was read before the lock was waited for
    would be the old one (an assignee, a queue), as PostgreSQL reads only the locked row again.
    """
    pk = ticket if isinstance(ticket, int) else ticket.pk
    _lock(Ticket.objects.filter(pk=pk))
    return Ticket.objects.with_people().get(pk=pk)


def hold_if_free(ticket_id: int) -> Ticket | None:
    """The same for the clock, which passes over a row that somebody else holds."""
    if not _lock(Ticket.objects.filter(pk=ticket_id), skip_locked=True):
        return None
    return Ticket.objects.with_people().get(pk=ticket_id)


def hold_in_order(*tickets: Ticket) -> list[Ticket]:
    """Several, locked lower number first so that two acts never wait for each other."""
    wanted = Ticket.objects.filter(pk__in=[ticket.pk for ticket in tickets])
    _lock(wanted.order_by("number"))
    held = {row.pk: row for row in wanted.with_people()}
    return [held[ticket.pk] for ticket in tickets]


def _lock(rows: TicketQuerySet, *, skip_locked: bool = False) -> list[int]:
    return list(rows.select_for_update(skip_locked=skip_locked).values_list("pk", flat=True))


def hold_live_end(ticket: Ticket) -> Ticket:
    """Lock the ticket in which a message to `ticket` belongs (L7).

    The chain is walked without locks; if its end has gone on while we waited for the lock, the
    lock is given back by the savepoint and the walk starts again, so that no two are ever held.
    """
    while True:
        end = live_end(Ticket.objects.get(pk=ticket.pk))
        held = _held_if_still_the_end(end)
        if held is not None:
            return held
        ticket = end


def _held_if_still_the_end(end: Ticket) -> Ticket | None:
    savepoint = transaction.savepoint()
    held = hold(end)
    if live_end(held).pk == held.pk:
        transaction.savepoint_commit(savepoint)
        return held
    transaction.savepoint_rollback(savepoint)
    return None


def enter(ticket: Ticket, verb: Verb) -> str:
    """Make the declared transition named like the verb; the status it came from."""
    came_from = str(ticket.status)
    getattr(ticket, verb.value)()
    return came_from


def begin_count(ticket: Ticket, by: Actor) -> None:
    """Start the count of the status just entered; an answer may have been received before it."""
    deadlines.start(ticket, max(by.at, ticket.waiting_since))


def end(ticket: Ticket, reason: EndReason, at: datetime) -> None:
    """Write why and when it ended; the status was moved by `enter`."""
    ticket.end_reason = reason
    ticket.ended_at = at
    ticket.waiting_since = at
    deadlines.clear(ticket)


def revive(ticket: Ticket, at: datetime) -> None:
    """Take an end back: `unmerge` and `reinstate`."""
    ticket.end_reason = ""
    ticket.ended_at = None
    ticket.merged_into = None
    deadlines.start(ticket, at)


def touch(ticket: Ticket, verb: Verb, by: Actor) -> None:
    """Note the last interaction that the customer may know of (C2, L13)."""
    ticket.last_at = max(by.at, ticket.last_at)
    ticket.last_verb = verb
    ticket.last_by = by.user


def save(ticket: Ticket) -> None:
    """Write every column that a verb may change, in one statement."""
    ticket.save(update_fields=_COLUMNS)


def promises(ticket: Ticket) -> dict[str, str]:
    """The two dates as told at this step, for the history and the letters (B7)."""
    if ticket.deadline_at is None or ticket.closes_at is None:
        return {}
    return {
        "deadline": ticket.deadline_at.isoformat(),
        "closes": ticket.closes_at.isoformat(),
    }
