"""What a customer's page starts from: which tickets, and the one of the address (R1)."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404

from accounts.models import User
from interfaces.web.requests import customer_required, person
from tickets.models import Ticket
from tickets.models.scopes import TicketQuerySet

TicketView = Callable[[HttpRequest, Ticket], HttpResponse]
NumberView = Callable[[HttpRequest, int], HttpResponseBase]


def shown_to(user: User) -> TicketQuerySet:
    """The tickets that `user` may see, with all that a row or a page says of them."""
    tickets: TicketQuerySet = Ticket.objects.visible_to(user)
    return tickets.with_people().select_related("merged_into", "successor", "survey")


def on_ticket(*methods: str) -> Callable[[TicketView], NumberView]:
    """Hand the view the ticket of the address, and only for `methods` (405 otherwise).

    Whoever may not see the ticket gets 404, by whatever method: the scope comes first.
    """
    answered = [*methods, "HEAD"] if "GET" in methods else [*methods]

    def decorate(view: TicketView) -> NumberView:
        @customer_required
        @wraps(view)
        def found(request: HttpRequest, number: int) -> HttpResponse:
            ticket = get_object_or_404(shown_to(person(request)), number=number)
            if request.method not in answered:
                return HttpResponseNotAllowed(methods)
            return view(request, ticket)

        return found

    return decorate


def again(ticket: Ticket, user: User) -> Ticket:
    """The ticket as it stands after somebody's act; 404 where `user` no longer sees it."""
    return get_object_or_404(shown_to(user), pk=ticket.pk)


def wants_fragment(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of the page, not for the page after a step back in history."""
    headers = request.headers
    return "HX-Request" in headers and "HX-History-Restore-Request" not in headers
