"""Which articles a person may read, as querysets: the only way any interface finds one."""

from typing import TYPE_CHECKING, Self

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from accounts.models import User

if TYPE_CHECKING:
    # Named as text in the class's base, which ruff does not read.
    from knowledge.models.article import Article  # noqa: F401


class ArticleQuerySet(QuerySet["Article"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """The published articles that `user` may read; the desk reads all of them. Customers have
        a place in an organization that is not of guests (K1)."""
        published = self.filter(published__isnull=False)
        if not isinstance(user, User) or not user.is_active:
            return published.filter(audience="public")
        if user.is_desk:
            return published
        if all(place.holds_guests for place in user.places.values()):
            return published.filter(audience="public")
        return published.filter(audience__in=["public", "customers"])
