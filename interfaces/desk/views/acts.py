"""What may be done to a ticket besides writing on it; each act asks first."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.guards import person
from accounts.models import User
from common.later import poke
from interfaces.desk import forms
from interfaces.desk.forms import TicketForm
from interfaces.desk.lists import filters_of
from interfaces.desk.responses import ask, sent, went
from interfaces.desk.scope import on_ticket
from interfaces.web.requests import actor
from interfaces.web.scope import NumberView
from outbox import ledger
from outbox.models import Suspension
from outbox.tasks import sweep
from tickets import actions, rules
from tickets.actors import Actor
from tickets.errors import Refused
from tickets.models import Channel, Ticket, Verb

Do = Callable[[Ticket, Actor, Mapping[str, Any]], object]


@dataclass(frozen=True)
class Act:
    """`lead` says what it does; `verb` is what the rules are asked; `done` is said after it."""

    verb: Verb
    title: Any
    lead: Any
    submit: Any
    done: Any
    form: type[TicketForm]
    do: Do
    danger: bool = False

    def as_view(self) -> NumberView:
        """The view of an act that always asks first."""

        @on_ticket("GET", "POST")
        def asks(request: HttpRequest, ticket: Ticket) -> HttpResponse:
            return asked(request, ticket, self)

        return asks


_ASSIGN = Act(
    Verb.ASSIGN,
    gettext_lazy("Mudar o responsável"),
    gettext_lazy("Quem recebe o ticket é avisado por e-mail."),
    gettext_lazy("Mudar o responsável"),
    gettext_lazy("Responsável mudado."),
    forms.AssignForm,
    lambda ticket, by, told: actions.assign(ticket, to=told["to"], by=by),
)
_WATCH = Act(
    Verb.WATCH,
    gettext_lazy("Incluir quem acompanha"),
    gettext_lazy("Quem acompanha vê o ticket e recebe os avisos."),
    gettext_lazy("Incluir"),
    gettext_lazy("Pessoa incluída entre quem acompanha."),
    forms.WatcherForm,
    lambda ticket, by, told: actions.watch(ticket, who=told["person"], by=by),
)
move = Act(
    Verb.MOVE,
    gettext_lazy("Mover para outra fila"),
    gettext_lazy(
        "Os prazos passam a contar pelo calendário da nova fila; nenhuma data já informada ao "
        "cliente é adiantada. Quem não atende a nova fila deixa o ticket."
    ),
    gettext_lazy("Mover"),
    gettext_lazy("Ticket movido de fila."),
    forms.MoveForm,
    lambda ticket, by, told: actions.move(ticket, to=told["to"], by=by),
).as_view()
severity = Act(
    Verb.CHANGE_SEVERITY,
    gettext_lazy("Mudar a severidade"),
    gettext_lazy("A ordem na fila muda; o cliente lê o motivo na conversa."),
    gettext_lazy("Mudar a severidade"),
    gettext_lazy("Severidade mudada."),
    forms.SeverityForm,
    lambda ticket, by, told: actions.change_severity(
        ticket, to=told["to"], by=by, reason=told["reason"]
    ),
).as_view()
discard = Act(
    Verb.DISCARD,
    gettext_lazy("Descartar este ticket?"),
    gettext_lazy(
        "O ticket é encerrado já. O cliente é avisado, menos quando é spam; spam também não pode "
        "continuar em Acompanhamento."
    ),
    gettext_lazy("Descartar o ticket"),
    gettext_lazy("Ticket descartado."),
    forms.DiscardForm,
    lambda ticket, by, told: actions.discard(ticket, by=by, reason=told["reason"]),
    danger=True,
).as_view()
unmerge = Act(
    Verb.UNMERGE,
    gettext_lazy("Desfazer a união?"),
    gettext_lazy(
        "Este ticket volta para Aberto com as suas mensagens, e quem passou a acompanhar o outro "
        "por causa da união deixa de acompanhar. O outro ticket fica como está: se a união o "
        "devolveu ao suporte, o prazo do cliente não volta."
    ),
    gettext_lazy("Desfazer a união"),
    gettext_lazy("União desfeita: o ticket está em Aberto."),
    TicketForm,
    lambda ticket, by, told: actions.unmerge(ticket, by=by),
).as_view()
requester = Act(
    Verb.CHANGE_REQUESTER,
    gettext_lazy("Mudar o solicitante"),
    gettext_lazy("Para quando a pessoa saiu da empresa: outra passa a responder e confirmar."),
    gettext_lazy("Mudar o solicitante"),
    gettext_lazy("Solicitante mudado."),
    forms.RequesterForm,
    lambda ticket, by, told: actions.change_requester(ticket, to=told["to"], by=by),
).as_view()


@on_ticket("GET", "POST")
def assignment(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """Who answers for the ticket: oneself at once (`take`), or whoever is chosen."""
    if request.method == "POST" and "take" in request.POST:
        return at_once(
            request, ticket, _ASSIGN, lambda by: actions.take(ticket, by=by), _("O ticket é seu.")
        )
    return asked(request, ticket, _ASSIGN)


@on_ticket("GET", "POST")
def watchers(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """Who hears of the ticket: oneself at once (`follow`), others by choice, or no longer."""
    user = person(request)
    if request.method == "POST" and "follow" in request.POST:
        said = _("Você acompanha este ticket.")
        return at_once(
            request, ticket, _WATCH, lambda by: actions.watch(ticket, who=user, by=by), said
        )
    return asked(request, ticket, _WATCH)


@on_ticket("POST")
def unwatch(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """Take somebody, or oneself, off those who hear of the ticket."""
    watcher = get_object_or_404(ticket.watchers.select_related("user"), user=_pk(request))
    said = _("%(name)s não acompanha mais este ticket.") % {"name": watcher.user.name}
    return at_once(
        request,
        ticket,
        _WATCH,
        lambda by: actions.unwatch(ticket, who=watcher.user, by=by),
        said,
    )


@on_ticket("POST")
def resume_mail(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """Let letters go again to one who hears of the ticket, and whose mail server returned one."""
    hearers = User.objects.filter(Q(pk=ticket.requester_id) | Q(watched_tickets=ticket)).distinct()
    hearer = get_object_or_404(hearers, pk=_pk(request))
    ledger.resume(Suspension.objects.of([hearer.email]))
    poke(sweep)
    said = _("Os e-mails para %(address)s foram retomados.") % {"address": hearer.email}
    return went(request, ticket, said)


def asked(request: HttpRequest, ticket: Ticket, act: Act) -> HttpResponse:
    """Ask (GET), then do it (POST); what is wrong or refused is said with the form."""
    user = person(request)
    form = act.form(sent(request), ticket=ticket, user=user)
    try:
        if form.is_bound and form.is_valid():
            act.do(ticket, actor(request, Channel.DESK), form.cleaned_data)
            return went(request, ticket, str(act.done))
        rules.require(act.verb, user, ticket)
    except Refused as refused:
        return _question(
            request,
            ticket,
            act,
            form,
            refusal=str(refused),
            offered=form.is_bound,
            status=409,
        )
    return _question(request, ticket, act, form, status=422 if form.is_bound else 200)


def at_once(
    request: HttpRequest, ticket: Ticket, act: Act, do: Callable[[Actor], object], said: str
) -> HttpResponse:
    """An act that needs no question; a refusal is said where the question would be."""
    try:
        do(actor(request, Channel.DESK))
    except Refused as refused:
        form = act.form(None, ticket=ticket, user=person(request))
        return _question(request, ticket, act, form, refusal=str(refused), status=409)
    return went(request, ticket, said)


def _question(
    request: HttpRequest,
    ticket: Ticket,
    act: Act,
    form: TicketForm,
    *,
    refusal: str = "",
    offered: bool = True,
    status: int = 200,
) -> HttpResponse:
    """`offered` False: it cannot be done as the ticket stands, and there is nothing to fill in."""
    context = {
        "ticket": ticket,
        "act": act,
        "title": act.title,
        "form": form,
        "refusal": refusal,
        "offered": offered,
        "query": filters_of(request),
    }
    return ask(request, "act", context, status=status)


def _pk(request: HttpRequest) -> int:
    text = request.POST.get("person", "")
    return int(text) if text.isdecimal() and len(text) < 19 else 0
