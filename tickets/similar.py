"""E1: the active tickets of a person's own organizations whose title is like one being typed."""

from collections.abc import Collection

from django.db.models import BigIntegerField, BooleanField, Exists, FloatField, OuterRef, Q, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast

from accounts.models import User
from common.text import fold, one_line
from knowledge.words import ASKING
from tickets.models import Ticket
from tickets.models.scopes import TicketQuerySet

# How much of what was typed a title must hold, as words or, misspelt, as letters.
ENOUGH = 0.5

# Read once for all titles: what each stem of what was typed begins.
_STEMS = "unnest(tsvector_to_array(f_stems(%s))) AS stem"
_ANY_OF = f"(SELECT string_agg(quote_literal(stem) || ':*', ' | ')::tsquery FROM {_STEMS})"  # noqa: S608
_EACH_OF = f"(SELECT array_agg((quote_literal(stem) || ':*')::tsquery) FROM {_STEMS})"  # noqa: S608
_LIKE = (
    f"(tickets_ticket.title_stems @@ {_ANY_OF}"
    " OR tickets_ticket.title_words %%> (SELECT f_words(%s)))"
)
_LIKENESS = (
    "greatest("  # noqa: S608 - ours
    "(SELECT avg((tickets_ticket.title_stems @@ stem)::integer)"
    f" FROM unnest({_EACH_OF}) AS stem),"
    " word_similarity((SELECT f_words(%s)), tickets_ticket.title_words))"
)


def open_to(user: User, organizations: Collection[int] | None = None) -> TicketQuerySet:
    """The active tickets that `user` may be shown and follow (E1): of the organizations where he or
    she has a place (only of `organizations`, where some are named), about products that are open
    to him or her there; as a partner's consultant (R2), only those seen already. None of
    organizations of guests, who are strangers to one another (R1)."""
    places = {
        pk: place
        for pk, place in user.places.items()
        if not place.holds_guests and (organizations is None or pk in organizations)
    }
    if not places:
        return Ticket.objects.none()
    scope = Q()
    for pk, place in places.items():
        about = Q() if place.takes_all else Q(product__in=place.products)
        if place.is_partner:
            about &= Q(pk__in=Ticket.objects.visible_to(user).values("pk"))
        # In the column's own type, or the index of similar titles would not be asked for it.
        scope |= Q(about, organization=Cast(Value(pk), BigIntegerField()))
    tickets: TicketQuerySet = Ticket.objects.active().filter(scope)
    return tickets


def similar(
    typed: str,
    *,
    user: User,
    organizations: Collection[int] | None = None,
    product: int | None = None,
    most: int = 3,
) -> list[Ticket]:
    """Tickets of `open_to` like `typed`, the likest and newest first; one statement.

    Each says by `is_seen` whether `user` may see it already (R1). Those of `product` come first.
    """
    words = " ".join(word for word in one_line(typed, 200).split() if fold(word) not in ASKING)
    if not words or user.is_desk:
        return []
    found = (
        open_to(user, organizations)
        .filter(RawSQL(_LIKE, [words, words], output_field=BooleanField()))  # noqa: S611 - ours
        .annotate(
            likeness=RawSQL(_LIKENESS, [words, words], output_field=FloatField()),  # noqa: S611
            is_seen=Exists(Ticket.objects.visible_to(user).filter(pk=OuterRef("pk"))),
        )
        .filter(likeness__gte=ENOUGH)
    )
    order = ["-likeness", "-opened_at", "-pk"]
    if product is not None:
        found = found.annotate(is_same=Q(product=product))
        order.insert(0, "-is_same")
    return list(found.order_by(*order).with_people()[:most])
