"""The verb of a customer's leaver: the tickets go to a colleague, and the place ends (R5)."""

from dataclasses import replace

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import places
from accounts.models import Membership, User
from tickets.actions.routing import hand_over, unwatch
from tickets.actors import Actor
from tickets.errors import Refused
from tickets.models import Ticket
from tickets.models.scopes import TicketQuerySet


@transaction.atomic
def leave(place: Membership, *, to: User | None, by: Actor) -> bool:
    """End a person's place in an organization; whether the account ended with it.

    His or her active tickets there go to `to`, those only watched are watched no more. By the
    organization's administrator or the desk, never by oneself; refused where there are tickets
    and nobody to take them. Of other organizations nothing changes (R2). Twice is once.
    """
    person = by.person()
    places.hold(place.organization_id, by=person)
    if place.user_id == person.pk:
        raise Refused("oneself", _("Você não pode encerrar o seu próprio acesso."))
    place = (
        Membership.objects.select_for_update(of=("self",))
        .select_related("user", "organization")
        .get(pk=place.pk)
    )
    if not place.is_active and place.invited_at is None:
        return False
    by = replace(by, request_key=None)  # many events of one form
    hand_over(place.user, to=to, organization=place.organization, by=by)
    for ticket in watched_by(place).order_by("number"):
        unwatch(ticket, who=place.user, by=by)
    return places.end(place)


def asked_by(place: Membership) -> TicketQuerySet:
    """The active tickets that somebody else has to take when this person leaves."""
    mine = Ticket.objects.active().filter(organization=place.organization_id)
    return mine.filter(requester=place.user_id)


def watched_by(place: Membership) -> TicketQuerySet:
    """The active tickets that this person would watch no more."""
    active = Ticket.objects.active().filter(organization=place.organization_id)
    return active.filter(watchers__user=place.user_id)
