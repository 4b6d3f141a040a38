"""Where a mail out of quarantine goes, as an analyst chooses it; place.py does it, or refuses."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db import models
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organization, User
from catalog.models import Product
from interfaces.inbox.decision import Choice
from tickets import numbers, rules
from tickets.models import Ticket


class Where(models.TextChoices):
    NAMED = "named", gettext_lazy("No ticket que ele cita")
    NEW = "new", gettext_lazy("Em um ticket novo")
    OTHER = "other", gettext_lazy("Em outro ticket")


# What is asked further for each place; what stands in the other fields counts for nothing.
_ASKED: Mapping[str, set[str]] = {
    Where.NEW: {"organization", "product"},
    Where.OTHER: {"number"},
}


class AcceptForm(forms.Form):
    """Begins with what the mail itself suggests; a field that is certain is not asked.

    `person` is its sender, None for somebody whom we do not know.
    """

    use_required_attribute = False

    where = forms.ChoiceField(
        label=gettext_lazy("Onde publicar"), choices=Where.choices, widget=forms.RadioSelect
    )
    organization = forms.ModelChoiceField(
        Organization.objects.none(),
        label=gettext_lazy("Empresa do remetente"),
        empty_label=gettext_lazy("Escolha"),
        error_messages={"required": gettext_lazy("Escolha a empresa do remetente.")},
    )
    product = forms.ModelChoiceField(
        Product.objects.none(),
        label=gettext_lazy("Produto do ticket novo"),
        empty_label=gettext_lazy("Escolha"),
        error_messages={"required": gettext_lazy("Escolha o produto do ticket novo.")},
    )
    number = forms.CharField(
        label=gettext_lazy("Número do outro ticket"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Diga o número do ticket.")},
    )

    def __init__(
        self, data: QueryDict | None, *, suggested: Choice, person: User | None, by: User
    ) -> None:
        super().__init__(data)
        self.suggested, self.person, self.by = suggested, person, by
        offered = self._offered()
        self._field("where").choices = [(each.value, each.label) for each in offered]
        self.initial = {
            "where": offered[0],
            "organization": suggested.organization,
            "product": suggested.product,
        }
        self._rows("organization", organizations_of(person))
        self._rows("product", Product.objects.filter(is_active=True))
        if person is not None and (person.is_desk or suggested.organization):
            del self.fields["organization"]
        if Where.NEW not in offered:
            del self.fields["product"]

    @property
    def where_first(self) -> str:
        """Where it goes if nothing is changed."""
        return str(self.initial["where"])

    @property
    def is_ready(self) -> bool:
        """Whether it can be accepted as it stands, with nothing chosen."""
        known = self.suggested
        if self.where_first == Where.NEW:
            return known.organization is not None and known.product is not None
        return self.where_first == Where.NAMED

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        for name in self.fields.keys() - {"where"} - _ASKED.get(said.get("where", ""), set()):
            self.errors.pop(name, None)
        if said.get("where") == Where.OTHER and "number" in said:
            number = numbers.parse(said["number"])
            seen = Ticket.objects.visible_to(self.by)
            said["ticket"] = seen.filter(number=number).first() if number else None
            if said["ticket"] is None:
                self.add_error("number", _("Não há ticket com esse número."))
        return said

    def choice(self) -> Choice:
        """What was chosen, once the form is valid. Who is not known yet is of the ticket's
        customer, where it goes into a ticket that there is."""
        said = self.cleaned_data
        if said["where"] == Where.NEW:
            organization = said.get("organization", self.suggested.organization)
            return Choice(None, organization, said["product"], as_new=True)
        ticket = said["ticket"] if said["where"] == Where.OTHER else self.suggested.ticket
        assert ticket is not None  # noqa: S101 - `clean` and `_offered` saw to that
        return Choice(ticket, ticket.organization if self.person is None else None)

    def _offered(self) -> list[Where]:
        """The places that its sender may take part in, the likeliest first."""
        named = self.suggested.ticket
        offered = [Where.OTHER]
        if self.person is None or not self.person.is_desk:
            offered.insert(0, Where.NEW)
        if named and self._may_take_part(named):
            offered.insert(0, Where.NAMED)
        return offered

    def _may_take_part(self, ticket: Ticket) -> bool:
        """R1. Whoever we do not know will be of the ticket's customer, but never the same guest."""
        if self.person is None:
            return not ticket.organization.holds_guests
        return rules.may_take_part(self.person, ticket)

    def _rows(self, name: str, rows: QuerySet[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - as declared
        field.queryset = rows

    def _field(self, name: str) -> forms.ChoiceField:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - as declared
        return field


def organizations_of(person: User | None) -> QuerySet[Organization]:
    """Those that a sender may write for: anybody's, of somebody whom we do not know."""
    active = Organization.objects.filter(is_active=True)
    return active if person is None else active.filter(pk__in=person.organization_roles)
