"""What support does not do for a product, and what may be bought instead (E3). Writes nothing."""

from django.db.models import OuterRef, Q, QuerySet, Subquery

from catalog.models import ScopeNote, ServiceTerms


def notes_for(product_id: int) -> QuerySet[ScopeNote]:
    """The notes in use that hold for a product, each with the `price` and `unit` of its service's
    last terms where that is offered; one statement."""
    last = ServiceTerms.objects.filter(service=OuterRef("service"), service__is_active=True)
    last = last.order_by("-number")
    notes = ScopeNote.objects.filter(Q(product=None) | Q(product=product_id), is_active=True)
    return notes.select_related("service").annotate(
        price=Subquery(last.values("price")[:1]), unit=Subquery(last.values("unit")[:1])
    )


def terms_of(note: ScopeNote) -> ServiceTerms | None:
    """The last terms of the note's service, as long as that is offered."""
    terms = ServiceTerms.objects.filter(service=note.service_id, service__is_active=True)
    return terms.select_related("service").order_by("-number").first()
