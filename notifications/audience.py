"""Who hears of what happens to a ticket. What they are told is in `letters.py`."""

from dataclasses import dataclass
from enum import StrEnum

from accounts.models import User
from tickets.correspondence import named
from tickets.models import Ticket, TicketEvent
from tickets.models.scopes import readers


class Part(StrEnum):
    """A person's part in a ticket; of several, the first in this order is told as the reason."""

    REQUESTER = "requester"
    ASSIGNEE = "assignee"
    BUYER = "buyer"
    WATCHER = "watcher"


FOLLOWING = frozenset({Part.REQUESTER, Part.WATCHER})
EVERYONE = frozenset(Part)


@dataclass(frozen=True)
class Recipient:
    """Who gets a letter, and by which part; `also` names who else at the customer reads along."""

    person: User
    part: Part
    also: tuple[str, ...]


def of(
    event: TicketEvent,
    parts: frozenset[Part] = EVERYONE,
    *,
    author_too: bool = False,
    buyer: int | None = None,
) -> list[Recipient]:
    """Those with one of `parts` in the event's ticket who may see it, requester first (R1).

    Whoever did it, or entered it for a caller, gets no letter about it unless `author_too`.
    `buyer` is the id of who accepted a service in it, with no other part perhaps (E3).
    """
    ticket = event.ticket
    author = None if author_too else event.entered_by_id or event.actor_id
    people = _with_a_part(ticket, buyer)
    customers = [person for person in people if not person.is_desk]
    return [
        Recipient(person, part, tuple(named(other) for other in customers if other != person))
        for person in people
        if (part := _part(person, ticket, buyer)) in parts and person.pk != author
    ]


def _part(person: User, ticket: Ticket, buyer: int | None) -> Part:
    if person.pk == ticket.requester_id:
        return Part.REQUESTER
    if person.pk == ticket.assignee_id:
        return Part.ASSIGNEE
    return Part.BUYER if person.pk == buyer else Part.WATCHER


def _with_a_part(ticket: Ticket, buyer: int | None) -> list[User]:
    """Everybody with a part in `ticket` who may see it: no leaver, no analyst whose queue it left.

    Two statements for any number.
    """
    ids = {ticket.requester_id, *ticket.watchers.values_list("user", flat=True)}
    ids |= {each for each in (ticket.assignee_id, buyer) if each is not None}
    order = list(Part)
    return sorted(
        readers(ticket).filter(pk__in=ids),
        key=lambda each: (order.index(_part(each, ticket, buyer)), each.name, each.pk),
    )
