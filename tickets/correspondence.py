"""What every letter about a ticket shares: its thread, its address for replies, its frame of words.

Who gets which letter, and what it says besides, the followers decide.
"""

from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from common import links
from outbox.models import Delivery
from outbox.post import Json, post
from tickets.models import Severity, Ticket
from tickets.next_step import next_step


TOPIC = "ticket:"


def topic(number: int) -> str:
    """What the deliveries about a ticket are found by."""
    return f"{TOPIC}{number}"


def root_id(number: int) -> str:
    """The Message-ID at the root of a ticket's thread; no letter has it, all refer to it."""
    return f"<ticket-{number}@{settings.MAIL_REPLY_DOMAIN}>"


def reply_address(number: int) -> str:
    """Where an answer to a letter of this ticket goes, signed so that nobody can make one up."""
    return f"ticket+{links.mail_token(number)}@{settings.MAIL_REPLY_DOMAIN}"


def page(number: int, reader: User) -> str:
    """The absolute address of the ticket's page, in the portal or at the desk."""
    name = "desk:ticket" if reader.is_desk else "portal:ticket"
    return f"{settings.BASE_URL}{reverse(name, args=[number])}"


def send(
    letter: str,
    *,
    ticket: Ticket,
    to: User,
    key: str,
    now: datetime,
    said: Mapping[str, Json],
) -> Delivery:
    """Promise a letter about `ticket` to one person, in the transaction of what it tells (L10).

    Frozen as at `now` (aware): title, facts, and the deadline sentence for this reader, in the
    calendar's zone and naming it where the reader's differs. `said` is what this letter adds.
    An answer of a customer finds the ticket by its address; the desk answers at the desk, where
    it says what kind of answer it is, so its letters have no such address.
    """
    thread = _thread(ticket, to)
    return post(
        letter,
        key=key,
        to=to.email,
        name=to.name,
        topic=topic(ticket.number),
        reply_to="" if to.is_desk else reply_address(ticket.number),
        in_reply_to=thread[-1],
        references=thread,
        context={
            "number": ticket.number,
            "title": ticket.title,
            "facts": _facts(ticket, to),
            "deadline": str(next_step(ticket, reader=to, now=now)),
            "url": page(ticket.number, to),
            "for_desk": to.is_desk,
            **said,
        },
    )


def _thread(ticket: Ticket, to: User) -> list[str]:
    """Roots first, then the last letter that this person got about the ticket."""
    before = [root_id(ticket.predecessor.number)] if ticket.predecessor else []
    latest = (
        Delivery.objects.filter(topic=topic(ticket.number), to_address=to.email)
        .order_by("-pk")
        .values_list("message_id", flat=True)[:1]
    )
    return [*before, root_id(ticket.number), *latest]


def _facts(ticket: Ticket, reader: User) -> str:
    facts = [_("Ticket %(number)d") % {"number": ticket.number}]
    if reader.is_desk:
        facts += [ticket.organization.name, str(Severity(ticket.severity).label)]
    return " · ".join([*facts, ticket.product.name, ticket.get_status_display()])
