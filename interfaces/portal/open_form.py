"""The form of a new ticket, which grows with what is chosen and answered in it (E2)."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from django import forms
from django.forms.boundfield import BoundField, BoundWidget
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization, User
from catalog.intake import Answers
from catalog.models import Product, Routine, Version
from catalog.queries import Published, published
from interfaces.web import intake_form
from interfaces.web.intake_form import IntakeForm, Source
from interfaces.web.people import colleagues_of
from interfaces.web.requests import as_key, described
from knowledge.models import Incident
from tickets import rules
from tickets.actions.messages import LONGEST_BODY
from tickets.actions.opening import LONGEST_TITLE
from tickets.errors import Refused
from tickets.intake import ROUTINE, VERSION, Sheet, Told
from tickets.known import incidents_for
from tickets.models import Attachment, Hosting, Severity

SEVERITY_HELP = {
    Severity.CRITICAL: _("Parou: ninguém consegue trabalhar."),
    Severity.HIGH: _("Dificulta muito: parte do trabalho parou."),
    Severity.MEDIUM: _("Atrapalha, mas há um jeito de contornar."),
    Severity.LOW: _("Dúvida ou incômodo: o trabalho segue."),
}
LONGEST_TOLD = 20_000
_TOO_LONG = {"max_length": _("O texto é longo demais. Envie-o como arquivo.")}


class OpenForm(forms.Form):
    """A new ticket. Its files and its `request_key` are read from the request itself.

    `data` is judged; `initial`, a draft or the form as far as it is filled in, is only shown.
    What is offered follows what was chosen: the organization's products, the product's routines,
    versions and checklist.
    """

    file_error = ""

    organization = forms.ModelChoiceField(
        Organization.objects.none(),
        label=_("Empresa"),
        error_messages={"required": _("Escolha por qual empresa você abre o ticket.")},
    )
    product = forms.ModelChoiceField(
        Product.objects.none(),
        label=_("Produto"),
        error_messages={"required": _("Escolha o produto em que isso aconteceu.")},
    )
    routine = forms.ModelChoiceField(
        Routine.objects.none(),
        label=_("Rotina"),
        required=False,
        error_messages={"invalid_choice": _("Esta rotina não é deste produto. Escolha outra.")},
    )
    version = forms.ChoiceField(
        label=_("Versão"),
        required=False,
        error_messages={"invalid_choice": _("Esta versão não é deste produto. Escolha outra.")},
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
        help_text=_("O que você fazia e o que apareceu, com a mensagem de erro do jeito que veio."),
        widget=forms.Textarea(attrs={"rows": 6, "class": "input--tall"}),
        error_messages={"required": _("Conte o que aconteceu."), **_TOO_LONG},
    )
    steps = forms.CharField(
        label=_("Passos até o erro"),
        required=False,
        max_length=LONGEST_TOLD,
        help_text=_("Do menu até o erro, um por linha."),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages=_TOO_LONG,
    )
    expected = forms.CharField(
        label=_("O que você esperava"),
        required=False,
        max_length=LONGEST_TOLD,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages=_TOO_LONG,
    )
    hosting = forms.ChoiceField(
        label=_("Onde o sistema roda"),
        required=False,
        choices=[("", _("Não sei")), *Hosting.choices],
        help_text=_("O atendimento é o mesmo; ajuda a saber onde procurar."),
    )
    base = forms.CharField(
        label=_("Base"), required=False, max_length=120, help_text=_("Produção, testes ou outra.")
    )
    server = forms.CharField(
        label=_("Servidor"), required=False, max_length=120, help_text=_("Nome ou endereço.")
    )
    watchers = forms.ModelMultipleChoiceField(
        User.objects.none(),
        label=_("Quem mais acompanha"),
        required=False,
        help_text=_("Vê o ticket e recebe os avisos por e-mail."),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        user: User,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=_drawn(initial or {}))
        self.user, self.source = user, data if data is not None else initial or {}
        self._offer_organizations()
        self.products = self._products()
        _offer(self, "product", self.products, _("Escolha o produto"))
        self._offer_parts()
        everyone = colleagues_of(user, *user.places).exclude(pk=user.pk)
        _offer(self, "watchers", everyone)
        self.attachments = self._unsent()
        self.uploads = [described(each) for each in self.attachments]
        self.intake = IntakeForm(
            data, asked=self.checklists.fields, typed=self.source, uploads=self.uploads
        )

    def _unsent(self) -> list[Attachment]:
        """The files sent ahead that this form names, as far as they are still its writer's."""
        keys = [*_all(self.source, "files"), *intake_form.upload_keys(self.source)]
        known = [key for each in keys if (key := as_key(each)) is not None]
        return list(Attachment.objects.unsent_of(self.user, known)) if known else []

    @property
    def loose_files(self) -> list[dict[str, Any]]:
        """The unsent files that answer no question."""
        named = _all(self.source, "files")
        return [each for each in self.uploads if each["id"] in named]

    @property
    def asked(self) -> str:
        """Which published questions the form was drawn with; empty where nothing more is asked."""
        parts = (self.checklists.product, self.checklists.routine)
        return "-".join(str(each.pk) for each in parts if each is not None and each.fields)

    @property
    def asks_unseen(self) -> bool:
        """Whether there are questions that the form as sent had not been drawn with."""
        return bool(self.asked) and _text(self.source, "asked") != self.asked

    def _offer_organizations(self) -> None:
        places = self.user.places
        self.only_organization = next(iter(places)) if len(places) == 1 else None
        field = self.fields["organization"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - as declared above
        field.queryset = Organization.objects.filter(pk__in=list(places))
        names = [(pk, place.organization) for pk, place in places.items()]
        field.choices = [("", _("Escolha a empresa")), *names]
        field.required = self.only_organization is None

    def _products(self) -> list[Product]:
        """Those that this person may use in the organization chosen; in any, until one is."""
        chosen = self.only_organization or self._pk("organization")
        places = [pk for pk in self.user.places if pk == chosen] or list(self.user.places)
        offered = rules.products_of(self.user)
        return [
            each
            for each in offered
            if any(self.user.takes_product(place, each.pk) for place in places)
        ]

    def _offer_parts(self) -> None:
        """What belongs to the product: its routines, versions and questions."""
        self.routines: list[Routine] = []
        self.versions: list[Version] = []
        self.checklists = Published()
        if self.chosen_product is not None:
            self.routines = list(self.chosen_product.routines.filter(is_active=True))
            self.versions = list(self.chosen_product.versions.filter(is_offered=True))
            self.checklists = published(self.chosen_product, self.chosen_routine)
        _offer(self, "routine", self.routines, _("Não sei"))
        version = self.fields["version"]
        assert isinstance(version, forms.ChoiceField)  # noqa: S101 - as declared above
        names = [(each.name, each.name) for each in self.versions]
        version.choices = [("", _("Não sei")), *names]

    @cached_property
    def chosen_product(self) -> Product | None:
        return next((each for each in self.products if each.pk == self._pk("product")), None)

    @cached_property
    def chosen_routine(self) -> Routine | None:
        return next((each for each in self.routines if each.pk == self._pk("routine")), None)

    def _pk(self, name: str) -> int | None:
        """The id in a field; a draft may hold anything."""
        text = _text(self.source, name)
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None

    def clean_organization(self) -> Organization | None:
        """Whoever has one organization is not asked for it."""
        chosen: Organization | None = self.cleaned_data["organization"]
        if self.only_organization is not None:
            return Organization.objects.get(pk=self.only_organization)
        return chosen

    def is_valid(self) -> bool:
        """Both halves are looked at, so that all gaps are told at once."""
        return super().is_valid() & self.intake.is_valid()

    @property
    def wrong(self) -> "Wrong":
        """What is wrong, for components/error_summary.html."""
        return Wrong(self)

    def severities(self) -> list[tuple[BoundWidget, object]]:
        """Each radio with what it means in plain words."""
        return [
            (radio, SEVERITY_HELP[Severity(int(radio.data["value"]))]) for radio in self["severity"]
        ]

    @cached_property
    def sheet(self) -> Sheet:
        """What is asked and what was told so far, judged or not."""
        answers = intake_form.told(self.source, self.checklists.fields)
        told = self._told(answers, {name: _text(self.source, name) for name in _TOLD})
        return told.sheet(
            body=_text(self.source, "description"),
            routine=self.chosen_routine,
            has_files=bool(self.attachments),
        )

    def told(self) -> dict[str, Any]:
        """What was filled in, as `actions.open_ticket` takes it."""
        filled = {name: value for name, value in self.cleaned_data.items() if name not in _TOLD}
        return {
            "body": filled.pop("description"),
            "intake": self._told(self.intake.answers, self.cleaned_data),
            "files": [
                key for each in _all(self.source, "files") if (key := as_key(each)) is not None
            ],
            "incident": self._chosen_incident(),
            **filled,
        }

    def _chosen_incident(self) -> Incident | None:
        """The incident that a suggestion was marked as; one that is over by now is none."""
        pk = self._pk("incident")
        return incidents_for(self.user).filter(pk=pk).first() if pk is not None else None

    def _told(self, answers: Answers, filled: Mapping[str, Any]) -> Told:
        return Told(
            version=filled["version"],
            expected=filled["expected"],
            steps=filled["steps"],
            base=filled["base"],
            server=filled["server"],
            hosting=filled["hosting"],
            checklists=self.checklists,
            answers=answers,
            offers=[ROUTINE] * bool(self.routines) + [VERSION] * bool(self.versions),
        )

    def refused(self, refused: Refused) -> None:
        """Put the sentence of a refusal beside the field that it speaks of."""
        field = _FIELD_OF.get(refused.code)
        self.add_error(field, str(refused.sentence))
        self.file_error = "" if field else str(refused.sentence)


class Wrong:
    """The errors of both halves of the form, in the order of the page."""

    def __init__(self, form: OpenForm) -> None:
        self.errors = {**form.errors, **form.intake.errors}
        self.non_field_errors = form.non_field_errors
        self.fields = [*form, *form.intake]

    def __iter__(self) -> Iterator[BoundField]:
        return iter(self.fields)


_TOLD = ("version", "expected", "steps", "base", "server", "hosting")
_FIELD_OF = {
    "no_title": "title",
    "empty": "description",
    "too_long": "description",
    "no_queue": "product",
    "no_routine": "routine",
    "no_version": "version",
    "product_not_taken": "product",
    "not_member": "watchers",
}


def _offer(form: forms.Form, name: str, rows: Any, blank: object = None) -> None:
    """Rows read once: the list that is drawn and, for what is sent, the set to find it in."""
    field = form.fields[name]
    assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - as declared
    assert field.queryset is not None  # noqa: S101 - as declared
    rows, model = list(rows), field.queryset.model
    field.queryset = model._default_manager.filter(pk__in=[each.pk for each in rows])
    choices = [(each.pk, str(each)) for each in rows]
    field.choices = choices if blank is None else [("", blank), *choices]


def _text(source: Source, name: str) -> str:
    return str(source.get(name) or "")


def _all(source: Source, name: str) -> list[str]:
    if isinstance(source, QueryDict):
        return source.getlist(name)
    value = source.get(name)
    return [str(each) for each in value] if isinstance(value, list) else []


def _drawn(source: Source) -> dict[str, Any]:
    """What a field is drawn with; a name that came several times is a list for this one alone."""
    # A QueryDict unpacked would give lists.
    return {name: source.get(name) for name in source} | {"watchers": _all(source, "watchers")}
