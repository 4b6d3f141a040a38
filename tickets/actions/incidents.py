"""What the desk does to an incident: begin it, tell more of it, end it with one answer (M2)."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from catalog.models import Product
from common.text import clean, one_line
from knowledge.models import Incident
from tickets.actions import bulk
from tickets.actors import Actor
from tickets.errors import Refused
from tickets.models import BulkAnswer, Ticket
from tickets.models.scopes import TicketQuerySet

LONGEST_TITLE = 200
LONGEST_TEXT = 10_000


@transaction.atomic
def start_incident(
    *, by: Actor, product: Product, title: str, text: str, started_at: datetime | None = None
) -> Incident:
    """Tell the customers of `product` that something fails for many. Desk only.

    The same form sent twice begins one (L12); another of the same title is refused.
    """
    bulk.desk_only(by)
    title, text = _words(title, text)
    started_at = _started(started_at, by)
    # Two that begin the same at once go one after the other.
    Product.objects.select_for_update(no_key=True).get(pk=product.pk)
    same = Incident.objects.filter(product=product, title=title, ended_at=None).first()
    if same is not None:
        if (same.created_by_id, same.text) == (by.person().pk, text):
            return same
        raise Refused("goes_on", _("Já há um incidente em andamento com este título."))
    return Incident.objects.create(
        product=product,
        title=title,
        text=text,
        started_at=started_at,
        updated_at=by.at,
        created_by=by.person(),
    )


@transaction.atomic
def change_incident(
    incident: Incident, *, by: Actor, title: str, text: str, started_at: datetime | None = None
) -> Incident:
    """Say more, or something else, of an incident that goes on. Desk only."""
    bulk.desk_only(by)
    incident = Incident.objects.select_for_update().get(pk=incident.pk)
    _goes_on(incident)
    incident.title, incident.text = _words(title, text)
    incident.started_at = _started(started_at or incident.started_at, by)
    incident.updated_at = by.at
    incident.save(update_fields=["title", "text", "started_at", "updated_at"])
    return incident


@transaction.atomic
def end_incident(
    incident: Incident, *, by: Actor, text: str, previewed_at: datetime | None = None
) -> BulkAnswer | None:
    """End it, and propose `text` as the solution of each of its tickets that has not ended, one
    by one in the background. Desk only, and only who sees all of those tickets (R1).

    None where there is no such ticket: then no text is needed. Sent twice, it ends once (L12).
    """
    bulk.desk_only(by)
    incident = Incident.objects.select_for_update().get(pk=incident.pk)
    if done := bulk.done_before(by):
        return done
    _goes_on(incident)
    incident.ended_at = max(by.at, incident.started_at)
    incident.save(update_fields=["ended_at"])
    tickets = tickets_of(incident).active()
    if not tickets.exists():
        return None
    return bulk.begin(
        by=by, text=text, tickets=tickets, incident=incident, previewed_at=previewed_at
    )


def tickets_of(incident: Incident) -> TicketQuerySet:
    """All tickets of the incident, ended or not, whoever may see them."""
    found: TicketQuerySet = Ticket.objects.filter(in_incident__incident=incident)
    return found


def _goes_on(incident: Incident) -> None:
    if incident.ended_at is not None:
        raise Refused("incident_over", _("Este incidente já terminou."))


def _words(title: str, text: str) -> tuple[str, str]:
    title, text = one_line(title, LONGEST_TITLE), clean(text).strip()
    if not title:
        raise Refused("no_title", _("Dê um título que o cliente reconheça."))
    if not text:
        raise Refused("no_text", _("Escreva o que se sabe: os clientes leem."))
    if len(text) > LONGEST_TEXT:
        raise Refused("too_long", _("O texto é longo demais. Encurte-o."))
    return title, text


def _started(moment: datetime | None, by: Actor) -> datetime:
    if moment is None:
        return by.at
    if moment > by.at:
        raise Refused("not_begun", _("O começo não pode estar no futuro."))
    return moment
