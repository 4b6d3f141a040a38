"""A ticket as one row of the portal's lists: its next step and its last interaction, in words."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from tickets.deadlines import zone_of
from tickets.lifecycle import FOLLOWED, PENDING, Status
from tickets.models import Ticket, Verb
from tickets.next_step import NextStep, next_step


@dataclass(frozen=True)
class Row:
    """`step` and its button only while the ball is with the customer; `meta` ends in what was
    done last, `at` is when (C2)."""

    number: int
    title: str
    url: str
    status: str
    label: str
    meta: str
    at: datetime
    zone: ZoneInfo
    waits_for: str = ""
    step: NextStep | None = None
    word: str = ""
    action_label: str = ""
    action_url: str = ""


def rows(tickets: Iterable[Ticket], reader: User, now: datetime) -> list[Row]:
    """The rows of `tickets` (of `scope.shown_to`) as `reader` reads them at `now`; no query."""
    return [_row(ticket, reader, now) for ticket in tickets]


def _row(ticket: Ticket, reader: User, now: datetime) -> Row:
    url = reverse("portal:ticket", args=[ticket.number])
    zone = zone_of(ticket)
    row = Row(
        number=ticket.number,
        title=ticket.title,
        url=url,
        status=ticket.status,
        label=str(Status(ticket.status).label),
        meta=" · ".join([*_belongs(ticket, reader), last_step(ticket, reader)]),
        at=ticket.last_at,
        zone=zone,
        waits_for=waits_for(ticket, reader),
    )
    if not ticket.is_with_customer:
        return row
    step = next_step(ticket, reader=reader, now=now)
    label = _("Responder") if ticket.status == PENDING else _("Validar a solução")
    target = f"{url}#responder" if ticket.status == PENDING else url
    word = urgency_word(step, zone, now)
    return replace(row, step=step, word=word, action_label=label, action_url=target)


def waits_for(ticket: Ticket, reader: User) -> str:
    """Whose answer is awaited, where it is not the reader's own: the requester's first name."""
    return "" if ticket.requester_id == reader.pk else ticket.requester.first_name


def _belongs(ticket: Ticket, reader: User) -> list[str]:
    words = [ticket.product.name]
    if len(reader.organization_roles) > 1:
        words.append(ticket.organization.name)
    if ticket.requester_id != reader.pk:
        words.append(_("de %(name)s") % {"name": ticket.requester.name})
    return words


def last_step(ticket: Ticket, reader: User) -> str:
    """Who did what last: "Elisa Prado respondeu"; where the ticket has gone on, that."""
    if ticket.merged_into is not None:
        return _("Unido ao ticket %(number)d") % {"number": ticket.merged_into.number}
    if ticket.status == FOLLOWED:
        return _("Continua no ticket %(number)d") % {"number": ticket.successor.number}
    return f"{actor_name(ticket.last_by, reader)} {Verb(ticket.last_verb).label}"


def actor_name(actor: User | None, reader: User) -> str:
    """The name of who acted, for `reader`; None is the system."""
    if actor is None:
        return _("O sistema")
    return _("Você") if actor.pk == reader.pk else actor.name


def urgency_word(step: NextStep, zone: ZoneInfo, now: datetime) -> str:
    """What the colour of a deadline says, in a word; nothing while there is time."""
    if step.moment is None or step.urgency == "calm":
        return ""
    if step.urgency == "overdue":
        return _("Vencido")
    days = (step.moment.astimezone(zone).date() - now.astimezone(zone).date()).days
    return {0: _("Hoje"), 1: _("Amanhã")}.get(days, _("Depois de amanhã"))
