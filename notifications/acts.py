"""The signed links in letters: one purpose, one ticket, one person. What they open acts on POST."""

from dataclasses import dataclass
from enum import StrEnum

from django.conf import settings
from django.db.models import F, Q
from django.urls import reverse

from accounts.models import User
from common import links
from common.links import BadLink
from outbox.post import Json
from tickets import rules
from tickets.lifecycle import FOLLOWED, PENDING, VALIDATION
from tickets.models import PUT_TO_CUSTOMER, Ticket, Verb

_ACTS = "notifications.act"
_UNWATCH = "notifications.unwatch"


class Act(StrEnum):
    """What a button does."""

    CONFIRM = "confirm"
    UNSOLVED = "unsolved"
    ANSWER = "answer"
    FOLLOW_UP = "follow-up"


@dataclass(frozen=True)
class Offer:
    """`act` on the ticket of `number` by one person, as long as it is in the count that began
    with the event `count`."""

    act: Act
    number: int
    person_id: int
    count: int


def address(offer: Offer) -> str:
    """The absolute address of the page where the button leads."""
    return f"{settings.BASE_URL}{path(offer)}"


def path(offer: Offer) -> str:
    """The same, within the installation."""
    value = f"{offer.act}:{offer.number}:{offer.person_id}:{offer.count}"
    return reverse("portal:by_letter", args=[links.sign(_ACTS, value)])


def read(token: str) -> Offer:
    """What `token` offers. Raises `BadLink` for what is none of ours."""
    value = links.read(_ACTS, token)
    try:
        act, number, person, count = value.split(":")
        return Offer(Act(act), int(number), int(person), int(count))
    except ValueError as error:
        raise BadLink from error


def count_of(ticket: Ticket) -> int:
    """Id of the event with which the present count of `ticket` began; of an ended one, its end."""
    began = ~Q(from_status=F("to_status")) | Q(verb__in=PUT_TO_CUSTOMER)
    return ticket.events.filter(began).exclude(to_status=FOLLOWED).latest("pk").pk


def holds(offer: Offer, ticket: Ticket, person: User) -> bool:
    """Whether what a letter offered `person` can still be done: in the same count, and a follow-up
    as long as the ticket stays ended so, also where it has gone on already (L7)."""
    if offer.act is Act.FOLLOW_UP:
        can_be_done = ticket.is_ended
    else:
        can_be_done = offer.act in _possible(ticket, person)
    return can_be_done and count_of(ticket) == offer.count


def offered(ticket: Ticket, person: User, count: int) -> dict[str, Json]:
    """The addresses of what `person` may do about `ticket` as it stands, by the name under which
    a letter tells them; nothing to the desk."""
    acts = {f"{act.name.lower()}_url": act for act in _possible(ticket, person)}
    return {
        name: address(Offer(act, ticket.number, person.pk, count)) for name, act in acts.items()
    }


def _possible(ticket: Ticket, person: User) -> list[Act]:
    if person.is_desk:
        return []
    if ticket.status == PENDING:
        return [Act.ANSWER]
    if ticket.status == VALIDATION:
        may_confirm = rules.refusal(Verb.CONFIRM_SOLUTION, person, ticket) is None
        return [Act.CONFIRM, Act.UNSOLVED] if may_confirm else [Act.UNSOLVED]
    if ticket.is_ended and rules.refusal(Verb.FOLLOW_UP, person, ticket) is None:
        return [Act.FOLLOW_UP]
    return []


def unwatch_address(number: int, person: User) -> str:
    """The absolute address where `person` stops watching the ticket; for RFC 8058 too."""
    token = links.sign(_UNWATCH, f"{number}:{person.pk}")
    return f"{settings.BASE_URL}{reverse('notifications:unsubscribe', args=[token])}"


def read_unwatch(token: str) -> tuple[int, int]:
    """The ticket's number and the person's id. Raises `BadLink` for what is none of ours."""
    number, person = links.read(_UNWATCH, token).split(":")
    return int(number), int(person)
