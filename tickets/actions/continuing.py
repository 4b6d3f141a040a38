"""L6 and L7: an ended ticket goes on in exactly one successor, and messages find the live end."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from tickets import rules
from tickets.actions.conversation import answer, takes_answer
from tickets.actions.locking import enter, hold_live_end, save, touch
from tickets.actions.messages import write
from tickets.actions.opening import create
from tickets.actors import Actor
from tickets.events import done_before, record
from tickets.models import Message, Ticket, TicketEvent, Verb, Watcher


@transaction.atomic
def follow_up(ticket: Ticket, *, by: Actor, body: str, files: Sequence[UUID] = ()) -> TicketEvent:
    """Continue the ended `ticket` with a message: in its successor, made now if there is none.

    The successor (L6) is in Aberto with the same requester (the writer, if that one has left),
    organization, queue, product and watchers; the assignee stays if still working that queue.
    Where the chain has already gone on, the message lands in its live end (L7). Refused while
    `ticket` is active, and for one discarded as spam.
    """
    if not Ticket.objects.ended().filter(pk=ticket.pk).exists():
        rules.require(Verb.FOLLOW_UP, by.user, Ticket.objects.get(pk=ticket.pk))
    return deliver(ticket, by=by, body=body, files=files)


@transaction.atomic
def deliver(
    ticket: Ticket,
    *,
    by: Actor,
    body: str,
    files: Sequence[UUID] = (),
    html: str = "",
) -> TicketEvent:
    """Put a customer's message to `ticket` where it belongs (L5, L6, L7, L11), whichever way in.

    The event returned belongs to the ticket in which the message landed. Refused to support,
    whose people do not see every ticket that a chain leads to (R1).
    """
    if not by.is_customer:
        raise rules.customer_only()
    end = hold_live_end(ticket)
    if done := done_before(by):
        return done
    if takes_answer(end, by):
        event = answer(end, by=by, body=body, files=files, html=html)
        _let_see(end, by)
        return event
    rules.require(Verb.FOLLOW_UP, by.user, end)
    return _spawn(end, by=by, body=body, files=files, html=html)


def _spawn(ended: Ticket, *, by: Actor, body: str, files: Sequence[UUID], html: str) -> TicketEvent:
    writer = by.person()
    requester = ended.requester
    if rules.has_left(requester, ended.organization_id):
        requester = writer
    assignee = ended.assignee
    if assignee is not None and not rules.may_be_assigned(assignee, ended.queue):
        assignee = None
    successor = create(
        by=by,
        organization=ended.organization,
        requester=requester,
        product=ended.product,
        queue=ended.queue,
        title=ended.title,
        severity=ended.severity,
        assignee=assignee,
        predecessor=ended,
        routine=ended.routine,
    )
    Watcher.objects.bulk_create(
        Watcher(ticket=successor, user_id=user_id, since=by.at)
        for user_id in ended.watchers.exclude(user=requester).values_list("user", flat=True)
    )
    came_from = enter(ended, Verb.FOLLOW_UP)
    touch(ended, Verb.FOLLOW_UP, by)
    save(ended)
    message = write(successor, Message.Kind.OPENING, by=by, body=body, files=files, html=html)
    record(
        ended,
        Verb.FOLLOW_UP,
        by=by,
        came_from=came_from,
        data={"successor": successor.number},
        keyed=False,
    )
    opened = record(
        successor,
        Verb.OPEN,
        by=by,
        came_from="",
        message=message,
        data={"predecessor": ended.number},
    )
    _let_see(successor, by)
    return opened


def _let_see(ticket: Ticket, by: Actor) -> None:
    """Whoever wrote to an ended ticket sees the one in which the message landed."""
    writer = by.person()
    if writer.pk == ticket.requester_id or writer.is_admin_of(ticket.organization_id):
        return
    _row, is_new = Watcher.objects.get_or_create(
        ticket=ticket, user=writer, defaults={"since": by.at}
    )
    if is_new:
        record(ticket, Verb.WATCH, by=by, data={"user": writer.pk}, keyed=False)
