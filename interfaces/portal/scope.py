"""What a customer's page starts from: which tickets, and the one of the address (R1)."""

from functools import partial

from django.shortcuts import get_object_or_404

from accounts.guards import customer_required
from accounts.models import User
from interfaces.web import scope
from tickets.asked import with_asked
from tickets.known import with_known
from tickets.models import Ticket
from tickets.models.scopes import TicketQuerySet
from tickets.offers import with_offer


def shown_to(user: User) -> TicketQuerySet:
    """The tickets that `user` may see, with all that a row or a page says of them."""
    tickets: TicketQuerySet = Ticket.objects.visible_to(user)
    return tickets.with_people().select_related("merged_into", "successor", "survey")


def surrounded(user: User) -> TicketQuerySet:
    """The same, with what the page of one says of incidents, defects and offers, and what it asks;
    one statement."""
    return with_asked(with_offer(with_known(shown_to(user), user)))


def again(ticket: Ticket, user: User) -> Ticket:
    """The ticket as it stands after somebody's act; 404 where `user` no longer sees it."""
    return get_object_or_404(surrounded(user), pk=ticket.pk)


on_ticket = partial(scope.on_ticket, admits=customer_required, found_in=surrounded)
