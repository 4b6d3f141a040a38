"""The verbs of the house: one function is one use case and one transaction. The table of contents.

Every verb takes the ticket as the caller fetched it (`Ticket.objects.visible_to(user)`), locks
and reads it again, asks the rules, writes, records the event and returns it. `Refused` means that
nothing was written.
"""

from tickets.actions.bulk import retry_answers
from tickets.actions.clockwork import advance, remind
from tickets.actions.continuing import deliver, follow_up
from tickets.actions.conversation import note, propose_solution, reply, request_information, resume
from tickets.actions.defects import change_defect, record_defect, release_defect
from tickets.actions.ending import cancel, confirm_solution, discard, merge, unmerge
from tickets.actions.incidents import change_incident, end_incident, start_incident
from tickets.actions.intake import answer_fields
from tickets.actions.known import (
    follow_defect,
    join_incident,
    leave_incident,
    link_defect,
    unfollow_defect,
    unlink_defect,
)
from tickets.actions.leaving import leave
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
from tickets.actions.services import (
    accept_service,
    decline_service,
    judge_out_of_scope,
    offer_service,
    withdraw_service,
)

__all__ = [
    "accept_service",
    "advance",
    "answer_fields",
    "assign",
    "cancel",
    "change_defect",
    "change_incident",
    "change_requester",
    "change_severity",
    "confirm_solution",
    "decline_service",
    "deliver",
    "discard",
    "end_incident",
    "follow_defect",
    "follow_up",
    "hand_over",
    "join_incident",
    "judge_out_of_scope",
    "leave",
    "leave_incident",
    "link_defect",
    "merge",
    "move",
    "note",
    "note_bounce",
    "offer_service",
    "open_ticket",
    "propose_solution",
    "record_defect",
    "release_defect",
    "remind",
    "reply",
    "request_information",
    "resume",
    "retry_answers",
    "start_incident",
    "take",
    "unfollow_defect",
    "unlink_defect",
    "unmerge",
    "unwatch",
    "upload",
    "watch",
    "withdraw_service",
]
