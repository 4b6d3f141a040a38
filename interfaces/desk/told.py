"""What the customer told at opening and afterwards, as the desk reads it: a table (E2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from catalog import intake as answers
from catalog.intake import Field, Kind, Value
from catalog.queries import Published
from tickets.models import Hosting, Intake, Ticket


@dataclass(frozen=True)
class Row:
    """One answer in words, or the files that are one; `is_long` where it takes several lines."""

    label: str
    text: str = ""
    files: Sequence[dict[str, Any]] = ()

    @property
    def is_long(self) -> bool:
        return "\n" in self.text or len(self.text) > 80

    @property
    def labelled(self) -> str:
        """With its question; a long answer stands under it."""
        said = ", ".join(each["name"] for each in self.files) or self.text
        return f"{self.label}:\n{said}" if self.is_long else f"{self.label}: {said}"


@dataclass(frozen=True)
class Answers:
    """The rows of one ticket, and how complete they were when it was opened, in percent."""

    rows: Sequence[Row] = ()
    completeness: int | None = None
    unanswered: Sequence[str] = ()

    @property
    def text(self) -> str:
        """All of it, to be copied at once."""
        return "\n".join(row.labelled for row in self.rows)


def told_in(
    ticket: Ticket, files: Sequence[dict[str, Any]], *, later: Sequence[Field] = ()
) -> Answers:
    """What was told in `ticket`, whose intake and checklists were fetched with it, by the versions
    of the checklists that were answered, then to the questions asked `later`; `files` are those of
    its conversation."""
    kept: Intake | None = getattr(ticket, "intake", None)
    if kept is None:
        return Answers([Row(_("Rotina"), str(ticket.routine))] if ticket.routine else [])
    asked = Published(kept.product_checklist, kept.routine_checklist).fields
    by_key = {each["id"]: each for each in files}
    rows = [
        *_basics(ticket, kept),
        *(_row(each, kept.answers.get(each.key), by_key) for each in answers.merged(asked, later)),
    ]
    gaps = [each.label for each in answers.missing(asked, kept.answers)]
    return Answers([row for row in rows if row.text or row.files], kept.completeness or None, gaps)


def _basics(ticket: Ticket, kept: Intake) -> list[Row]:
    hosting = str(Hosting(kept.hosting).label) if kept.hosting else ""
    return [
        Row(_("Rotina"), str(ticket.routine or "")),
        Row(_("Versão"), kept.version),
        Row(_("Passos até o erro"), kept.steps),
        Row(_("O que esperava"), kept.expected),
        Row(_("Base"), kept.base),
        Row(_("Servidor"), kept.server),
        Row(_("Hospedagem"), hosting),
    ]


def _row(field: Field, value: Value, files: dict[str, dict[str, Any]]) -> Row:
    if field.kind != Kind.FILE or not isinstance(value, list):
        return Row(field.label, answers.words(field, value))
    there = [files[each] for each in value if each in files]
    return Row(field.label, "" if there else answers.words(field, value), there)
