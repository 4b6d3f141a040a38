"""What a desk page starts from: which tickets a person sees, and the one of the address (R1)."""

from functools import partial

from accounts.guards import desk_required
from accounts.models import User
from interfaces.web import scope
from tickets.models import Ticket
from tickets.models.scopes import TicketQuerySet


def shown_to(user: User) -> TicketQuerySet:
    """The tickets that `user` may see, with all that a row or a verb needs of them."""
    seen: TicketQuerySet = Ticket.objects.visible_to(user).with_people()
    return seen.select_related("merged_into", "predecessor", "successor")


on_ticket = partial(scope.on_ticket, admits=desk_required, found_in=shown_to)
