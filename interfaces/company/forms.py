"""What the organization's administrator fills in. Forms check shapes; accounts/places.py rules."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import CUSTOMER_ROLES, Membership, Organization, Role, Sees, Team, User
from accounts.places import Invitation, wrong_name
from catalog.models import Product

_ROLES = [(role.value, role.label) for role in CUSTOMER_ROLES]


class SearchForm(forms.Form):
    """Which people the list shows; a choice that is none counts as not made."""

    q = forms.CharField(required=False, label=gettext_lazy("Buscar"), max_length=200)
    team = forms.ModelChoiceField(
        Team.objects.none(),
        required=False,
        label=gettext_lazy("Equipe"),
        empty_label=gettext_lazy("Todas"),
    )

    def __init__(self, data: Any, *, organization: Organization) -> None:
        super().__init__(data)
        _offer(self, "team", organization.teams.all())

    def chosen(self) -> dict[str, Any]:
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class PlaceForm(forms.Form):
    """What one of the organization's people may: role, team, products, which tickets (R1)."""

    role = forms.ChoiceField(
        label=gettext_lazy("Papel"),
        choices=_ROLES,
        initial=Role.MEMBER,
        widget=forms.RadioSelect,
        help_text=gettext_lazy(
            "A administração cadastra pessoas, vê todos os tickets e usa todos os produtos."
        ),
    )
    sees = forms.ChoiceField(
        label=gettext_lazy("Quais tickets vê"),
        choices=Sees.choices,
        initial=Sees.OWN,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("Os próprios e os que acompanha, sempre."),
    )
    team = forms.ModelChoiceField(
        Team.objects.none(),
        required=False,
        label=gettext_lazy("Equipe"),
        empty_label=gettext_lazy("Nenhuma"),
    )
    products = forms.ModelMultipleChoiceField(
        Product.objects.none(),
        required=False,
        label=gettext_lazy("Produtos"),
        help_text=gettext_lazy("Abre tickets só destes. Nenhum marcado: de todos."),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, organization: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "team", organization.teams.all())
        _offer(self, "products", Product.objects.filter(is_active=True))

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        of_a_team = told.get("sees") == Sees.TEAM and told.get("role") == Role.MEMBER
        if of_a_team and not told.get("team") and "team" not in self.errors:
            self.add_error("team", _("Escolha a equipe cujos tickets esta pessoa vê."))
        return told


class PersonForm(PlaceForm):
    """The place of who is of the organization; nobody changes the own role (R5)."""

    def __init__(self, data: Any, *, place: Membership, by: User) -> None:
        initial = {
            "role": place.role,
            "sees": place.sees,
            "team": place.team_id,
            "products": [product.pk for product in place.products.all()],
        }
        super().__init__(data, organization=place.organization, initial=initial)
        # One that is no longer offered still limits: left out, it would count as none, so all.
        kept = Q(is_active=True) | Q(pk__in=initial["products"])
        _offer(self, "products", Product.objects.filter(kept))
        if place.user_id == by.pk:
            self.fields["role"].disabled = True
            self.fields["role"].help_text = _("Outro administrador pode mudar o seu papel.")


class InviteForm(PlaceForm):
    """One person to invite. `sure` is the address of elsewhere that was confirmed."""

    name = forms.CharField(
        label=gettext_lazy("Nome"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Escreva o nome da pessoa.")},
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={
            "required": gettext_lazy("Escreva o e-mail: é por ele que a pessoa entra."),
            "invalid": gettext_lazy(
                "Este e-mail não está completo. Confira, como nome@empresa.com.br."
            ),
        },
    )
    field_order = ("name", "email", "role", "sees", "team", "products")

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"])
        if sentence := wrong_name(name):
            raise forms.ValidationError(sentence)
        return name

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).strip().lower()

    def invitation(self) -> Invitation:
        told = self.cleaned_data
        return Invitation(
            email=told["email"],
            name=told["name"],
            role=told["role"],
            sees=told["sees"],
            team_id=told["team"].pk if told["team"] else None,
            products=tuple(product.pk for product in told["products"]),
        )


class LeavingForm(forms.Form):
    """Who takes the tickets of a leaver; asked only where there are any."""

    to = forms.ModelChoiceField(
        User.objects.none(),
        label=gettext_lazy("Quem fica com os tickets"),
        empty_label=gettext_lazy("Escolha uma pessoa"),
        error_messages={"required": gettext_lazy("Escolha quem fica com os tickets.")},
    )

    def __init__(self, data: Any, *, heirs: QuerySet[User], asked: int) -> None:
        super().__init__(data)
        _offer(self, "to", heirs)
        if not asked:
            del self.fields["to"]


class TeamForm(forms.Form):
    """The name of a team, once in the organization."""

    name = forms.CharField(
        label=gettext_lazy("Nome da equipe"),
        max_length=80,
        error_messages={"required": gettext_lazy("Dê um nome à equipe.")},
    )

    def __init__(self, data: Any, *, organization: Organization, team: Team | None = None) -> None:
        super().__init__(data, initial={"name": team.name if team else ""})
        self.organization, self.team = organization, team

    def clean_name(self) -> str:
        name = " ".join(str(self.cleaned_data["name"]).split())
        same = self.organization.teams.filter(name__iexact=name)
        if self.team is not None:
            same = same.exclude(pk=self.team.pk)
        if same.exists():
            raise forms.ValidationError(_("Já existe uma equipe com este nome."))
        return name


class SheetForm(forms.Form):
    """A sheet of people."""

    sheet = forms.FileField(
        label=gettext_lazy("Planilha"),
        help_text=gettext_lazy("CSV ou XLSX, até 5.000 pessoas e 2 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx"}),
        error_messages={
            "required": gettext_lazy("Escolha a planilha."),
            "empty": gettext_lazy("O arquivo está vazio. Escolha outro."),
        },
    )


def _offer(form: forms.Form, name: str, rows: QuerySet[Any]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - as declared
    field.queryset = rows
