"""Hears a ticket enter Validação Cliente and sends its one survey, in the same transaction (S1)."""

from surveys import links
from surveys.models import Survey
from tickets import correspondence, rules
from tickets.lifecycle import VALIDATION
from tickets.models import TicketEvent, Verb


def follow(event: TicketEvent) -> None:
    """On each entry into Validação: remember whom an answer rates; send the survey once (S1, S6).

    Tickets that end without Validação get none (S5), nor does a requester who has left (S6).
    """
    if _enters_validation(event):
        _invite(event)


def _enters_validation(event: TicketEvent) -> bool:
    """Where the end comes in the same tick (B8), the survey is sent with it: its letter must not
    ask for a validation that is over."""
    if event.verb == Verb.EXPIRE_PENDING:
        return not event.data["closes_too"]
    if event.verb == Verb.EXPIRE_VALIDATION:
        return bool(event.data["both"])
    return event.moved and event.to_status == VALIDATION


def _invite(event: TicketEvent) -> None:
    ticket = event.ticket
    survey = _the_one_of(event)
    survey.entry_assignee = ticket.assignee
    survey.entry_queue = ticket.queue
    if survey.sent_at is None and not rules.has_left(ticket.requester, ticket.organization_id):
        survey.sent_at = event.recorded_at
        _send(event, survey)
    survey.save(update_fields=["entry_assignee", "entry_queue", "sent_at"])


def _the_one_of(event: TicketEvent) -> Survey:
    """The ticket's survey, made if there is none; held, and one under any race (S1)."""
    new = Survey(ticket=event.ticket, entry_queue=event.ticket.queue, created_at=event.recorded_at)
    Survey.objects.bulk_create([new], ignore_conflicts=True)
    return Survey.objects.select_for_update().get(ticket=event.ticket)


def _send(event: TicketEvent, survey: Survey) -> None:
    """The letter `survey`, to the requester."""
    ticket = event.ticket
    correspondence.send(
        "survey",
        ticket=ticket,
        to=ticket.requester,
        key=f"survey:{ticket.number}:{ticket.requester_id}",
        now=event.recorded_at,
        said={
            "url": links.address(ticket.number),
            "ticket_url": correspondence.page(ticket.number, ticket.requester),
            "analyst": survey.entry_assignee.name if survey.entry_assignee else "",
            "ended": ticket.is_ended,
            "part": "requester",
        },
    )
