"""What a customer writes to a ticket: a reply, or a follow-up of one that has ended."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts.guards import person
from interfaces.portal import answer
from interfaces.portal.page import answered
from interfaces.portal.scope import again, on_ticket
from interfaces.web import drafts
from interfaces.web.requests import actor, files_of
from interfaces.web.scope import asks_for
from tickets import actions
from tickets.errors import Refused
from tickets.models import Channel, Ticket, Verb


@on_ticket("POST")
def reply(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """Add a message (L5). Where the ticket has just ended, what was typed is kept (L7)."""
    by, body = actor(request, Channel.PORTAL), request.POST.get("body", "")
    try:
        event = actions.reply(ticket, by=by, body=body, files=files_of(request))
    except Refused as refused:
        return _refused(request, ticket, answer.REPLY, refused)
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


def _refused(request: HttpRequest, ticket: Ticket, kind: str, refused: Refused) -> HttpResponse:
    """What was typed is shown again now, and on the next visit."""
    drafts.keep(request, answer.place(ticket, kind))
    current = again(ticket, person(request))
    kept = answer.refused(request, current, refused)
    return answered(request, current, answer=kept, status=409)
