"""Every letter about a ticket, one function each; the survey's is in `surveys/followers.py`.

Each says to whom it goes and what it tells; the words are in `templates/emails/<name>/`. Whether
each of those gets it now, in the digest or not at all is in `preferences.py`.
"""

from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from accounts.models import User
from common import dates
from common.money import reais
from notifications import acts, audience, digests, preferences
from notifications.audience import FOLLOWING, Part, Recipient
from notifications.models import Choice
from notifications.preferences import Way
from outbox.post import Json
from tickets import correspondence
from tickets.correspondence import named, quoted
from tickets.deadlines import zone_of
from tickets.lifecycle import OPEN, DiscardReason
from tickets.models import (
    OUT_OF_SCOPE,
    Channel,
    Message,
    ServiceOffer,
    Severity,
    Ticket,
    TicketEvent,
    Verb,
)

# What waits for the customer, and is told again a day before its deadline.
_ASKED = (Message.Kind.REQUEST, Message.Kind.SOLUTION, Message.Kind.SCOPE)


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
    asked = ticket.messages.filter(kind__in=_ASKED)
    recipients = [to for to in audience.of(event, FOLLOWING) if not to.person.is_desk]
    last = asked.select_related("author").last()
    said: dict[str, Json] = {"status": ticket.status, "requester": ticket.requester.first_name}
    if last is not None:
        said |= {"author": named(last.author)}
    assert ticket.deadline_at is not None  # noqa: S101 - a constraint of Pendente and Validação
    moments = {"until": ticket.deadline_at}
    _tell("reminder", event, recipients, said, moments=moments, message=last)


def moved(event: TicketEvent) -> None:
    """L3: the system moved on to Validação. If the end came at once, `expired` tells both (B8)."""
    if not event.data["closes_too"]:
        _tell("moved", event, audience.of(event, FOLLOWING))


def solution_proposed(event: TicketEvent) -> None:
    """L2, L4: support proposes, the customer validates; of what is out of scope, so it says."""
    if event.reason == OUT_OF_SCOPE:
        out_of_scope(event)
    else:
        _tell("solution_proposed", event, audience.of(event))


def out_of_scope(event: TicketEvent) -> None:
    """E3: support does not do this, and says who does."""
    _tell("out_of_scope", event, audience.of(event))


def service_offered(event: TicketEvent) -> None:
    """E3: the service, its price and its terms, whole; accepted in the portal alone."""
    said = {"requester": event.ticket.requester.first_name}
    _tell("service_offered", event, audience.of(event), _offered(event, with_terms=True) | said)


def service_accepted(event: TicketEvent) -> None:
    """E3: to all, who accepted too: it is the receipt, with the price and the terms."""
    recipients = audience.of(event, author_too=True, buyer=event.actor_id)
    moments = {"accepted": event.at}
    said = _offered(event, with_terms=True)
    _tell("service_accepted", event, recipients, said, moments=moments)


def service_declined(event: TicketEvent) -> None:
    """E3: nothing is bought; with the reason, if one was given."""
    _tell("service_declined", event, audience.of(event), _offered(event))


def service_withdrawn(event: TicketEvent) -> None:
    """E3: support took its offer back, with the reason."""
    _tell("service_withdrawn", event, audience.of(event), _offered(event))


def _offered(event: TicketEvent, *, with_terms: bool = False) -> dict[str, Json]:
    """The offer that the step is about."""
    offer = ServiceOffer.objects.select_related("terms__service").get(pk=event.data["offer"])
    said: dict[str, Json] = {
        "service": offer.terms.service.name,
        "price": reais(offer.price),
        "version": offer.terms.number,
    }
    return said | {"terms": offer.terms.text} if with_terms else said


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
    _tell("inherited", event, to, {"before": named(before)})


def _tell(
    letter: str,
    event: TicketEvent,
    recipients: list[Recipient],
    said: Mapping[str, Json] | None = None,
    *,
    moments: Mapping[str, datetime] | None = None,
    leads_to: int | None = None,
    message: Message | None = None,
) -> None:
    """Promise `letter` once to each, as each has chosen to be told. `moments` are told in words,
    in the calendar's zone (B6).

    `leads_to` is the number of the ticket whose page the letter opens, where that is another one;
    `message` is the one that it tells, where that is not the event's own.
    """
    choices = preferences.of(to.person for to in recipients)
    ways = {
        to: preferences.way(choices.get(to.person.pk, Choice.ALL), letter, to.part)
        for to in recipients
    }
    told = [to for to in recipients if ways[to] is not Way.NOT_AT_ALL]
    if not told:
        return
    ticket, now, message = event.ticket, event.recorded_at, message or event.message
    people = [to.person for to in told]
    shared = correspondence.background(ticket, people, message)
    spoken, count = _spoken(event, message), _count(event, people)
    for to in told:
        words: dict[str, Json] = {
            **spoken,
            "mine": to.person.pk == event.actor_id,
            "part": to.part.value,
            "also": get_text_list(list(to.also), _("e")),
            **_in_words(moments or {}, ticket, to.person, now),
            **(said or {}),
        }
        if ways[to] is Way.IN_DIGEST:
            words |= {
                "number": ticket.number,
                "title": ticket.title,
                "for_desk": to.person.is_desk,
            }
            digests.hold(letter, event, to.person, words)
            continue
        if leads_to is not None:
            words["url"] = correspondence.page(leads_to, to.person)
        correspondence.send(
            letter,
            ticket=ticket,
            to=to.person,
            key=f"{letter}:{event.pk}:{to.person.pk}",
            now=now,
            said={**words, **acts.offered(ticket, to.person, count), **_way_out(to, ticket)},
            shared=shared,
            headers=_list_headers(to, ticket),
        )


def _in_words(
    moments: Mapping[str, datetime], ticket: Ticket, reader: User, now: datetime
) -> dict[str, Json]:
    zone = zone_of(ticket)
    return {
        name: dates.exact(moment, zone, reader.zone, now=now) for name, moment in moments.items()
    }


def _count(event: TicketEvent, people: list[User]) -> int:
    """The count that the buttons of a letter belong to; not asked for where there are none."""
    if event.ticket.status == OPEN or all(each.is_desk for each in people):
        return 0
    return event.pk if event.moved else acts.count_of(event.ticket)


def _way_out(to: Recipient, ticket: Ticket) -> dict[str, Json]:
    """Where the reader changes what comes, and for who only watches: stops watching."""
    ways: dict[str, Json] = {"choices_url": digests.choices_page(to.person)}
    if to.part == Part.WATCHER:
        ways["unwatch_url"] = acts.unwatch_address(ticket.number, to.person)
    return ways


def _list_headers(to: Recipient, ticket: Ticket) -> dict[str, str]:
    """For who only watches, the mail program's own button to stop (RFC 2369, RFC 8058)."""
    if to.part != Part.WATCHER:
        return {}
    domain = settings.MAIL_REPLY_DOMAIN
    return {
        "List-Id": f"<ticket-{ticket.number}.{domain}>",
        "List-Unsubscribe": f"<{acts.unwatch_address(ticket.number, to.person)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def _spoken(event: TicketEvent, message: Message | None) -> dict[str, Json]:
    """Who did it, how, and what was written, in words as they were."""
    return {
        "author": named(event.actor) if event.actor else "",
        "way": Channel(event.channel).way,
        "entered_by": named(event.entered_by) if event.entered_by else "",
        **(quoted(message) if message else {}),
    }
