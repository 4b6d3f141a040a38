"""What the tests of the desk share: addresses, and what is read on a page."""

import re
from typing import Any

from django.contrib.messages import get_messages
from django.urls import reverse

CASE = {"HX-Request": "true", "HX-Target": "ticket"}
DIALOG = {"HX-Request": "true", "HX-Target": "ato"}


def url(ticket: Any, name: str = "ticket") -> str:
    """The address of a ticket's page, or of what is done to it."""
    return reverse(f"desk:{name}", args=[ticket.number])


def text(html: str) -> str:
    """What is read: no tags, single spaces."""
    sentences = re.sub(r"</?time[^>]*>", "", html)
    return " ".join(re.sub(r"<[^>]+>", " ", sentences).split())


def numbers(html: str) -> list[int]:
    """The numbers of the tickets listed, in their order."""
    return [int(found) for found in re.findall(r'class="row__number">(\d+)<', html)]


def toast(response: Any) -> list[str]:
    """What the page says next that was done."""
    return [str(message) for message in get_messages(response.wsgi_request)]


def part(html: str, start: str, end: str) -> str:
    """What is read between two marks of the page."""
    return text(html[html.index(start) : html.index(end, html.index(start))])
