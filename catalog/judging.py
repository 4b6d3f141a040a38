"""What is wrong with the questions of a checklist, in words for who keeps it (E2). Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from django.utils.text import slugify
from django.utils.translation import gettext as _

from catalog import intake
from catalog.intake import Field, Kind
from common.text import fold

CHOOSING = {Kind.CHOICE, Kind.CHOICES}
LONGEST_KEY = 40


class Fault(NamedTuple):
    """A sentence, and the name of the field of the form that it is about."""

    about: str
    sentence: str


def faults(field: Field, before: Mapping[str, Field]) -> list[Fault]:
    """All that is wrong with `field`, which comes after the questions `before`, by their keys."""
    return [*_choices(field), *_condition(field, before)]


def tidy(field: Field) -> Field:
    """`field` without what its kind has no use for."""
    return replace(
        field,
        choices=field.choices if field.kind in CHOOSING else (),
        shown_values=field.shown_values if field.shown_if else (),
    )


def key_for(label: str, taken: Collection[str]) -> str:
    """A key made of a question's words that is not `taken`: "Banco de dados" is banco_de_dados."""
    bare = slugify(label).replace("-", "_").strip("_")
    if not bare[:1].isalpha():
        bare = f"p_{bare}".rstrip("_")
    key, number = bare[:LONGEST_KEY], 1
    while key in taken:
        number += 1
        key = f"{bare[: LONGEST_KEY - 4]}_{number}"
    return key


def orphans(fields: Sequence[Field], given: Mapping[str, Field]) -> list[tuple[Field, str]]:
    """Those of `fields`, of a routine, that wait for an answer which the product's questions
    `given` cannot give any more, with the sentence that says why."""
    known = dict(given)
    found = []
    for each in fields:
        found += [(each, fault.sentence) for fault in _condition(each, known)]
        known[each.key] = each
    return found


def _choices(field: Field) -> list[Fault]:
    if field.kind not in CHOOSING:
        return []
    if len(field.choices) < 2:
        return [Fault("choices", _("Escreva ao menos duas escolhas, uma por linha."))]
    if len({fold(each) for each in field.choices}) < len(field.choices):
        return [Fault("choices", _("Há escolhas repetidas. Deixe cada uma só uma vez."))]
    return []


def _condition(field: Field, before: Mapping[str, Field]) -> list[Fault]:
    if not field.shown_if:
        return []
    parent = before.get(field.shown_if)
    if parent is None:
        sentence = _("Escolha uma pergunta que venha antes desta, ou mude a ordem.")
        return [Fault("shown_if", sentence)]
    said = {"question": parent.label}
    if parent.kind == Kind.FILE and field.shown_values:
        sentence = _("“%(question)s” pede um arquivo: deixe vazio, e vale qualquer um.")
        return [Fault("shown_values", sentence % said)]
    wrong = [each for each in field.shown_values if not _can_be(parent, each)]
    if not wrong:
        return []
    sentence = _("“%(question)s” não pode ser respondida com: %(values)s. Valem: %(allowed)s.")
    said |= {"values": ", ".join(wrong), "allowed": _allowed(parent)}
    return [Fault("shown_values", sentence % said)]


def _can_be(parent: Field, value: str) -> bool:
    """As `intake.shown` compares answers: whatever the accents and the case."""
    if parent.kind in CHOOSING:
        return fold(value) in {fold(each) for each in parent.choices}
    try:
        return intake.is_answered(intake.read(parent, value))
    except ValueError:
        return False


def _allowed(parent: Field) -> str:
    match parent.kind:
        case Kind.CHOICE | Kind.CHOICES:
            return ", ".join(parent.choices)
        case Kind.YES_NO:
            return _("Sim, Não")
        case Kind.NUMBER:
            return _("números")
        case Kind.DATE:
            return _("datas como 13/11/2026")
        case _:
            return _("textos curtos")
