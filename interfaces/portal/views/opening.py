"""Opening a ticket."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.guards import customer_required, person
from catalog.scope import notes_for
from interfaces.portal.meter import meter
from interfaces.portal.offers import offers
from interfaces.portal.open_form import OpenForm
from interfaces.portal.suggestions import beside, opened
from interfaces.web import drafts, intake_form, organizations
from interfaces.web.requests import actor, files_of, sent_files
from interfaces.web.scope import asks_for, varies
from tickets import actions
from tickets.errors import Refused
from tickets.models import Channel, TicketEvent

PLACE = "open"
# Buttons that have the form drawn anew, with what it holds.
_AGAIN = {"refresh", "suggest", "use"}
_TAKES_OFFERS = ("version", "routine", "title")


@require_http_methods(["GET", "HEAD", "POST"])
@varies
@customer_required
def open_ticket(request: HttpRequest) -> HttpResponse:
    """The form, with the draft in it; sent, it opens one ticket however often it comes (L12).

    With a name of `_AGAIN` it is only drawn anew, with the questions that its answers so far call
    for: asked for by static/js/grow.js, or by buttons where there is no script.
    """
    user = person(request)
    if request.method != "POST":
        draft = drafts.load(user, PLACE)
        begun = draft or {"organization": organizations.chosen(request)}
        return _page(request, OpenForm(user=user, initial=begun), saved=bool(draft))
    data, complaint = _sent(request)
    if _AGAIN & set(data):
        return _drawn_anew(request, data, complaint)
    form = OpenForm(data, user=user)
    if form.asks_unseen:
        return _drawn_anew(request, data, complaint, asks_more=True)
    event = _open(request, form, complaint)
    if event is None:
        drafts.keep(request, PLACE, data)
        return _page(request, form, status=422)
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


def _sent(request: HttpRequest) -> tuple[QueryDict, Refused | None]:
    """The form with all its files stored, and why one of them was not."""
    data, complaint = intake_form.posted(request)
    try:
        files_of(request)
    except Refused as refused:
        complaint = complaint or refused
    data.setlist("files", [str(key) for key in sent_files(request)])
    return data, complaint


def _open(request: HttpRequest, form: OpenForm, complaint: Refused | None) -> TicketEvent | None:
    """Open the ticket, or leave what is wrong in `form`; its files are kept either way."""
    if form.is_valid() and complaint is None:
        try:
            event = actions.open_ticket(by=actor(request, Channel.PORTAL), **form.told())
        except Refused as refused:
            complaint = refused
        else:
            opened(request.POST, event.ticket, user=person(request))
            return event
    if complaint is not None:
        form.refused(complaint)
    return None


def _drawn_anew(
    request: HttpRequest,
    data: QueryDict,
    complaint: Refused | None,
    *,
    asks_more: bool = False,
) -> HttpResponse:
    name, _equals, value = data.get("use", "").partition("=")
    if name in _TAKES_OFFERS or name.startswith(intake_form.PREFIX):
        data[name] = value
    form = OpenForm(user=person(request), initial=data)
    if complaint is not None:
        form.file_error = str(complaint.sentence)
    if not asks_for(request):
        drafts.keep(request, PLACE, data)
    more: dict[str, Any] = {"asks_more": asks_more, "offers": offers(form)}
    return _page(request, form, saved=True, status=422 if asks_more else 200, **more)


def _page(
    request: HttpRequest, form: OpenForm, *, saved: bool = False, status: int = 200, **more: Any
) -> HttpResponse:
    """The whole page, or its form alone for static/js/grow.js."""
    user, product = person(request), form.chosen_product
    context = {
        "form": form,
        "meter": meter(form),
        "notes": list(notes_for(product.pk)) if product else [],
        "saved": saved,
        "belongs": bool(user.organization_roles),
        **beside(request, form.source),
        **more,
    }
    template = "portal/_open_form.html" if asks_for(request) else "portal/open.html"
    return render(request, template, context, status=status)
