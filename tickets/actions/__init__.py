"""The verbs of the house: one function is one use case and one transaction. The table of contents.

Every verb takes the ticket as the caller fetched it (`Ticket.objects.visible_to(user)`), locks
and reads it again, asks the rules, writes, records the event and returns it. `Refused` means that
nothing was written.
"""

from tickets.actions.clockwork import advance, remind
from tickets.actions.continuing import deliver, follow_up
from tickets.actions.conversation import note, propose_solution, reply, request_information, resume
from tickets.actions.ending import cancel, confirm_solution, discard, merge, unmerge
from tickets.actions.letters import note_bounce
from tickets.actions.messages import upload
from tickets.actions.opening import open_ticket
from tickets.actions.routing import (
    assign,
    change_requester,
    change_severity,
    hand_over,
    move,
    take,
    unwatch,
    watch,
)

__all__ = [
    "advance",
    "assign",
    "cancel",
    "change_requester",
    "change_severity",
    "confirm_solution",
    "deliver",
    "discard",
    "follow_up",
    "hand_over",
    "merge",
    "move",
    "note",
    "note_bounce",
    "open_ticket",
    "propose_solution",
    "remind",
    "reply",
    "request_information",
    "resume",
    "take",
    "unmerge",
    "unwatch",
    "upload",
    "watch",
]
