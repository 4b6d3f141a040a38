"""The page of one ticket on the desk, whole or in the parts that change: what it shows."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, Count, OuterRef, Q, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Concat, JSONObject
from django.http import HttpRequest
from django.urls import reverse
from django.utils.timezone import get_default_timezone

from accounts.guards import person
from accounts.models import Contract, User
from common import clock
from interfaces.desk import kinds
from interfaces.desk.asks import Asks, asked_later, asks_of, chosen_in, with_asks
from interfaces.desk.kinds import Kind
from interfaces.desk.lists import filters_of
from interfaces.desk.scope import shown_to
from interfaces.desk.told import Answers, told_in
from interfaces.web.requests import stored_files, unsent
from interfaces.web.timeline import Entry, Fold, Line, conversation, last_message_id, timeline
from outbox.models import Suspension
from tickets import rules
from tickets.deadlines import zone_of
from tickets.errors import Refused
from tickets.known import Known, known_of, with_known
from tickets.lifecycle import DiscardReason
from tickets.models import Draft, Ticket, Watcher
from tickets.models.scopes import TicketQuerySet
from tickets.next_step import NextStep, next_step
from tickets.offers import Offer, offer_of, with_offer


@dataclass(frozen=True)
class Typed:
    """What stands in the composer: a draft, or what was sent and refused (`error` says why)."""

    kind: str = ""
    text: str = ""
    files: Sequence[dict[str, Any]] = ()
    saved: bool = False
    error: str = ""
    # Keys of the checklists' questions that are to be asked.
    asks: Collection[str] = ()
    # The last message that was on screen when the writing began.
    seen: int | None = None


@dataclass(frozen=True)
class Returned:
    """A person's letters come back: nothing is sent to `address` since then, and why."""

    person: int
    address: str
    since: datetime
    why: str

    @classmethod
    def of(cls, person: int, address: str, row: Mapping[str, str] | None) -> "Returned | None":
        """From a row of `_suspension`, if there is one."""
        if row is None:
            return None
        return cls(person, address, datetime.fromisoformat(row["since"]), row["why"])


@dataclass(frozen=True)
class Follower:
    """Somebody who watches."""

    pk: int
    name: str
    desk_role: str
    returned: Returned | None


@dataclass(frozen=True)
class Case:
    """All that the page shows of `ticket`; `earlier` are the tickets that it continues (L6).

    `newer` are the messages that came while the reader was writing; `seen` is the last one that
    the page shows, `others` how many more tickets of the customer are active.
    """

    ticket: Ticket
    url: str
    query: str
    step: NextStep
    zone: ZoneInfo
    earlier: Sequence[Fold]
    lines: Sequence[Line]
    newer: Sequence[Entry]
    seen: int
    allowed: set[str]
    kinds: Sequence[Kind]
    typed: Typed
    returned: Returned | None
    followers: Sequence[Follower]
    watching: bool
    tier: str
    others: int
    known: Known
    offer: Offer | None
    told: Answers
    asks: Asks
    files: Sequence[dict[str, Any]]
    onward: Ticket | None
    draft_url: str
    # The status that the page in the browser still shows, where only its parts are asked for.
    was: str

    @property
    def takes_calls(self) -> bool:
        """Whether what the customer says now can be recorded: of spam nothing goes on (L8)."""
        return self.ticket.discard_reason != DiscardReason.SPAM


def build(request: HttpRequest, ticket: Any, typed: Typed | None = None) -> Case:
    """What the reader of `request` sees of `ticket`, one of `surrounded`; `typed` goes before the
    stored draft."""
    reader, now = person(request), clock.now()
    chapters = timeline(ticket, reader, now)
    earlier, lines = conversation(chapters)
    typed = typed or _draft(ticket, reader)
    followers = [_follower(**row) for row in ticket.follower_rows]
    requester = ticket.requester
    allowed = rules.allowed(reader, ticket)
    hearers = sum(1 for each in followers if each.pk != ticket.requester_id)
    files = [file for each in chapters for entry in each.entries for file in entry.attachments]
    return Case(
        ticket=ticket,
        url=reverse("desk:ticket", args=[ticket.number]),
        query=filters_of(request),
        step=next_step(ticket, reader=reader, now=now),
        zone=zone_of(ticket),
        earlier=earlier,
        lines=lines,
        newer=_newer(lines, typed.seen, reader),
        seen=last_message_id(chapters),
        allowed=allowed,
        kinds=kinds.offered(ticket, allowed, hearers=hearers, reader_tz=reader.zone, now=now),
        typed=typed,
        returned=Returned.of(requester.pk, requester.email, ticket.suspension),
        followers=followers,
        watching=any(each.pk == reader.pk for each in followers),
        tier=str(Contract.Tier(ticket.tier).label) if ticket.tier else "",
        others=ticket.others,
        known=known_of(ticket),
        offer=offer_of(ticket),
        told=told_in(ticket, files, later=asked_later(ticket)),
        asks=asks_of(ticket, typed.asks),
        files=files,
        onward=_onward(ticket),
        draft_url=reverse("web:draft", args=[place(ticket.number)]),
        was=request.GET.get("was", ""),
    )


def place(number: int) -> str:
    """Where the draft of the composer is kept."""
    return f"ticket:{number}:desk"


def refused(request: HttpRequest, why: Refused) -> Typed:
    """What was sent and not taken: nothing of it is lost."""
    return Typed(
        kind=request.POST.get("kind", ""),
        text=request.POST.get("body", ""),
        files=stored_files(request),
        error=str(why),
        asks=chosen_in(request.POST),
        seen=seen_by(request),
    )


def heard(request: HttpRequest) -> Typed:
    """For the parts of a page that is open in a browser: what it showed when it was loaded."""
    return Typed(seen=_number(request.GET.get("seen", "")))


def seen_by(request: HttpRequest) -> int | None:
    """The last message that was on the writer's screen, by the form's own word."""
    return _number(request.POST.get("seen", ""))


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 19 else None


def _draft(ticket: Any, reader: User) -> Typed:
    fields = ticket.draft or {}
    text, keys = fields.get("body", ""), fields.get("files", ())
    asks = chosen_in(fields)
    return Typed(
        fields.get("kind", ""),
        text,
        unsent(reader, keys),
        saved=bool(text or keys or asks),
        asks=asks,
    )


def _newer(lines: Sequence[Line], seen: int | None, reader: User) -> list[Entry]:
    """The messages of others that came after message `seen`."""
    if seen is None:
        return []
    messages = [line.entry for line in lines if line.entry.message]
    return [
        entry
        for entry in messages
        if entry.message and entry.message.pk > seen and entry.message.author_id != reader.pk
    ]


def _onward(ticket: Ticket) -> Ticket | None:
    """Where the ticket goes on: the one it was merged into, or its successor."""
    return ticket.merged_into or getattr(ticket, "successor", None)


def surrounded(user: User) -> TicketQuerySet:
    """The tickets that `user` may see, each with what its page says beside the conversation: who
    watches, the contract, the stored draft, how many more the customer has, what is known of
    incidents and defects, what was told and what may be asked. One statement."""
    followers = Watcher.objects.filter(ticket=OuterRef("pk")).order_by("user__name", "pk")
    row = JSONObject(
        pk="user__pk",
        name="user__name",
        desk_role="user__desk_role",
        email="user__email",
        suspension=_suspension("user__email"),
    )
    # A contract begins and ends with a day of the house, not of Greenwich.
    today = clock.now().astimezone(get_default_timezone()).date()
    contracts = Contract.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=today),
        organization=OuterRef("organization"),
        starts_on__lte=today,
    )
    # As `place` writes it.
    at = Concat(Value("ticket:"), Cast(OuterRef("number"), CharField()), Value(":desk"))
    drafts = Draft.objects.filter(user=user, place=at)
    asked = ("intake__product_checklist", "intake__routine_checklist", "routine")
    rows = with_known(shown_to(user).select_related(*asked), user)
    seen: Any = with_asks(with_offer(rows)).annotate(
        follower_rows=ArraySubquery(followers.values(row=row)),
        suspension=_suspension("requester__email"),
        tier=Subquery(contracts.order_by("-starts_on").values("tier")[:1]),
        draft=Subquery(drafts.values("fields")[:1]),
        others=Coalesce(Subquery(_others(user)), 0),
    )
    found: TicketQuerySet = seen
    return found


def _suspension(address: str) -> Subquery:
    """Since when and why nothing is sent to the address that stands in column `address`."""
    found = Suspension.objects.filter(address__iexact=OuterRef(address))
    return Subquery(found.values(row=JSONObject(since="since", why="why"))[:1])


def _follower(
    pk: int, name: str, desk_role: str, email: str, suspension: Mapping[str, str] | None
) -> Follower:
    return Follower(pk, name, desk_role, Returned.of(pk, email, suspension))


def _others(user: User) -> Any:
    """How many other active tickets of the customer `user` may see (R1)."""
    others = Ticket.objects.visible_to(user).active().exclude(pk=OuterRef("pk"))
    of_customer = others.filter(organization=OuterRef("organization")).order_by()
    return of_customer.values("organization").annotate(count=Count("pk")).values("count")
