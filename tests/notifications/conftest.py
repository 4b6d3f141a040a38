"""The house with its letters and surveys, and nothing else that follows."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from common import links
from outbox.letters import write
from outbox.models import Delivery
from tests.cast import by
from tickets import actions, due, events
from tickets.models import Ticket


@pytest.fixture(autouse=True)
def _followed(settings: Any) -> Iterator[None]:
    settings.TICKET_FOLLOWERS = ["surveys.followers.follow", "notifications.followers.follow"]
    settings.TICKET_CLOCK_GATES = []
    events.followers.cache_clear()
    due.gates.cache_clear()
    yield
    events.followers.cache_clear()
    due.gates.cache_clear()


@pytest.fixture
def box(db: None) -> Callable[[], list[tuple[str, str]]]:
    """What was promised since the last look, as (letter, first name), in the order of promising."""
    seen = 0

    def look() -> list[tuple[str, str]]:
        nonlocal seen
        new = list(Delivery.objects.filter(pk__gt=seen).order_by("pk"))
        seen = new[-1].pk if new else seen
        return [(each.letter, each.to_name.split()[0]) for each in new]

    return look


@pytest.fixture
def watched(ticket: Ticket, bruno: Any, elisa: Any, fabio: Any) -> Ticket:
    """Ana's ticket, which Bruno watches and Elisa works on; the letters of that are put away."""
    actions.watch(ticket, who=bruno, by=by(bruno, "2026-11-13T09:10"))
    actions.assign(ticket, to=elisa, by=by(fabio, "2026-11-13T09:20", "desk"))
    Delivery.objects.all().delete()
    return again(ticket)


def again(ticket: Ticket) -> Ticket:
    return Ticket.objects.with_people().get(pk=ticket.pk)


def said(letter: str, to: str) -> tuple[str, str]:
    """Subject and whole plain text of the one `letter` to who is called so; a signed token in
    it reads "…"."""
    message = write(Delivery.objects.get(letter=letter, to_name__startswith=to))
    return message.subject, links.masked(str(message.body))
