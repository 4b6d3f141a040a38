"""What the desk fills in about incidents and defects. Forms check the shape; verbs the rules."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.models import Product, Version
from interfaces.desk.forms import TicketForm
from knowledge.models import Defect, Incident
from tickets.actions.defects import LONGEST_CODE, LONGEST_VERSION
from tickets.actions.incidents import LONGEST_TEXT, LONGEST_TITLE
from tickets.actions.messages import LONGEST_BODY

# More would be read by nobody; the list of defects has them all.
_NAMED = 5
_STATES = [(state.value, state.label) for state in Defect.State if state != Defect.State.RELEASED]


def _title(help_text: Any) -> forms.CharField:
    return forms.CharField(
        label=_("Título"),
        max_length=LONGEST_TITLE,
        help_text=help_text,
        error_messages={"required": _("Dê um título que o cliente reconheça.")},
    )


def _area(label: Any, *, most: int, rows: int = 6, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=most,
        widget=forms.Textarea(attrs={"rows": rows, "class": "input--tall"}),
        **more,
    )


def _product() -> forms.ModelChoiceField[Product]:
    return forms.ModelChoiceField(
        Product.objects.filter(is_active=True).order_by("name"),
        label=_("Produto"),
        empty_label=_("Escolha"),
        error_messages={"required": _("Escolha o produto.")},
    )


class IncidentForm(forms.Form):
    """A new incident."""

    product = _product()
    title = _title(
        _("Como o cliente diria. Tickets novos com título parecido entram no incidente sozinhos.")
    )
    text = _area(
        _("O que se sabe"),
        most=LONGEST_TEXT,
        help_text=_("Os clientes do produto leem: o que falha, o que fazer enquanto isso."),
        error_messages={"required": _("Escreva o que se sabe: os clientes leem.")},
    )
    started_at = forms.DateTimeField(
        label=_("Começou em"),
        required=False,
        help_text=_("No seu fuso horário. Vazio: agora."),
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
        error_messages={"invalid": _("Escreva a data e a hora, como 13/11/2026 08:30.")},
    )


class ChangeIncidentForm(IncidentForm):
    """More of one that goes on; its product stays."""

    product = None  # type: ignore[assignment]  # as Django takes a field away


class EndForm(forms.Form):
    """What the tickets of an incident are answered."""

    text = _area(
        _("Resposta aos tickets"),
        most=LONGEST_BODY,
        rows=8,
        help_text=_("Vai como solução proposta, em seu nome, a cada ticket que não terminou."),
        error_messages={"required": _("Escreva o que os clientes vão ler.")},
    )


class DefectForm(forms.Form):
    """A new defect."""

    code = forms.CharField(
        label=_("Código"),
        max_length=LONGEST_CODE,
        help_text=_("O da correção no controle do produto, como NFE-2041."),
        error_messages={"required": _("Dê o código pelo qual a correção é conhecida.")},
    )
    product = _product()
    title = _title(_("O sintoma, como o cliente diria."))
    text = _area(
        _("Descrição"),
        most=LONGEST_TEXT,
        required=False,
        help_text=_("Os clientes leem: o sintoma e como contornar."),
    )
    state = forms.ChoiceField(
        label=_("Situação"),
        choices=_STATES,
        widget=forms.RadioSelect,
        initial=Defect.State.CONFIRMED,
        error_messages={
            "required": _("Escolha a situação."),
            "invalid_choice": _("Escolha a situação."),
        },
    )
    version = forms.CharField(
        label=_("Versão prevista"),
        max_length=LONGEST_VERSION,
        required=False,
        help_text=_("Deixe vazio enquanto não se sabe."),
    )
    is_public = forms.BooleanField(
        label=_("Aparece nas sugestões para os clientes do produto"), required=False, initial=True
    )


class ChangeDefectForm(DefectForm):
    """The same of one that there is: code and product stay."""

    code = None  # type: ignore[assignment]  # as Django takes a field away
    product = None  # type: ignore[assignment]

    def __init__(self, *args: Any, defect: Defect, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if defect.state == Defect.State.RELEASED:
            del self.fields["state"], self.fields["version"]


class ReleaseForm(forms.Form):
    """In which version the correction ships, and what customers are told to do."""

    version = forms.CharField(
        label=_("Versão que corrige"),
        max_length=LONGEST_VERSION,
        error_messages={"required": _("Diga em que versão a correção saiu.")},
    )
    text = _area(
        _("Texto aos clientes"),
        most=LONGEST_BODY,
        rows=8,
        help_text=_("A versão e o código vão no fim, escritos pelo sistema."),
        error_messages={"required": _("Escreva o que os clientes devem fazer.")},
    )


class NumbersForm(forms.Form):
    """Tickets, by their numbers."""

    numbers = forms.CharField(
        label=_("Números dos tickets"),
        max_length=2000,
        help_text=_("Um ou vários, separados por espaço ou vírgula."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Digite ao menos um número.")},
    )


class FilterForm(forms.Form):
    """Of which product, and in which state."""

    product = forms.ModelChoiceField(
        Product.objects.order_by("name"),
        label=_("Produto"),
        required=False,
        empty_label=_("Todos"),
    )


class IncidentChoice(forms.ModelChoiceField[Incident]):
    """By number, product and title."""

    def label_from_instance(self, obj: Incident) -> str:
        return f"{obj.pk} · {obj.product.name}: {obj.title}"


class JoinForm(TicketForm):
    incident = IncidentChoice(
        Incident.objects.none(),
        label=_("Incidente em andamento"),
        empty_label=_("Escolha"),
        error_messages={
            "required": _("Escolha o incidente."),
            "invalid_choice": _("Este incidente já terminou. Escolha outro."),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        going_on = Incident.objects.filter(ended_at=None).select_related("product")
        self.offer("incident", going_on)
        self.initial["incident"] = going_on.filter(product=self.ticket.product_id).first()


class LinkForm(TicketForm):
    code = forms.CharField(
        label=_("Código do defeito"),
        max_length=LONGEST_CODE,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Digite o código do defeito.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        waits = [Defect.State.CONFIRMED, Defect.State.IN_CORRECTION]
        known = Defect.objects.filter(product=self.ticket.product_id, state__in=waits)
        lines = [f"{code}: {title}" for code, title in known.values_list("code", "title")[:_NAMED]]
        if lines:
            said = _("A corrigir neste produto: %(defects)s.")
            self.fields["code"].help_text = said % {"defects": "; ".join(lines)}


def versions_of(product: Product) -> list[str]:
    """The names of the product's versions, the newest first, to choose from while typing."""
    return list(Version.objects.filter(product=product).values_list("name", flat=True)[:50])
