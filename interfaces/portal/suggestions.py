"""Answers before the ticket: what is shown for the title of a ticket that is being opened (E1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.guards import person
from accounts.models import User
from common import clock
from interfaces.web.scope import asks_for
from knowledge import inquiries, search
from knowledge.models import Inquiry
from knowledge.search import Answers
from tickets.models import Ticket
from tickets.next_step import NextStep, next_step
from tickets.similar import similar

SHORTEST = 3


@dataclass(frozen=True)
class Similar:
    """A ticket of the own organization: number, title, state and next step, and no more (E1).

    `is_seen`: its page may be opened already; the others may be followed.
    """

    ticket: Ticket
    step: NextStep
    is_seen: bool


@dataclass(frozen=True)
class Suggestions:
    """What was found for a title; `inquiry` is the key that the form was drawn with.

    `product` is the one chosen, and `incident` the one that the ticket is said to be of (M2).
    """

    answers: Answers
    tickets: list[Similar]
    inquiry: str
    product: int | None
    incident: int | None

    @property
    def count(self) -> int:
        return len(_all(self.answers)) + len(self.tickets)

    @property
    def said(self) -> str:
        """How many there are, for whoever listens to the page."""
        if not self.count:
            return _("Nenhuma resposta pronta para este título.")
        told = {"n": self.count}
        return (
            ngettext(
                "%(n)d sugestão para este título, abaixo dele.",
                "%(n)d sugestões para este título, abaixo dele.",
                self.count,
            )
            % told
        )


def beside(request: HttpRequest, typed: Mapping[str, Any]) -> dict[str, Any]:
    """What `_suggestions_place.html` needs in a form that is filled in with `typed`: its inquiry,
    and the suggestions where a button without script asks for them, or one of them is chosen."""
    inquiry = str(typed.get("inquiry") or uuid4())
    is_asked = "suggest" in request.POST or "suggest" in request.GET or typed.get("incident")
    if not is_asked or asks_for(request):
        return {"inquiry": inquiry, "suggestions": None}
    asked = {name: typed.get(name) for name in ("title", "product", "organization", "incident")}
    found = suggestions(asked | {"inquiry": inquiry}, user=person(request), now=clock.now())
    return {"inquiry": inquiry, "suggestions": found}


def opened(typed: Mapping[str, Any], ticket: Ticket, *, user: User) -> None:
    """Note that the inquiry of a form ended in a ticket all the same."""
    inquiries.settle(
        inquiries.key_of(str(typed.get("inquiry", "")), user),
        person=user,
        outcome=Inquiry.Outcome.OPENED,
        title=ticket.title,
        organization=ticket.organization_id,
        product=ticket.product_id,
        ticket_number=ticket.number,
    )


def suggestions(asked: Mapping[str, Any], *, user: User, now: datetime) -> Suggestions | None:
    """What answers the `title` of a form; None while it says too little. Three statements.

    They are noted in the form's `inquiry`, where it has one.
    """
    typed = _text(asked, "title").strip()
    if sum(map(str.isalnum, typed)) < SHORTEST:
        return None
    product, organization = _number(asked, "product"), _number(asked, "organization")
    if organization not in user.places:
        organization = None
    answers = search.find(typed, reader=user, product=product, typing=True, articles=4, others=2)
    mine = None if organization is None else [organization]
    tickets = [
        Similar(each, next_step(each, reader=user, now=now), each.is_seen)  # type: ignore[attr-defined]  # annotated
        for each in similar(typed, user=user, organizations=mine, product=product)
    ]
    chosen = _number(asked, "incident")
    found = Suggestions(answers, tickets, _text(asked, "inquiry"), product, chosen)
    if (key := inquiries.key_of(found.inquiry, user)) is not None:
        shown = [(each.kind, each.pk) for each in _all(answers)]
        inquiries.suggest(
            key,
            person=user,
            title=typed,
            organization=organization,
            product=product,
            suggested=[*shown, *(("ticket", each.ticket.pk) for each in tickets)],
        )
    return found


def _all(answers: Answers) -> list[search.Found]:
    return [*answers.incidents, *answers.articles, *answers.defects]


def _text(asked: Mapping[str, Any], name: str) -> str:
    return str(asked.get(name) or "")


def _number(asked: Mapping[str, Any], name: str) -> int | None:
    """A key, as it came; None for what no row can have."""
    text = _text(asked, name)
    if text.isascii() and text.isdecimal() and len(text) < 19:
        return int(text)
    return None
