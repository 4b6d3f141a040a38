"""Who hears that a ticket changed: the names of the groups that sockets join. Sends nothing."""

from tickets.models import TicketEvent, Verb

ALL_QUEUES = "desk.all"


def of_queue(queue_id: int) -> str:
    """Desk pages of those who work this queue."""
    return f"desk.queue.{queue_id}"


def of_analyst(user_id: int) -> str:
    """One analyst's desk pages: tickets assigned to them in whatever queue (R1)."""
    return f"desk.analyst.{user_id}"


def of_ticket_for_desk(number: int) -> str:
    return f"ticket.{number}.desk"


def of_ticket_for_customers(number: int) -> str:
    return f"ticket.{number}.customers"


def hearing(event: TicketEvent) -> list[str]:
    """The groups that `event` concerns; none of customers where it is internal (L13)."""
    ticket, data = event.ticket, event.data
    queues = {ticket.queue_id}
    analysts = {ticket.assignee_id}
    numbers = {ticket.number}
    if event.verb == Verb.MOVE:
        queues.add(data["from"])
        analysts.add(data.get("unassigned"))
    elif event.verb == Verb.ASSIGN:
        analysts.add(data["from"])
    elif event.verb == Verb.UNMERGE:
        # The ticket that showed the duplicate's messages writes no event of its own.
        numbers.add(data["from"])
    groups = {
        ALL_QUEUES,
        *(of_queue(pk) for pk in queues),
        *(of_analyst(pk) for pk in analysts if pk is not None),
        *(of_ticket_for_desk(number) for number in numbers),
    }
    if not event.is_internal:
        groups |= {of_ticket_for_customers(number) for number in numbers}
    return sorted(groups)
