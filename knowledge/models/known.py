"""What is known to be wrong: incidents that go on now, and defects of a product (M2).

Which tickets belong to one is said in `tickets`.
"""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models import Product, Version
from common import clock


class Incident(models.Model):
    """Something that fails for many at once, from `started_at` until `ended_at` (aware, UTC).

    `updated_at` is when what customers read of it was written last.
    """

    product = models.ForeignKey(
        Product, models.PROTECT, related_name="incidents", verbose_name=_("produto")
    )
    title = models.CharField(_("título"), max_length=200)
    text = models.TextField(_("o que se sabe"), help_text=_("Os clientes do produto leem."))
    started_at = models.DateTimeField(_("começou em"), default=clock.now)
    updated_at = models.DateTimeField(_("atualizado em"), default=clock.now, editable=False)
    ended_at = models.DateTimeField(_("terminou em"), null=True, blank=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        editable=False,
        verbose_name=_("registrado por"),
    )

    class Meta:
        verbose_name = _("incidente")
        verbose_name_plural = _("incidentes")
        ordering = ["-started_at", "-pk"]
        indexes = [
            models.Index(
                fields=["product"], condition=models.Q(ended_at=None), name="incident_going_on"
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ended_at=None) | models.Q(ended_at__gte=models.F("started_at")),
                name="incident_ends_after_start",
            )
        ]

    def __str__(self) -> str:
        return self.title


class Defect(models.Model):
    """A confirmed defect: its code, its state, and the version that corrects it (M2)."""

    class State(models.TextChoices):
        CONFIRMED = "confirmed", _("Confirmado")
        IN_CORRECTION = "in_correction", _("Em correção")
        RELEASED = "released", _("Corrigido")
        WONT_FIX = "wont_fix", _("Não será corrigido")

    code = models.CharField(_("código"), max_length=40, unique=True)
    product = models.ForeignKey(
        Product, models.PROTECT, related_name="defects", verbose_name=_("produto")
    )
    title = models.CharField(_("título"), max_length=200)
    text = models.TextField(
        _("descrição"), blank=True, help_text=_("Os clientes leem: sintoma e como contornar.")
    )
    state = models.CharField(
        _("situação"), max_length=14, choices=State.choices, default=State.CONFIRMED
    )
    fixed_in = models.ForeignKey(
        Version,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="defects",
        verbose_name=_("corrigido na versão"),
    )
    is_public = models.BooleanField(
        _("aparece nas sugestões"), default=True, help_text=_("Para os clientes do produto.")
    )
    released_at = models.DateTimeField(_("liberado em"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("registrado em"), default=clock.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        editable=False,
        verbose_name=_("registrado por"),
    )

    class Meta:
        verbose_name = _("defeito")
        verbose_name_plural = _("defeitos")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state="released")
                | models.Q(fixed_in__isnull=False, released_at__isnull=False),
                name="defect_released_has_version",
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} · {self.title}"
