"""People, organizations, memberships and contracts; who may do what with a ticket is not here."""

import re
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.postgres.aggregates import ArrayAgg
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from stdnum.br import cnpj, cpf

from calendars.models import validate_time_zone
from catalog.models import Product
from common import clock


class Role(models.TextChoices):
    """What a person is to the helpdesk (glossary of the domain page)."""

    MEMBER = "member", _("Membro")
    ORG_ADMIN = "org_admin", _("Administrador do cliente")
    ANALYST = "analyst", _("Analista")
    SUPERVISOR = "supervisor", _("Supervisor")


DESK_ROLES = (Role.ANALYST, Role.SUPERVISOR)
CUSTOMER_ROLES = (Role.MEMBER, Role.ORG_ADMIN)


def validate_cnpj(value: str) -> None:
    """Refuse what is no CNPJ, numeric or alphanumeric, with or without punctuation."""
    if not cnpj.is_valid(value):
        raise ValidationError(_("Este CNPJ não confere. Verifique os números digitados."))


def validate_tax_id(value: str) -> None:
    """Refuse what is neither a CPF nor a CNPJ; eleven equal digits are no CPF."""
    digits = cpf.compact(value)
    is_cpf = cpf.is_valid(digits) and len(set(digits)) > 1
    if not is_cpf and not cnpj.is_valid(value):
        raise ValidationError(_("Este CPF ou CNPJ não confere. Verifique os números digitados."))


def photo_path(user: "User", name: str) -> str:
    """Where a photo is stored: by a random key, never by the name that a person gave."""
    key = uuid.uuid4().hex
    return f"photos/{key[:2]}/{key}"


# Addresses there are anybody's, so no customer can own the domain.
PUBLIC_DOMAINS = frozenset(
    {
        "aol.com",
        "bol.com.br",
        "globo.com",
        "gmail.com",
        "googlemail.com",
        "hotmail.com",
        "hotmail.com.br",
        "icloud.com",
        "ig.com.br",
        "live.com",
        "me.com",
        "msn.com",
        "oi.com.br",
        "outlook.com",
        "outlook.com.br",
        "proton.me",
        "protonmail.com",
        "r7.com",
        "terra.com.br",
        "uol.com.br",
        "yahoo.com",
        "yahoo.com.br",
        "zipmail.com.br",
    }
)
_DOMAIN = re.compile(r"(?=.{4,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}", re.I)


def validate_domain(value: str) -> None:
    """Refuse what is no domain name, and one of a public provider."""
    if not _DOMAIN.fullmatch(value):
        raise ValidationError(_("Escreva só o domínio, como exemplo.com.br."))
    if value.lower() in PUBLIC_DOMAINS:
        raise ValidationError(_("É um provedor público: qualquer pessoa pode ter esse endereço."))


def default_time_zone() -> str:
    """The installation's own zone."""
    return str(settings.TIME_ZONE)


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
        return {each.organization_id: _place(each, each.chosen or ()) for each in mine}

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


class Organization(models.Model):
    """The company that holds the contract; tickets and memberships belong to it."""

    name = models.CharField(_("nome"), max_length=200)
    cnpj = models.CharField(_("CNPJ"), max_length=18, blank=True, validators=[validate_cnpj])
    city = models.CharField(_("cidade"), max_length=100, blank=True)
    uf = models.CharField(_("UF"), max_length=2, blank=True)
    phone = models.CharField(_("telefone"), max_length=30, blank=True)
    holds_guests = models.BooleanField(
        _("reúne visitantes"),
        default=False,
        help_text=_(
            "Pessoas que escreveram por e-mail sem ser de cliente algum: no portal, umas não "
            "veem as outras."
        ),
    )
    is_active = models.BooleanField(_("ativo"), default=True)

    class Meta:
        verbose_name = _("cliente")
        verbose_name_plural = _("clientes")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(Lower("name"), name="organization_name_once"),
            models.UniqueConstraint(
                fields=["cnpj"], condition=~models.Q(cnpj=""), name="organization_cnpj_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class OrganizationDomain(models.Model):
    """A domain whose addresses are the organization's: unknown senders of mail belong to it."""

    organization = models.ForeignKey(
        Organization, models.CASCADE, related_name="domains", verbose_name=_("cliente")
    )
    domain = models.CharField(
        _("domínio"),
        max_length=253,
        validators=[validate_domain],
        help_text=_("Só o domínio, sem @, como exemplo.com.br; nunca o de um provedor público."),
    )

    class Meta:
        verbose_name = _("domínio de e-mail")
        verbose_name_plural = _("domínios de e-mail")
        ordering = ["domain"]
        constraints = [
            models.UniqueConstraint(Lower("domain"), name="organization_domain_once"),
        ]

    def __str__(self) -> str:
        return self.domain


class Team(models.Model):
    """People of an organization who share their tickets: "Fiscal", "Filial Joinville"."""

    organization = models.ForeignKey(
        Organization, models.CASCADE, related_name="teams", verbose_name=_("cliente")
    )
    name = models.CharField(_("nome"), max_length=80)

    class Meta:
        verbose_name = _("equipe do cliente")
        verbose_name_plural = _("equipes dos clientes")
        ordering = ["organization", "name"]
        constraints = [models.UniqueConstraint(fields=["organization", "name"], name="team_once")]

    def __str__(self) -> str:
        return self.name


class Sees(models.TextChoices):
    """Which of the organization's tickets a member sees besides own and watched ones (R1)."""

    OWN = "own", _("Só os seus e os que acompanha")
    TEAM = "team", _("Os da equipe")
    ALL = "all", _("Todos os da empresa")


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


def _place(membership: Membership, products: Iterable[int]) -> Place:
    return Place(
        organization=membership.organization.name,
        holds_guests=membership.organization.holds_guests,
        role=membership.role,
        sees=membership.sees,
        team_id=membership.team_id,
        is_partner=membership.is_partner,
        products=frozenset(products),
    )


class Contract(models.Model):
    """What an organization bought: Padrão promises no times, Prime an SLA by band (M1)."""

    class Tier(models.TextChoices):
        STANDARD = "standard", _("Padrão")
        PRIME = "prime", _("Prime")

    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="contracts", verbose_name=_("cliente")
    )
    number = models.CharField(_("número"), max_length=40, unique=True)
    tier = models.CharField(
        _("modalidade"), max_length=10, choices=Tier.choices, default=Tier.STANDARD
    )
    starts_on = models.DateField(_("início"))
    ends_on = models.DateField(_("fim"), null=True, blank=True)
    includes = models.TextField(
        _("o que inclui"),
        blank=True,
        help_text=_("Em palavras; a administração do cliente lê."),
    )

    class Meta:
        verbose_name = _("contrato")
        verbose_name_plural = _("contratos")
        ordering = ["-starts_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on=None) | models.Q(ends_on__gte=models.F("starts_on")),
                name="contract_ends_after_start",
            ),
            models.CheckConstraint(
                condition=models.Q(tier__in=["standard", "prime"]), name="contract_tier_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} ({self.get_tier_display()})"


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
