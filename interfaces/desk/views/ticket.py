"""The page of a ticket, what is written on it, and its history."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.guards import person
from common import clock
from interfaces.desk import case, kinds, why
from interfaces.desk.asks import chosen_fields
from interfaces.desk.responses import ask, show, went
from interfaces.desk.scope import on_ticket
from interfaces.web import drafts
from interfaces.web.requests import actor, files_of
from tickets import actions, history
from tickets.actors import Actor
from tickets.deadlines import zone_of
from tickets.errors import Refused
from tickets.models import Channel, Ticket
from tickets.queries import chapters

_SAID = {
    kinds.REPLY: gettext_lazy("Resposta enviada."),
    kinds.NOTE: gettext_lazy("Nota guardada: só a equipe vê."),
    kinds.REQUEST: gettext_lazy("Pedido enviado. O ticket está em Pendente Cliente."),
    kinds.SOLUTION: gettext_lazy("Solução proposta. O ticket está em Validação Cliente."),
    kinds.RESUME: gettext_lazy("Ticket retomado: está em Aberto."),
}


@on_ticket("GET", found_in=case.surrounded)
def ticket(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """The conversation, the composer and the facts."""
    return show(request, ticket)


@on_ticket("POST")
def write(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """What the composer sends: a reply, a note, a request, a solution, or taking one back.

    Whoever answers after somebody else wrote is told, sees what is new and keeps the text.
    """
    by, kind = actor(request, Channel.DESK), request.POST.get("kind", "")
    try:
        _write(request, ticket, kind, by)
    except Refused as refused:
        current = get_object_or_404(case.surrounded(by.person()), pk=ticket.pk)
        return show(request, current, typed=case.refused(request, refused), status=409)
    drafts.clear(by.person(), case.place(ticket.number))
    return went(request, ticket, str(_SAID[kind]))


def _write(request: HttpRequest, ticket: Ticket, kind: str, by: Actor) -> None:
    files, body, seen = files_of(request), request.POST.get("body", ""), case.seen_by(request)
    match kind:
        case kinds.REPLY:
            actions.reply(ticket, by=by, body=body, files=files, seen=seen)
        case kinds.NOTE:
            actions.note(ticket, by=by, body=body, files=files)
        case kinds.REQUEST:
            fields = chosen_fields(ticket, request.POST)
            actions.request_information(
                ticket, by=by, body=body, files=files, fields=fields, seen=seen
            )
        case kinds.SOLUTION:
            actions.propose_solution(ticket, by=by, body=body, files=files, seen=seen)
        case kinds.RESUME:
            actions.resume(ticket, by=by, reason=body, files=files)
        case _other:
            raise Refused("unknown_kind", _("Escolha o tipo de mensagem antes de enviar."))


@on_ticket("GET")
def story(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """Every step in words, internal ones included (L9), and why the dates are what they are."""
    now = clock.now()
    reader = person(request)
    read = chapters(ticket, reader)
    names = history.Names.of(event for chapter in read for event in chapter.events)
    context = {
        "ticket": ticket,
        "chapters": [
            {
                "ticket": each.ticket,
                "lines": history.lines(
                    each.events, zone_of(each.ticket), reader_zone=reader.zone, names=names
                ),
            }
            for each in read
        ],
        "counts": why.counts(ticket, now),
        "title": _("Histórico e prazos do ticket %(number)d") % {"number": ticket.number},
    }
    return ask(request, "history", context)
