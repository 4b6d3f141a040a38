"""The people of the customers that a form may offer."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Membership, User
from tickets.models import Ticket, Watcher


def members_of(*organization_ids: int) -> QuerySet[User]:
    """The customers who belong to one of these organizations."""
    belongs = Membership.objects.filter(
        user=OuterRef("pk"), organization__in=organization_ids, is_active=True
    )
    return User.objects.filter(Exists(belongs), is_active=True, desk_role="")


def colleagues_of(reader: User, *organization_ids: int, of: Ticket | None = None) -> QuerySet[User]:
    """`members_of`, as `reader` among them may know: guests do not learn of one another, but for
    those who follow the same ticket (`of`)."""
    companions = Membership.objects.filter(
        user=OuterRef("pk"),
        organization__in=organization_ids,
        organization__holds_guests=False,
        is_active=True,
    )
    known = Q(Exists(companions)) | Q(pk=reader.pk)
    if of is not None:
        known |= Q(Exists(Watcher.objects.filter(ticket=of, user=OuterRef("pk"))))
    return members_of(*organization_ids).filter(known)
