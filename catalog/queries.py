"""What of the catalog is asked when a ticket is opened."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from catalog.intake import Field, merged
from catalog.models import ChecklistVersion, Product, Routine


@dataclass(frozen=True)
class Published:
    """The checklists of a product and of a routine, as last published; either may be none."""

    product: ChecklistVersion | None = None
    routine: ChecklistVersion | None = None

    @property
    def fields(self) -> list[Field]:
        """The questions of both: the product's, then the routine's."""
        return merged(fields_of(self.product), fields_of(self.routine))


def fields_of(version: ChecklistVersion | None) -> list[Field]:
    """The questions of one published version."""
    return [Field.from_json(row) for row in version.fields] if version else []


def published(product: Product, routine: Routine | None = None) -> Published:
    """What is asked about `product`, and about its `routine`; one statement."""
    last = latest(product, routine).select_related("checklist")
    found = {version.checklist.routine_id is None: version for version in last}
    return Published(product=found.get(True), routine=found.get(False))


def latest(product: Any, routine: Any) -> QuerySet[ChecklistVersion]:
    """The last versions of a product's checklist and its routine's, in this order; either may be
    a column of an outer statement."""
    about = Q(checklist__routine=None)
    if routine is not None:
        about |= Q(checklist__routine=routine)
    versions = ChecklistVersion.objects.filter(about, checklist__product=product)
    # Without a routine comes first: nulls do, going down.
    ordered = versions.order_by("-checklist__routine_id", "-number")
    return ordered.distinct("checklist__routine_id")
