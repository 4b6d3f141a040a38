"""What a desk page starts from: which tickets a person sees, and the one of the address (R1)."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404
from django.views.decorators.vary import vary_on_headers

from accounts.models import User
from interfaces.web.requests import desk_required, person
from tickets.models import Ticket
from tickets.models.scopes import TicketQuerySet

TicketView = Callable[[HttpRequest, Ticket], HttpResponse]
NumberView = Callable[[HttpRequest, int], HttpResponseBase]


def shown_to(user: User) -> TicketQuerySet:
    """The tickets that `user` may see, with all that a row or a verb needs of them."""
    seen: TicketQuerySet = Ticket.objects.visible_to(user).with_people()
    return seen.select_related("merged_into", "predecessor", "successor")


def on_ticket(
    *methods: str, found_in: Callable[[User], TicketQuerySet] = shown_to
) -> Callable[[TicketView], NumberView]:
    """Hand the view the ticket of the address, and only for `methods` (405 otherwise).

    Whoever may not see the ticket gets 404, by whatever method: the scope comes first.
    """
    answered = [*methods, "HEAD"] if "GET" in methods else [*methods]

    def decorate(view: TicketView) -> NumberView:
        # A part of the page comes from the address of the whole.
        @vary_on_headers("HX-Request", "HX-Target")
        @desk_required
        @wraps(view)
        def found(request: HttpRequest, number: int) -> HttpResponse:
            ticket = get_object_or_404(found_in(person(request)), number=number)
            if request.method not in answered:
                return HttpResponseNotAllowed(methods)
            return view(request, ticket)

        return found

    return decorate


def asks_for(request: HttpRequest, part: str) -> bool:
    """Whether htmx asks for the element with id `part` alone, and not for a page of history."""
    headers = request.headers
    return headers.get("HX-Target") == part and "HX-History-Restore-Request" not in headers
