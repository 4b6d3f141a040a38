"""What customers fill in to find tickets; opening one: open_form.py."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Organization, Team, User
from catalog.models import Product
from interfaces.portal.lists import Stage, administered, choices_of
from tickets.models import Severity, Ticket

_ISO = "%Y-%m-%d"


def organizations_of(user: User) -> QuerySet[Organization]:
    """The organizations that `user` opens tickets for (R2)."""
    return Organization.objects.filter(pk__in=list(user.organization_roles)).order_by("name")


def _day(label: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format=_ISO)
    return forms.DateField(required=False, label=label, input_formats=[_ISO], widget=widget)


class FilterForm(forms.Form):
    """What of the tickets a list shows; a choice that is none counts as not made.

    Who asked, and of which team, is offered to the organization's administrators (R5).
    """

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
    requester = forms.ModelChoiceField(
        User.objects.none(), required=False, label=_("Quem pediu"), empty_label=_("Todos")
    )
    team = forms.ModelChoiceField(
        Team.objects.none(), required=False, label=_("Equipe"), empty_label=_("Todas")
    )
    since = _day(_("Aberto desde"))
    until = _day(_("Aberto até"))

    # Those that are folded away until they are used.
    MORE = ("requester", "team", "since", "until")

    def __init__(
        self, data: Mapping[str, Any], *, user: User, organization: int | None = None
    ) -> None:
        """`organization` is the one acted for (R2): then the list asks for one only where the
        address names another."""
        super().__init__(data)
        field = self.fields["organization"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - as declared above
        elsewhere = bool(data.get("organization"))
        if len(user.places) < 2 or (organization is not None and not elsewhere):
            del self.fields["organization"]
        else:
            _offer(self, "organization", organizations_of(user).exclude(pk=organization or 0))
            if organization is not None:
                field.empty_label = user.places[organization].organization
        whose = self.fields["whose"]
        assert isinstance(whose, forms.ChoiceField)  # noqa: S101 - as declared above
        choices = choices_of(user, None if elsewhere else organization)
        whose.choices = [(each.value, each.label) for each in choices]
        seen = Ticket.objects.visible_to(user).filter(product=OuterRef("pk"))
        _offer(self, "product", Product.objects.filter(Exists(seen)))
        self._offer_people(administered(user, None if elsewhere else organization))

    def _offer_people(self, organizations: list[int]) -> None:
        """Whoever asked for a ticket of these `organizations`, and their teams."""
        if not organizations:
            del self.fields["requester"], self.fields["team"]
            return
        asked = Ticket.objects.filter(requester=OuterRef("pk"), organization__in=organizations)
        members = Membership.objects.filter(organization__in=organizations)
        people = User.objects.filter(Exists(asked), pk__in=members.values("user"))
        _offer(self, "requester", people.order_by("name", "pk"))
        _offer(self, "team", Team.objects.filter(organization__in=organizations))

    def more(self) -> list[forms.BoundField]:
        """The fields that are folded away."""
        return [self[name] for name in self.MORE if name in self.fields]

    def asks_more(self) -> bool:
        """Whether one of those is used."""
        return bool(self.chosen().keys() & set(self.MORE))

    def chosen(self) -> dict[str, Any]:
        """The choices that are ones."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class WatcherForm(forms.Form):
    """Somebody of the organization to follow a ticket: chosen by name, or found by e-mail.

    Of an address it says no more than whether it is one of `people`, whoever else has it.
    """

    person = forms.ModelChoiceField(
        User.objects.none(),
        label=_("Pessoa da sua empresa"),
        empty_label=_("Escolha"),
        required=False,
        error_messages={"invalid_choice": _("Só acompanha quem é da mesma empresa.")},
    )
    email = forms.EmailField(
        required=False,
        max_length=254,
        error_messages={
            "invalid": _("Este e-mail não está completo. Confira, como nome@empresa.com.br.")
        },
    )

    def __init__(self, *args: Any, people: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = people
        _offer(self, "person", people)

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if self.errors or told.get("person"):
            return told
        if not told.get("email"):
            raise forms.ValidationError(_("Escolha quem vai acompanhar."))
        told["person"] = self.people.filter(email__iexact=told["email"]).first()
        if told["person"] is None:
            raise forms.ValidationError(
                _(
                    "Ninguém da sua empresa usa este e-mail. Confira o endereço, ou peça a quem "
                    "administra a empresa no portal que convide a pessoa."
                )
            )
        return told

    def error(self) -> str:
        """The first thing that is wrong."""
        return str(next(iter(self.errors.values()))[0])


def _offer(form: forms.BaseForm, name: str, rows: QuerySet[Any]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - as declared
    field.queryset = rows
