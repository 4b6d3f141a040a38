"""What an analyst enters for a customer who phoned: a new ticket, or a reply to one.

The author is the customer, with the customer's own rules (C1); who entered it is noted beside.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.guards import desk_required, person
from accounts.models import Membership
from interfaces.desk.forms import CallForm, OpenForm
from interfaces.desk.lists import filters_of
from interfaces.desk.people import customers
from interfaces.desk.responses import ask, sent, went
from interfaces.desk.scope import on_ticket
from interfaces.web import drafts
from interfaces.web.requests import actor, files_of, stored_files, unsent
from interfaces.web.scope import asks_for, varies
from tickets import actions
from tickets.errors import Refused
from tickets.models import Channel, Ticket, TicketEvent

DRAFT = "desk-open"
FOUND = "achados"


@require_http_methods(["GET", "HEAD", "POST"])
@varies
@desk_required
def open_ticket(request: HttpRequest) -> HttpResponse:
    """Choose the customer (`who`, a membership), then say what they said."""
    place = _customer(request)
    if place is None:
        typed = request.GET.get("customer", "")
        context = {"typed": typed, "found": customers(typed) if typed.strip() else None}
        return render(
            request, "desk/_found.html" if asks_for(request, FOUND) else "desk/who.html", context
        )
    user = person(request)
    if request.method != "POST":
        draft = drafts.load(user, DRAFT)
        files = unsent(user, draft.get("files", ()))
        return _form(request, place, OpenForm(place=place, initial=draft), files, saved=bool(draft))
    form = OpenForm(request.POST, place=place)
    event = _open(request, place, form)
    if event is None:
        drafts.keep(request, DRAFT)
        return _form(request, place, form, stored_files(request), status=422)
    drafts.clear(user, DRAFT)
    said = _("Ticket %(number)d aberto em nome de %(name)s.")
    return went(
        request, event.ticket, said % {"number": event.ticket.number, "name": place.user.name}
    )


@on_ticket("GET", "POST")
def record(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """A customer's reply by another way in; where the ticket has ended, it goes on in the
    successor (L6, L7)."""
    form, refusal = CallForm(sent(request), ticket=ticket, user=person(request)), ""
    try:
        # Taken before anything is found wrong: a file that comes with the form comes once.
        files = files_of(request)
        if form.is_bound and form.is_valid():
            event = _deliver(request, ticket, form.cleaned_data, files)
            return went(request, event.ticket, _("Resposta do cliente registrada."))
    except Refused as refused:
        refusal = str(refused)
    context = {
        "ticket": ticket,
        "title": _("Registrar o que o cliente disse"),
        "form": form,
        "files": stored_files(request),
        "refusal": refusal,
        "query": filters_of(request),
    }
    status = 409 if refusal else 422 if form.is_bound else 200
    return ask(request, "call", context, status=status)


def _deliver(
    request: HttpRequest, ticket: Ticket, told: Mapping[str, Any], files: Sequence[UUID]
) -> TicketEvent:
    by = actor(request, Channel(told["channel"]), user=told["person"], entered_by=person(request))
    return actions.deliver(ticket, by=by, body=told["body"], files=files)


def _customer(request: HttpRequest) -> Membership | None:
    chosen = request.POST.get("who") or request.GET.get("who", "")
    if not chosen.isdecimal() or len(chosen) > 18:
        return None
    return get_object_or_404(
        Membership.objects.select_related("user", "organization"),
        pk=chosen,
        is_active=True,
        user__is_active=True,
        organization__is_active=True,
        user__desk_role="",
    )


def _open(request: HttpRequest, place: Membership, form: OpenForm) -> TicketEvent | None:
    """Open the ticket, or leave what is wrong in `form`; its files are kept either way."""
    files: list[UUID] = []
    complaint: Refused | None = None
    try:
        files = files_of(request)
    except Refused as refused:
        complaint = refused
    if form.is_valid() and complaint is None:
        told = dict(form.cleaned_data)
        by = actor(
            request, Channel(told.pop("channel")), user=place.user, entered_by=person(request)
        )
        try:
            return actions.open_ticket(by=by, organization=place.organization, files=files, **told)
        except Refused as refused:
            complaint = refused
    if complaint is not None:
        form.add_error(None, forms.ValidationError(str(complaint), code=complaint.code))
    return None


def _form(
    request: HttpRequest,
    place: Membership,
    form: OpenForm,
    files: list[dict[str, Any]],
    *,
    saved: bool = False,
    status: int = 200,
) -> HttpResponse:
    context = {"place": place, "form": form, "files": files, "saved": saved}
    return render(request, "desk/open.html", context, status=status)
