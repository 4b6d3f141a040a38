"""Accepting or declining a paid service inside the ticket (E3)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts.guards import person
from interfaces.portal import answer
from interfaces.portal.page import show
from interfaces.portal.scope import again, on_ticket
from interfaces.web.requests import actor
from tickets import actions
from tickets.errors import Refused
from tickets.models import Channel, Ticket


@on_ticket("POST")
def acceptance(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """Only with the word that price and terms were read."""
    if "consent" not in request.POST:
        said = _("Para aceitar, marque que leu e aceita o preço e as condições.")
        return show(request, ticket, offer_error=said, status=422)
    try:
        actions.accept_service(ticket, offer=_offer(request), by=actor(request, Channel.PORTAL))
    except Refused as refused:
        current = again(ticket, person(request))
        return show(request, current, refusal=str(refused), status=409)
    messages.success(request, _("Serviço aceito. O ticket está com o suporte."))
    return redirect("portal:ticket", ticket.number)


@on_ticket("POST")
def refusal(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """With a reason or without; one that could not be sent is kept in the answer box."""
    by, reason = actor(request, Channel.PORTAL), request.POST.get("body", "")
    try:
        actions.decline_service(ticket, offer=_offer(request), by=by, reason=reason)
    except Refused as refused:
        current = again(ticket, person(request))
        typed = answer.refused(request, current, refused) if reason.strip() else None
        return show(request, current, answer=typed, refusal=str(refused), status=409)
    messages.success(request, _("Serviço recusado. O ticket está com o suporte."))
    return redirect("portal:ticket", ticket.number)


def _offer(request: HttpRequest) -> int:
    """The offer that the page showed."""
    text = request.POST.get("offer", "")
    return int(text) if text.isdecimal() and len(text) < 19 else 0
