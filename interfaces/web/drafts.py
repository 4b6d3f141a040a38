"""What a person was writing, kept on the server so that it survives reload and sign-out."""

import re
from contextlib import suppress
from typing import Any

from django.http import HttpRequest, QueryDict

from accounts.guards import person
from accounts.models import User
from common import clock
from common.text import clean
from interfaces.web.requests import UNWRITTEN, stored_files
from tickets.models import Draft

PLACE = re.compile(r"open|(?:ticket:\d{1,19}:(?:reply|follow-up|desk))|desk-open|article:\d{1,19}")
LONGEST = 120_000
# What the names of answers to a checklist begin with (interfaces/web/intake_form.py).
ANSWER = "answer-"
_NOT_TYPED = UNWRITTEN | {"uploads", "inquiry", "asked", "refresh", "suggest", "use"}
_ALWAYS_LISTS = {"files", "products", "versions", "watchers"}


def load(user: User, place: str) -> dict[str, Any]:
    """The fields saved at `place`; empty if none."""
    draft = Draft.objects.filter(user=user, place=place).first()
    return dict(draft.fields) if draft else {}


def save(user: User, place: str, fields: dict[str, Any]) -> None:
    """Keep `fields` at `place`, over what was there; nothing typed means no draft.

    Raises `ValueError` for a place that no form has, or more text than a form takes.
    """
    if not PLACE.fullmatch(place) or sum(len(str(value)) for value in fields.values()) > LONGEST:
        raise ValueError("no such place, or too much text")
    if not any(fields.values()):
        clear(user, place)
        return
    Draft.objects.update_or_create(
        user=user, place=place, defaults={"fields": fields, "saved_at": clock.now()}
    )


def keep(request: HttpRequest, place: str, data: QueryDict | None = None) -> None:
    """Save at `place` what a form held when it was refused, as much as a draft may hold; `data`:
    the form, if it is not as it was sent."""
    files = [file["id"] for file in stored_files(request)]
    with suppress(ValueError):
        save(person(request), place, typed(request, data) | {"files": files})


def typed(request: HttpRequest, data: QueryDict | None = None) -> dict[str, Any]:
    """The form's fields as text that can be kept; files, watchers and several answers to one
    question as lists."""
    fields: dict[str, Any] = {}
    for name, values in (request.POST if data is None else data).lists():
        if name not in _NOT_TYPED:
            texts = [clean(value) for value in values]
            several = len(texts) > 1 and name.startswith(ANSWER)
            fields[clean(name)] = texts if several or name in _ALWAYS_LISTS else texts[-1]
    return fields


def clear(user: User, place: str) -> None:
    """Forget the draft: it was sent, or thrown away."""
    Draft.objects.filter(user=user, place=place).delete()
