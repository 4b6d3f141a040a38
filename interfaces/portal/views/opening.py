"""Opening a ticket."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.guards import customer_required, person
from interfaces.portal.forms import OpenForm
from interfaces.web import drafts
from interfaces.web.requests import actor, files_of, stored_files, unsent
from tickets import actions
from tickets.errors import Refused
from tickets.models import Channel, TicketEvent

PLACE = "open"


@require_http_methods(["GET", "HEAD", "POST"])
@customer_required
def open_ticket(request: HttpRequest) -> HttpResponse:
    """The form, with the draft in it; sent, it opens one ticket however often it comes (L12)."""
    user = person(request)
    if request.method != "POST":
        draft = drafts.load(user, PLACE)
        form = OpenForm(initial=draft, user=user)
        return _form(request, form, unsent(user, draft.get("files", ())), saved=bool(draft))
    form = OpenForm(request.POST, user=user)
    event = _open(request, form)
    if event is None:
        drafts.keep(request, PLACE)
        return _form(request, form, stored_files(request), status=422)
    drafts.clear(user, PLACE)
    messages.success(
        request,
        _(
            "Ticket %(number)d aberto e já com o suporte. "
            "A resposta chega aqui e no seu e-mail; nada mais é preciso agora."
        )
        % {"number": event.ticket.number},
    )
    return redirect("portal:ticket", event.ticket.number)


def _open(request: HttpRequest, form: OpenForm) -> TicketEvent | None:
    """Open the ticket, or leave what is wrong in `form`; its files are kept either way."""
    files: list[UUID] = []
    complaint: Refused | None = None
    try:
        files = files_of(request)
    except Refused as refused:
        complaint = refused
    if form.is_valid() and complaint is None:
        try:
            return actions.open_ticket(
                by=actor(request, Channel.PORTAL), files=files, **form.told()
            )
        except Refused as refused:
            complaint = refused
    if complaint is not None:
        form.refused(complaint)
    return None


def _form(
    request: HttpRequest,
    form: OpenForm,
    files: list[dict[str, Any]],
    *,
    saved: bool = False,
    status: int = 200,
) -> HttpResponse:
    belongs = bool(person(request).organization_roles)
    context = {"form": form, "files": files, "saved": saved, "belongs": belongs}
    return render(request, "portal/open.html", context, status=status)
