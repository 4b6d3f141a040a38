"""The lists of tickets, and the jump to a number."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from accounts.guards import desk_required, person
from interfaces.desk import lists
from interfaces.desk.responses import LIST
from interfaces.web.scope import asks_for, varies
from tickets import numbers
from tickets.models import Ticket

ROWS = "linhas"


@require_safe
@varies
@desk_required
def queue(request: HttpRequest) -> HttpResponse:
    """The list that the address describes: the page, its pane, or its rows alone."""
    template = "desk/queue.html"
    if asks_for(request, LIST):
        template = "desk/_queue.html"
    elif asks_for(request, ROWS):
        template = "desk/_refreshed.html"
    return render(request, template, {"list": lists.build(request)})


@require_safe
@desk_required
def jump(request: HttpRequest) -> HttpResponseBase:
    """A number goes straight to its ticket; anything else, or an unknown one, is searched for."""
    typed = (request.GET.get("n") or request.GET.get("q", "")).strip()
    number = numbers.parse(typed)
    seen = Ticket.objects.visible_to(person(request))
    if number is not None and seen.filter(number=number).exists():
        return redirect("desk:ticket", number)
    query = f"?{urlencode({'q': typed})}" if typed else ""
    return redirect(f"{reverse('desk:queue')}{query}")


@require_safe
@desk_required
def rail(request: HttpRequest) -> HttpResponse:
    """The views with their counts, which htmx gets again when something changed."""
    return render(request, "desk/_rail.html")
