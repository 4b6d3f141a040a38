"""The page of a ticket, and the parts of it that htmx gets again when something changed."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect

from accounts.guards import person, signed_in
from interfaces.portal.page import heard, show
from interfaces.portal.scope import on_ticket
from interfaces.web.scope import asks_for
from tickets.models import Ticket


@signed_in
def ticket(request: HttpRequest, number: int) -> HttpResponseBase:
    """The customer's page; people of the desk, who come here by a letter, go to their own."""
    if person(request).is_desk:
        return redirect("desk:ticket", number)
    return _page(request, number)


@on_ticket("GET")
def _page(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    return heard(request, ticket) if asks_for(request) else show(request, ticket)
