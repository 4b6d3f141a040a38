"""What was recognised in a form's texts and files, offered as answers and never forced (E2)."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from catalog import intake
from catalog.intake import Kind
from catalog.models import Pattern
from catalog.recognition import LONGEST_TEXT, Found, patterns_of, recognise
from common.text import fold
from interfaces.portal.open_form import OpenForm
from interfaces.web.intake_form import name_of, raw
from tickets.actions.opening import LONGEST_TITLE
from tickets.models import Attachment

# The question that an error code answers; where there is none, it goes into the title.
ERROR_CODE = "error_code"
MOST_FILES = 5
_TEXTS = ("application/json", "application/xml")
_WRITTEN = {Kind.LONG_TEXT, Kind.LOG}


@dataclass(frozen=True)
class Offer:
    """`value` for the form's field `name`; `words`: what is offered."""

    name: str
    value: str
    words: str

    @property
    def use(self) -> str:
        """As the button that takes it posts it."""
        return f"{self.name}={self.value}"


def offers(form: OpenForm) -> dict[str, list[Offer]]:
    """By where it was read: a field's name, a question's key, or "files". One statement, if there
    is anything to read."""
    texts = [(place, text) for place, text in _texts(form) if text.strip()]
    if not texts or form.chosen_product is None:
        return {}
    patterns = patterns_of(form.chosen_product)
    found: dict[str, list[Offer]] = {}
    taken: set[str] = set()
    for place, text in texts:
        for each in recognise(text, patterns):
            offer = _offer(form, each)
            if offer is not None and offer.name not in taken:
                taken.add(offer.name)
                found.setdefault(place, []).append(offer)
    return found


def _texts(form: OpenForm) -> Iterator[tuple[str, str]]:
    for name in ("description", "steps"):
        yield name, str(form.source.get(name) or "")
    for question in form.intake.shown:
        if question.kind in _WRITTEN:
            yield question.key, str(raw(form.source, question))
    readable = [each for each in form.attachments if _is_text(each)]
    for attachment in readable[:MOST_FILES]:
        with attachment.file.open("rb") as file:
            yield "files", file.read(LONGEST_TEXT).decode(errors="replace")


def _is_text(attachment: Attachment) -> bool:
    return attachment.content_type.startswith("text/") or attachment.content_type in _TEXTS


def _offer(form: OpenForm, found: Found) -> Offer | None:
    match found.finds:
        case Pattern.Finds.VERSION:
            return _version(form, found.value)
        case Pattern.Finds.ROUTINE:
            return _routine(form, found.value)
        case Pattern.Finds.ERROR_CODE:
            return _answer(form, ERROR_CODE, found.value) or _titled(form, found.value)
        case _:
            return _answer(form, found.field_key, found.value)


def _version(form: OpenForm, value: str) -> Offer | None:
    """The product's version of that name, or the longest one that it is a build of."""
    names = sorted((each.name for each in form.versions), key=len, reverse=True)
    name = next((each for each in names if value == each or value.startswith(f"{each}.")), None)
    if name is None or form.source.get("version") == name:
        return None
    return Offer("version", name, _("Versão %(name)s") % {"name": name})


def _routine(form: OpenForm, value: str) -> Offer | None:
    said = fold(value)
    for each in form.routines:
        if said in (fold(each.name), fold(each.code)) and each != form.chosen_routine:
            return Offer("routine", str(each.pk), _("Rotina %(name)s") % {"name": each})
    return None


def _answer(form: OpenForm, key: str, value: str) -> Offer | None:
    question = next((each for each in form.intake.shown if each.key == key), None)
    if question is None or question.kind == Kind.FILE:
        return None
    try:
        understood = intake.read(question, value)
        before = intake.read(question, raw(form.source, question))
    except ValueError:
        return None
    if not intake.is_answered(understood) or understood == before:
        return None
    typed = intake.typed(question, understood)
    told = {"question": question.label, "answer": intake.words(question, understood)}
    words = _("%(question)s: %(answer)s") % told
    return Offer(name_of(key), typed if isinstance(typed, str) else typed[0], words)


def _titled(form: OpenForm, value: str) -> Offer | None:
    title = str(form.source.get("title") or "").strip()
    longer = f"{title} ({value})"
    if not title or value in title or len(longer) > LONGEST_TITLE:
        return None
    return Offer("title", longer, _("Pôr o código %(code)s no título") % {"code": value})
