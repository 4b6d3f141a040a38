"""What a person is to the helpdesk and may see in an organization, as values (R1, R2)."""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a person is to the helpdesk (glossary of the domain page)."""

    MEMBER = "member", _("Membro")
    ORG_ADMIN = "org_admin", _("Administrador do cliente")
    ANALYST = "analyst", _("Analista")
    SUPERVISOR = "supervisor", _("Supervisor")


DESK_ROLES = (Role.ANALYST, Role.SUPERVISOR)
CUSTOMER_ROLES = (Role.MEMBER, Role.ORG_ADMIN)


class Sees(models.TextChoices):
    """Which of the organization's tickets a member sees besides own and watched ones (R1)."""

    OWN = "own", _("Só os seus e os que acompanha")
    TEAM = "team", _("Os da equipe")
    ALL = "all", _("Todos os da empresa")


@dataclass(frozen=True, slots=True)
class Place:
    """What an active membership says of a person in one active organization (R1, R2)."""

    organization: str
    holds_guests: bool
    role: str
    sees: str
    team_id: int | None
    is_partner: bool
    products: frozenset[int]

    @property
    def is_admin(self) -> bool:
        return self.role == Role.ORG_ADMIN

    @property
    def sees_whole(self) -> bool:
        """Every ticket of the organization; guests are strangers to one another."""
        return self.is_admin or (
            self.sees == Sees.ALL and not self.products and not self.holds_guests
        )

    @property
    def sees_some(self) -> bool:
        """Not all, but more than one's own and watched tickets."""
        if self.sees_whole or self.holds_guests:
            return False
        return self.sees == Sees.ALL or (self.sees == Sees.TEAM and self.team_id is not None)

    @property
    def takes_all(self) -> bool:
        """R1: no product named means every one; an administrator has them all."""
        return self.is_admin or not self.products

    def takes(self, product_id: int) -> bool:
        return self.takes_all or product_id in self.products
