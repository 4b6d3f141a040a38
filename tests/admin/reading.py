"""What a page of the admin says, for tests to compare whole."""

import re
from typing import Any

from django.utils.html import strip_tags

from tickets.forecast import Forecast

INLINE = re.compile(
    r"\sstyle=|<style|\son[a-z]+=|<script(?![^>]*\s(?:src=|type=.application/json))"
)


def told(response: Any) -> list[str]:
    """The messages on top of the page that the answer leads to."""
    return [str(message) for message in response.context["messages"]]


def foreseen(response: Any) -> Forecast | None:
    """The forecast that the page shows, if any."""
    return response.context.get("forecast") if response.context else None


def dates_shown(response: Any) -> list[list[str]]:
    """The cells of each row of the forecast's table, without its heading."""
    tables = re.findall(r"<table>.*?</table>", response.text, re.S)
    table = next((each for each in tables if "rowgroup" in each), "")
    rows = re.findall(r"<tr>(.*?)</tr>", table, re.S)[1:]
    return [
        [" ".join(strip_tags(cell).split()) for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.S)]
        for row in rows
    ]


def hidden_fields(response: Any) -> dict[str, list[str]]:
    """What the page in between would send again."""
    found: dict[str, list[str]] = {}
    for name, value in response.context["typed"]:
        found.setdefault(name, []).append(value)
    return found
