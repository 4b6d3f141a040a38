"""Verbs that say who works on a ticket and who hears of it: assign, move, severity, watchers."""

from dataclasses import replace

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Organization, User
from tickets import deadlines, rules
from tickets.actions.locking import hold, promises, save, touch
from tickets.actions.messages import write
from tickets.actors import Actor
from tickets.errors import Refused
from tickets.events import done_before, record
from tickets.models import Message, Queue, Severity, Ticket, TicketEvent, Verb, Watcher


@transaction.atomic
def assign(ticket: Ticket, *, to: User | None, by: Actor) -> TicketEvent:
    """Make `to` responsible, or nobody. Desk only; refused for who does not work the queue."""
    ticket = hold(ticket)
    if done := done_before(by):
        return done
    rules.require(Verb.ASSIGN, by.user, ticket)
    return _give(ticket, to, by)


@transaction.atomic
def take(ticket: Ticket, *, by: Actor) -> TicketEvent:
    """Become responsible oneself; refused if somebody else was faster."""
    ticket = hold(ticket)
    if done := done_before(by):
        return done
    rules.require(Verb.ASSIGN, by.user, ticket)
    if ticket.assignee is not None and ticket.assignee_id != by.person().pk:
        raise Refused(
            "taken",
            _("%(name)s já assumiu este ticket. Para trocar, mude o responsável.")
            % {"name": ticket.assignee.name},
        )
    return _give(ticket, by.person(), by)


def _give(ticket: Ticket, to: User | None, by: Actor) -> TicketEvent:
    if to is not None and not rules.may_be_assigned(to, ticket.queue):
        raise Refused(
            "not_in_queue",
            _("%(name)s não atende a fila %(queue)s.")
            % {"name": to.name, "queue": ticket.queue.name},
        )
    before = ticket.assignee_id
    if before == (to.pk if to else None):
        raise Refused("same_assignee", _("O ticket já está assim; nada mudou."))
    ticket.assignee = to
    save(ticket)
    return record(ticket, Verb.ASSIGN, by=by, data={"from": before, "to": to.pk if to else None})


@transaction.atomic
def move(ticket: Ticket, *, to: Queue, by: Actor) -> TicketEvent:
    """Put the ticket into another queue; unassigns whoever does not work there (R3). Desk only.

    The dates are computed from entry with the new queue's policy and calendar, and none that
    was told moves earlier (B7).
    """
    ticket = hold(ticket)
    if done := done_before(by):
        return done
    rules.require(Verb.MOVE, by.user, ticket)
    if to.pk == ticket.queue_id:
        raise Refused("same_queue", _("O ticket já está nesta fila."))
    if not to.is_active:
        raise Refused("queue_closed", _("Esta fila não recebe mais tickets. Escolha outra."))
    data: dict[str, object] = {"from": ticket.queue_id, "to": to.pk}
    told = promises(ticket)
    ticket.queue = to
    deadlines.refresh(ticket)
    if promises(ticket) != told:
        data |= promises(ticket)
    if ticket.assignee is not None and not rules.may_be_assigned(ticket.assignee, to):
        data["unassigned"] = ticket.assignee_id
        ticket.assignee = None
    save(ticket)
    return record(ticket, Verb.MOVE, by=by, data=data)


@transaction.atomic
def change_severity(ticket: Ticket, *, to: int, by: Actor, reason: str) -> TicketEvent:
    """Change the severity, with a reason that the customer is told (R3). Desk only."""
    ticket = hold(ticket)
    if done := done_before(by):
        return done
    rules.require(Verb.CHANGE_SEVERITY, by.user, ticket)
    if to not in Severity.values:
        raise Refused("unknown_severity", _("Escolha uma das quatro severidades."))
    if to == ticket.severity:
        raise Refused("same_severity", _("A severidade já é esta."))
    message = write(ticket, Message.Kind.REASON, by=by, body=reason)
    data = {"from": ticket.severity, "to": int(to)}
    ticket.severity = to
    touch(ticket, Verb.CHANGE_SEVERITY, by)
    save(ticket)
    return record(ticket, Verb.CHANGE_SEVERITY, by=by, message=message, data=data)


@transaction.atomic
def watch(ticket: Ticket, *, who: User, by: Actor) -> TicketEvent:
    """Let `who`, of the same organization or of the desk, follow the ticket. Twice is once."""
    ticket = hold(ticket)
    if done := done_before(by):
        return done
    rules.require(Verb.WATCH, by.user, ticket)
    if not rules.may_watch(who, ticket):
        raise Refused("not_member", _("Só acompanha quem é da mesma empresa."))
    Watcher.objects.get_or_create(ticket=ticket, user=who, defaults={"since": by.at})
    # Which of the desk follows a ticket is the desk's own affair (L13).
    return record(ticket, Verb.WATCH, by=by, data={"user": who.pk}, is_internal=who.is_desk)


@transaction.atomic
def unwatch(ticket: Ticket, *, who: User, by: Actor) -> TicketEvent:
    """Stop following. Oneself always; others by the requester, the administrator or the desk."""
    ticket = hold(ticket)
    if done := done_before(by):
        return done
    rules.require(Verb.UNWATCH, by.user, ticket)
    person = by.person()
    if person.pk != who.pk and not person.is_desk and not rules.speaks_for(person, ticket):
        raise Refused("requester_only", _("Só quem abriu o ticket pode retirar outras pessoas."))
    ticket.watchers.filter(user=who).delete()
    return record(ticket, Verb.UNWATCH, by=by, data={"user": who.pk}, is_internal=who.is_desk)


@transaction.atomic
def change_requester(ticket: Ticket, *, to: User, by: Actor) -> TicketEvent:
    """Hand a leaver's ticket to somebody of the same organization: by the desk, or by the
    organization's administrator (R5)."""
    ticket = hold(ticket)
    if done := done_before(by):
        return done
    rules.require(Verb.CHANGE_REQUESTER, by.user, ticket)
    if rules.has_left(to, ticket.organization_id):
        raise Refused("not_member", _("O novo solicitante precisa ser da mesma empresa."))
    data = {"from": ticket.requester_id, "to": to.pk}
    ticket.requester = to
    save(ticket)
    return record(ticket, Verb.CHANGE_REQUESTER, by=by, data=data)


def hand_over(
    leaver: User,
    *,
    to: User | None,
    by: Actor,
    queue: Queue | None = None,
    organization: Organization | None = None,
) -> list[TicketEvent]:
    """Give all of a person's active tickets to `to`: those assigned to an analyst, those
    requested by a customer. Each in its own transaction; refuses before the first if one may not.

    `to` None leaves an analyst's tickets unassigned, in their queues. As nobody else may work all
    queues of an analyst (R3), or be of all organizations of a customer (R2), `queue` and
    `organization` say of which.
    """
    by = replace(by, request_key=None)  # many events of one form; again, it finds none to hand over
    mine = Ticket.objects.active().with_people().order_by("number")
    if queue is not None:
        mine = mine.filter(queue=queue)
    if organization is not None:
        mine = mine.filter(organization=organization)
    if leaver.desk_role:
        tickets = list(mine.filter(assignee=leaver))
        for ticket in tickets:
            if to is not None and not rules.may_be_assigned(to, ticket.queue):
                raise Refused(
                    "not_in_queue",
                    _("%(name)s não atende a fila %(queue)s, de onde vem o ticket %(number)d.")
                    % {"name": to.name, "queue": ticket.queue.name, "number": ticket.number},
                )
        return [assign(ticket, to=to, by=by) for ticket in tickets]
    tickets = list(mine.filter(requester=leaver))
    if tickets and to is None:
        raise Refused("no_successor", _("Escolha quem fica com os tickets desta pessoa."))
    if to is None:
        return []
    for ticket in tickets:
        if rules.has_left(to, ticket.organization_id):
            raise Refused("not_member", _("O novo solicitante precisa ser da mesma empresa."))
    return [change_requester(ticket, to=to, by=by) for ticket in tickets]
