"""What a customer writes to a ticket: a reply, or a follow-up of one that has ended."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from accounts.guards import person
from catalog.intake import Field, is_answered
from interfaces.portal import answer
from interfaces.portal.page import answered
from interfaces.portal.scope import again, on_ticket
from interfaces.web import drafts
from interfaces.web.intake_form import IntakeForm, posted
from interfaces.web.requests import actor, files_of
from interfaces.web.scope import asks_for
from tickets import actions
from tickets.actors import Actor
from tickets.errors import Refused
from tickets.models import Channel, FieldRequest, Ticket, TicketEvent, Verb


@on_ticket("POST")
def reply(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """Add a message (L5), or answer what support asked for by fields (E2). Where the ticket has
    just ended, what was typed is kept (L7)."""
    by, (data, complaint) = actor(request, Channel.PORTAL), posted(request)
    try:
        event = _reply(request, ticket, by, data, complaint)
    except Refused as refused:
        return _refused(request, ticket, answer.REPLY, refused, data)
    answer.clear_drafts(ticket, by.person(), answer.REPLY)
    messages.success(
        request,
        _("Resposta enviada. O ticket voltou para o suporte.")
        if event.verb == Verb.CUSTOMER_REPLY
        else _("Mensagem enviada ao suporte."),
    )
    if asks_for(request):
        return answered(request, again(ticket, by.person()))
    return redirect("portal:ticket", ticket.number)


def _reply(
    request: HttpRequest, ticket: Ticket, by: Actor, data: QueryDict, complaint: Refused | None
) -> TicketEvent:
    """A plain reply where nothing was asked for by fields, or none of them was answered."""
    files, body = files_of(request), data.get("body", "")
    if complaint is not None:
        raise complaint
    asked = _asked(ticket, data.get("asked", ""))
    if asked is None:
        return actions.reply(ticket, by=by, body=body, files=files)
    form = IntakeForm(data, asked=[Field.from_json(row) for row in asked.fields])
    if not form.is_valid():
        raise Refused("wrong_answer", _("Confira as respostas marcadas abaixo e envie de novo."))
    if not any(map(is_answered, form.answers.values())):
        return actions.reply(ticket, by=by, body=body, files=files)
    return actions.answer_fields(ticket, asked, by=by, answers=form.answers, body=body, files=files)


def _asked(ticket: Ticket, key: str) -> FieldRequest | None:
    """The request that the form answers; 404 for one of another ticket."""
    if not key:
        return None
    pk = int(key) if key.isdecimal() and len(key) < 19 else 0
    return get_object_or_404(FieldRequest, message__ticket=ticket, pk=pk)


@on_ticket("POST")
def follow_up(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """Continue an ended ticket in its one successor, or further on where there is one (L6, L7)."""
    by, body = actor(request, Channel.PORTAL), request.POST.get("body", "")
    try:
        event = actions.follow_up(ticket, by=by, body=body, files=files_of(request))
    except Refused as refused:
        return _refused(request, ticket, answer.FOLLOW_UP, refused)
    answer.clear_drafts(ticket, by.person(), answer.REPLY, answer.FOLLOW_UP)
    number = {"number": event.ticket.number, "ended": ticket.number}
    messages.success(
        request,
        _("Acompanhamento %(number)d aberto, com todo o histórico. O suporte responde por aqui.")
        % number
        if event.verb == Verb.OPEN
        else _("Sua mensagem entrou no ticket %(number)d, que continua o %(ended)d.") % number,
    )
    return redirect("portal:ticket", event.ticket.number)


def _refused(
    request: HttpRequest,
    ticket: Ticket,
    kind: str,
    refused: Refused,
    data: QueryDict | None = None,
) -> HttpResponse:
    """What was typed is shown again now, and on the next visit."""
    drafts.keep(request, answer.place(ticket, kind), data)
    current = again(ticket, person(request))
    kept = answer.refused(request, current, refused, data)
    return answered(request, current, answer=kept, status=409)
