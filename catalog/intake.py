"""The questions of a checklist and their answers, as plain values (E2): which are shown, what is
missing, and what was meant by what was typed. Nothing here reads the database.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Self
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.text import clean, fold, one_line

# An answer as it is kept in JSON. Numbers are text ("12.5"), dates are ISO, files are lists of
# the keys of their uploads. None: not answered.
Value = str | bool | list[str] | None
Answers = Mapping[str, Value]


class Kind(StrEnum):
    """The kinds of `IntakeField.Kind`, for code that knows no tables."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    CHOICE = "choice"
    CHOICES = "choices"
    YES_NO = "yes_no"
    NUMBER = "number"
    DATE = "date"
    VERSION = "version"
    FILE = "file"
    LOG = "log"


LONGEST = {Kind.TEXT: 300, Kind.LONG_TEXT: 10_000, Kind.VERSION: 60, Kind.LOG: 40_000}
MOST_FILES = 20
_LISTS = {Kind.CHOICES, Kind.FILE}
_MANY_LINES = {Kind.LONG_TEXT, Kind.LOG}


@dataclass(frozen=True)
class Field:
    """One question, as it was when its checklist was published."""

    key: str
    kind: Kind
    label: str
    why: str = ""
    is_required: bool = False
    weight: int = 1
    choices: tuple[str, ...] = ()
    shown_if: str = ""
    shown_values: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """As `ChecklistVersion.fields` and `FieldRequest.fields` hold it."""
        return asdict(self) | {
            "kind": str(self.kind),
            "choices": list(self.choices),
            "shown_values": list(self.shown_values),
        }

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> Self:
        """The question that `as_json` wrote; what it did not say has its default."""
        known = {name: row[name] for name in cls.__dataclass_fields__ if name in row}
        return cls(
            **known
            | {
                "kind": Kind(row["kind"]),
                "choices": tuple(row.get("choices", ())),
                "shown_values": tuple(row.get("shown_values", ())),
            }
        )


def merged(*lists: Iterable[Field]) -> list[Field]:
    """One list of several checklists; of two questions with one key, the first counts."""
    found: dict[str, Field] = {}
    for fields in lists:
        for field in fields:
            found.setdefault(field.key, field)
    return list(found.values())


def shown(fields: Sequence[Field], answers: Answers) -> list[Field]:
    """Those of `fields` that the answers call for, in their order.

    A question hidden by its condition hides those that depend on it. One that waits for a question
    that is not there, or in a circle for itself, is hidden.
    """
    by_key = {field.key: field for field in fields}
    known: dict[str, bool] = {}

    def is_shown(field: Field) -> bool:
        trail: list[Field] = []
        while field.key not in known:
            # Hidden until the end of the chain is seen, so that a circle ends as hidden.
            known[field.key] = False
            trail.append(field)
            if field.shown_if not in by_key:
                known[field.key] = not field.shown_if
                break
            field = by_key[field.shown_if]
        for each in reversed(trail):
            if each.shown_if in by_key:
                parent = by_key[each.shown_if]
                known[each.key] = known[parent.key] and _calls_for(each, parent, answers)
        return known[trail[0].key] if trail else known[field.key]

    return [field for field in fields if is_shown(field)]


def missing(fields: Sequence[Field], answers: Answers) -> list[Field]:
    """The questions that are shown and not answered, required or not."""
    return [field for field in shown(fields, answers) if not is_answered(answers.get(field.key))]


def completeness(fields: Sequence[Field], answers: Answers) -> int:
    """How much of what is shown was answered, by weight, in whole percent: 100 only if all was."""
    asked = sum(field.weight for field in shown(fields, answers))
    gaps = sum(field.weight for field in missing(fields, answers))
    return 100 * (asked - gaps) // asked if asked else 100


def is_answered(value: Value) -> bool:
    """Whether `value` says something; "no" does."""
    return isinstance(value, bool) or bool(value)


def read(field: Field, raw: str | Sequence[str]) -> Value:
    """What was meant by `raw`, as typed in a form; None if it is blank.

    Raises `ValueError` with a sentence for who typed it.
    """
    texts = [raw] if isinstance(raw, str) else list(raw)
    given = [text for each in texts if (text := clean(each).strip())]
    if not given:
        return None
    if field.kind in _LISTS:
        return _read_list(field, given)
    reader = _READ.get(field.kind, _text)
    return reader(field, given[-1])


def typed(field: Field, value: Value) -> str | list[str]:
    """`value` as a form shows it, and as `read` takes it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None:
        return [] if field.kind in _LISTS else ""
    if field.kind == Kind.NUMBER and isinstance(value, str):
        return value.replace(".", ",")
    return value


def words(field: Field, value: Value) -> str:
    """`value` for people to read; files, whose names are not known here, are counted."""
    if isinstance(value, bool):
        return _("Sim") if value else _("Não")
    if not value:
        return ""
    if isinstance(value, list):
        if field.kind == Kind.FILE:
            sentence = ngettext("%(count)d arquivo", "%(count)d arquivos", len(value))
            return sentence % {"count": len(value)}
        return ", ".join(value)
    if field.kind == Kind.NUMBER:
        return value.replace(".", ",")
    if field.kind == Kind.DATE:
        return "/".join(reversed(value.split("-"))) if _ISO.fullmatch(value) else value
    return value


def _calls_for(field: Field, parent: Field, answers: Answers) -> bool:
    value = answers.get(parent.key)
    if not is_answered(value):
        return False
    if not field.shown_values or parent.kind == Kind.FILE:
        return True
    said = value if isinstance(value, list) else [words(parent, value), str(value)]
    wanted = {fold(each.strip()) for each in field.shown_values}
    return any(fold(each) in wanted for each in said)


def _text(field: Field, text: str) -> str:
    most = LONGEST[field.kind]
    if len(text) > most:
        if field.kind == Kind.LOG:
            raise ValueError(_("O texto é longo demais para colar. Envie-o como arquivo."))
        raise ValueError(_("Encurte a resposta: cabem %(most)d caracteres.") % {"most": most})
    return text if field.kind in _MANY_LINES else one_line(text, most)


def _choice(field: Field, text: str) -> str:
    if text not in field.choices:
        raise ValueError(_("Escolha uma das opções da lista."))
    return text


def _yes_no(field: Field, text: str) -> bool:
    said = fold(text)
    if said not in _YES | _NO:
        raise ValueError(_("Responda sim ou não."))
    return said in _YES


_YES = {"yes", "sim", "s", "true"}
_NO = {"no", "nao", "n", "false"}
_PLAIN = re.compile(r"[+-]?[0-9]{1,15}(?:[.,][0-9]{1,6})?")
_GROUPED = re.compile(r"[+-]?[0-9]{1,3}(?:\.[0-9]{3}){1,4}(?:,[0-9]{1,6})?")


def _number(field: Field, text: str) -> str:
    """12,5 or 12.5 or 1.234,5; a point before three last digits groups thousands, as in Brazil."""
    bare = re.sub(r"\s", "", text)
    if _GROUPED.fullmatch(bare):
        bare = bare.replace(".", "")
    elif not _PLAIN.fullmatch(bare):
        raise ValueError(_("Escreva só um número, por exemplo 1250 ou 12,5."))
    number = Decimal(bare.replace(",", "."))
    if not number:
        return "0"
    plain = format(number, "f")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


_DAY = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _date(field: Field, text: str) -> str:
    """dd/mm/aaaa, or ISO as browsers send it."""
    try:
        if local := _DAY.fullmatch(text):
            day, month, year = map(int, local.groups())
            found = date(year, month, day)
        elif _ISO.fullmatch(text):
            found = date.fromisoformat(text)
        else:
            found = date.min
    except ValueError:
        found = date.min
    if not 1900 <= found.year <= 2100:
        raise ValueError(_("Escreva a data como dia/mês/ano, por exemplo 13/11/2026."))
    return found.isoformat()


def _read_list(field: Field, given: list[str]) -> list[str]:
    if field.kind == Kind.CHOICES:
        if not set(given) <= set(field.choices):
            raise ValueError(_("Escolha só entre as opções da lista."))
        return [choice for choice in field.choices if choice in given]
    if len(given) > MOST_FILES:
        raise ValueError(_("São no máximo %(most)d arquivos.") % {"most": MOST_FILES})
    try:
        return list(dict.fromkeys(str(UUID(each)) for each in given))
    except ValueError:
        raise ValueError(_("O arquivo não chegou. Envie-o de novo.")) from None


_READ: dict[Kind, Callable[[Field, str], Value]] = {
    Kind.CHOICE: _choice,
    Kind.YES_NO: _yes_no,
    Kind.NUMBER: _number,
    Kind.DATE: _date,
}
