"""What is read from a pasted log or stack trace, by the patterns administrators keep (E2)."""

from collections.abc import Iterable
from dataclasses import dataclass
from time import monotonic
from typing import Any

import regex  # type: ignore[import-untyped]  # it ships no types
from django.db.models import Q

from catalog.models import Pattern, Product
from common.text import clean, one_line

# A log is long and says what matters near its ends; its middle is left out.
LONGEST_TEXT = 200_000
LONGEST_VALUE = 120
# A pattern may be written so that it never comes to an end; seconds.
SECONDS_A_PATTERN = 0.05
SECONDS_A_TEXT = 0.4


@dataclass(frozen=True)
class Found:
    """Something recognised: `finds` of `Pattern.Finds`, and the question it answers if that is
    `FIELD`."""

    finds: str
    value: str
    field_key: str = ""


def patterns_of(product: Product | None) -> list[Pattern]:
    """The patterns in use for every product, and those for `product`; one statement."""
    return list(Pattern.objects.filter(Q(product=None) | Q(product=product), is_active=True))


def recognise(text: str, patterns: Iterable[Pattern]) -> list[Found]:
    """What `patterns` find in `text`, in their order; of several that find one thing, the first
    counts. A pattern that is no longer valid, or takes too long, finds nothing."""
    text, ends = _middle_out(clean(text)), monotonic() + SECONDS_A_TEXT
    known: dict[tuple[str, str], Found] = {}
    for each in patterns:
        about = (each.finds, each.field_key)
        if about in known or monotonic() > ends:
            continue
        try:
            value = found(each.expression, text)
        except (regex.error, TimeoutError):
            continue
        if value:
            known[about] = Found(each.finds, value, each.field_key)
    return list(known.values())


def found(expression: str, text: str) -> str:
    """The first thing that `expression` finds in `text`; empty if nothing.

    Raises `regex.error` for what is no expression, and `TimeoutError` for one that takes too long.
    """
    match = regex.search(expression, text, flags=regex.MULTILINE, timeout=SECONDS_A_PATTERN)
    return one_line(_value(match), LONGEST_VALUE) if match else ""


def _value(match: Any) -> str:
    """The group `value`, or the first, or all of it."""
    if "value" in match.groupdict():
        return match["value"] or ""
    return (match[1] if match.re.groups else match[0]) or ""


def _middle_out(text: str) -> str:
    half = LONGEST_TEXT // 2
    return text if len(text) <= LONGEST_TEXT else f"{text[:half]}\n{text[-half:]}"
