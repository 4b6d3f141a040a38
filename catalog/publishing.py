"""From the questions that administrators keep to those that customers are asked (E2).

What was published is never changed: a ticket is read by the version that it answered.
"""

from typing import Any

from django.db import transaction

from catalog.intake import Field, Kind
from catalog.models import Checklist, ChecklistVersion, IntakeField

# Between two questions there is room for another.
STEP = 10


@transaction.atomic
def publish(checklist: Checklist, *, by: Any) -> ChecklistVersion | None:
    """Make the questions as they stand the next version, published by the user `by`; None if the
    last one says the same."""
    Checklist.objects.select_for_update().get(pk=checklist.pk)
    fields = [as_field(row).as_json() for row in checklist.fields.order_by("position", "pk")]
    last = checklist.versions.order_by("-number").first()
    if fields == (last.fields if last else []):
        return None
    number = last.number + 1 if last else 1
    return ChecklistVersion.objects.create(
        checklist=checklist, number=number, fields=fields, published_by=by
    )


def as_field(row: IntakeField) -> Field:
    """The question that a row of the draft holds."""
    return Field(
        key=row.key,
        kind=Kind(row.kind),
        label=row.label,
        why=row.why,
        is_required=row.is_required,
        weight=row.weight,
        choices=tuple(row.choices),
        shown_if=row.shown_if,
        shown_values=tuple(row.shown_values),
    )
