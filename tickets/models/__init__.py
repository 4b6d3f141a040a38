"""The rows of the house. What they may become is in `lifecycle`, how they change in `actions`."""

from tickets.models.clockwork import ClockFault, Heartbeat
from tickets.models.conversation import Attachment, Draft, Message, SenderCheck
from tickets.models.event import OUT_OF_SCOPE, PUT_TO_CUSTOMER, Channel, TicketEvent, Verb
from tickets.models.intake import FieldRequest, Hosting, Intake
from tickets.models.known import (
    BulkAnswer,
    BulkAnswerRow,
    DefectFollower,
    DefectTicket,
    IncidentTicket,
)
from tickets.models.queue import ProductQueue, Queue, QueuePolicy
from tickets.models.service import ServiceOffer
from tickets.models.ticket import Severity, Ticket, Watcher

__all__ = [
    "OUT_OF_SCOPE",
    "PUT_TO_CUSTOMER",
    "Attachment",
    "BulkAnswer",
    "BulkAnswerRow",
    "Channel",
    "ClockFault",
    "DefectFollower",
    "DefectTicket",
    "Draft",
    "FieldRequest",
    "Heartbeat",
    "Hosting",
    "IncidentTicket",
    "Intake",
    "Message",
    "ProductQueue",
    "Queue",
    "QueuePolicy",
    "SenderCheck",
    "ServiceOffer",
    "Severity",
    "Ticket",
    "TicketEvent",
    "Verb",
    "Watcher",
]
