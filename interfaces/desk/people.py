"""Finding the people that the desk acts for: customers by name, address or company; colleagues."""

from django.db.models import Exists, OuterRef, Q, QuerySet, Value

from accounts.models import DESK_ROLES, Membership, Role, User
from common.text import one_line
from interfaces.web.people import members_of
from tickets import rules
from tickets.models import Ticket
from tickets.models.scopes import Norm

MOST_FOUND = 20


def customers(typed: str) -> QuerySet[Membership]:
    """Places of active people in active organizations whose name, address or company holds
    `typed`; accents and case do not matter. At most `MOST_FOUND`."""
    found = Membership.objects.filter(
        is_active=True, organization__is_active=True, user__is_active=True, user__desk_role=""
    ).select_related("user", "organization")
    for word in one_line(typed, 200).split():
        held = Norm(Value(word))
        found = found.alias(
            norm_name=Norm("user__name"),
            norm_email=Norm("user__email"),
            norm_company=Norm("organization__name"),
        ).filter(
            Q(norm_name__contains=held)
            | Q(norm_email__contains=held)
            | Q(norm_company__contains=held)
        )
    return found.order_by("user__name", "organization__name")[:MOST_FOUND]


def callers_for(ticket: Ticket) -> QuerySet[User]:
    """The customers who may see `ticket`, and so answer on it by telephone too (R1)."""
    administers = Membership.objects.filter(
        user=OuterRef("pk"),
        organization=ticket.organization_id,
        is_active=True,
        role=Role.ORG_ADMIN,
    )
    return members_of(ticket.organization_id).filter(
        Q(pk=ticket.requester_id)
        | Exists(ticket.watchers.filter(user=OuterRef("pk")))
        | Exists(administers)
    )


def colleagues() -> QuerySet[User]:
    """The people of the desk."""
    return User.objects.filter(is_active=True, desk_role__in=DESK_ROLES)


def watchers_for(ticket: Ticket) -> QuerySet[User]:
    """Who may be made a watcher of `ticket` and is none yet: the organization's people, and
    those of the desk who see it (R1): others would hear nothing."""
    assignee = colleagues().filter(assigned_tickets=ticket)
    people = members_of(ticket.organization_id) | rules.workers_of(ticket.queue) | assignee
    return people.exclude(watched_tickets=ticket).exclude(pk=ticket.requester_id)
