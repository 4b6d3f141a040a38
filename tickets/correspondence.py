"""What every letter about a ticket shares: its thread, its address for replies, its frame of words.

Who gets which letter, and what it says besides, the followers decide.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Prefetch
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from common import dates, links
from common.text import one_line
from outbox.models import Delivery
from outbox.post import Json, post
from tickets import queries, rules
from tickets.deadlines import zone_of
from tickets.models import Attachment, Channel, Message, Severity, Ticket, Verb
from tickets.next_step import next_step

TOPIC = "ticket:"

_MOST_RECENT = 3
# A mail of more than 100 KB is cut by its reader's program, and not always where it says so.
_LONGEST = 20_000
_LONGEST_RECENT = 600


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


@dataclass(frozen=True)
class Background:
    """What the letters about one event share, read once for all of their readers."""

    roots: Sequence[str]
    latest: Mapping[str, str]
    recent: Sequence[Message]


def background(ticket: Ticket, readers: Iterable[User], told: Message | None) -> Background:
    """For letters about `ticket` to `readers` which tell the message `told`, if any.

    Five statements at most, however many readers and messages there are. A note is in no letter,
    not even in the desk's: what is answered is quoted, and might be published with it (L13).
    """
    roots = [root_id(ticket.number)]
    if ticket.predecessor is not None:
        roots.insert(0, root_id(ticket.predecessor.number))
    before = Delivery.objects.filter(
        topic=topic(ticket.number), to_address__in=[each.email for each in readers]
    )
    latest = before.order_by("to_address", "-pk").distinct("to_address")
    named = Prefetch("attachments", Attachment.objects.only("message", "name"))
    recent = queries.said_in(ticket)
    if told is not None:
        recent = recent.exclude(pk=told.pk)
    return Background(
        roots,
        {each.to_address: each.read_as for each in latest},
        list(recent.prefetch_related(named)[:_MOST_RECENT]),
    )


def send(
    letter: str,
    *,
    ticket: Ticket,
    to: User,
    key: str,
    now: datetime,
    said: Mapping[str, Json],
    shared: Background | None = None,
    headers: Mapping[str, str] | None = None,
) -> Delivery:
    """Promise a letter about `ticket` to one person, in the transaction of what it tells (L10).

    Frozen as at `now` (aware): title, facts, the last messages, and the deadline sentence for
    this reader, in the calendar's zone and naming it where the reader's differs. `said` is what
    this letter adds. An answer finds the ticket by its address: of a customer whatever its status
    (L5 to L7), of staff while it takes replies. `shared` is what `background` read for several.
    """
    shared = shared or background(ticket, [to], None)
    thread = [*shared.roots, *filter(None, [shared.latest.get(to.email)])]
    takes_answer = not to.is_desk or rules.refusal(Verb.REPLY, to, ticket) is None
    return post(
        letter,
        key=key,
        to=to.email,
        name=to.name,
        topic=topic(ticket.number),
        reply_to=reply_address(ticket.number) if takes_answer else "",
        in_reply_to=thread[-1],
        references=thread,
        headers=headers,
        context={
            "number": ticket.number,
            "title": ticket.title,
            "facts": _facts(ticket, to),
            "deadline": str(next_step(ticket, reader=to, now=now)),
            "url": page(ticket.number, to),
            "for_desk": to.is_desk,
            "takes_answer": takes_answer,
            "recent": [_told(message, ticket, to, now) for message in shared.recent],
            **said,
        },
    )


def quoted(message: Message, longest: int = _LONGEST) -> dict[str, Json]:
    """The text of a message and the names of its files; of a note, which nobody quotes, nothing."""
    if message.is_internal:
        return {}
    names = [one_line(each.name, 100) for each in message.attachments.all()]
    return {"text": cut(message.body_text, longest), "files": ", ".join(names)}


def cut(text: str, longest: int) -> str:
    """`text` with an ellipsis in place of what is beyond `longest` characters."""
    return text if len(text) <= longest else f"{text[:longest].rstrip()}…"


def named(person: User) -> str:
    """A person's name, which can turn around nothing that stands beside it."""
    return one_line(person.name, 100)


def _told(message: Message, ticket: Ticket, reader: User, now: datetime) -> dict[str, Json]:
    """A message that is already known: who, when on the reader's clock, and how it came."""
    return {
        "author": named(message.author),
        "by_support": not message.by_customer,
        "when": dates.exact(message.received_at, reader.zone, zone_of(ticket), now=now),
        "way": "" if message.channel == Channel.DESK else Channel(message.channel).way,
        **quoted(message, _LONGEST_RECENT),
    }


def _facts(ticket: Ticket, reader: User) -> str:
    facts = [_("Ticket %(number)d") % {"number": ticket.number}]
    if reader.is_desk:
        facts += [ticket.organization.name, str(Severity(ticket.severity).label)]
    return " · ".join([*facts, ticket.product.name, ticket.get_status_display()])
