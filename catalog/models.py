"""Products that support answers for. Which queue takes a product's tickets is said in `tickets`."""

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
