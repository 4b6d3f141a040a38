"""Hears every event of a ticket and promises the letters about it, in the same transaction."""

from collections.abc import Callable, Mapping

from notifications import digests, letters
from outbox import ledger
from tickets import correspondence
from tickets.lifecycle import WITH_CUSTOMER
from tickets.models import TicketEvent, Verb

# What is not here is told by no letter: the page and the history show it.
TELLS: Mapping[str, Callable[[TicketEvent], None]] = {
    Verb.OPEN: letters.opened,
    Verb.REPLY: letters.replied,
    Verb.CUSTOMER_REPLY: letters.replied,
    Verb.REQUEST_INFORMATION: letters.information_requested,
    Verb.REMIND: letters.reminder,
    Verb.EXPIRE_PENDING: letters.moved,
    Verb.PROPOSE_SOLUTION: letters.solution_proposed,
    Verb.RESUME: letters.resumed,
    Verb.CONFIRM_SOLUTION: letters.confirmed,
    Verb.CANCEL: letters.cancelled,
    Verb.EXPIRE_VALIDATION: letters.expired,
    Verb.REINSTATE: letters.reinstated,
    Verb.DISCARD: letters.discarded,
    Verb.MERGE: letters.merged,
    Verb.ABSORB: letters.absorbed,
    Verb.UNMERGE: letters.unmerged,
    Verb.CHANGE_SEVERITY: letters.severity_changed,
    Verb.ASSIGN: letters.assigned,
    Verb.CHANGE_REQUESTER: letters.inherited,
    Verb.OFFER_SERVICE: letters.service_offered,
    Verb.ACCEPT_SERVICE: letters.service_accepted,
    Verb.DECLINE_SERVICE: letters.service_declined,
    Verb.WITHDRAW_SERVICE: letters.service_withdrawn,
}


def follow(event: TicketEvent) -> None:
    """Tell those whom `event` concerns; of an internal one, nobody ever learns by letter (L13).

    A reminder that has not gone out is withdrawn once it is no longer true (L10). Of what came
    quietly, with mail that was there before us, nobody is told.
    """
    if event.is_internal:
        return
    if event.moved and event.from_status in WITH_CUSTOMER:
        ledger.cancel(topic=correspondence.topic(event.ticket.number), letters=["reminder"])
        digests.withdraw(event.ticket, ["reminder"])
    tell = TELLS.get(event.verb)
    if tell is not None and "quiet" not in event.data:
        tell(event)
