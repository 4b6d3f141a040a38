"""What an analyst needs, as the customer told it (E2), and what support asked for afterwards."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models import ChecklistVersion


class Hosting(models.TextChoices):
    """Whose servers the customer's environment is on; changes neither scope nor treatment (C8)."""

    OWN = "own", _("Servidor próprio")
    THIRD_PARTY = "third_party", _("Nuvem de terceiros")
    VENDOR = "vendor", _("Nuvem do fornecedor")


class Intake(models.Model):
    """The answers of one ticket's opening form, and those given later; one a ticket.

    `answers` holds values by field key; `product_checklist` and `routine_checklist` are the
    published versions that were answered, by which they stay readable.
    """

    ticket = models.OneToOneField(
        "tickets.Ticket", models.PROTECT, related_name="intake", verbose_name=_("ticket")
    )
    version = models.CharField(_("versão"), max_length=60, blank=True)
    expected = models.TextField(_("o que esperava"), blank=True)
    happened = models.TextField(_("o que aconteceu"), blank=True)
    steps = models.TextField(_("passos"), blank=True)
    base = models.CharField(_("base"), max_length=120, blank=True)
    server = models.CharField(_("servidor"), max_length=120, blank=True)
    hosting = models.CharField(_("hospedagem"), max_length=12, choices=Hosting.choices, blank=True)
    product_checklist = models.ForeignKey(
        ChecklistVersion, models.PROTECT, null=True, related_name="+"
    )
    routine_checklist = models.ForeignKey(
        ChecklistVersion, models.PROTECT, null=True, related_name="+"
    )
    answers = models.JSONField(_("respostas"), default=dict)
    completeness = models.PositiveSmallIntegerField(
        _("completude ao abrir (%)"), default=0, help_text=_("E4: o que mede o efeito dos insumos.")
    )

    class Meta:
        verbose_name = _("insumos")
        verbose_name_plural = _("insumos")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(completeness__range=(0, 100)), name="intake_completeness_percent"
            )
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id}: {self.completeness} %"


class FieldRequest(models.Model):
    """Checklist fields that a request for information names; the customer answers them in place.

    `fields` holds them as `catalog.intake.Field.as_json` writes them, as asked at that moment.
    """

    message = models.OneToOneField(
        "tickets.Message", models.PROTECT, related_name="field_request", verbose_name=_("mensagem")
    )
    fields = models.JSONField(_("perguntas"), default=list)
    answered_by = models.OneToOneField(
        "tickets.Message",
        models.PROTECT,
        null=True,
        related_name="answered_request",
        verbose_name=_("respondido na mensagem"),
    )

    class Meta:
        verbose_name = _("pedido de insumos")
        verbose_name_plural = _("pedidos de insumos")

    def __str__(self) -> str:
        return f"{self.message_id}: {len(self.fields)}"
