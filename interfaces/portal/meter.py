"""The completeness meter of a new ticket: what is missing, and what answering it saves (E2)."""

from dataclasses import dataclass

from catalog.intake import Field
from interfaces.portal.open_form import OpenForm
from tickets import intake

# More at once is a wall; the rest follows when these are answered.
MOST = 5
_PLACES = {
    intake.HAPPENED: "id_description",
    intake.ROUTINE: "id_routine",
    intake.VERSION: "id_version",
    intake.FILES: "arquivos",
    intake.STEPS: "id_steps",
    intake.EXPECTED: "id_expected",
    intake.ENVIRONMENT: "id_hosting",
}


@dataclass(frozen=True)
class Gap:
    """A question without an answer, and where on the page it is."""

    field: Field

    @property
    def place(self) -> str:
        return _PLACES.get(self.field.key, f"pergunta-{self.field.key}")


@dataclass(frozen=True)
class Meter:
    """How complete a form is, in percent, and its weightiest gaps; `more` says how many others."""

    percent: int
    gaps: list[Gap]
    more: int


def meter(form: OpenForm) -> Meter:
    """Of the form as far as it is filled in: what is required first, then by weight."""
    missing = form.sheet.missing
    weighty = sorted(missing, key=lambda each: (not each.is_required, -each.weight))
    return Meter(
        percent=form.sheet.completeness,
        gaps=[Gap(each) for each in weighty[:MOST]],
        more=max(len(missing) - MOST, 0),
    )
