"""Verbs that end a ticket: confirm, cancel, discard, merge, and the way back from a merge."""

from django.db import transaction
from django.utils.translation import gettext as _

from tickets import rules
from tickets.actions.locking import (
    begin_count,
    end,
    enter,
    hold,
    hold_in_order,
    revive,
    save,
    touch,
)
from tickets.actors import Actor
from tickets.errors import Refused
from tickets.events import done_before, record
from tickets.lifecycle import DiscardReason, EndReason
from tickets.models import Message, Ticket, TicketEvent, Verb, Watcher
from tickets.queries import with_duplicates


@transaction.atomic
def confirm_solution(ticket: Ticket, *, by: Actor) -> TicketEvent:
    """L8: the customer says that it is solved. Requester or organization's administrator."""
    return _end_it(ticket, Verb.CONFIRM_SOLUTION, EndReason.CONFIRMED, by)


@transaction.atomic
def cancel(ticket: Ticket, *, by: Actor) -> TicketEvent:
    """L8: the customer no longer needs it. Requester or organization's administrator."""
    return _end_it(ticket, Verb.CANCEL, EndReason.CANCELLED, by)


@transaction.atomic
def discard(ticket: Ticket, *, by: Actor, reason: DiscardReason) -> TicketEvent:
    """End a ticket in Aberto that is spam, a test, a mistake, or asks nothing. Desk only."""
    return _end_it(ticket, Verb.DISCARD, EndReason.DISCARDED, by, DiscardReason(reason))


def _end_it(
    ticket: Ticket, verb: Verb, why: EndReason, by: Actor, discard_reason: str = ""
) -> TicketEvent:
    ticket = hold(ticket)
    if done := done_before(by):
        return done
    rules.require(verb, by.user, ticket)
    came_from = enter(ticket, verb)
    end(ticket, why, max(by.at, ticket.waiting_since))
    ticket.discard_reason = discard_reason
    touch(ticket, verb, by)
    save(ticket)
    return record(
        ticket,
        verb,
        by=by,
        came_from=came_from,
        reason=discard_reason,
        # Whoever sends spam is not told that it was seen through.
        is_internal=discard_reason == DiscardReason.SPAM,
    )


@transaction.atomic
def merge(duplicate: Ticket, *, into: Ticket, by: Actor) -> TicketEvent:
    """L8: end `duplicate` in `into`, which shows its messages and gets its watchers. Desk only.

    Where the duplicate holds a customer's message newer than the target's entry into Pendente
    or Validação, the target goes back to Aberto. Refused: itself, another organization's or
    guest's (R1), a target that has ended.
    """
    if duplicate.pk == into.pk:
        raise Refused("same_ticket", _("Escolha outro ticket: este é o próprio."))
    duplicate, target = hold_in_order(duplicate, into)
    if done := done_before(by):
        return done
    rules.require(Verb.MERGE, by.user, duplicate)
    if duplicate.organization_id != target.organization_id:
        raise Refused("other_organization", _("Só se unem tickets do mesmo cliente."))
    if duplicate.requester_id != target.requester_id and target.organization.holds_guests:
        raise Refused("other_guest", _("Só se unem tickets do mesmo visitante."))
    if target.is_ended:
        raise Refused("target_ended", _("O ticket de destino já foi encerrado."))
    came_from = enter(duplicate, Verb.MERGE)
    duplicate.merged_into = target
    end(duplicate, EndReason.MERGED, max(by.at, duplicate.waiting_since))
    touch(duplicate, Verb.MERGE, by)
    save(duplicate)
    added = _bring_watchers(duplicate, target, by)
    event = record(
        duplicate,
        Verb.MERGE,
        by=by,
        came_from=came_from,
        data={"into": target.number, "watchers": added},
    )
    touch(target, Verb.ABSORB, by)
    was = target.status
    if target.is_with_customer and _customer_wrote_since(duplicate, target):
        enter(target, Verb.CUSTOMER_REPLY)
        begin_count(target, by)
    save(target)
    record(
        target,
        Verb.ABSORB,
        by=by,
        came_from=was,
        data={"ticket": duplicate.number},
        keyed=False,
    )
    return event


def _bring_watchers(duplicate: Ticket, target: Ticket, by: Actor) -> list[int]:
    """Ids of those who did not watch the target and do now."""
    people = {duplicate.requester_id, *duplicate.watchers.values_list("user", flat=True)}
    people -= {target.requester_id, *target.watchers.values_list("user", flat=True)}
    Watcher.objects.bulk_create(
        Watcher(ticket=target, user_id=user_id, since=by.at) for user_id in sorted(people)
    )
    return sorted(people)


def _customer_wrote_since(duplicate: Ticket, target: Ticket) -> bool:
    """In the duplicate or in what was merged into it before: the target shows all of them."""
    return Message.objects.filter(
        ticket__in=with_duplicates(duplicate),
        by_customer=True,
        received_at__gt=target.waiting_since,
    ).exists()


@transaction.atomic
def unmerge(duplicate: Ticket, *, by: Actor) -> TicketEvent:
    """Take a merge back within 24 hours; who came to watch by it, watches no longer. Desk only.

    If the merge put the target back to Aberto, it stays there: support decides.
    """
    if done := done_before(by):
        return done
    rules.require(Verb.UNMERGE, by.user, duplicate)
    target = duplicate.merged_into
    assert target is not None  # noqa: S101 - a constraint: what was merged has a target
    duplicate, target = hold_in_order(duplicate, target)
    rules.require(Verb.UNMERGE, by.user, duplicate)
    merged = duplicate.events.filter(verb=Verb.MERGE).latest("pk")
    target.watchers.filter(user__in=merged.data["watchers"]).delete()
    came_from = enter(duplicate, Verb.UNMERGE)
    revive(duplicate, by.at)
    touch(duplicate, Verb.UNMERGE, by)
    save(duplicate)
    event = record(
        duplicate, Verb.UNMERGE, by=by, came_from=came_from, data={"from": target.number}
    )
    touch(target, Verb.RELEASE, by)
    save(target)
    record(target, Verb.RELEASE, by=by, data={"ticket": duplicate.number}, keyed=False)
    return event
