"""What the desk fills in about what is out of scope. Forms check the shape; verbs the rules."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.models import ScopeNote, ServiceTerms
from common.money import reais
from interfaces.desk.forms import TicketForm
from tickets.actions.messages import LONGEST_BODY


class Reais(forms.DecimalField):
    """An amount as it is written here, 1.260,50, or without the dots."""

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str) and "," in value:
            value = value.replace(".", "").replace(",", ".")
        return super().to_python(value)


class OutOfScopeForm(TicketForm):
    """The note's words to begin with; its service and price, where it has one."""

    # A price that is not asked for must not keep the browser from sending.
    use_required_attribute = False

    body = forms.CharField(
        label=_("Resposta ao cliente"),
        max_length=LONGEST_BODY,
        widget=forms.Textarea(attrs={"rows": 8, "class": "input--tall"}),
        help_text=_("O texto da nota, com a porta certa. Ajuste-o a este cliente."),
        error_messages={"required": _("Escreva a resposta que o cliente vai ler.")},
    )
    with_offer = forms.BooleanField(label="", required=False)
    price = Reais(
        label=_("Preço total (R$)"),
        max_digits=10,
        decimal_places=2,
        min_value=0,
        localize=True,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        error_messages={
            "required": _("Escreva o preço em reais, como 360,00."),
            "invalid": _("Escreva o preço em reais, como 360,00."),
            "max_decimal_places": _("Escreva o preço em reais, como 1.360,00."),
            "min_value": _("O preço não pode ser negativo."),
        },
    )
    terms = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, note: ScopeNote, offered: ServiceTerms | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        door = f"{note.door}\n{note.door_url}".strip()
        self.initial["body"] = f"{note.text.strip()}\n\n{door}"
        if offered is None:
            for name in ("with_offer", "price", "terms"):
                del self.fields[name]
            return
        listed = f"{reais(offered.price)} / {offered.unit}" if offered.unit else None
        names = {"service": offered.service.name, "version": offered.number}
        self.fields["with_offer"].label = (
            _("Oferecer o serviço pago: %(service)s, condições versão %(version)d") % names
        )
        self.fields["price"].help_text = _("Tabela: %(listed)s. O cliente aceita o total.") % {
            "listed": listed or reais(offered.price)
        }
        self.initial.update(price=offered.price, terms=offered.pk)

    def clean(self) -> dict[str, Any]:
        told = super().clean() or self.cleaned_data
        if not told.get("with_offer"):
            self.errors.pop("price", None)
        return told


class WithdrawForm(TicketForm):
    """Why an offer is taken back."""

    reason = forms.CharField(
        label=_("Motivo"),
        max_length=LONGEST_BODY,
        widget=forms.Textarea(attrs={"rows": 4, "class": "input--tall"}),
        help_text=_("O cliente lê."),
        error_messages={"required": _("Diga ao cliente por que a oferta é retirada.")},
    )
