"""What support does not do, the right door to knock on, and services that are paid for (E3)."""

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models.product import Product
from common import clock


class PaidService(models.Model):
    """Something outside of support that customers can buy inside a ticket, by its last terms."""

    name = models.CharField(_("nome"), max_length=120, unique=True)
    is_active = models.BooleanField(_("oferecido"), default=True)

    class Meta:
        verbose_name = _("serviço pago")
        verbose_name_plural = _("serviços pagos")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ServiceTerms(models.Model):
    """A version of a service's terms and price: never changed once it was offered."""

    service = models.ForeignKey(
        PaidService, models.PROTECT, related_name="terms", verbose_name=_("serviço")
    )
    number = models.PositiveIntegerField(_("versão"), editable=False)
    text = models.TextField(_("condições"))
    price = models.DecimalField(
        _("preço (R$)"), max_digits=10, decimal_places=2, validators=[MinValueValidator(0)]
    )
    unit = models.CharField(
        _("por"), max_length=40, blank=True, help_text=_("Por exemplo: hora, dia, projeto.")
    )
    created_at = models.DateTimeField(_("desde"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("condições do serviço")
        verbose_name_plural = _("condições do serviço")
        ordering = ["service", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["service", "number"], name="service_terms_number_once"),
            models.CheckConstraint(
                condition=models.Q(price__gte=0), name="service_terms_price_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service} v{self.number}"


class ScopeNote(models.Model):
    """What support does not do for a product, said before and inside a ticket (E3)."""

    product = models.ForeignKey(
        Product,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="scope_notes",
        verbose_name=_("produto"),
        help_text=_("Vazio: vale para todos."),
    )
    title = models.CharField(
        _("o que não é suporte"),
        max_length=120,
        help_text=_("Por exemplo: Treinamento de usuários."),
    )
    text = models.TextField(_("explicação"), help_text=_("É a resposta que o cliente lê."))
    door = models.CharField(
        _("a porta certa"), max_length=200, help_text=_("Quem faz, e como falar com quem faz.")
    )
    door_url = models.URLField(_("endereço da porta"), blank=True)
    service = models.ForeignKey(
        PaidService,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="scope_notes",
        verbose_name=_("serviço pago"),
        help_text=_("Se pode ser contratado dentro do ticket."),
    )
    position = models.PositiveSmallIntegerField(_("ordem"), default=0)
    is_active = models.BooleanField(_("em uso"), default=True)

    class Meta:
        verbose_name = _("nota de escopo")
        verbose_name_plural = _("notas de escopo")
        ordering = ["position", "title"]

    def __str__(self) -> str:
        return self.title
