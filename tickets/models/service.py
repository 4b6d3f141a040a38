"""A paid service offered inside a ticket, and what the customer decided (E3)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models import ScopeNote, ServiceTerms
from common import clock


class ServiceOffer(models.Model):
    """One offer: under which terms, at what price, and who accepted or declined it when.

    `price` is in R$ and for the whole, whatever the terms' unit. At most one waits in a ticket.
    """

    class Decision(models.TextChoices):
        ACCEPTED = "accepted", _("Aceito")
        DECLINED = "declined", _("Recusado")
        WITHDRAWN = "withdrawn", _("Retirado")

    ticket = models.ForeignKey(
        "tickets.Ticket", models.PROTECT, related_name="offers", verbose_name=_("ticket")
    )
    note = models.ForeignKey(
        ScopeNote,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("nota de escopo"),
    )
    terms = models.ForeignKey(
        ServiceTerms, models.PROTECT, related_name="offers", verbose_name=_("condições")
    )
    price = models.DecimalField(_("preço (R$)"), max_digits=10, decimal_places=2)
    message = models.OneToOneField(
        "tickets.Message", models.PROTECT, related_name="offer", verbose_name=_("mensagem")
    )
    offered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("oferecido por")
    )
    offered_at = models.DateTimeField(_("oferecido em"), default=clock.now)
    decision = models.CharField(_("decisão"), max_length=10, choices=Decision.choices, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("decidido por"),
    )
    decided_at = models.DateTimeField(_("decidido em"), null=True)

    class Meta:
        verbose_name = _("oferta de serviço")
        verbose_name_plural = _("ofertas de serviço")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["ticket"], condition=models.Q(decision=""), name="one_open_offer_a_ticket"
            ),
            models.CheckConstraint(
                condition=models.Q(decision="", decided_by=None, decided_at=None)
                | ~models.Q(decision="")
                & models.Q(decided_at__isnull=False, decided_by__isnull=False),
                name="service_offer_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=models.Q(price__gte=0), name="service_offer_price_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id}: {self.decision or 'aguarda'}"
