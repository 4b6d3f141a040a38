"""Confirming the solution and cancelling: each asks once, on a page where there is no dialog."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.guards import person
from interfaces.portal.page import show
from interfaces.portal.scope import again, on_ticket
from interfaces.web.requests import actor
from tickets import actions, rules
from tickets.actors import Actor
from tickets.errors import Refused
from tickets.models import Channel, Ticket, Verb

End = Callable[[Ticket, Actor], object]


@on_ticket("GET", "POST")
def confirmation(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """L8: the solution worked; the ticket ends at once."""
    return _asked(
        request,
        ticket,
        Verb.CONFIRM_SOLUTION,
        lambda ticket, by: actions.confirm_solution(ticket, by=by),
        _("Solução confirmada. O ticket %(number)d foi encerrado."),
    )


@on_ticket("GET", "POST")
def cancellation(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """L8: the ticket is no longer needed."""
    return _asked(
        request,
        ticket,
        Verb.CANCEL,
        lambda ticket, by: actions.cancel(ticket, by=by),
        _("O ticket %(number)d foi cancelado."),
    )


def _asked(request: HttpRequest, ticket: Ticket, verb: Verb, end: End, done: str) -> HttpResponse:
    """Ask (GET), then do it (POST); a refusal is shown on the ticket as it stands now."""
    try:
        if request.method != "POST":
            rules.require(verb, person(request), ticket)
            return render(request, f"portal/{verb.value}.html", {"ticket": ticket})
        end(ticket, actor(request, Channel.PORTAL))
    except Refused as refused:
        current = again(ticket, person(request))
        return show(request, current, refusal=str(refused), status=409)
    messages.success(request, done % {"number": ticket.number})
    return redirect("portal:ticket", ticket.number)
