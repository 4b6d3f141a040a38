"""A customer: the company, its domains of e-mail, its teams and its contracts."""

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.models.validators import validate_cnpj, validate_domain


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
