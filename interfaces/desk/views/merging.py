"""Uniting a duplicate with the ticket that goes on: choose, see what will happen, do it (L8)."""

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from accounts.guards import person
from accounts.models import User
from interfaces.desk.forms import MergeForm
from interfaces.desk.lists import filters_of
from interfaces.desk.merging import Rehearsal, rehearse
from interfaces.desk.responses import ask, went
from interfaces.desk.scope import on_ticket, shown_to
from interfaces.web.requests import actor
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
    user = person(request)
    try:
        rules.require(Verb.MERGE, user, ticket)
        target = _target(user, typed) if typed else None
        if target is not None and request.method == "POST":
            actions.merge(ticket, into=target, by=actor(request, Channel.DESK))
            return went(request, ticket, _merged(target))
        preview = rehearse(ticket, target, by=Actor(user, Channel.DESK)) if target else None
    except Refused as refused:
        return _question(request, ticket, typed, refusal=str(refused), status=409)
    return _question(request, ticket, typed, preview=preview)


def _question(
    request: HttpRequest,
    ticket: Ticket,
    typed: str,
    *,
    preview: Rehearsal | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    user = person(request)
    context = {
        "ticket": ticket,
        "title": _("Unir a outro ticket"),
        "form": MergeForm(_told(typed), ticket=ticket, user=user),
        "offered": rules.refusal(Verb.MERGE, user, ticket) is None,
        "preview": preview,
        "refusal": refusal,
        "candidates": [] if preview else _candidates(user, ticket),
        "query": filters_of(request),
    }
    return ask(request, "merge", context, status=status)


def _told(typed: str) -> QueryDict | None:
    return QueryDict(urlencode({"into": typed})) if typed else None


def _target(user: User, typed: str) -> Ticket:
    number = numbers.parse(typed)
    found = shown_to(user).filter(number=number).first() if number else None
    if found is None:
        raise Refused("no_such_ticket", _("Não há ticket com esse número. Confira-o."))
    return found


def _candidates(user: User, ticket: Ticket) -> list[Ticket]:
    """Active tickets of the same customer, or of the same guest, those with news first."""
    others = shown_to(user).active().filter(organization=ticket.organization)
    if ticket.organization.holds_guests:
        others = others.filter(requester=ticket.requester_id)
    return list(others.exclude(pk=ticket.pk).order_by("-last_at", "-pk")[:CANDIDATES])


def _merged(target: Ticket) -> str:
    return _("Ticket unido ao %(number)d. Dá para desfazer por 24 horas.") % {
        "number": target.number
    }
