"""Who follows a ticket: adding somebody of the same organization, and taking somebody off."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts.guards import person
from interfaces.portal.forms import WatcherForm
from interfaces.portal.page import show
from interfaces.portal.scope import on_ticket
from interfaces.web.people import colleagues_of
from interfaces.web.requests import actor
from tickets import actions
from tickets.errors import Refused
from tickets.models import Channel, Ticket


@on_ticket("POST")
def add(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """Let somebody of the organization see the ticket and get its letters (R1)."""
    people = colleagues_of(person(request), ticket.organization_id, of=ticket)
    form = WatcherForm(request.POST, people=people)
    if not form.is_valid():
        return show(request, ticket, watcher_error=form.error(), status=422)
    who = form.cleaned_data["person"]
    try:
        actions.watch(ticket, who=who, by=actor(request, Channel.PORTAL))
    except Refused as refused:
        return show(request, ticket, watcher_error=str(refused), status=409)
    messages.success(request, _("%(name)s agora acompanha este ticket.") % {"name": who.name})
    return redirect("portal:ticket", ticket.number)


@on_ticket("POST")
def remove(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """Stop following: oneself, or another where one speaks for the ticket."""
    people = colleagues_of(person(request), ticket.organization_id, of=ticket)
    form = WatcherForm(request.POST, people=people)
    if not form.is_valid():
        return show(request, ticket, watcher_error=form.error(), status=422)
    who = form.cleaned_data["person"]
    try:
        actions.unwatch(ticket, who=who, by=actor(request, Channel.PORTAL))
    except Refused as refused:
        return show(request, ticket, watcher_error=str(refused), status=409)
    messages.success(request, _("%(name)s não acompanha mais este ticket.") % {"name": who.name})
    if not Ticket.objects.visible_to(person(request)).filter(pk=ticket.pk).exists():
        return redirect("portal:tickets")
    return redirect("portal:ticket", ticket.number)
