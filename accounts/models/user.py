"""A person who signs in: of customers, or of the desk."""

import uuid
from collections.abc import Mapping
from functools import cached_property
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.postgres.aggregates import ArrayAgg
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.models.place import DESK_ROLES, Place, Role
from accounts.models.validators import validate_tax_id
from calendars.models import validate_time_zone
from common import clock


def photo_path(user: "User", name: str) -> str:
    """Where a photo is stored: by a random key, never by the name that a person gave."""
    key = uuid.uuid4().hex
    return f"photos/{key[:2]}/{key}"


def default_time_zone() -> str:
    """The installation's own zone."""
    return str(settings.TIME_ZONE)


class UserManager(BaseUserManager["User"]):
    def create_user(
        self, email: str, name: str, password: str | None = None, **more: Any
    ) -> "User":
        """A person who signs in by `email`; with no password until the set-password letter."""
        user = self.model(email=email.strip().lower(), name=name.strip(), **more)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, name: str, password: str | None = None) -> "User":
        """An administrator: Django admin, and every queue."""
        return self.create_user(
            email, name, password, is_staff=True, is_superuser=True, desk_role=Role.SUPERVISOR
        )

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """A person. Customers get their roles by `Membership`, support people by `desk_role` (R1)."""

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("nome"), max_length=150)
    phone = models.CharField(_("telefone"), max_length=30, blank=True)
    tax_id = models.CharField(
        _("CPF ou CNPJ"),
        max_length=14,
        blank=True,
        validators=[validate_tax_id],
        help_text=_("Identifica a pessoa ao telefone (C5). Guardado sem pontuação."),
    )
    photo = models.FileField(_("foto"), upload_to=photo_path, blank=True, max_length=200)
    desk_role = models.CharField(
        _("papel no suporte"),
        max_length=12,
        blank=True,
        choices=[(role.value, role.label) for role in DESK_ROLES],
        help_text=_("Vazio para clientes. Analistas veem as suas filas; supervisores, todas (R1)."),
    )
    time_zone = models.CharField(
        _("fuso horário"),
        max_length=64,
        default=default_time_zone,
        validators=[validate_time_zone],
    )
    is_active = models.BooleanField(
        _("ativo"), default=True, help_text=_("Quem saiu fica inativo; o histórico permanece.")
    )
    ended_by_customer = models.BooleanField(
        default=False,
        editable=False,
        help_text=_("A conta terminou com o último vínculo (R5); o cliente pode reabri-la."),
    )
    is_staff = models.BooleanField(_("entra na administração"), default=False)
    created_at = models.DateTimeField(_("criado em"), default=clock.now, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        verbose_name = _("pessoa")
        verbose_name_plural = _("pessoas")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_once_in_any_case"),
            models.CheckConstraint(
                condition=models.Q(desk_role__in=["", *DESK_ROLES]), name="user_desk_role_known"
            ),
            models.UniqueConstraint(
                fields=["tax_id"], condition=~models.Q(tax_id=""), name="user_tax_id_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.first_name

    @property
    def first_name(self) -> str:
        """The name to greet by."""
        return self.name.split(" ")[0]

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def is_desk(self) -> bool:
        """Works for support, as an analyst or a supervisor."""
        return self.is_active and self.desk_role in DESK_ROLES

    @property
    def is_supervisor(self) -> bool:
        return self.is_active and self.desk_role == Role.SUPERVISOR

    @cached_property
    def places(self) -> Mapping[int, Place]:
        """Place by organization id, of active memberships in active organizations (R2), by name.

        Read once per instance, so a page pays one statement for all of its checks.
        """
        if not self.is_active:
            return {}
        mine = (
            self.memberships.filter(is_active=True, organization__is_active=True)
            .select_related("organization")
            .annotate(chosen=ArrayAgg("products", filter=models.Q(products__isnull=False)))
            .order_by("organization__name", "organization_id")
        )
        return {each.organization_id: each.as_place(each.chosen or ()) for each in mine}

    @cached_property
    def organization_roles(self) -> Mapping[int, str]:
        """Role by organization id, as in `places`."""
        return {pk: place.role for pk, place in self.places.items()}

    def takes_product(self, organization_id: int, product_id: int) -> bool:
        """Whether this person may use the product in the organization's name (R1)."""
        place = self.places.get(organization_id)
        return place is not None and place.takes(product_id)

    @property
    def administered(self) -> Mapping[int, str]:
        """Names by id of the organizations that this person administers (R5), by name; guests
        have no colleagues."""
        return {
            pk: place.organization
            for pk, place in self.places.items()
            if place.is_admin and not place.holds_guests
        }

    def is_admin_of(self, organization_id: int) -> bool:
        """Whether this person is the organization's administrator (`Role.ORG_ADMIN`)."""
        return self.organization_roles.get(organization_id) == Role.ORG_ADMIN
