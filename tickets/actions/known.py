"""Verbs that tie a ticket to an incident or a defect, and tell who waits for a correction (M2)."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from knowledge.models import Defect, Incident
from tickets import rules
from tickets.actions.locking import hold
from tickets.actors import Actor
from tickets.errors import Refused
from tickets.events import done_before, record
from tickets.known import defects_for, similar_incident
from tickets.models import (
    DefectFollower,
    DefectTicket,
    IncidentTicket,
    Ticket,
    TicketEvent,
    Verb,
)


@transaction.atomic
def join_incident(ticket: Ticket, *, incident: Incident, by: Actor) -> TicketEvent:
    """Make `ticket` one of an incident that goes on: its end answers the ticket. Desk only."""
    ticket = hold(ticket)
    if done := done_before(by):
        return done
    rules.require(Verb.JOIN_INCIDENT, by.user, ticket)
    present = IncidentTicket.objects.filter(ticket=ticket).select_related("incident").first()
    if present is not None:
        raise Refused(
            "in_incident",
            _("Este ticket já faz parte do incidente %(number)d, “%(title)s”. Retire-o antes.")
            % {"number": present.incident_id, "title": present.incident.title},
        )
    if incident.product_id != ticket.product_id:
        raise Refused(
            "other_product",
            _("Este incidente é de outro produto. Escolha um do produto do ticket."),
        )
    if not _hold_going_on(incident):
        raise Refused("incident_over", _("Este incidente já terminou."))
    return _join(ticket, incident, by=by)


def attach(ticket: Ticket, chosen: Incident | None, *, by: Actor) -> TicketEvent | None:
    """At its opening, tie `ticket` to the incident that its writer chose, or else by the system
    to one that goes on in the product and has a title like the ticket's.

    One that has ended meanwhile, or of another product, is left out: the ticket is opened all the
    same. Mail that was there before us is attached to nothing.
    """
    if by.quietly:
        return None
    incident = chosen or similar_incident(ticket.product_id, ticket.title)
    if incident is None or incident.product_id != ticket.product_id:
        return None
    if not _hold_going_on(incident):
        return None
    return _join(ticket, incident, by=by if chosen else Actor.system(by.at), keyed=False)


def _hold_going_on(incident: Incident) -> bool:
    """Hold the incident, so that its end waits for the ticket or the ticket for the end."""
    going_on = Incident.objects.select_for_update().filter(pk=incident.pk, ended_at=None)
    return going_on.first() is not None


def _join(ticket: Ticket, incident: Incident, *, by: Actor, keyed: bool = True) -> TicketEvent:
    IncidentTicket.objects.create(ticket=ticket, incident=incident, at=by.at)
    data = {"incident": incident.pk}
    return record(ticket, Verb.JOIN_INCIDENT, by=by, data=data, keyed=keyed)


@transaction.atomic
def leave_incident(ticket: Ticket, *, by: Actor) -> TicketEvent:
    """Take `ticket` off its incident. Desk only."""
    ticket = hold(ticket)
    if done := done_before(by):
        return done
    rules.require(Verb.LEAVE_INCIDENT, by.user, ticket)
    present = IncidentTicket.objects.filter(ticket=ticket).first()
    if present is None:
        raise Refused("in_no_incident", _("Este ticket não faz parte de nenhum incidente."))
    present.delete()
    data = {"incident": present.incident_id}
    return record(ticket, Verb.LEAVE_INCIDENT, by=by, data=data)


@transaction.atomic
def link_defect(ticket: Ticket, *, defect: Defect, by: Actor) -> TicketEvent:
    """Say that `defect` is what `ticket` is about: its release answers the ticket. Desk only."""
    ticket = hold(ticket)
    if done := done_before(by):
        return done
    rules.require(Verb.LINK_DEFECT, by.user, ticket)
    if DefectTicket.objects.filter(ticket=ticket, defect=defect).exists():
        raise Refused(
            "linked",
            _("Este ticket já está ligado ao defeito %(code)s.") % {"code": defect.code},
        )
    if defect.product_id != ticket.product_id:
        raise Refused(
            "other_product",
            _("O defeito %(code)s é de outro produto. Escolha um do produto do ticket.")
            % {"code": defect.code},
        )
    # After those questions: its release holds the defect first, and then waits for its tickets.
    defect = Defect.objects.select_for_update().get(pk=defect.pk)
    DefectTicket.objects.create(ticket=ticket, defect=defect, at=by.at)
    return record(ticket, Verb.LINK_DEFECT, by=by, data=_named(defect))


@transaction.atomic
def unlink_defect(ticket: Ticket, *, defect: Defect, by: Actor) -> TicketEvent:
    """Say that `defect` is not what `ticket` is about. Desk only."""
    ticket = hold(ticket)
    if done := done_before(by):
        return done
    rules.require(Verb.UNLINK_DEFECT, by.user, ticket)
    gone, _of = DefectTicket.objects.filter(ticket=ticket, defect=defect).delete()
    if not gone:
        raise Refused(
            "not_linked",
            _("Este ticket não está ligado ao defeito %(code)s.") % {"code": defect.code},
        )
    return record(ticket, Verb.UNLINK_DEFECT, by=by, data=_named(defect))


def _named(defect: Defect) -> dict[str, object]:
    """L9: the code beside the id, so that the history names it without asking."""
    return {"defect": defect.pk, "code": defect.code}


@transaction.atomic
def follow_defect(defect: Defect, *, who: User) -> DefectFollower:
    """Promise `who` a letter when the correction ships; asked twice, it is one letter (L12)."""
    defect = Defect.objects.select_for_update().get(pk=defect.pk)
    if not defects_for(who).filter(pk=defect.pk).exists():
        raise Refused("no_such_defect", _("Não há defeito com esse código. Confira-o."))
    if defect.state == Defect.State.RELEASED:
        raise Refused(
            "released",
            _("A correção já saiu, na versão %(version)s.") % {"version": defect.fixed_in},
        )
    if defect.state == Defect.State.WONT_FIX:
        raise Refused("wont_fix", _("Este defeito não será corrigido; não há o que esperar."))
    return DefectFollower.objects.get_or_create(defect=defect, person=who)[0]


def unfollow_defect(defect: Defect, *, who: User) -> None:
    """Take the wish back; nothing if there is none (L12)."""
    DefectFollower.objects.filter(defect=defect, person=who, told_at=None).delete()
