"""The questions of checklists as a form (E2): at opening, and where a request names some of them.

What is asked, shown and understood is decided in `catalog.intake`; here it gets its controls.
"""

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.http import HttpRequest, QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from catalog import intake
from catalog.intake import Answers, Field, Kind, Value
from common.text import clean
from interfaces.web import drafts
from interfaces.web.requests import brought
from tickets.errors import Refused

PREFIX = drafts.ANSWER
# Up to so many choices stand open, side by side; more are a list to pull down.
MOST_OPEN = 5
_LISTS = {Kind.CHOICES, Kind.FILE}

Source = Mapping[str, Any]


def name_of(key: str) -> str:
    """The name of the answer to question `key` in forms and drafts."""
    return f"{PREFIX}{key}"


@dataclass(frozen=True)
class Question:
    """A question with its control. `part` names it on the page, and `stamp` this very wording of
    it, so that a script leaves alone what did not change (static/js/grow.js)."""

    field: Field
    control: BoundField
    decides: bool
    files: Sequence[dict[str, Any]]

    @property
    def part(self) -> str:
        return f"pergunta-{self.field.key}"

    @property
    def stamp(self) -> str:
        return f"{zlib.crc32(json.dumps(self.field.as_json()).encode()):x}"


class AnswerField(forms.Field):
    """One question; its clean value is what `catalog.intake.read` made of what was typed."""

    def __init__(self, question: Field) -> None:
        super().__init__(
            label=question.label,
            help_text=question.why,
            required=question.is_required,
            widget=_widget(question),
            error_messages={"required": _("Responda: sem isto o suporte não tem como começar.")},
        )
        self.question = question

    def clean(self, value: Any) -> Value:
        try:
            said = intake.read(self.question, value or "")
        except ValueError as refused:
            raise forms.ValidationError(str(refused)) from None
        if self.required and not intake.is_answered(said):
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return said


class IntakeForm(forms.Form):
    """Those of the questions `asked` that the answers so far call for.

    `data` is judged; `typed`, a draft or an unfinished form, is only shown. `uploads` describes
    unsent files (`interfaces.web.requests.unsent`), of which each question takes its own.
    """

    # A question that goes away again must not stop the browser from sending the form.
    use_required_attribute = False

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        asked: Sequence[Field],
        typed: Source | None = None,
        uploads: Sequence[dict[str, Any]] = (),
    ) -> None:
        self.source: Source = data if data is not None else typed or {}
        self.asked = asked
        self.shown = intake.shown(asked, told(self.source, asked))
        self.uploads = uploads
        initial = {name_of(each.key): raw(self.source, each) for each in self.shown}
        super().__init__(data, initial=initial)
        for each in self.shown:
            self.fields[name_of(each.key)] = AnswerField(each)

    @property
    def answers(self) -> Answers:
        """What was answered, once the form is valid."""
        return {
            each.key: self.cleaned_data[name]
            for each in self.shown
            if (name := name_of(each.key)) in self.cleaned_data
        }

    def questions(self) -> list[Question]:
        """Each question that is shown, ready to be drawn."""
        decisive = {each.shown_if for each in self.asked}
        return [
            Question(
                field=each,
                control=self[name_of(each.key)],
                decides=each.key in decisive,
                files=self._files(each),
            )
            for each in self.shown
        ]

    def carried(self) -> list[tuple[str, str]]:
        """Answers to questions that are not shown now: kept in the form, should they come back."""
        return [
            (name, value)
            for name in self.source
            if name.startswith(PREFIX) and name not in self.fields
            for value in _texts(self.source, name)
            if value
        ]

    def _files(self, question: Field) -> list[dict[str, Any]]:
        if question.kind != Kind.FILE:
            return []
        named = raw(self.source, question)
        return [each for each in self.uploads if each["id"] in named]


def raw(source: Source, question: Field) -> str | list[str]:
    """What was typed for `question`, as it was typed."""
    texts = _texts(source, name_of(question.key))
    if question.kind in _LISTS:
        return texts
    return texts[-1] if texts else ""


def told(source: Source, asked: Sequence[Field]) -> Answers:
    """The answers in `source` as far as they can be understood; for what is shown and missing."""
    return {each.key: _understood(each, raw(source, each)) for each in asked}


def upload_keys(source: Source) -> list[str]:
    """All that may be keys of uploads among the answers, of whatever checklist."""
    names = [name for name in source if name.startswith(PREFIX)]
    return [text for name in names for text in _texts(source, name) if len(text) == 36]


def posted(request: HttpRequest) -> tuple[QueryDict, Refused | None]:
    """The form as sent, its files for questions stored where they came along (no script), and the
    first refusal of one."""
    data, refusal = request.POST.copy(), None
    for name in list(request.FILES):
        if name.startswith(f"uploads-{PREFIX}"):
            answer = name.removeprefix("uploads-")
            keys, refused = brought(request, name, beside=len(data.getlist(answer)))
            refusal = refusal or refused
            data.setlist(answer, [*data.getlist(answer), *map(str, keys)])
    return data, refusal


def _texts(source: Source, name: str) -> list[str]:
    if isinstance(source, MultiValueDict):
        return [clean(each) for each in source.getlist(name)]
    value = source.get(name, [])
    return [str(each) for each in value] if isinstance(value, list) else [str(value)]


def _understood(question: Field, said: str | list[str]) -> Value:
    try:
        return intake.read(question, said)
    except ValueError:
        return None


class _Uploads(forms.MultipleHiddenInput):
    """The keys of files sent ahead; drawn by templates/components/upload.html."""


def _widget(question: Field) -> forms.Widget:
    pairs = [(each, each) for each in question.choices]
    match question.kind:
        case Kind.LONG_TEXT:
            return forms.Textarea(attrs={"rows": 3})
        case Kind.LOG:
            return forms.Textarea(attrs={"rows": 4, "class": "input--log", "spellcheck": "false"})
        case Kind.CHOICE if len(pairs) <= MOST_OPEN:
            return forms.RadioSelect(choices=pairs)
        case Kind.CHOICE:
            return forms.Select(choices=[("", _("Escolha")), *pairs])
        case Kind.CHOICES:
            return forms.CheckboxSelectMultiple(choices=pairs)
        case Kind.YES_NO:
            return forms.RadioSelect(choices=[("yes", _("Sim")), ("no", _("Não"))])
        case Kind.NUMBER:
            return forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        case Kind.DATE:
            return forms.DateInput(attrs={"type": "date"})
        case Kind.FILE:
            return _Uploads()
        case _:
            return forms.TextInput(attrs={"autocomplete": "off"})
