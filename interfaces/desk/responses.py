"""How a desk page answers: the whole page, one pane of it, or a dialog; and where an act leads."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect, reswap, retarget

from accounts.guards import person
from interfaces.desk import case
from interfaces.desk.case import Typed
from interfaces.desk.lists import filters_of
from interfaces.web.scope import asks_for
from tickets.models import Ticket

# The ids that htmx names as its targets.
CASE, DIALOG, LIVE, LIST, BOARD = "ticket", "ato", "vivo", "lista", "painel"


def show(
    request: HttpRequest, ticket: Ticket, *, typed: Typed | None = None, status: int = 200
) -> HttpResponse:
    """The page of `ticket` (of `case.surrounded`), or the part of it that htmx asked for."""
    template = "desk/ticket.html"
    if asks_for(request, CASE):
        template = "desk/_case_alone.html"
    elif asks_for(request, LIVE):
        template, typed = "desk/_live.html", case.heard(request)
    context = {"case": case.build(request, ticket, typed)}
    return render(request, template, context, status=status)


def went(request: HttpRequest, ticket: Ticket, said: str) -> HttpResponse:
    """After an act: back to the ticket, or to the list where one may no longer see it (R1)."""
    messages.success(request, said)
    if Ticket.objects.visible_to(person(request)).filter(pk=ticket.pk).exists():
        return redirect(reverse("desk:ticket", args=[ticket.number]) + filters_of(request))
    away = reverse("desk:queue") + filters_of(request)
    return HttpResponseClientRedirect(away) if asks_for(request) else redirect(away)


def ask(
    request: HttpRequest, question: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """A question about a ticket, `desk/<question>.html`: in a dialog, or on a page of its own.

    htmx sends a dialog's form to the ticket, which its success replaces; what is wrong with it
    goes back into the dialog.
    """
    if not asks_for(request):
        context = {**context, "question": f"desk/_{question}.html"}
        return render(request, "desk/question.html", context, status=status)
    context = {**context, "dialog": True}
    response = render(request, f"desk/_{question}.html", context, status=status)
    if asks_for(request, DIALOG):
        return response
    return reswap(retarget(response, f"#{DIALOG}"), "innerHTML")


def sent(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: nothing, while it is only shown."""
    return request.POST if request.method == "POST" else None
