"""What a customer tells at opening beside the message (E2), and how complete that is (E4)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from catalog import intake
from catalog.intake import Answers, Field, Kind, Value
from catalog.models import Routine
from catalog.queries import Published

# Keys of what every form asks; no checklist has such keys.
HAPPENED, FILES, VERSION, ROUTINE = "_happened", "_files", "_version", "_routine"
STEPS, EXPECTED, ENVIRONMENT = "_steps", "_expected", "_environment"


@dataclass(frozen=True)
class Told:
    """The intake of a new ticket, as `open_ticket` takes it; answers by the keys of `checklists`.

    `offers` says which of `ROUTINE` and `VERSION` the form had to choose from.
    """

    version: str = ""
    expected: str = ""
    steps: str = ""
    base: str = ""
    server: str = ""
    hosting: str = ""
    checklists: Published = field(default_factory=Published)
    answers: Answers = field(default_factory=dict)
    offers: Collection[str] = ()

    @property
    def shown(self) -> list[Field]:
        """The questions of the checklists that these answers call for."""
        return intake.shown(self.checklists.fields, self.answers)

    @property
    def kept(self) -> dict[str, Value]:
        """The answers to what is shown; what was hidden again is not kept."""
        given = {each.key: self.answers.get(each.key) for each in self.shown}
        return {key: value for key, value in given.items() if intake.is_answered(value)}

    @property
    def files(self) -> list[UUID]:
        """The uploads that answer a question."""
        return files_in(self.shown, self.kept)

    def sheet(self, *, body: str, routine: Routine | None, has_files: bool) -> "Sheet":
        """All that is asked of this ticket with all that was told, to see what is missing."""
        told: dict[str, Value] = {
            HAPPENED: body.strip(),
            FILES: has_files or bool(self.files),
            VERSION: self.version,
            ROUTINE: str(routine or ""),
            STEPS: self.steps.strip(),
            EXPECTED: self.expected.strip(),
            ENVIRONMENT: self.base or self.server or self.hosting,
        }
        basics = [each for each in _basics() if each.key in {*_ALWAYS, *self.offers}]
        # "No files" is a gap, while an answered "no" is none.
        return Sheet([*basics, *self.shown], {**self.kept, **told, FILES: "x" * bool(told[FILES])})


@dataclass(frozen=True)
class Sheet:
    """Questions and answers of one ticket, the form's own and the checklists' together."""

    asked: list[Field]
    answers: Mapping[str, Value]

    @property
    def missing(self) -> list[Field]:
        return intake.missing(self.asked, self.answers)

    @property
    def completeness(self) -> int:
        """In percent, by weight."""
        return intake.completeness(self.asked, self.answers)


def files_in(asked: list[Field], answers: Answers) -> list[UUID]:
    """The uploads among `answers` to the questions `asked`."""
    return [
        UUID(each)
        for question in asked
        if question.kind == Kind.FILE
        for each in _list(answers.get(question.key))
    ]


def as_asked(fields: Sequence[Field]) -> list[dict[str, Any]]:
    """`fields` as a request for information keeps them: each asked for itself, none required."""
    return [
        replace(each, is_required=False, shown_if="", shown_values=()).as_json() for each in fields
    ]


def questions_in_words(fields: Sequence[Field]) -> str:
    """The questions as a letter or a reader without the form sees them; empty if there are none."""
    lines = [f"- {each.label}" for each in fields]
    return "\n".join([_("Responda, por favor:"), *lines]) if lines else ""


def answers_in_words(fields: Sequence[Field], given: Answers, body: str = "") -> str:
    """The answers in the same way, then what else was said."""
    said = [
        f"{each.label}\n{intake.words(each, given[each.key])}"
        for each in fields
        if intake.is_answered(given.get(each.key))
    ]
    return "\n\n".join([*said, body] if body.strip() else said)


def _list(value: Value) -> list[str]:
    return value if isinstance(value, list) else []


_ALWAYS = (HAPPENED, STEPS, EXPECTED, ENVIRONMENT, FILES)


def _basics() -> list[Field]:
    """What every form asks, with what each answer saves."""
    return [
        Field(
            HAPPENED,
            Kind.LONG_TEXT,
            _("O que aconteceu"),
            _("É por onde o analista começa."),
            is_required=True,
            weight=3,
        ),
        Field(
            ROUTINE,
            Kind.CHOICE,
            _("Rotina"),
            _("Leva a quem conhece essa parte do produto."),
        ),
        Field(
            VERSION,
            Kind.VERSION,
            _("Versão"),
            _("Poupa a primeira pergunta, e diz se já há correção."),
            weight=2,
        ),
        Field(
            FILES,
            Kind.FILE,
            _("Tela ou log"),
            _("Mostra o erro como ele apareceu."),
            weight=2,
        ),
        Field(
            STEPS,
            Kind.LONG_TEXT,
            _("Passos até o erro"),
            _("Com eles o analista repete o erro sem perguntar."),
            weight=2,
        ),
        Field(
            EXPECTED,
            Kind.LONG_TEXT,
            _("O que você esperava"),
            _("Separa um erro de uma configuração."),
        ),
        Field(
            ENVIRONMENT,
            Kind.TEXT,
            _("Ambiente"),
            _("Diz onde procurar: produção ou testes, servidor ou nuvem."),
        ),
    ]
