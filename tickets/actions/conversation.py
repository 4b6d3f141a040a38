"""Verbs that speak: reply, note, request information, propose a solution, take back."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django_fsm import can_proceed

from catalog.intake import Field
from tickets import deadlines, rules
from tickets.actions.locking import (
    begin_count,
    enter,
    hold,
    promises,
    revive,
    save,
    touch,
)
from tickets.actions.messages import write
from tickets.actors import Actor
from tickets.errors import Refused
from tickets.events import done_before, record
from tickets.intake import as_asked, questions_in_words
from tickets.models import FieldRequest, Message, Ticket, TicketEvent, Verb


@transaction.atomic
def reply(
    ticket: Ticket,
    *,
    by: Actor,
    body: str,
    files: Sequence[UUID] = (),
    html: str = "",
    seen: int | None = None,
) -> TicketEvent:
    """Add a message that everyone reads.

    From a customer: in Pendente and Validação the ticket goes back to Aberto and the deadline is
    removed; in Aberto only the last interaction changes (L5). From staff neither status nor
    deadline change. Refused when the ticket has ended (L6), unless the answer was received
    before it expired (L11); and to staff when somebody wrote after message `seen`.
    """
    ticket = hold(ticket)
    if done := done_before(by):
        return done
    if by.is_customer:
        return answer(ticket, by=by, body=body, files=files, html=html)
    rules.require(Verb.REPLY, by.user, ticket)
    _nobody_wrote_since(ticket, seen, by)
    message = write(ticket, Message.Kind.REPLY, by=by, body=body, files=files, html=html)
    touch(ticket, Verb.REPLY, by)
    save(ticket)
    return record(ticket, Verb.REPLY, by=by, message=message, data=promises(ticket))


def takes_answer(ticket: Ticket, by: Actor) -> bool:
    """Whether a customer's message received at `by.at` lands in this ticket itself (L5, L11)."""
    return not ticket.is_ended or _in_time(ticket, by)


def _in_time(ticket: Ticket, by: Actor) -> bool:
    """L11: expired by the clock only because the answer was placed late."""
    return can_proceed(ticket.reinstate) and deadlines.was_in_time(ticket, by.at)


def answer(
    ticket: Ticket,
    *,
    by: Actor,
    body: str,
    files: Sequence[UUID] = (),
    html: str = "",
    data: dict[str, Any] | None = None,
) -> TicketEvent:
    """A customer's message to `ticket`, which the caller holds; see `reply`."""
    if ticket.is_ended and not _in_time(ticket, by):
        raise rules.ended(ticket)
    verb = Verb.CUSTOMER_REPLY if ticket.is_with_customer else Verb.REPLY
    if not ticket.is_ended:
        rules.require(verb, by.user, ticket)
    message = write(ticket, Message.Kind.REPLY, by=by, body=body, files=files, html=html)
    if ticket.is_ended:
        _reinstate(ticket, by)
    came_from = ticket.status
    if ticket.is_with_customer:
        enter(ticket, Verb.CUSTOMER_REPLY)
        begin_count(ticket, by)
    touch(ticket, verb, by)
    save(ticket)
    return record(ticket, verb, by=by, came_from=came_from, message=message, data=data)


def _reinstate(ticket: Ticket, by: Actor) -> None:
    """L11: take the system's own end back, dated when the answer was received."""
    came_from = enter(ticket, Verb.REINSTATE)
    revive(ticket, by.at)
    save(ticket)
    record(ticket, Verb.REINSTATE, by=Actor.system(), came_from=came_from)


@transaction.atomic
def note(ticket: Ticket, *, by: Actor, body: str, files: Sequence[UUID] = ()) -> TicketEvent:
    """Add an internal note, which no customer ever learns of (L13). Desk only."""
    ticket = hold(ticket)
    if done := done_before(by):
        return done
    rules.require(Verb.NOTE, by.user, ticket)
    message = write(ticket, Message.Kind.NOTE, by=by, body=body, files=files)
    return record(ticket, Verb.NOTE, by=by, message=message, is_internal=True)


@transaction.atomic
def request_information(
    ticket: Ticket,
    *,
    by: Actor,
    body: str,
    files: Sequence[UUID] = (),
    fields: Sequence[Field] = (),
    seen: int | None = None,
) -> TicketEvent:
    """Ask the customer for data or a test; a new count begins (L3). Desk only.

    `fields` are questions of checklists, which the message names and the customer answers in
    place (E2): each is asked as it stands, whatever other answers would call for it, and none must
    be answered.
    """
    text = "\n\n".join(filter(None, [body.strip() and body, questions_in_words(fields)]))
    return _put_to_customer(
        ticket, Verb.REQUEST_INFORMATION, Message.Kind.REQUEST, by, text, files, seen, fields
    )


@transaction.atomic
def propose_solution(
    ticket: Ticket,
    *,
    by: Actor,
    body: str,
    files: Sequence[UUID] = (),
    seen: int | None = None,
) -> TicketEvent:
    """Propose a solution, which closes nothing (L2); a new count begins (L4). Desk only."""
    return _put_to_customer(
        ticket, Verb.PROPOSE_SOLUTION, Message.Kind.SOLUTION, by, body, files, seen
    )


def _put_to_customer(
    ticket: Ticket,
    verb: Verb,
    kind: Message.Kind,
    by: Actor,
    body: str,
    files: Sequence[UUID],
    seen: int | None,
    fields: Sequence[Field] = (),
) -> TicketEvent:
    ticket = hold(ticket)
    if done := done_before(by):
        return done
    rules.require(verb, by.user, ticket)
    _nobody_wrote_since(ticket, seen, by)
    message = write(ticket, kind, by=by, body=body, files=files)
    if fields:
        FieldRequest.objects.create(message=message, fields=as_asked(fields))
    came_from = enter(ticket, verb)
    begin_count(ticket, by)
    touch(ticket, verb, by)
    save(ticket)
    told = promises(ticket) | ({"asked": len(fields)} if fields else {})
    return record(ticket, verb, by=by, came_from=came_from, message=message, data=told)


@transaction.atomic
def resume(ticket: Ticket, *, by: Actor, reason: str, files: Sequence[UUID] = ()) -> TicketEvent:
    """Take a question or a solution back, with a reason that the customer reads. Desk only."""
    ticket = hold(ticket)
    if done := done_before(by):
        return done
    rules.require(Verb.RESUME, by.user, ticket)
    message = write(ticket, Message.Kind.REASON, by=by, body=reason, files=files)
    came_from = enter(ticket, Verb.RESUME)
    begin_count(ticket, by)
    touch(ticket, Verb.RESUME, by)
    save(ticket)
    return record(ticket, Verb.RESUME, by=by, came_from=came_from, message=message)


def _nobody_wrote_since(ticket: Ticket, seen: int | None, by: Actor) -> None:
    """Tell the second of two who answer at once; `seen` is the last message that was on screen."""
    if seen is None:
        return
    later = ticket.messages.filter(pk__gt=seen).exclude(author=by.user).select_related("author")
    if newest := later.order_by("-pk").first():
        raise Refused(
            "newer_message",
            _(
                "%(name)s escreveu enquanto você respondia. Leia a mensagem nova e envie de novo; "
                "o seu texto foi mantido."
            )
            % {"name": newest.author.name},
        )
