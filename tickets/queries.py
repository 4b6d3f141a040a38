"""Reads that several interfaces share: the whole history, the live end, queues for products."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, F, Prefetch, QuerySet
from django.db.models.expressions import RawSQL

from accounts.models import User
from catalog.models import Product
from common.lookups import AnyOf
from tickets.models import Attachment, Message, Queue, Ticket, TicketEvent

# Ids of what a ticket's page shows: itself, its duplicates and its predecessors, and theirs
# (L6, L8).
_HISTORY = """
ARRAY(
    WITH RECURSIVE shown(id) AS (
        SELECT id FROM tickets_ticket WHERE id = %s
        UNION
        SELECT related.id
        FROM shown
        JOIN tickets_ticket AS present ON present.id = shown.id
        JOIN tickets_ticket AS related
          ON related.merged_into_id = present.id OR related.id = present.predecessor_id
    )
    SELECT id FROM shown
)
"""


@dataclass(frozen=True)
class Chapter:
    """One ticket of a history, with what `reader` may see of it, oldest first."""

    ticket: Ticket
    messages: Sequence[Message]
    events: Sequence[TicketEvent]


def said_in(ticket: Ticket) -> QuerySet[Message]:
    """What everybody reads of the whole history of `ticket` (L6, L8), newest first; no note,
    whoever reads it (L13)."""
    said = Message.objects.filter(AnyOf(F("ticket_id"), _history(ticket)), is_internal=False)
    return said.select_related("author").order_by("-received_at", "-pk")


def _history(ticket: Ticket) -> RawSQL:
    return RawSQL(_HISTORY, [ticket.pk], ArrayField(BigIntegerField()))  # noqa: S611 - ours


def chapters(ticket: Ticket, reader: User) -> list[Chapter]:
    """The whole history of `ticket` as `reader` may read it (L6, L13), oldest ticket first.

    Four statements, however many tickets, messages or files there are. The caller has checked
    that `reader` may see `ticket` itself.
    """
    shown = Ticket.objects.filter(AnyOf(F("pk"), _history(ticket)))
    tickets = list(shown.with_people().order_by("number"))
    ids = [each.pk for each in tickets]
    messages = (
        Message.objects.filter(ticket__in=ids)
        .visible_to(reader)
        .select_related("author", "entered_by")
        .prefetch_related(Prefetch("attachments", Attachment.objects.order_by("pk")))
    )
    events = events_for(reader).filter(ticket__in=ids).select_related("actor", "entered_by")
    by_ticket_messages: dict[int, list[Message]] = {pk: [] for pk in ids}
    by_ticket_events: dict[int, list[TicketEvent]] = {pk: [] for pk in ids}
    for message in messages:
        by_ticket_messages[message.ticket_id].append(message)
    known = {each.pk: each for each in tickets}
    for event in events:
        event.ticket = known[event.ticket_id]
        by_ticket_events[event.ticket_id].append(event)
    return [
        Chapter(each, by_ticket_messages[each.pk], by_ticket_events[each.pk]) for each in tickets
    ]


def events_for(reader: User) -> QuerySet[TicketEvent]:
    """L13: events meant for staff are for the desk only."""
    events = TicketEvent.objects.all()
    return events if reader.is_desk else events.filter(is_internal=False)


def with_duplicates(ticket: Ticket) -> set[int]:
    """Ids of `ticket` and of all that was merged into it, and into those."""
    found = level = {ticket.pk}
    while level:
        merged = Ticket.objects.filter(merged_into__in=level)
        level = set(merged.values_list("pk", flat=True)) - found
        found = found | level
    return found


def next_of(ticket: Ticket) -> Ticket | None:
    """Where `ticket` goes on: its merge target or its successor; None if it is the end."""
    if ticket.merged_into_id is not None:
        return ticket.merged_into
    return Ticket.objects.filter(predecessor=ticket).first()


def onward(ticket: Ticket) -> list[Ticket]:
    """`ticket` and all that it goes on in, up to the live end (L7)."""
    chain, seen = [ticket], {ticket.pk}
    while (following := next_of(chain[-1])) is not None and following.pk not in seen:
        chain.append(following)
        seen.add(following.pk)
    return chain


def live_end(ticket: Ticket) -> Ticket:
    """L7: where a message to `ticket` lands, following merges and successors."""
    return onward(ticket)[-1]


def may_read_attachment(reader: User, attachment: Attachment) -> bool:
    """Whether `reader` sees a page that shows this file: its ticket's, or one further on.

    An upload that no message has taken yet is its uploader's alone.
    """
    message = attachment.message
    if message is None:
        return attachment.uploaded_by_id == reader.pk
    return page_of(message, reader) is not None


def page_of(message: Message, reader: User) -> Ticket | None:
    """The ticket whose page shows `message` to `reader`: its own, else the next one further on
    that he or she sees (L6, L8); None if there is none (R1, L13)."""
    if message.is_internal and not reader.is_desk:
        return None
    pages = onward(message.ticket)
    seen = Ticket.objects.visible_to(reader).filter(pk__in=[each.pk for each in pages])
    visible = set(seen.values_list("pk", flat=True))
    return next((each for each in pages if each.pk in visible), None)


def queue_for(product: Product) -> Queue | None:
    """R3: the product's default queue; where that is none or closed, the oldest active one."""
    active = Queue.objects.filter(is_active=True)
    return active.filter(default_products__product=product).first() or active.order_by("pk").first()
