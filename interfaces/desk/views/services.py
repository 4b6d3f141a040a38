"""Saying that a ticket is out of scope, with an offer or without, and taking an offer back (E3)."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.guards import person
from catalog.models import ScopeNote, ServiceTerms
from catalog.scope import notes_for, terms_of
from interfaces.desk.lists import filters_of
from interfaces.desk.responses import ask, sent, went
from interfaces.desk.scope import on_ticket
from interfaces.desk.service_forms import OutOfScopeForm, WithdrawForm
from interfaces.desk.views.acts import Act
from interfaces.web.requests import actor
from tickets import actions, rules
from tickets.actors import Actor
from tickets.errors import Refused
from tickets.models import Channel, ServiceOffer, Ticket, Verb


def _withdraw(ticket: Ticket, by: Actor, told: Mapping[str, Any]) -> object:
    waiting = ServiceOffer.objects.filter(ticket=ticket, decision="").first()
    pk = waiting.pk if waiting else 0
    return actions.withdraw_service(ticket, offer=pk, by=by, reason=told["reason"])


withdrawal = Act(
    Verb.WITHDRAW_SERVICE,
    gettext_lazy("Retirar a oferta de serviço?"),
    gettext_lazy("O cliente não pode mais aceitá-la, e o ticket volta para o suporte."),
    gettext_lazy("Retirar a oferta"),
    gettext_lazy("Oferta retirada."),
    WithdrawForm,
    _withdraw,
).as_view()


@on_ticket("GET", "POST")
def out_of_scope(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """Which note says it; then its words, to be sent as they are or changed."""
    notes = list(notes_for(ticket.product_id))
    chosen = (request.POST if request.method == "POST" else request.GET).get("note", "")
    note = next((each for each in notes if str(each.pk) == chosen), None)
    try:
        rules.require(Verb.PROPOSE_SOLUTION, person(request), ticket)
        if note is None:
            return _question(request, ticket, notes=notes)
        return _told(request, ticket, note)
    except Refused as refused:
        return _question(request, ticket, refusal=str(refused), status=409)


def _told(request: HttpRequest, ticket: Ticket, note: ScopeNote) -> HttpResponse:
    offered = terms_of(note)
    form = OutOfScopeForm(
        sent(request), ticket=ticket, user=person(request), note=note, offered=offered
    )
    if not (form.is_bound and form.is_valid()):
        status = 422 if form.is_bound else 200
        return _question(request, ticket, note=note, form=form, status=status)
    try:
        said = _do(ticket, note, offered, actor(request, Channel.DESK), form.cleaned_data)
    except Refused as refused:
        return _question(request, ticket, note=note, form=form, refusal=str(refused), status=409)
    return went(request, ticket, said)


def _do(
    ticket: Ticket,
    note: ScopeNote,
    offered: ServiceTerms | None,
    by: Actor,
    told: Mapping[str, Any],
) -> str:
    if offered is None or not told["with_offer"]:
        actions.judge_out_of_scope(ticket, note=note, by=by, body=told["body"])
        return _("Resposta enviada. O ticket está em Validação Cliente.")
    # The terms that were on screen: where they changed meanwhile, the verb says so.
    seen = ServiceTerms.objects.filter(pk=told["terms"]).first() or offered
    actions.offer_service(
        ticket, note=note, terms=seen, price=told["price"], by=by, body=told["body"]
    )
    return _("Oferta enviada. O ticket está em Pendente Cliente.")


def _question(
    request: HttpRequest, ticket: Ticket, *, status: int = 200, **said: Any
) -> HttpResponse:
    context = {
        "ticket": ticket,
        "title": _("Fora do escopo do suporte"),
        "query": filters_of(request),
        **said,
    }
    return ask(request, "out_of_scope", context, status=status)
