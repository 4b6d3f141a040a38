"""The questions of a ticket's checklists that a request for information may name (E2)."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.utils.translation import gettext as _

from catalog import intake
from catalog.intake import Answers, Field
from catalog.queries import latest, published
from tickets.errors import Refused
from tickets.models import FieldRequest, Intake, Ticket
from tickets.models.scopes import TicketQuerySet

# What the names of their checkboxes begin with: one each, of which a draft keeps the value.
PREFIX = "ask-"


@dataclass(frozen=True)
class Ask:
    """A question that can be asked; `said` is what was answered already."""

    field: Field
    said: str
    is_chosen: bool

    @property
    def name(self) -> str:
        return f"{PREFIX}{self.field.key}"


@dataclass(frozen=True)
class Asks:
    """All of one ticket, those without an answer first."""

    rows: list[Ask]

    @property
    def unanswered(self) -> int:
        return sum(1 for each in self.rows if not each.said)

    @property
    def is_open(self) -> bool:
        return any(each.is_chosen for each in self.rows)


def with_asks(tickets: TicketQuerySet) -> TicketQuerySet:
    """`tickets` with what `asks_of` and `asked_later` need, in the same statement."""
    requests = FieldRequest.objects.filter(message__ticket=OuterRef("pk"))
    answered = requests.exclude(answered_by=None).order_by("pk")
    seen: Any = tickets.annotate(
        checklist_rows=ArraySubquery(
            latest(OuterRef("product"), OuterRef("routine")).values("fields")
        ),
        answered_rows=ArraySubquery(answered.values("fields")),
    )
    found: TicketQuerySet = seen
    return found


def asks_of(ticket: Any, chosen: Collection[str]) -> Asks:
    """What can be asked in `ticket`, of `with_asks`; `chosen` are keys."""
    kept: Intake | None = getattr(ticket, "intake", None)
    answers: Answers = kept.answers if kept else {}
    rows = [
        Ask(each, intake.words(each, answers.get(each.key)), each.key in chosen)
        for each in _merged(ticket.checklist_rows)
    ]
    return Asks(sorted(rows, key=lambda row: bool(row.said)))


def asked_later(ticket: Any) -> list[Field]:
    """The questions of the requests that were answered in `ticket`, of `with_asks`."""
    return _merged(ticket.answered_rows)


def chosen_in(names: Iterable[str]) -> list[str]:
    """The keys among the names of a form or a draft."""
    return [name.removeprefix(PREFIX) for name in names if name.startswith(PREFIX)]


def chosen_fields(ticket: Ticket, names: Iterable[str]) -> list[Field]:
    """The questions that the form `names`, in the order of the checklists."""
    keys = set(chosen_in(names))
    if not keys:
        return []
    found = [each for each in published(ticket.product, ticket.routine).fields if each.key in keys]
    if len(found) < len(keys):
        sentence = _("Uma das perguntas saiu do checklist. Confira as marcadas e envie de novo.")
        raise Refused("no_field", sentence)
    return found


def _merged(lists: Iterable[Iterable[Mapping[str, Any]]]) -> list[Field]:
    return intake.merged(*([Field.from_json(row) for row in each] for each in lists))
