"""What the tests of the portal share: addresses, what is read on a page, a file sent ahead."""

import io
import re
from typing import Any

from django.contrib.messages import get_messages
from django.urls import reverse


def url(ticket: Any, name: str = "ticket") -> str:
    """The address of a ticket's page, or of what is done to it."""
    return reverse(f"portal:{name}", args=[ticket.number])


def text(html: str) -> str:
    """What is read: no tags, single spaces."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def titles(html: str) -> list[str]:
    """The titles of the tickets listed, in their order."""
    found = re.findall(r'class="ticket__title">(.*?)</h3>', html, re.DOTALL)
    return [text(title) for title in found]


def toast(response: Any) -> list[str]:
    """What the page says next that was done."""
    return [str(message) for message in get_messages(response.wsgi_request)]


def stored(user: Any, name: str = "tela.txt", content: bytes = b"erro 539") -> Any:
    """A file of `user` that no message took yet."""
    from tickets import actions

    return actions.upload(user, name, io.BytesIO(content), len(content))
