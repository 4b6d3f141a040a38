"""The people of the customers that a form may offer."""

from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import Membership, User


def members_of(*organization_ids: int) -> QuerySet[User]:
    """The customers who belong to one of these organizations."""
    belongs = Membership.objects.filter(
        user=OuterRef("pk"), organization__in=organization_ids, is_active=True
    )
    return User.objects.filter(Exists(belongs), is_active=True, desk_role="")
