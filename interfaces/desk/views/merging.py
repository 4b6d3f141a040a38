"""Uniting a duplicate with the ticket that goes on: choose, see what will happen, do it (L8)."""

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from interfaces.desk.forms import MergeForm
from interfaces.desk.lists import filters_of
from interfaces.desk.merging import rehearse
from interfaces.desk.responses import ask, went
from interfaces.desk.scope import on_ticket, shown_to
from interfaces.web.requests import actor, person
from tickets import actions, numbers, rules
from tickets.actors import Actor
from tickets.errors import Refused
from tickets.models import Channel, Ticket, Verb

CANDIDATES = 8


@on_ticket("GET", "POST")
def merge(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """Without `into`, the question which ticket goes on; with it, what the merge will do (GET),
    and the merge (POST)."""
    typed = request.POST.get("into") or request.GET.get("into", "")
    refusal, preview = "", None
    try:
        rules.require(Verb.MERGE, person(request), ticket)
        if typed:
            target = _target(request, typed)
            if request.method == "POST":
                actions.merge(ticket, into=target, by=actor(request, Channel.DESK))
                return went(request, ticket, _merged(target))
            preview = rehearse(ticket, target, by=Actor(person(request), Channel.DESK))
    except Refused as refused:
        refusal = str(refused)
    context = {
        "ticket": ticket,
        "title": _("Unir a outro ticket"),
        "form": MergeForm(_told(typed), ticket=ticket, user=person(request)),
        "preview": preview,
        "refusal": refusal,
        "candidates": [] if preview else _candidates(request, ticket),
        "query": filters_of(request),
    }
    return ask(request, "merge", context, status=409 if refusal else 200)


def _told(typed: str) -> QueryDict | None:
    return QueryDict(urlencode({"into": typed})) if typed else None


def _target(request: HttpRequest, typed: str) -> Ticket:
    number = numbers.parse(typed)
    found = shown_to(person(request)).filter(number=number).first() if number else None
    if found is None:
        raise Refused("no_such_ticket", _("Não há ticket com esse número. Confira-o."))
    return found


def _candidates(request: HttpRequest, ticket: Ticket) -> list[Ticket]:
    """Active tickets of the same customer, those with news first."""
    others = shown_to(person(request)).active().filter(organization=ticket.organization)
    return list(others.exclude(pk=ticket.pk).order_by("-last_at", "-pk")[:CANDIDATES])


def _merged(target: Ticket) -> str:
    return _("Ticket unido ao %(number)d. Dá para desfazer por 24 horas.") % {
        "number": target.number
    }
