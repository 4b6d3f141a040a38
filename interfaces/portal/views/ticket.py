"""The page of a ticket, and the parts of it that htmx gets again when something changed."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.vary import vary_on_headers

from interfaces.portal.page import heard, show
from interfaces.portal.scope import on_ticket, wants_fragment
from interfaces.web.requests import person, signed_in
from tickets.models import Ticket


@signed_in
def ticket(request: HttpRequest, number: int) -> HttpResponseBase:
    """The customer's page; people of the desk, who come here by a letter, go to their own."""
    if person(request).is_desk:
        return redirect("desk:ticket", number)
    return _page(request, number)


@vary_on_headers("HX-Request")
@on_ticket("GET")
def _page(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    return heard(request, ticket) if wants_fragment(request) else show(request, ticket)
