"""Queues, the policy of each, and which queue a product's tickets go to (R3)."""

import pgtrigger
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from calendars.models import Calendar
from catalog.models import Product


class Queue(models.Model):
    """Where tickets wait for analysts."""

    name = models.CharField(_("nome"), max_length=120, unique=True)
    is_active = models.BooleanField(_("ativa"), default=True)
    analysts = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        related_name="queues",
        blank=True,
        limit_choices_to={"desk_role__in": ["analyst", "supervisor"]},
        verbose_name=_("analistas"),
        help_text=_("Quem atende esta fila. Analistas veem só as suas (R1)."),
    )

    class Meta:
        verbose_name = _("fila")
        verbose_name_plural = _("filas")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


def _days(
    label: StrOrPromise, default: int, least: int, help_text: StrOrPromise
) -> "models.PositiveSmallIntegerField[int, int]":
    """A policy value in business days; a year of silence is the most anyone means."""
    return models.PositiveSmallIntegerField(
        label,
        default=default,
        validators=[MinValueValidator(least), MaxValueValidator(250)],
        help_text=help_text,
    )


class QueuePolicy(models.Model):
    """The times of a queue in business days of its calendar; the database versions them (B3)."""

    queue = models.OneToOneField(
        Queue, models.CASCADE, related_name="policy", verbose_name=_("fila")
    )
    calendar = models.ForeignKey(
        Calendar, models.PROTECT, related_name="policies", verbose_name=_("calendário")
    )
    pending_days = _days(
        _("dias em Pendente Cliente"), 5, 1, _("Depois vai para Validação Cliente (L3).")
    )
    validation_days = _days(
        _("dias em Validação Cliente"), 7, 1, _("Depois o sistema encerra (L4).")
    )
    reminder_lead = _days(
        _("lembrete, dias antes"), 1, 0, _("Na abertura do expediente; 0 não lembra (L10).")
    )
    attention_days = _days(
        _("dias até vencer em Aberto"), 2, 1, _("Depois o ticket conta como vencido (R4).")
    )
    version = models.PositiveIntegerField(_("versão"), default=1, editable=False)

    class Meta:
        verbose_name = _("política da fila")
        verbose_name_plural = _("políticas das filas")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    pending_days__range=(1, 250),
                    validation_days__range=(1, 250),
                    reminder_lead__range=(0, 250),
                    attention_days__range=(1, 250),
                ),
                name="queue_policy_days_in_range",
            )
        ]
        triggers = [
            pgtrigger.Trigger(
                name="bump_version",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(
                    "calendar",
                    "pending_days",
                    "validation_days",
                    "reminder_lead",
                    "attention_days",
                ),
                func="NEW.version := OLD.version + 1; RETURN NEW;",
            )
        ]

    def __str__(self) -> str:
        return f"{self.queue}: {self.pending_days} + {self.validation_days} dias úteis"


class ProductQueue(models.Model):
    """The default queue of a product (R3); `catalog` itself knows no queues."""

    product = models.OneToOneField(
        Product, models.CASCADE, related_name="default_queue", verbose_name=_("produto")
    )
    queue = models.ForeignKey(
        Queue, models.PROTECT, related_name="default_products", verbose_name=_("fila")
    )

    class Meta:
        verbose_name = _("fila do produto")
        verbose_name_plural = _("filas dos produtos")

    def __str__(self) -> str:
        return f"{self.product} → {self.queue}"
