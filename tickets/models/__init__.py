"""The rows of the house. What they may become is in `lifecycle`, how they change in `actions`."""

from tickets.models.clockwork import ClockFault, Heartbeat
from tickets.models.conversation import Attachment, Draft, Message, SenderCheck
from tickets.models.event import Channel, TicketEvent, Verb
from tickets.models.queue import ProductQueue, Queue, QueuePolicy
from tickets.models.ticket import Severity, Ticket, Watcher

__all__ = [
    "Attachment",
    "Channel",
    "ClockFault",
    "Draft",
    "Heartbeat",
    "Message",
    "ProductQueue",
    "Queue",
    "QueuePolicy",
    "SenderCheck",
    "Severity",
    "Ticket",
    "TicketEvent",
    "Verb",
    "Watcher",
]
