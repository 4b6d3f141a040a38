"""What time does to a ticket: expire, remind, recompute. Dated at the deadline, not at the run."""

from datetime import datetime, timedelta

from django.db import transaction

from tickets import deadlines, rules
from tickets.actions.locking import end, enter, hold_if_free, promises, save, touch
from tickets.actors import Actor
from tickets.events import record
from tickets.lifecycle import PENDING, VALIDATION, EndReason
from tickets.models import Ticket, TicketEvent, Verb

LAST_SECOND = timedelta(seconds=1)


@transaction.atomic
def advance(ticket_id: int, *, now: datetime) -> list[TicketEvent]:
    """Do to one ticket all that is due at `now` (aware): recompute, remind, expire (L3, L4, L10).

    No ticket expires on a stale deadline: the dates are computed again under the lock first
    (B7). Both deadlines past at once are done in order, each dated at its own (B8). A ticket
    that somebody else holds is left for the next tick. Running it twice has one effect (L12).
    """
    ticket = hold_if_free(ticket_id)
    if ticket is None or ticket.is_ended:
        return []
    done = [*_recompute(ticket, now), *_expire(ticket, now)]
    return done if ticket.is_ended else [*done, *remind(ticket, now=now)]


def _recompute(ticket: Ticket, now: datetime) -> list[TicketEvent]:
    """B3: dates of an older policy or calendar, computed again; told to the history if moved."""
    if not deadlines.is_stale(ticket):
        return []
    told = ticket.deadline_at, ticket.closes_at
    deadlines.refresh(ticket)
    save(ticket)
    if told == (ticket.deadline_at, ticket.closes_at):
        return []
    return [record(ticket, Verb.RECOMPUTE, by=Actor.system(now), data=promises(ticket))]


def _expire(ticket: Ticket, now: datetime) -> list[TicketEvent]:
    done = []
    closes_too = False
    if ticket.status == PENDING and _is_over(ticket, now):
        by = Actor.system(ticket.deadline_at)
        rules.require(Verb.EXPIRE_PENDING, None, ticket)
        came_from = enter(ticket, Verb.EXPIRE_PENDING)
        deadlines.carry_on(ticket, by.at)
        closes_too = _is_over(ticket, now)
        touch(ticket, Verb.EXPIRE_PENDING, by)
        save(ticket)
        done.append(
            record(
                ticket,
                Verb.EXPIRE_PENDING,
                by=by,
                came_from=came_from,
                data=promises(ticket) | {"closes_too": closes_too},
            )
        )
    if ticket.status == VALIDATION and _is_over(ticket, now):
        by = Actor.system(ticket.deadline_at)
        rules.require(Verb.EXPIRE_VALIDATION, None, ticket)
        came_from = enter(ticket, Verb.EXPIRE_VALIDATION)
        end(ticket, EndReason.EXPIRED, by.at)
        touch(ticket, Verb.EXPIRE_VALIDATION, by)
        save(ticket)
        done.append(
            record(
                ticket,
                Verb.EXPIRE_VALIDATION,
                by=by,
                came_from=came_from,
                data={"both": closes_too},
            )
        )
    return done


def _is_over(ticket: Ticket, now: datetime) -> bool:
    """B6: a step runs once the deadline's day is over; the deadline names its last second."""
    return ticket.deadline_at is not None and now >= ticket.deadline_at + LAST_SECOND


def remind(ticket: Ticket, *, now: datetime) -> list[TicketEvent]:
    """L10: remind the customer of a held ticket, once for each told date; late only while the
    deadline is still ahead."""
    if ticket.remind_at is None or ticket.remind_at > now or _is_over(ticket, now):
        return []
    ticket.reminded_for = ticket.deadline_at
    ticket.remind_at = None
    save(ticket)
    return [record(ticket, Verb.REMIND, by=Actor.system(now), data=promises(ticket))]
