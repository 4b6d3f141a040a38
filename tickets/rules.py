"""Who may do which verb on a ticket, and the sentence that says why not. Writes nothing."""

from collections.abc import Callable

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django_fsm import can_proceed

from accounts.models import DESK_ROLES, Role, User
from catalog.models import Product
from tickets.errors import Refused
from tickets.lifecycle import CLOSED, FOLLOWED, EndReason
from tickets.models import Queue, Ticket, Verb

# Who may do a verb at all. The state it needs is in `lifecycle`; this is about the person.
_DESK = {
    Verb.NOTE,
    Verb.REQUEST_INFORMATION,
    Verb.PROPOSE_SOLUTION,
    Verb.RESUME,
    Verb.DISCARD,
    Verb.MERGE,
    Verb.UNMERGE,
    Verb.ASSIGN,
    Verb.MOVE,
    Verb.CHANGE_SEVERITY,
    Verb.OFFER_SERVICE,
    Verb.WITHDRAW_SERVICE,
    Verb.JOIN_INCIDENT,
    Verb.LEAVE_INCIDENT,
    Verb.LINK_DEFECT,
    Verb.UNLINK_DEFECT,
}
_REQUESTER_OR_ADMIN = {
    Verb.CONFIRM_SOLUTION,
    Verb.CANCEL,
    Verb.ACCEPT_SERVICE,
    Verb.DECLINE_SERVICE,
}
# Answers to an offer: offered where there is one, which no ticket's row tells.
_OF_AN_OFFER = {Verb.ACCEPT_SERVICE, Verb.DECLINE_SERVICE, Verb.WITHDRAW_SERVICE}
_SYSTEM = {
    Verb.OPEN,  # an act on no ticket yet
    Verb.ABSORB,  # the other side of a merge
    Verb.RELEASE,  # and of its undoing
    Verb.EXPIRE_PENDING,
    Verb.EXPIRE_VALIDATION,
    Verb.REINSTATE,
    Verb.REMIND,
    Verb.RECOMPUTE,
    Verb.BOUNCE,  # told by a mail server
}
_TRANSITIONS = {
    Verb.CUSTOMER_REPLY,
    Verb.REQUEST_INFORMATION,
    Verb.PROPOSE_SOLUTION,
    Verb.RESUME,
    Verb.CONFIRM_SOLUTION,
    Verb.CANCEL,
    Verb.DISCARD,
    Verb.MERGE,
    Verb.UNMERGE,
    Verb.FOLLOW_UP,
}


def require(verb: Verb, user: User | None, ticket: Ticket) -> None:
    """Raise `Refused` if `user` (None: the system) may not do `verb` on `ticket` as it stands.

    That the person may see the ticket was checked where it was fetched (`visible_to`, R1).
    """
    refused = refusal(verb, user, ticket)
    if refused is not None:
        raise refused


def refusal(verb: Verb, user: User | None, ticket: Ticket) -> Refused | None:
    """Why not, or None if it may be done."""
    return _for_the_person(verb, user, ticket) or _for_the_state(verb, ticket)


def allowed(user: User, ticket: Ticket) -> set[str]:
    """The verbs that `user` may do now; pages show these and no others."""
    verbs = (verb for verb in Verb if verb not in _OF_AN_OFFER)
    return {verb.value for verb in verbs if refusal(verb, user, ticket) is None}


def _for_the_person(verb: Verb, user: User | None, ticket: Ticket) -> Refused | None:
    if user is None:
        return None
    if verb in _SYSTEM:
        return Refused("system_only", _("Só o próprio sistema faz isto."))
    if verb in _DESK and not user.is_desk:
        return Refused("desk_only", _("Só a equipe de suporte pode fazer isto."))
    if verb == Verb.CHANGE_REQUESTER and not (
        user.is_desk or user.is_admin_of(ticket.organization_id)
    ):
        return Refused(
            "desk_or_admin", _("Só o suporte ou a administração do cliente pode fazer isto.")
        )
    if verb in (*_REQUESTER_OR_ADMIN, Verb.CUSTOMER_REPLY, Verb.FOLLOW_UP) and user.is_desk:
        return customer_only()
    if verb in _REQUESTER_OR_ADMIN and not speaks_for(user, ticket):
        return Refused(
            "requester_only",
            _("Só quem abriu o ticket ou a administração do cliente pode fazer isto."),
        )
    return None


def customer_only() -> Refused:
    """For what support cannot do in the customer's place."""
    return Refused("customer_only", _("Só o cliente pode fazer isto."))


def speaks_for(user: User, ticket: Ticket) -> bool:
    """L8: the requester, or the organization's administrator."""
    return ticket.requester_id == user.pk or user.is_admin_of(ticket.organization_id)


def _for_the_state(verb: Verb, ticket: Ticket) -> Refused | None:
    if verb in _TRANSITIONS and not can_proceed(getattr(ticket, verb.value)):
        return _STATE_REFUSALS.get(verb, _wrong_state)(ticket)
    if verb not in _TRANSITIONS and verb not in _ANY_STATE and ticket.is_ended:
        return ended(ticket)
    return None


_ANY_STATE = {Verb.WATCH, Verb.UNWATCH, Verb.REINSTATE, Verb.BOUNCE}


def ended(ticket: Ticket) -> Refused:
    """L6: an ended ticket takes no messages, and says where to go on."""
    if ticket.end_reason == EndReason.MERGED:
        return Refused(
            "merged", _("Este ticket foi unido a outro. Continue a conversa no outro ticket.")
        )
    if ticket.status == FOLLOWED:
        return Refused(
            "followed_up", _("Este ticket já continua em um Acompanhamento. Responda nele.")
        )
    return Refused(
        "ended",
        _("Este ticket já foi encerrado e não recebe mais mensagens. Continue em Acompanhamento."),
    )


def _wrong_state(ticket: Ticket) -> Refused:
    if ticket.is_ended:
        return ended(ticket)
    return Refused(
        "wrong_status",
        _("Com o ticket em %(status)s isto não é possível.")
        % {"status": ticket.get_status_display()},
    )


def _not_ended_enough(ticket: Ticket) -> Refused:
    if ticket.status == CLOSED and ticket.end_reason != EndReason.MERGED:
        return Refused("spam", _("Este ticket foi descartado como spam e não pode continuar."))
    if ticket.is_ended:
        return ended(ticket)
    return Refused(
        "not_ended", _("Este ticket ainda está ativo. Responda nele mesmo, sem Acompanhamento.")
    )


def _only_open(ticket: Ticket) -> Refused:
    if ticket.is_ended:
        return ended(ticket)
    return Refused("wrong_status", _("Só um ticket em Aberto pode ser descartado."))


def _no_way_back(ticket: Ticket) -> Refused:
    if ticket.end_reason == EndReason.MERGED:
        return Refused("too_late", _("A união só pode ser desfeita em até 24 horas."))
    return Refused("not_merged", _("Este ticket não foi unido a outro."))


_STATE_REFUSALS: dict[Verb, Callable[[Ticket], Refused]] = {
    Verb.FOLLOW_UP: _not_ended_enough,
    Verb.DISCARD: _only_open,
    Verb.UNMERGE: _no_way_back,
}


def may_be_assigned(person: User, queue: Queue) -> bool:
    """Whether `person` works `queue`: its analysts, and any supervisor."""
    return person.is_desk and (person.is_supervisor or queue.analysts.filter(pk=person.pk).exists())


def workers_of(queue: Queue) -> QuerySet[User]:
    """Whom `may_be_assigned` lets work `queue`."""
    works = Q(pk__in=queue.analysts.values("pk")) | Q(desk_role=Role.SUPERVISOR)
    return User.objects.filter(works, is_active=True, desk_role__in=DESK_ROLES)


def may_watch(person: User, ticket: Ticket) -> bool:
    """Whether `person` may be made a watcher: active, of the organization or of the desk."""
    return person.is_desk or ticket.organization_id in person.organization_roles


def may_take_part(person: User, ticket: Ticket) -> bool:
    """R1: whether what `person` writes may stand in `ticket` by somebody else's hand: whom
    `may_watch` lets, but of guests, who are strangers to one another, only who sees it already."""
    if not ticket.organization.holds_guests or person.is_desk:
        return may_watch(person, ticket)
    return Ticket.objects.visible_to(person).filter(pk=ticket.pk).exists()


def products_of(person: User, *organization_ids: int) -> QuerySet[Product]:
    """R1: the products for which `person` may open tickets for one of these organizations; for
    none named, for any of his or her own."""
    places = [person.places[pk] for pk in organization_ids or person.places if pk in person.places]
    offered = Product.objects.filter(is_active=True)
    if any(place.takes_all for place in places):
        return offered
    return offered.filter(pk__in=frozenset[int]().union(*(place.products for place in places)))


def require_product(person: User, organization_id: int, product: Product) -> None:
    """R1: a member opens tickets for the products that the organization's administrator left to
    him or her, whoever writes the ticket down (C1)."""
    if not person.takes_product(organization_id, product.pk):
        raise Refused(
            "product_not_taken",
            _(
                "A empresa não liberou %(product)s para esta pessoa. Escolha outro produto, ou "
                "peça à administração da empresa que o libere."
            )
            % {"product": product.name},
        )


def has_left(person: User, organization_id: int) -> bool:
    """Whether a customer no longer speaks for the organization (L6, S6)."""
    return organization_id not in person.organization_roles
