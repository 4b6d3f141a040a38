"""How versions, routines, error codes and answers are recognised in what people paste (E2)."""

from typing import Any

import regex  # type: ignore[import-untyped]  # it ships no types
from django import forms
from django.contrib import admin
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from catalog.models import IntakeField, Pattern
from catalog.recognition import found

Finds = Pattern.Finds


class PatternForm(forms.ModelForm[Pattern]):
    """An expression that works is saved with an example in which it finds something."""

    field_key = forms.ChoiceField(
        label=_("Pergunta"),
        required=False,
        help_text=_("A que é respondida com o que for achado."),
    )

    class Meta:
        model = Pattern
        fields = (
            "name",
            "product",
            "finds",
            "field_key",
            "expression",
            "example",
            "position",
            "is_active",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        keys = self.fields["field_key"]
        assert isinstance(keys, forms.ChoiceField)  # noqa: S101 - as declared
        rows = IntakeField.objects.order_by("label").values_list("key", "label")
        labels = dict(rows)
        if (own := self.instance.field_key) and own not in labels:
            labels[own] = own
        keys.choices = [("", "–"), *((key, f"{label} ({key})") for key, label in labels.items())]

    def clean(self) -> dict[str, Any]:
        told = super().clean() or self.cleaned_data
        self._judge_question(told)
        if told.get("expression") and told.get("example"):
            self._judge_expression(told["expression"], told["example"])
        return told

    def _judge_question(self, told: dict[str, Any]) -> None:
        if told.get("finds") != Finds.FIELD:
            told["field_key"] = ""
            return
        if not told.get("field_key"):
            self.add_error("field_key", gettext("Escolha a pergunta que isto responde."))
            return
        product = told.get("product")
        asked = IntakeField.objects.filter(key=told["field_key"])
        if product is not None and not asked.filter(checklist__product=product).exists():
            refusal = gettext("Os checklists de %(product)s não têm esta pergunta.")
            self.add_error("field_key", refusal % {"product": product})

    def _judge_expression(self, expression: str, example: str) -> None:
        try:
            value = found(expression, example)
        except regex.error as wrong:
            refusal = gettext("A expressão não está certa: %(why)s (na posição %(at)s).")
            where = "?" if wrong.pos is None else wrong.pos + 1
            self.add_error("expression", refusal % {"why": wrong.msg, "at": where})
        except TimeoutError:
            refusal = gettext("A expressão demora demais. Evite repetições dentro de repetições.")
            self.add_error("expression", refusal)
        else:
            if not value:
                refusal = gettext("A expressão não acha nada neste exemplo. Mude um dos dois.")
                self.add_error("example", refusal)


@admin.register(Pattern)
class PatternAdmin(admin.ModelAdmin[Pattern]):
    form = PatternForm
    fieldsets = (
        (None, {"fields": ("name", "product", ("finds", "field_key"))}),
        (
            _("O que procurar"),
            {
                "fields": ("expression", "example", "found_in_example"),
                "description": _(
                    "O que for achado é oferecido a quem abre o ticket, e nunca imposto. Vale o "
                    "grupo “value” da expressão, ou o primeiro grupo, ou tudo o que ela achar."
                ),
            },
        ),
        (None, {"fields": (("position", "is_active"),)}),
    )
    list_display = ("name", "product", "finds", "expression", "found_in_example", "is_active")
    list_filter = ("is_active", "finds", "product")
    list_select_related = ("product",)
    search_fields = ("name__unaccent", "expression")
    autocomplete_fields = ("product",)
    readonly_fields = ("found_in_example",)

    @admin.display(description=_("acha no exemplo"))
    def found_in_example(self, pattern: Pattern) -> str | SafeString:
        if not pattern.expression:
            return "–"
        try:
            value = found(pattern.expression, pattern.example)
        except (regex.error, TimeoutError):
            return gettext("A expressão não está certa.")
        return format_html("<code>{}</code>", value) if value else "–"
