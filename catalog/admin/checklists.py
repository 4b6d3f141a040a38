"""The questions of a product or a routine, kept with no code (E2): saved, they are asked."""

from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import admin, messages
from django.db.models import Count, QuerySet
from django.forms import BaseInlineFormSet, BaseModelFormSet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import get_current_timezone_name
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from catalog import judging, publishing
from catalog.admin.fields import LinesField
from catalog.intake import Field
from catalog.models import Checklist, IntakeField, Product, Routine
from catalog.publishing import as_field
from common import dates

LONGEST_CHOICE = 120


class IntakeFieldForm(forms.ModelForm[IntakeField]):
    """One question. Its key is made of its words, and never changes; without a place it comes
    last."""

    choices = LinesField(
        label=_("Escolhas"), longest=LONGEST_CHOICE, required=False, help_text=_("Uma por linha.")
    )
    shown_if = forms.ChoiceField(
        label=_("Só aparece se"),
        required=False,
        help_text=_("Uma pergunta de antes. Uma nova aparece aqui depois de salva."),
    )
    shown_values = LinesField(
        label=_("for respondida com"),
        longest=LONGEST_CHOICE,
        rows=2,
        required=False,
        help_text=_("Uma resposta por linha; vazio: qualquer resposta."),
    )
    position = forms.IntegerField(
        label=_("Ordem"),
        required=False,
        min_value=0,
        max_value=30_000,
        help_text=_("Vazio: no fim."),
        # What static/admin-checklist.js says.
        widget=forms.NumberInput(
            attrs={
                "data-say-up": _("Subir"),
                "data-say-down": _("Descer"),
                "data-say-moved": _("Pergunta movida para o lugar {n} de {most}."),
            }
        ),
    )

    class Meta:
        model = IntakeField
        fields = (
            "position",
            "label",
            "why",
            "kind",
            "choices",
            "is_required",
            "weight",
            "shown_if",
            "shown_values",
            "key",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        key = self.fields["key"]
        key.required = False
        key.help_text = _("Vazio: é feita da pergunta. Não muda mais depois de salva.")
        if self.instance.pk:
            key.disabled = True
        else:
            self.initial.pop("position", None)

    def offer(self, earlier: Sequence[tuple[str, str]]) -> None:
        """The questions whose answers may decide whether this one is asked."""
        shown_if = self.fields["shown_if"]
        assert isinstance(shown_if, forms.ChoiceField)  # noqa: S101 - as declared
        others = [(key, label) for key, label in earlier if key != self.instance.key]
        shown_if.choices = [("", _("Sempre aparece")), *others]


class IntakeFieldFormSet(BaseInlineFormSet[IntakeField, Checklist, IntakeFieldForm]):
    """The questions of one checklist, judged together as they will be asked."""

    def add_fields(self, form: IntakeFieldForm, index: int | None) -> None:
        super().add_fields(form, index)
        own = [(row.key, row.label) for row in self._own]
        form.offer([*((each.key, each.label) for each in self._of_product.values()), *own])

    @property
    def _own(self) -> list[IntakeField]:
        return list(self.get_queryset()) if self.instance.pk else []

    @property
    def _of_product(self) -> Mapping[str, Field]:
        """The questions that come before these: a routine's follow its product's."""
        if not hasattr(self, "_before"):
            self._before: dict[str, Field] = {}
            if self.instance.routine_id and self.instance.product_id:
                self._before = _draft_of(self.instance.product, None)
        return self._before

    def clean(self) -> None:
        super().clean()
        forms_kept = self._in_order()
        self._name(forms_kept)
        if self.is_bound and any(form.errors for form in forms_kept):
            return
        known = dict(self._of_product)
        for form in forms_kept:
            field = judging.tidy(as_field(form.instance))
            form.instance.choices = list(field.choices)
            form.instance.shown_values = list(field.shown_values)
            for fault in judging.faults(field, known):
                form.add_error(fault.about, fault.sentence)
            known[field.key] = field
        if not self.instance.routine_id and self.instance.pk:
            self._check_routines(known)

    def save_order(self) -> None:
        """The places of all that is there, typed or moved along, in even steps."""
        rows = [form.instance for form in self._in_order()]
        IntakeField.objects.bulk_update(rows, ["position"])

    def _in_order(self) -> list[IntakeFieldForm]:
        """The forms of questions that will be there, in the order in which they will be asked."""
        kept = [
            form
            for form in self.forms
            if form not in self.deleted_forms and (form.instance.pk or form.has_changed())
        ]
        last = 30_000
        placed = sorted(kept, key=lambda form: (_position(form, last), kept.index(form)))
        for number, form in enumerate(placed, start=1):
            form.instance.position = number * publishing.STEP
        return placed

    def _name(self, kept: Sequence[IntakeFieldForm]) -> None:
        """Give each new question a key of its own, here and beside the product's or routines'."""
        elsewhere = {**self._of_product, **self._of_routines}
        own = {form.instance.key for form in kept if form.instance.pk}
        named = [form for form in kept if not form.instance.pk and form.instance.key]
        for form in named:
            if form.instance.key in own or form.instance.key in elsewhere:
                form.add_error("key", gettext("Outra pergunta deste produto já usa esta chave."))
            own.add(form.instance.key)
        taken = own | set(elsewhere)
        for form in kept:
            if not form.instance.key:
                form.instance.key = judging.key_for(form.instance.label, taken)
                taken.add(form.instance.key)

    @property
    def _of_routines(self) -> Mapping[str, Field]:
        if self.instance.routine_id or not self.instance.pk:
            return {}
        rows = IntakeField.objects.filter(
            checklist__product=self.instance.product, checklist__routine__isnull=False
        )
        return {row.key: as_field(row) for row in rows}

    def _check_routines(self, known: Mapping[str, Field]) -> None:
        """A routine's question must not wait for what the product asks no longer."""
        routines = self.instance.product.checklists.exclude(routine=None)
        for each in routines.select_related("routine").prefetch_related("fields"):
            draft = [as_field(row) for row in each.fields.all()]
            for field, sentence in judging.orphans(draft, known):
                told = gettext("Na rotina %(routine)s, a pergunta “%(question)s”: %(why)s") % {
                    "routine": each.routine,
                    "question": field.label,
                    "why": sentence,
                }
                self._non_form_errors.append(told)  # type: ignore[attr-defined]  # as Django does


def _position(form: IntakeFieldForm, last: int) -> int:
    chosen = form.cleaned_data.get("position") if hasattr(form, "cleaned_data") else None
    return last if chosen is None else int(chosen)


def _draft_of(product: Product, routine: Routine | None) -> dict[str, Field]:
    rows = IntakeField.objects.filter(checklist__product=product, checklist__routine=routine)
    return {row.key: as_field(row) for row in rows.order_by("position", "pk")}


class IntakeFieldInline(admin.StackedInline[IntakeField, Checklist]):
    model = IntakeField
    form = IntakeFieldForm
    formset = IntakeFieldFormSet  # type: ignore[assignment]  # of its own forms
    extra = 0
    classes = ("questions",)
    fieldsets = (
        (None, {"fields": ("label", "why", ("kind", "is_required"), "choices")}),
        (
            _("Quando aparece, ordem e peso"),
            {"fields": (("shown_if", "shown_values"), ("position", "weight"), "key")},
        ),
    )


class ChecklistForm(forms.ModelForm[Checklist]):
    """What a checklist is about: a routine is one of its product, and has no other checklist."""

    class Meta:
        model = Checklist
        fields = ("product", "routine")

    def clean(self) -> dict[str, Any] | None:
        told = super().clean() or self.cleaned_data
        product, routine = told.get("product"), told.get("routine")
        if product is None:
            return told
        if routine is not None and routine.product_id != product.pk:
            refusal = gettext("A rotina %(routine)s não é de %(product)s.")
            self.add_error("routine", refusal % {"routine": routine, "product": product})
        elif Checklist.objects.filter(product=product, routine=routine).exists():
            refusal = gettext("Já há um checklist para isto. Altere as perguntas dele.")
            self.add_error("routine" if routine else "product", refusal)
        return told


@admin.register(Checklist)
class ChecklistAdmin(admin.ModelAdmin[Checklist]):
    """A checklist is of one product or routine for good; what is saved is asked from now on."""

    form = ChecklistForm
    inlines = (IntakeFieldInline,)
    list_display = ("__str__", "questions", "published")
    list_filter = ("product",)
    list_select_related = ("product", "routine")
    search_fields = ("product__name__unaccent", "routine__name__unaccent")
    autocomplete_fields = ("product", "routine")
    save_on_top = True

    class Media:
        css = {"all": ("admin-checklist.css",)}
        js = (forms.Script("admin-checklist.js", type="module"),)

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Checklist]":
        counts = Count("fields", distinct=True), Count("versions", distinct=True)
        return super().get_queryset(request).annotate(asked=counts[0], published=counts[1])

    def get_fieldsets(self, request: HttpRequest, obj: Checklist | None = None) -> Any:
        if obj is None:
            return [(None, {"fields": ("product", "routine")})]
        return [(None, {"fields": (("product", "routine"), "versions")})]

    def get_readonly_fields(self, request: HttpRequest, obj: Checklist | None = None) -> Any:
        return ("product", "routine", "versions") if obj else ("versions",)

    def save_related(
        self,
        request: HttpRequest,
        form: forms.ModelForm[Checklist],
        formsets: list[BaseModelFormSet[Any, Any]],
        change: bool,
    ) -> None:
        """Save the questions, then ask them."""
        super().save_related(request, form, formsets, change)
        for formset in formsets:
            if isinstance(formset, IntakeFieldFormSet):
                formset.save_order()
        version = publishing.publish(form.instance, by=request.user)
        if version is not None:
            told = ngettext(
                "Versão %(number)d publicada, com %(n)d pergunta: os próximos tickets já a "
                "recebem; os já respondidos continuam com as perguntas que leram.",
                "Versão %(number)d publicada, com %(n)d perguntas: os próximos tickets já as "
                "recebem; os já respondidos continuam com as perguntas que leram.",
                len(version.fields),
            ) % {"number": version.number, "n": len(version.fields)}
            self.message_user(request, told, messages.SUCCESS)

    @admin.display(description=_("perguntas"), ordering="asked")
    def questions(self, checklist: Checklist) -> int:
        return int(getattr(checklist, "asked", 0))

    @admin.display(description=_("versões publicadas"), ordering="published")
    def published(self, checklist: Checklist) -> int:
        return int(getattr(checklist, "published", 0))

    @admin.display(description=_("versões publicadas"))
    def versions(self, checklist: Checklist) -> str | SafeString:
        """Each with who published it; the newest first."""
        lines = [
            (
                version.number,
                dates.full(version.published_at, ZoneInfo(get_current_timezone_name())),
                version.published_by.name if version.published_by else "–",
            )
            for version in checklist.versions.select_related("published_by").order_by("-number")
        ]
        return format_html_join("", "v{}, {}, {}<br>", lines) if lines else "–"
