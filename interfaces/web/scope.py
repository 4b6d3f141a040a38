"""What a page starts from: the ticket of the address (R1), and how much of a page is asked for."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404
from django.views.decorators.vary import vary_on_headers

from accounts.guards import person
from accounts.models import User
from tickets.models import Ticket
from tickets.models.scopes import TicketQuerySet

TicketView = Callable[[HttpRequest, Ticket], HttpResponse]
NumberView = Callable[[HttpRequest, int], HttpResponseBase]


def on_ticket(
    *methods: str,
    admits: Callable[[NumberView], NumberView],
    found_in: Callable[[User], TicketQuerySet],
) -> Callable[[TicketView], NumberView]:
    """Hand the view the ticket of the address, and only for `methods` (405 otherwise).

    `admits` says who may come in at all. Whoever may not see the ticket gets 404, by whatever
    method: the scope comes first.
    """
    answered = [*methods, "HEAD"] if "GET" in methods else [*methods]

    def decorate(view: TicketView) -> NumberView:
        @varies
        @admits
        @wraps(view)
        def found(request: HttpRequest, number: int) -> HttpResponseBase:
            ticket = get_object_or_404(found_in(person(request)), number=number)
            if request.method not in answered:
                return HttpResponseNotAllowed(methods)
            return view(request, ticket)

        return found

    return decorate


# A part of the page comes from the address of the whole.
varies = vary_on_headers("HX-Request", "HX-Target")


def asks_for(request: HttpRequest, part: str = "") -> bool:
    """Whether htmx asks for a part of the page (the element with id `part`, where one is named),
    and not the browser for all of it, nor htmx for a step back in history."""
    headers = request.headers
    if "HX-Request" not in headers or "HX-History-Restore-Request" in headers:
        return False
    return part in ("", headers.get("HX-Target"))
