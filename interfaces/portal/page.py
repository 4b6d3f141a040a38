"""The page of one ticket, whole or in the parts that change: what it shows, and the response."""

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from accounts.guards import person
from accounts.models import User
from common import clock
from interfaces.portal import answer as answers
from interfaces.portal.answer import Answer
from interfaces.portal.rows import last_step, urgency_word, waits_for
from interfaces.web.people import colleagues_of
from interfaces.web.scope import asks_for
from interfaces.web.timeline import Fold, Line, conversation, timeline
from surveys.links import token
from tickets import rules
from tickets.deadlines import zone_of
from tickets.known import Known, known_of
from tickets.models import Ticket, Verb, Watcher
from tickets.next_step import NextStep, next_step
from tickets.offers import Offer, offer_of


@dataclass(frozen=True)
class Follower:
    """Somebody who watches; `removable` by the reader."""

    person: User
    removable: bool


@dataclass(frozen=True)
class TicketPage:
    """All that the page shows of `ticket`; `earlier` are the tickets that it continues (L6)."""

    ticket: Ticket
    url: str
    step: NextStep
    word: str
    zone: ZoneInfo
    waits_for: str
    last_step: str
    earlier: Sequence[Fold]
    lines: Sequence[Line]
    allowed: set[str]
    answer: Answer
    followers: Sequence[Follower]
    candidates: Sequence[User]
    onward_number: int | None
    onward_url: str
    survey_url: str
    known: Known
    speaks: bool
    offer: Offer | None
    may_decide: bool
    refusal: str = ""
    watcher_error: str = ""
    offer_error: str = ""


def build(ticket: Ticket, reader: User, answer: Answer | None = None, **said: str) -> TicketPage:
    """What `reader` sees of `ticket`, of `scope.surrounded`; `said`: `refusal`, `watcher_error`,
    `offer_error`."""
    now = clock.now()
    step = next_step(ticket, reader=reader, now=now)
    zone = zone_of(ticket)
    earlier, lines = conversation(timeline(ticket, reader, now))
    onward = answers.goes_on_in(ticket)
    people = _people(ticket, reader)
    return TicketPage(
        ticket=ticket,
        url=reverse("portal:ticket", args=[ticket.number]),
        step=step,
        word=urgency_word(step, zone, now) if ticket.is_with_customer else "",
        zone=zone,
        waits_for=waits_for(ticket, reader),
        last_step=last_step(ticket, reader),
        earlier=earlier,
        lines=lines,
        allowed=rules.allowed(reader, ticket),
        answer=answer or answers.fresh(ticket, reader),
        followers=[
            Follower(each, each == reader or rules.speaks_for(reader, ticket))
            for each, watches in people
            if watches
        ],
        candidates=[each for each, watches in people if not watches],
        onward_number=onward.number if onward else None,
        onward_url=_url_of(onward, reader),
        survey_url=_survey(ticket, reader),
        known=known_of(ticket),
        speaks=rules.speaks_for(reader, ticket),
        offer=offer_of(ticket),
        may_decide=rules.refusal(Verb.ACCEPT_SERVICE, reader, ticket) is None,
        **said,
    )


def show(
    request: HttpRequest,
    ticket: Ticket,
    *,
    answer: Answer | None = None,
    status: int = 200,
    **said: str,
) -> HttpResponse:
    """Answer with the page of `ticket`."""
    page = build(ticket, person(request), answer, **said)
    return render(request, "portal/ticket.html", {"page": page}, status=status)


def answered(
    request: HttpRequest, ticket: Ticket, *, answer: Answer | None = None, status: int = 200
) -> HttpResponse:
    """For htmx: a new answer box, with all that changed by what was sent; else the page."""
    if not asks_for(request):
        return show(request, ticket, answer=answer, status=status)
    page = build(ticket, person(request), answer)
    context = {"page": page, "box": page.answer.shown_as, "focus": True}
    return render(request, "portal/_answered.html", context, status=status)


def heard(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """For htmx: what changed elsewhere. The box in which somebody may be typing stays."""
    page = build(ticket, person(request))
    shown = page.offer.seen_as if page.offer else ""
    context = {
        "page": page,
        "box": request.GET.get("box", ""),
        "heard": True,
        "offer_changed": request.GET.get("offer", "") != shown,
    }
    return render(request, "portal/_live.html", context)


def _people(ticket: Ticket, reader: User) -> list[tuple[User, bool]]:
    """Those of the organization, and whether they watch; in one statement."""
    watching = Exists(Watcher.objects.filter(ticket=ticket, user=OuterRef("pk")))
    people = colleagues_of(reader, ticket.organization_id, of=ticket)
    others = people.exclude(pk=ticket.requester_id)
    return [(each, each.watches) for each in others.annotate(watches=watching)]


def _survey(ticket: Ticket, reader: User) -> str:
    """The survey's address for the requester, once it was sent (S1) and as long as it counts."""
    survey = getattr(ticket, "survey", None)
    if survey is None or survey.sent_at is None or survey.out_of_rates:
        return ""
    if reader.pk != ticket.requester_id:
        return ""
    return reverse("surveys:answer", args=[token(ticket.number)])


def _url_of(onward: Ticket | None, reader: User) -> str:
    """Where this ticket goes on, for whoever may see that one (R1)."""
    if onward is None:
        return ""
    seen = Ticket.objects.visible_to(reader).filter(pk=onward.pk)
    if not rules.speaks_for(reader, onward) and not seen.exists():
        return ""
    return reverse("portal:ticket", args=[onward.number])
