"""The checklist questions that support asked last, as a customer's page shows them (E2). Writes
nothing."""

from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, Subquery
from django.db.models.functions import JSONObject

from catalog.intake import Field
from tickets.models import Message, Ticket
from tickets.models.scopes import TicketQuerySet

# What gives the ball to the customer, and so puts an earlier request out of date.
_ASKING = (Message.Kind.REQUEST, Message.Kind.SOLUTION, Message.Kind.SCOPE)


@dataclass(frozen=True)
class Asked:
    """The questions of request `pk`; `is_open` while the customer has the ball to answer them."""

    pk: int
    fields: list[Field]
    is_open: bool


def with_asked(tickets: TicketQuerySet) -> TicketQuerySet:
    """`tickets` with what `asked_of` needs, in the same statement."""
    asking = Message.objects.filter(ticket=OuterRef("pk"), kind__in=_ASKING).order_by("-pk")
    row = JSONObject(
        pk="field_request__pk",
        fields="field_request__fields",
        answered_by="field_request__answered_by",
    )
    found: TicketQuerySet = tickets.annotate(asked_row=Subquery(asking.values(row=row)[:1]))
    return found


def asked_of(ticket: Ticket) -> Asked | None:
    """What was asked last in `ticket`, of `with_asked`, if by fields."""
    row: dict[str, Any] | None = getattr(ticket, "asked_row", None)
    if row is None or row["pk"] is None:
        return None
    fields = [Field.from_json(each) for each in row["fields"]]
    return Asked(row["pk"], fields, ticket.is_with_customer and row["answered_by"] is None)
