"""What customers fill in. Forms check the shape of what came; the verbs check the rules."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import Exists, OuterRef, QuerySet
from django.forms.boundfield import BoundWidget
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization, User
from catalog.models import Product
from interfaces.portal.lists import Stage, choices_of
from interfaces.web.people import colleagues_of
from tickets.actions.messages import LONGEST_BODY
from tickets.actions.opening import LONGEST_TITLE
from tickets.errors import Refused
from tickets.models import Severity, Ticket

SEVERITY_HELP = {
    Severity.CRITICAL: _("Parou: ninguém consegue trabalhar."),
    Severity.HIGH: _("Dificulta muito: parte do trabalho parou."),
    Severity.MEDIUM: _("Atrapalha, mas há um jeito de contornar."),
    Severity.LOW: _("Dúvida ou incômodo: o trabalho segue."),
}


def organizations_of(user: User) -> QuerySet[Organization]:
    """The organizations that `user` opens tickets for (R2)."""
    return Organization.objects.filter(pk__in=list(user.organization_roles)).order_by("name")


class OpenForm(forms.Form):
    """A new ticket. Its files and its `request_key` are read from the request itself."""

    file_error = ""

    organization = forms.ModelChoiceField(
        Organization.objects.none(),
        label=_("Empresa"),
        empty_label=_("Escolha a empresa"),
        error_messages={"required": _("Escolha por qual empresa você abre o ticket.")},
    )
    product = forms.ModelChoiceField(
        Product.objects.none(),
        label=_("Produto"),
        empty_label=_("Escolha o produto"),
        error_messages={"required": _("Escolha o produto em que isso aconteceu.")},
    )
    severity = forms.TypedChoiceField(
        label=_("Quanto isso atrapalha?"),
        choices=Severity.choices,
        coerce=int,
        initial=Severity.MEDIUM,
        widget=forms.RadioSelect,
        error_messages={"required": _("Diga quanto isso atrapalha.")},
    )
    title = forms.CharField(
        label=_("Título"),
        max_length=LONGEST_TITLE,
        help_text=_("O que falhou e onde, como você contaria a um colega."),
        widget=forms.TextInput(attrs={"data-counted": "titulo-conta", "autocomplete": "off"}),
        error_messages={
            "required": _("Dê um título que resuma a ocorrência."),
            "max_length": _("Encurte o título: cabem %(limit_value)d caracteres."),
        },
    )
    description = forms.CharField(
        label=_("O que aconteceu"),
        max_length=LONGEST_BODY,
        help_text=_(
            "O que você fez, passo a passo, o que esperava e o que apareceu. "
            "Mensagens de erro ajudam, do jeito que vieram."
        ),
        widget=forms.Textarea(attrs={"rows": 8, "class": "input--tall"}),
        error_messages={
            "required": _("Conte o que aconteceu."),
            "max_length": _("O texto é longo demais. Envie-o como arquivo."),
        },
    )
    watchers = forms.ModelMultipleChoiceField(
        User.objects.none(),
        label=_("Quem mais acompanha"),
        required=False,
        help_text=_("Vê o ticket e recebe os avisos por e-mail."),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        organizations = organizations_of(user)
        _offer(self, "organization", organizations)
        _offer(self, "product", Product.objects.filter(is_active=True))
        _offer(self, "watchers", colleagues_of(user, *user.organization_roles).exclude(pk=user.pk))
        self.only_organization: int | None = None
        if len(user.organization_roles) == 1:
            (self.only_organization,) = user.organization_roles
            self.fields["organization"].required = False

    def clean_organization(self) -> Organization | None:
        """Whoever has one organization is not asked for it."""
        chosen: Organization | None = self.cleaned_data["organization"]
        if self.only_organization is not None:
            return Organization.objects.get(pk=self.only_organization)
        return chosen

    def severities(self) -> list[tuple[BoundWidget, object]]:
        """Each radio with what it means in plain words."""
        return [
            (radio, SEVERITY_HELP[Severity(int(radio.data["value"]))]) for radio in self["severity"]
        ]

    def told(self) -> dict[str, Any]:
        """What was filled in, as `actions.open_ticket` takes it."""
        filled = dict(self.cleaned_data)
        return {"body": filled.pop("description"), **filled}

    def refused(self, refused: Refused) -> None:
        """Put the sentence of a refusal beside the field that it speaks of."""
        field = _FIELD_OF.get(refused.code)
        self.add_error(field, str(refused.sentence))
        self.file_error = "" if field else str(refused.sentence)


_FIELD_OF = {
    "no_title": "title",
    "empty": "description",
    "too_long": "description",
    "no_queue": "product",
    "not_member": "watchers",
}


class FilterForm(forms.Form):
    """What of the tickets a list shows; a choice that is none counts as not made."""

    q = forms.CharField(required=False, label=_("Buscar"))
    stage = forms.ChoiceField(choices=Stage.choices, required=False, widget=forms.HiddenInput)
    whose = forms.ChoiceField(required=False, label=_("De quem"))
    organization = forms.ModelChoiceField(
        Organization.objects.none(), required=False, label=_("Empresa"), empty_label=_("Todas")
    )
    product = forms.ModelChoiceField(
        Product.objects.none(), required=False, label=_("Produto"), empty_label=_("Todos")
    )
    severity = forms.TypedChoiceField(
        required=False,
        label=_("Severidade"),
        coerce=int,
        choices=[("", _("Todas")), *Severity.choices],
    )

    def __init__(self, data: Mapping[str, Any], *, user: User) -> None:
        super().__init__(data)
        whose = self.fields["whose"]
        assert isinstance(whose, forms.ChoiceField)  # noqa: S101 - as declared above
        whose.choices = [(each.value, each.label) for each in choices_of(user)]
        if len(user.organization_roles) > 1:
            _offer(self, "organization", organizations_of(user))
        else:
            del self.fields["organization"]
        seen = Ticket.objects.visible_to(user).filter(product=OuterRef("pk"))
        _offer(self, "product", Product.objects.filter(Exists(seen)))

    def chosen(self) -> dict[str, Any]:
        """The choices that are ones."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class WatcherForm(forms.Form):
    """Somebody of the organization to follow a ticket."""

    person = forms.ModelChoiceField(
        User.objects.none(),
        label=_("Pessoa da sua empresa"),
        empty_label=_("Escolha"),
        error_messages={
            "required": _("Escolha quem vai acompanhar."),
            "invalid_choice": _("Só acompanha quem é da mesma empresa."),
        },
    )

    def __init__(self, *args: Any, people: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "person", people)


def _offer(form: forms.BaseForm, name: str, rows: QuerySet[Any]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - as declared
    field.queryset = rows
