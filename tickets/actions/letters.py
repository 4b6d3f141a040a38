"""What befalls the letters of a ticket, where its analysts should know of it."""

from django.db import transaction

from accounts.models import User
from tickets import rules
from tickets.actions.locking import hold
from tickets.actors import Actor
from tickets.events import record
from tickets.models import Ticket, TicketEvent, Verb


@transaction.atomic
def note_bounce(
    ticket: Ticket, *, by: Actor, delivery: int, person: User | None, code: str
) -> TicketEvent:
    """Note for staff that the letter `delivery` to `person` came back, with the mail server's
    status `code`, as 5.1.1 (RFC 3463). By the system alone, in any status; it moves nothing (L5).
    """
    ticket = hold(ticket)
    rules.require(Verb.BOUNCE, by.user, ticket)
    data = {"delivery": delivery, "person": person.pk if person else None, "code": code}
    return record(ticket, Verb.BOUNCE, by=by, data=data, is_internal=True)
