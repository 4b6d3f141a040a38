"""A ticket's last offer of a paid service, as its page and its letters tell it (E3). Writes
nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import CharField, OuterRef, Subquery
from django.db.models.functions import Cast, JSONObject

from common.money import reais
from tickets.models import ServiceOffer, Ticket
from tickets.models.scopes import TicketQuerySet


@dataclass(frozen=True)
class Offer:
    """`version` and `text` are the terms' it was made under, `listed` their price for a `unit`."""

    pk: int
    service: str
    version: int
    text: str
    price: Decimal
    listed: Decimal
    unit: str
    offered_by: str
    offered_at: datetime
    decision: str
    decided_by: str
    decided_at: datetime | None

    @property
    def is_open(self) -> bool:
        return not self.decision

    @property
    def price_in_words(self) -> str:
        return reais(self.price)

    @property
    def listed_in_words(self) -> str:
        """Of the list, where the offer's price is another or is counted by the hour."""
        if not self.unit and self.listed == self.price:
            return ""
        return f"{reais(self.listed)} / {self.unit}" if self.unit else reais(self.listed)

    @property
    def seen_as(self) -> str:
        """What a page that shows it now knows of it."""
        return f"{self.pk}:{self.decision or 'open'}"


def with_offer(tickets: TicketQuerySet) -> TicketQuerySet:
    """`tickets` with what `offer_of` needs, in the same statement."""
    offers = ServiceOffer.objects.filter(ticket=OuterRef("pk")).order_by("-pk")
    row = JSONObject(
        pk="pk",
        service="terms__service__name",
        version="terms__number",
        text="terms__text",
        price=Cast("price", CharField()),  # a float would be another price
        listed=Cast("terms__price", CharField()),
        unit="terms__unit",
        offered_by="offered_by__name",
        offered_at="offered_at",
        decision="decision",
        decided_by="decided_by__name",
        decided_at="decided_at",
    )
    found: TicketQuerySet = tickets.annotate(offer_row=Subquery(offers.values(row=row)[:1]))
    return found


def offer_of(ticket: Any) -> Offer | None:
    """The last offer in `ticket`, one of `with_offer`; asks the database nothing."""
    return _offer(ticket.offer_row) if ticket.offer_row else None


def last_offer(ticket: Ticket) -> Offer | None:
    """The same of any ticket, in one statement."""
    return offer_of(with_offer(Ticket.objects.filter(pk=ticket.pk)).get())


def _offer(row: Mapping[str, Any]) -> Offer:
    decided = row["decided_at"]
    return Offer(
        **{
            **row,
            "price": Decimal(row["price"]),
            "listed": Decimal(row["listed"]),
            "offered_at": datetime.fromisoformat(row["offered_at"]),
            "decided_by": row["decided_by"] or "",
            "decided_at": datetime.fromisoformat(decided) if decided else None,
        }
    )
