"""Products that support answers for, their routines and versions. Queues are said in `tickets`."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Product(models.Model):
    """Something a customer can open a ticket about."""

    name = models.CharField(_("nome"), max_length=120, unique=True)
    is_active = models.BooleanField(
        _("oferecido na abertura"), default=True, help_text=_("Tickets existentes não mudam.")
    )

    class Meta:
        verbose_name = _("produto")
        verbose_name_plural = _("produtos")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Routine(models.Model):
    """A part of a product that customers know by name or code: "Faturamento", "FAT0120" (E2)."""

    product = models.ForeignKey(
        Product, models.PROTECT, related_name="routines", verbose_name=_("produto")
    )
    name = models.CharField(_("nome"), max_length=120)
    code = models.CharField(
        _("código"),
        max_length=30,
        blank=True,
        help_text=_("Como aparece na tela do produto, por exemplo FAT0120."),
    )
    position = models.PositiveSmallIntegerField(_("ordem"), default=0)
    is_active = models.BooleanField(
        _("oferecida na abertura"), default=True, help_text=_("Tickets existentes não mudam.")
    )

    class Meta:
        verbose_name = _("rotina")
        verbose_name_plural = _("rotinas")
        ordering = ["product", "position", "name"]
        constraints = [
            models.UniqueConstraint(fields=["product", "name"], name="routine_name_once"),
            models.UniqueConstraint(
                fields=["product", "code"], condition=~models.Q(code=""), name="routine_code_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})" if self.code else self.name


class Version(models.Model):
    """A version of a product, the newest first: "12.3.1"."""

    product = models.ForeignKey(
        Product, models.PROTECT, related_name="versions", verbose_name=_("produto")
    )
    name = models.CharField(_("versão"), max_length=60)
    released_on = models.DateField(
        _("liberada em"), null=True, blank=True, help_text=_("Vazio: ainda não foi liberada.")
    )
    is_offered = models.BooleanField(
        _("oferecida na abertura"), default=True, help_text=_("Tickets existentes não mudam.")
    )

    class Meta:
        verbose_name = _("versão")
        verbose_name_plural = _("versões")
        ordering = ["product", models.F("released_on").desc(nulls_first=True), "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["product", "name"], name="version_name_once")
        ]

    def __str__(self) -> str:
        return self.name
