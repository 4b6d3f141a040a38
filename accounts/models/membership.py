"""Who belongs to which organization, and who is about to by a sheet."""

import uuid
from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.organization import Organization, Team
from accounts.models.place import CUSTOMER_ROLES, Place, Role, Sees
from accounts.models.user import User
from catalog.models import Product
from common import clock


class Membership(models.Model):
    """A person's place in an organization; a partner's consultant has several (R2)."""

    user = models.ForeignKey(
        User, models.CASCADE, related_name="memberships", verbose_name=_("pessoa")
    )
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="memberships", verbose_name=_("cliente")
    )
    role = models.CharField(
        _("papel"),
        max_length=12,
        choices=[(role.value, role.label) for role in CUSTOMER_ROLES],
        default=Role.MEMBER,
    )
    sees = models.CharField(_("vê"), max_length=4, choices=Sees.choices, default=Sees.OWN)
    team = models.ForeignKey(
        Team,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="memberships",
        verbose_name=_("equipe"),
    )
    products = models.ManyToManyField(
        Product,
        related_name="+",
        blank=True,
        verbose_name=_("produtos"),
        help_text=_("Abre e vê tickets só destes; nenhum: de todos."),
    )
    is_partner = models.BooleanField(
        _("consultor parceiro"),
        default=False,
        help_text=_("De fora da empresa, liberado por ela (R2)."),
    )
    is_active = models.BooleanField(_("ativo"), default=True)
    invited_at = models.DateTimeField(
        _("convite à espera desde"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("De quem já é de outra empresa e ainda não aceitou (R2)."),
    )

    class Meta:
        verbose_name = _("vínculo")
        verbose_name_plural = _("vínculos")
        constraints = [
            models.UniqueConstraint(fields=["user", "organization"], name="membership_once"),
            models.CheckConstraint(
                condition=models.Q(role__in=CUSTOMER_ROLES), name="membership_role_known"
            ),
            models.CheckConstraint(
                condition=models.Q(sees__in=Sees.values), name="membership_sees_known"
            ),
            models.CheckConstraint(
                condition=models.Q(invited_at=None) | models.Q(is_active=False, is_partner=True),
                name="membership_waits_or_counts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.organization}"

    def as_place(self, products: Iterable[int]) -> Place:
        """What this says of the person, with the ids of its `products`."""
        return Place(
            organization=self.organization.name,
            holds_guests=self.organization.holds_guests,
            role=self.role,
            sees=self.sees,
            team_id=self.team_id,
            is_partner=self.is_partner,
            products=frozenset(products),
        )


class PeopleImport(models.Model):
    """A sheet of people to invite, as read and judged; nothing is written until it is accepted.

    `rows` holds each line with its values and what is wrong with it.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(
        Organization, models.CASCADE, related_name="+", verbose_name=_("cliente")
    )
    created_by = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name=_("quem"))
    file_name = models.CharField(_("arquivo"), max_length=200)
    rows = models.JSONField(_("linhas"), default=list)
    created_at = models.DateTimeField(_("em"), default=clock.now)
    accepted_at = models.DateTimeField(_("aceita em"), null=True)

    class Meta:
        verbose_name = _("importação de pessoas")
        verbose_name_plural = _("importações de pessoas")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.file_name
