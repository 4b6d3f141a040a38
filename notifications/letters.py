"""Every letter about a ticket, one function each; the survey's is in `surveys/followers.py`.

Each says to whom it goes and what it tells; the words are in `templates/emails/<name>/`.
"""

from collections.abc import Mapping
from datetime import datetime

from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from accounts.models import User
from common import dates
from notifications import audience
from notifications.audience import FOLLOWING, Part, Recipient
from outbox.post import Json
from tickets import correspondence
from tickets.deadlines import zone_of
from tickets.lifecycle import DiscardReason
from tickets.models import Channel, Message, Severity, TicketEvent, Verb


def opened(event: TicketEvent) -> None:
    """A receipt to the requester, and news to the watchers; for a follow-up see `follow_up`."""
    if "predecessor" in event.data:
        follow_up(event)
    else:
        _tell("opened", event, audience.of(event, FOLLOWING, author_too=True))


def follow_up(event: TicketEvent) -> None:
    """L6: the new number to everyone, the writer included; the assignee learns that it goes on."""
    said = {"before": event.data["predecessor"]}
    _tell("follow_up", event, audience.of(event, author_too=True), said)


def replied(event: TicketEvent) -> None:
    """A message that everyone reads, from either side."""
    _tell("replied", event, audience.of(event))


def information_requested(event: TicketEvent) -> None:
    """L3: support waits for data or a test."""
    _tell("information_requested", event, audience.of(event))


def reminder(event: TicketEvent) -> None:
    """L10: a day before the deadline, with what support asked last. Not to the desk."""
    ticket = event.ticket
    asked = ticket.messages.filter(kind__in=[Message.Kind.REQUEST, Message.Kind.SOLUTION])
    recipients = [to for to in audience.of(event, FOLLOWING) if not to.person.is_desk]
    said: dict[str, Json] = {"status": ticket.status, "requester": ticket.requester.first_name}
    if last := asked.select_related("author").last():
        said |= {"author": last.author.name, **_quoted(last)}
    assert ticket.deadline_at is not None  # noqa: S101 - a constraint of Pendente and Validação
    _tell("reminder", event, recipients, said, moments={"until": ticket.deadline_at})


def moved(event: TicketEvent) -> None:
    """L3: the system moved on to Validação. If the end came at once, `expired` tells both (B8)."""
    if not event.data["closes_too"]:
        _tell("moved", event, audience.of(event, FOLLOWING))


def solution_proposed(event: TicketEvent) -> None:
    """L2, L4: support proposes, the customer validates."""
    _tell("solution_proposed", event, audience.of(event))


def resumed(event: TicketEvent) -> None:
    """Support took its question or its solution back, with the reason."""
    _tell("resumed", event, audience.of(event))


def confirmed(event: TicketEvent) -> None:
    """L8: the customer said that it is solved."""
    _tell("confirmed", event, audience.of(event))


def cancelled(event: TicketEvent) -> None:
    """L8: the customer no longer needs it."""
    _tell("cancelled", event, audience.of(event))


def expired(event: TicketEvent) -> None:
    """L4: the system closed it. One letter also where both deadlines had passed (B8)."""
    moments = {"ended": event.at}
    if event.data["both"]:
        moments["moved"] = event.ticket.events.filter(verb=Verb.EXPIRE_PENDING).latest("pk").at
    _tell("expired", event, audience.of(event, FOLLOWING), moments=moments)


def reinstated(event: TicketEvent) -> None:
    """L11: the end is taken back, since an answer had come in time."""
    _tell("reinstated", event, audience.of(event, FOLLOWING))


def discarded(event: TicketEvent) -> None:
    """With the reason; of spam nobody is told."""
    if event.reason != DiscardReason.SPAM:
        said = {"reason": str(DiscardReason(event.reason).label)}
        _tell("discarded", event, audience.of(event), said)


def merged(event: TicketEvent) -> None:
    """L8: to those of the duplicate, with the ticket in which the conversation goes on."""
    target = event.ticket.merged_into
    assert target is not None  # noqa: S101 - a constraint
    said: dict[str, Json] = {"into": target.number, "into_title": target.title}
    _tell("merged", event, audience.of(event), said, leads_to=target.number)


def absorbed(event: TicketEvent) -> None:
    """L8: to those of the target, where the duplicate's message put it back to Aberto.

    Their deadline is gone, which no page told them; otherwise nothing changed for them.
    """
    if event.moved:
        _tell("absorbed", event, audience.of(event), {"merged": event.data["ticket"]})


def unmerged(event: TicketEvent) -> None:
    """The duplicate is a ticket of its own again."""
    _tell("unmerged", event, audience.of(event), {"apart_from": event.data["from"]})


def severity_changed(event: TicketEvent) -> None:
    """R3: from which to which, with the reason."""
    said: dict[str, Json] = {
        "before": str(Severity(event.data["from"]).label),
        "after": str(Severity(event.data["to"]).label),
    }
    _tell("severity_changed", event, audience.of(event, FOLLOWING), said)


def assigned(event: TicketEvent) -> None:
    """To who became responsible by somebody else's hand."""
    _tell("assigned", event, audience.of(event, frozenset({Part.ASSIGNEE})))


def inherited(event: TicketEvent) -> None:
    """To the new requester of a leaver's ticket."""
    before = User.objects.get(pk=event.data["from"])
    to = audience.of(event, frozenset({Part.REQUESTER}))
    _tell("inherited", event, to, {"before": before.name})


def _tell(
    letter: str,
    event: TicketEvent,
    recipients: list[Recipient],
    said: Mapping[str, Json] | None = None,
    *,
    moments: Mapping[str, datetime] | None = None,
    leads_to: int | None = None,
) -> None:
    """Promise `letter` once to each. `moments` are told in words, in the calendar's zone (B6).

    `leads_to` is the number of the ticket whose page the letter opens, where that is another one.
    """
    ticket, now = event.ticket, event.recorded_at
    spoken = _spoken(event)
    for to in recipients:
        told = {
            name: dates.exact(moment, zone_of(ticket), to.person.zone, now=now)
            for name, moment in (moments or {}).items()
        }
        if leads_to is not None:
            told["url"] = correspondence.page(leads_to, to.person)
        correspondence.send(
            letter,
            ticket=ticket,
            to=to.person,
            key=f"{letter}:{event.pk}:{to.person.pk}",
            now=now,
            said={
                **spoken,
                "mine": to.person.pk == event.actor_id,
                "part": to.part.value,
                "also": get_text_list(list(to.also), _("e")),
                **told,
                **(said or {}),
            },
        )


def _spoken(event: TicketEvent) -> dict[str, Json]:
    """Who did it, how, and what they wrote, in words as they were."""
    return {
        "author": event.actor.name if event.actor else "",
        "way": Channel(event.channel).way,
        "entered_by": event.entered_by.name if event.entered_by else "",
        **(_quoted(event.message) if event.message else {}),
    }


def _quoted(message: Message) -> dict[str, Json]:
    """The text and the names of the files of a message; of a note, which nobody quotes, nothing."""
    if message.is_internal:
        return {}
    files = message.attachments.values_list("name", flat=True)
    return {"text": message.body_text, "files": ", ".join(files)}
