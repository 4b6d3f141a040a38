"""The house with its surveys, and nothing else that follows."""

import html
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from surveys.models import Survey
from tests.cast import by
from tickets import actions, due, events
from tickets.lifecycle import DiscardReason
from tickets.models import Ticket


@pytest.fixture(autouse=True)
def _followed(settings: Any) -> Iterator[None]:
    settings.TICKET_FOLLOWERS = ["surveys.followers.follow"]
    settings.TICKET_CLOCK_GATES = []
    events.followers.cache_clear()
    due.gates.cache_clear()
    yield
    events.followers.cache_clear()
    due.gates.cache_clear()


@pytest.fixture
def propose(elisa: Any) -> Callable[..., Ticket]:
    """`propose(ticket, "2026-11-13T10:00")`: Elisa proposes a solution at that moment."""

    def propose(ticket: Ticket, when: str = "2026-11-13T10:00") -> Ticket:
        return actions.propose_solution(ticket, by=by(elisa, when, "desk"), body="Atualize.").ticket

    return propose


@pytest.fixture
def survey(ticket: Ticket, elisa: Any, propose: Callable[..., Ticket]) -> Survey:
    """The survey of Ana's ticket, on which Elisa works, in Validação since 13/11/2026, 10:00."""
    actions.assign(ticket, to=elisa, by=by(elisa, "2026-11-13T09:30", "desk"))
    return Survey.objects.get(ticket=propose(ticket))


def end_by(how: str, ticket: Ticket, *, ana: Any, elisa: Any, other: Ticket) -> None:
    """End a ticket in Aberto, on 13/11/2026 at 11:30, in one of the ways that S5 names."""
    when = "2026-11-13T11:30"
    match how:
        case "cancelled":
            actions.cancel(ticket, by=by(ana, when))
        case "merged":
            actions.merge(ticket, into=other, by=by(elisa, when, "desk"))
        case "discarded":
            actions.discard(ticket, by=by(elisa, when, "desk"), reason=DiscardReason.TEST)


def again(survey: Survey) -> Survey:
    return Survey.objects.select_related("ticket__queue__policy__calendar").get(pk=survey.pk)


def words(response: Any) -> str:
    """What the page's main part says, with its tags taken out."""
    main = response.content.decode().split("<main", 1)[1].split(">", 1)[1].split("</main>")[0]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main)).split())
