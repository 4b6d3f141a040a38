"""Verbs of the scope gate: saying that a ticket is out of scope, and paid services (E3)."""

from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from catalog.models import ScopeNote, ServiceTerms
from catalog.scope import terms_of
from tickets import rules
from tickets.actions.locking import begin_count, enter, hold, promises, save, touch
from tickets.actions.messages import write
from tickets.actors import Actor
from tickets.errors import Refused
from tickets.events import done_before, record
from tickets.models import (
    OUT_OF_SCOPE,
    Message,
    ServiceOffer,
    Ticket,
    TicketEvent,
    Verb,
)

Decision = ServiceOffer.Decision


@transaction.atomic
def judge_out_of_scope(ticket: Ticket, *, note: ScopeNote, by: Actor, body: str) -> TicketEvent:
    """Answer that this is not support's to do, in the words of `note` or after them: a solution
    like any other, which the customer may contest (L2). Desk only."""
    ticket = hold(ticket)
    if done := done_before(by):
        return done
    rules.require(Verb.PROPOSE_SOLUTION, by.user, ticket)
    _check(ticket, note)
    return _answer(
        ticket, Verb.PROPOSE_SOLUTION, Verb.PROPOSE_SOLUTION, by, body, {"note": note.pk}
    )


@transaction.atomic
def offer_service(
    ticket: Ticket, *, note: ScopeNote, terms: ServiceTerms, price: Decimal, by: Actor, body: str
) -> TicketEvent:
    """The same, and offer the note's service for `price`, under the `terms` that the writer saw.
    The ball goes to the customer, as by a request for information (L3). Desk only."""
    ticket = hold(ticket)
    if done := done_before(by):
        return done
    rules.require(Verb.OFFER_SERVICE, by.user, ticket)
    _check(ticket, note)
    if terms_of(note) != terms:
        raise Refused(
            "other_terms",
            _(
                "As condições deste serviço mudaram, ou ele não é mais oferecido. Confira-as "
                "antes de enviar."
            ),
        )
    if not 0 <= price < 10**8:
        raise Refused("no_price", _("Escreva o preço em reais, como 360,00."))
    offer = ServiceOffer(
        ticket=ticket,
        note=note,
        terms=terms,
        price=price.quantize(Decimal("0.01")),
        offered_by=by.person(),
        offered_at=by.at,
    )
    return _answer(ticket, Verb.OFFER_SERVICE, Verb.REQUEST_INFORMATION, by, body, {}, offer)


def _check(ticket: Ticket, note: ScopeNote) -> None:
    """A note of another product says what is not true of this one; and one offer at a time."""
    if note.product_id not in (None, ticket.product_id) or not note.is_active:
        raise Refused("no_note", _("Esta nota não vale para o produto do ticket. Escolha outra."))
    if ServiceOffer.objects.filter(ticket=ticket, decision="").exists():
        raise Refused(
            "offer_open",
            _("Há uma oferta de serviço à espera do cliente. Retire-a antes de responder de novo."),
        )


def _answer(
    ticket: Ticket,
    verb: Verb,
    move: Verb,
    by: Actor,
    body: str,
    data: dict[str, int],
    offer: ServiceOffer | None = None,
) -> TicketEvent:
    """Say it as `verb`, by the transition `move`; `data` or the `offer` is what the event keeps."""
    message = write(ticket, Message.Kind.SCOPE, by=by, body=body)
    if offer is not None:
        offer.message = message
        offer.save()
        data = _noted(offer)
    came_from = enter(ticket, move)
    begin_count(ticket, by)
    touch(ticket, verb, by)
    save(ticket)
    return record(
        ticket,
        verb,
        by=by,
        came_from=came_from,
        reason=OUT_OF_SCOPE,
        message=message,
        data={**data, **promises(ticket)},
    )


@transaction.atomic
def accept_service(ticket: Ticket, *, offer: int, by: Actor) -> TicketEvent:
    """Accept the offer with that id, for its price and under its terms; the ball goes to support.
    Requester or organization's administrator. Of two who decide at once, one does."""
    return _decide(ticket, offer, Verb.ACCEPT_SERVICE, Decision.ACCEPTED, by)


@transaction.atomic
def decline_service(ticket: Ticket, *, offer: int, by: Actor, reason: str = "") -> TicketEvent:
    """Decline it, with a `reason` or without; the ball goes to support. Requester or
    organization's administrator."""
    return _decide(ticket, offer, Verb.DECLINE_SERVICE, Decision.DECLINED, by, reason)


def _decide(
    ticket: Ticket, pk: int, verb: Verb, decision: Decision, by: Actor, reason: str = ""
) -> TicketEvent:
    ticket = hold(ticket)
    if done := done_before(by):
        return done
    rules.require(verb, by.user, ticket)
    offer = _undecided(ticket, pk)
    message = None
    if reason.strip():
        message = write(ticket, Message.Kind.REPLY, by=by, body=reason)
    _close(offer, decision, by)
    came_from = ticket.status
    if ticket.is_with_customer:
        enter(ticket, Verb.CUSTOMER_REPLY)
        begin_count(ticket, by)
    touch(ticket, verb, by)
    save(ticket)
    return record(ticket, verb, by=by, came_from=came_from, message=message, data=_noted(offer))


@transaction.atomic
def withdraw_service(ticket: Ticket, *, offer: int, by: Actor, reason: str) -> TicketEvent:
    """Take an offer back before it is decided, with a reason that the customer reads. If the
    ticket waited for that decision alone, it goes back to Aberto. Desk only."""
    ticket = hold(ticket)
    if done := done_before(by):
        return done
    rules.require(Verb.WITHDRAW_SERVICE, by.user, ticket)
    row = _undecided(ticket, offer)
    message = write(ticket, Message.Kind.REASON, by=by, body=reason)
    _close(row, Decision.WITHDRAWN, by)
    came_from = ticket.status
    if ticket.is_with_customer and not _asked_since(ticket):
        enter(ticket, Verb.RESUME)
        begin_count(ticket, by)
    touch(ticket, Verb.WITHDRAW_SERVICE, by)
    save(ticket)
    data = {**_noted(row), **promises(ticket)}
    return record(
        ticket, Verb.WITHDRAW_SERVICE, by=by, came_from=came_from, message=message, data=data
    )


def _undecided(ticket: Ticket, pk: int) -> ServiceOffer:
    """The offer, whose ticket the caller holds: nobody else decides it meanwhile."""
    offers = ServiceOffer.objects.select_related("terms", "decided_by")
    offer = offers.filter(ticket=ticket, pk=pk).first()
    if offer is None:
        raise Refused("no_offer", _("Não há esta oferta neste ticket. Recarregue a página."))
    if offer.decided_by is not None:
        raise Refused(
            f"offer_{offer.decision}",
            _SENTENCES[Decision(offer.decision)]() % {"name": offer.decided_by.name},
        )
    return offer


_SENTENCES = {
    Decision.ACCEPTED: lambda: _("%(name)s já aceitou este serviço. Nada mudou agora."),
    Decision.DECLINED: lambda: _("%(name)s já recusou este serviço. Nada mudou agora."),
    Decision.WITHDRAWN: lambda: _("%(name)s retirou esta oferta antes. Nada mudou agora."),
}


def _close(offer: ServiceOffer, decision: Decision, by: Actor) -> None:
    offer.decision = decision
    offer.decided_by = by.person()
    offer.decided_at = by.at
    offer.save(update_fields=["decision", "decided_by", "decided_at"])


def _asked_since(ticket: Ticket) -> bool:
    """Whether support has put something else to the customer since the ticket's last offer."""
    offered = ticket.events.filter(verb=Verb.OFFER_SERVICE).latest("pk")
    others = [Verb.REQUEST_INFORMATION, Verb.PROPOSE_SOLUTION]
    return ticket.events.filter(pk__gt=offered.pk, verb__in=others).exists()


def _noted(offer: ServiceOffer) -> dict[str, int]:
    """What the history keeps of it: ids and numbers alone (L9)."""
    return {
        "offer": offer.pk,
        "terms": offer.terms_id,
        "version": offer.terms.number,
        "cents": int(offer.price * 100),
    }
