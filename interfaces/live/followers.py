"""Live screens follow every event of a ticket: after the commit they are told that it changed."""

from functools import partial

from django.db import transaction

from interfaces.live import broadcast, groups
from tickets.models import TicketEvent


def follow(event: TicketEvent) -> None:
    """Tell the open pages of `event`'s ticket, and of its queue, once its transaction commits.

    What travels is the ticket's number and nothing else: each page gets its fragment again by
    HTTP, where permission is checked. Customers hear nothing of an internal event (L13).
    """
    message = {"type": "changed", "number": event.ticket.number}
    transaction.on_commit(partial(broadcast.send, groups.hearing(event), message), robust=True)
