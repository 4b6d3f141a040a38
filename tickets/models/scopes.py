"""What a person may see (R1, L13), as querysets: the only way any interface finds a row."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db.models import DateField, Exists, F, Func, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.lookups import Exact

from accounts.models import Membership, Organization, Place, Role, Sees, User
from common.text import one_line
from tickets import numbers
from tickets.lifecycle import ACTIVE, ENDED, OPEN, WITH_CUSTOMER

if TYPE_CHECKING:
    from datetime import datetime

    # The first two are named as text in the classes' bases, which ruff does not read.
    from tickets.models.conversation import Attachment, Message  # noqa: F401
    from tickets.models.ticket import Ticket

TWO_DAYS = timedelta(days=2)


class Norm(Func):
    """Text as searches compare it: lower case, no accents (the SQL function `f_norm`)."""

    function = "f_norm"
    output_field = TextField()


class LocalDate(Func):
    """The date of a moment in a time zone; each a column or a value."""

    template = "(%(expressions)s)::date"
    arg_joiner = " AT TIME ZONE "
    output_field = DateField()


def is_overdue(now: "datetime") -> Q:
    """R4: in Aberto, waiting for support longer than the queue's attention days."""
    return Q(status=OPEN, attention_at__lt=now)


def is_due_today(now: "datetime") -> Q:
    """R4: the customer's deadline is today, by the clock of the queue's calendar (B6)."""
    zone = "queue__policy__calendar__time_zone"
    today = Exact(LocalDate("deadline_at", zone), LocalDate(Value(now), zone))
    # No clock is two days away from another: this much an index can find.
    near = Q(deadline_at__range=(now - TWO_DAYS, now + TWO_DAYS))
    return Q(status__in=WITH_CUSTOMER) & near & Q(today)


def readers(ticket: "Ticket") -> "QuerySet[User]":
    """R1 from the other side: everybody to whom `TicketQuerySet.visible_to` shows `ticket`."""
    tickets = apps.get_app_config("tickets")
    watches = tickets.get_model("Watcher")._default_manager.filter(
        ticket=ticket, user=OuterRef("pk")
    )
    works = tickets.get_model("Queue")._default_manager.filter(
        pk=ticket.queue_id, analysts=OuterRef("pk")
    )
    belongs = Membership.objects.filter(
        user=OuterRef("pk"),
        organization=ticket.organization_id,
        is_active=True,
        organization__is_active=True,
    )
    team = Membership.objects.filter(
        user=ticket.requester_id, organization=ticket.organization_id
    ).values("team")
    shares = Q(
        Q(sees=Sees.ALL) | Q(sees=Sees.TEAM, team__in=team),
        Q(products=None) | Q(products=ticket.product_id),
        organization__holds_guests=False,
    )
    customer = Exists(belongs.filter(Q(role=Role.ORG_ADMIN) | shares)) | Q(
        Q(pk=ticket.requester_id) | Exists(watches), Exists(belongs)
    )
    return User.objects.filter(
        Q(desk_role=Role.SUPERVISOR)
        | Q(Q(pk=ticket.assignee_id) | Exists(works), desk_role=Role.ANALYST)
        | Q(customer, desk_role=""),
        is_active=True,
    )


def _shown_by(organization_id: int, place: Place) -> Q:
    """R1: all of an organization's tickets or those asked for by one's team, of one's products.

    Who has left the organization stays of the team, so that the team goes on seeing the tickets.
    """
    shown = Q(organization=organization_id)
    if place.sees == Sees.TEAM:
        team = Membership.objects.filter(organization=organization_id, team=place.team_id)
        shown &= Q(requester__in=team.values("user"))
    if place.products:
        shown &= Q(product__in=place.products)
    return shown


class TicketQuerySet(QuerySet["Ticket"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """The tickets that `user` may know of (R1, as in `readers`); for a stranger, none."""
        if not isinstance(user, User) or not user.is_active:
            return self.none()
        if user.is_supervisor:
            return self
        if user.is_desk:
            return self.filter(Q(queue__in=user.queues.all()) | Q(assignee=user))
        return self.filter(self._customers_scope(user))

    def _customers_scope(self, user: User) -> Q:
        """Own and watched tickets, and what the person's place in each organization shows."""
        watched = apps.get_model("tickets", "Watcher")._default_manager.filter(
            ticket=OuterRef("pk"), user=user
        )
        places = user.places
        scope = Q(Q(requester=user) | Exists(watched), organization__in=list(places))
        whole = [pk for pk, place in places.items() if place.sees_whole]
        scope |= Q(organization__in=whole)
        for pk, place in places.items():
            if place.sees_some:
                scope |= _shown_by(pk, place)
        return scope

    def active(self) -> Self:
        """Not ended."""
        return self.filter(status__in=ACTIVE)

    def ended(self) -> Self:
        return self.filter(status__in=ENDED)

    def awaiting_customer(self) -> Self:
        """The ball is with the customer."""
        return self.filter(status__in=WITH_CUSTOMER)

    def overdue(self, now: "datetime") -> Self:
        return self.filter(is_overdue(now))

    def due_today(self, now: "datetime") -> Self:
        return self.filter(is_due_today(now))

    def matching(self, typed: str, reader: User) -> Self:
        """Tickets whose number is `typed`, or whose title, customer or messages hold it; for the
        desk the requester's address too.

        Accents and case do not matter. Only messages that `reader` may read count (L13).
        """
        words = one_line(typed, 200)
        if not words:
            return self
        held = Norm(Value(words))
        messages = apps.get_model("tickets", "Message")._default_manager
        holding = messages.filter(ticket=OuterRef("pk")).alias(words=Norm("body_text"))
        people = User.objects.alias(norm_name=Norm("name"), norm_email=Norm("email"))
        named = Q(norm_name__contains=held)
        if reader.is_desk:
            named |= Q(norm_email__contains=held)
        else:
            holding = holding.filter(is_internal=False)
        # Each table is searched by its own index, once, and not for each ticket.
        titled = self.model._default_manager.alias(norm_title=Norm("title"))
        companies = Organization.objects.alias(norm_name=Norm("name"))
        found: Q | Combinable = (
            Q(pk__in=titled.filter(norm_title__contains=held))
            | Q(organization__in=companies.filter(norm_name__contains=held))
            | Q(requester__in=people.filter(named))
            | Exists(holding.filter(words__contains=held))
        )
        if (number := numbers.parse(words)) is not None:
            found |= Q(number=number)
        return self.filter(found)

    def with_people(self) -> Self:
        """With everything a row or a letter names, in the same statement."""
        return self.select_related(
            "organization",
            "requester",
            "assignee",
            "product",
            "queue__policy__calendar",
            "last_by",
        )

    def stale(self) -> Self:
        """B3: dates computed by an older version of the queue's policy or calendar."""
        return self.active().filter(
            Q(policy_version__lt=F("queue__policy__version"))
            | Q(calendar_version__lt=F("queue__policy__calendar__version"))
        )


class MessageQuerySet(QuerySet["Message"]):
    def visible_to(self, user: User) -> Self:
        """L13: internal notes are for the desk. The ticket itself is checked by its own scope."""
        return self if user.is_desk else self.filter(is_internal=False)


class AttachmentQuerySet(QuerySet["Attachment"]):
    def visible_to(self, user: User) -> Self:
        """Files of the messages that `user` may read; which tickets, the caller has checked."""
        return self if user.is_desk else self.filter(message__is_internal=False)

    def unsent_of(self, user: User, keys: "list[Any]") -> Self:
        """Uploads of `user` that no message has taken yet."""
        return self.filter(uploaded_by=user, message=None, key__in=keys)
