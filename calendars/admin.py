"""The admin's pages of calendars and exceptions. What a change does to tickets is shown elsewhere.

`tickets/admin.py` builds on `CalendarAdmin`, as `calendars` knows no tickets.
"""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.forms import BaseModelFormSet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from import_export.admin import ImportExportModelAdmin  # type: ignore[import-untyped]
from import_export.forms import ConfirmImportForm, ImportForm  # type: ignore[import-untyped]

from calendars import brazil, business, seed
from calendars.models import Calendar, CalendarException, OptionalDay, Weekday
from calendars.resources import BrazilianCSV, ExceptionResource
from common import clock


def _zone_choices() -> list[tuple[Any, list[tuple[str, str]]]]:
    """Brazil's zones first, then the world's."""
    others = sorted(business.time_zone_names().difference(brazil.ZONES))
    return [
        (_("Brasil"), [(name, name) for name in brazil.ZONES]),
        (_("Outros"), [(name, name) for name in others]),
    ]


class CalendarForm(forms.ModelForm[Calendar]):
    """Weekdays and optional days as boxes to tick, the time zone out of a list."""

    time_zone = forms.ChoiceField(
        label=_("Fuso horário"),
        choices=_zone_choices,
        initial="America/Sao_Paulo",
        help_text=_("Os prazos terminam às 23:59:59 deste fuso (B6)."),
    )
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Dias da semana trabalhados"),
        choices=Weekday.choices,
        coerce=int,
        initial=[1, 2, 3, 4, 5],
        widget=forms.CheckboxSelectMultiple,
    )
    optional_days = forms.MultipleChoiceField(
        label=_("Pontos facultativos em que não se trabalha"),
        choices=OptionalDay.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Calendar
        fields = (
            "name",
            "time_zone",
            "weekdays",
            "opens_at",
            "closes_at",
            "uf",
            "optional_days",
        )


class ExceptionInline(admin.TabularInline[CalendarException, Calendar]):
    """The exceptions of one calendar, on its page."""

    model = CalendarException
    extra = 0
    fields = ("date", "name", "kind")


@admin.register(Calendar)
class CalendarAdmin(admin.ModelAdmin[Calendar]):
    """A calendar, with its exceptions to edit and the library's holidays to read."""

    form = CalendarForm
    inlines = (ExceptionInline,)
    list_display = ("name", "uf", "time_zone", "filled_through", "problem")
    list_filter = ("uf",)
    search_fields = ("name",)
    readonly_fields = ("filled_from", "filled_through", "problem", "version", "library_holidays")
    fieldsets = (
        (None, {"fields": ("name", "time_zone", "weekdays", ("opens_at", "closes_at"))}),
        (
            _("Feriados"),
            {
                "fields": ("uf", "optional_days"),
                "description": _(
                    "Feriados nacionais e estaduais vêm da biblioteca; os municipais, os recessos "
                    "e os dias trabalhados são exceções, abaixo (B1, B4)."
                ),
            },
        ),
        (
            _("Feriados preenchidos"),
            {
                "classes": ("collapse",),
                "fields": (
                    ("filled_from", "filled_through"),
                    "problem",
                    "version",
                    "library_holidays",
                ),
            },
        ),
    )

    @admin.display(description=_("feriados da biblioteca"))
    def library_holidays(self, calendar: Calendar) -> str:
        """The rows that `seed.fill` wrote, by date."""
        if calendar._state.adding:
            return "–"
        lines = format_html_join(
            "",
            "<li>{} {} ({})</li>",
            (
                (f"{holiday.date:%d/%m/%Y}", holiday.name, holiday.get_origin_display())
                for holiday in calendar.holidays.all()
            ),
        )
        return format_html("<ul>{}</ul>", lines) if lines else "–"

    def save_related(
        self,
        request: HttpRequest,
        form: forms.ModelForm[Calendar],
        formsets: list[BaseModelFormSet[Any, Any]],
        change: bool,
    ) -> None:
        """Save the exceptions, then fill the holidays that the calendar as saved should have."""
        super().save_related(request, form, formsets, change)
        seed.fill(form.instance, seed.horizon(clock.now().date()))


class _CalendarChoice(forms.Form):
    calendar = forms.ModelChoiceField(
        label=_("Calendário"),
        queryset=Calendar.objects.all(),
        required=False,
        help_text=_("Vale para as linhas que não dizem o seu na coluna “calendario”."),
    )


class ExceptionImportForm(_CalendarChoice, ImportForm):  # type: ignore[misc]  # untyped library
    """The file, and the calendar of the rows that name none."""

    field_order = ("resource", "calendar", "import_file", "format")


class ExceptionConfirmForm(_CalendarChoice, ConfirmImportForm):  # type: ignore[misc]  # as above
    """The same choice again, carried over to the confirmation."""

    calendar = forms.ModelChoiceField(
        queryset=Calendar.objects.all(), required=False, widget=forms.HiddenInput
    )


@admin.register(CalendarException)
class ExceptionAdmin(ImportExportModelAdmin):  # type: ignore[misc]  # untyped library
    """Exceptions of every calendar, with CSV in (shown before it is written) and out."""

    resource_classes = (ExceptionResource,)
    formats = (BrazilianCSV,)
    import_form_class = ExceptionImportForm
    confirm_form_class = ExceptionConfirmForm
    # Its page only asks which columns, with inline handlers that the CSP refuses.
    skip_export_form = True
    list_display = ("date", "name", "kind", "calendar")
    list_filter = ("calendar", "kind")
    list_select_related = ("calendar",)
    search_fields: ClassVar[tuple[str, ...]] = ("name",)
    date_hierarchy = "date"
    autocomplete_fields = ("calendar",)

    def has_import_permission(self, request: HttpRequest) -> bool:
        """A file both adds and changes."""
        return bool(self.has_add_permission(request) and self.has_change_permission(request))

    def has_export_permission(self, request: HttpRequest) -> bool:
        """Whoever may look may take along."""
        return bool(self.has_view_permission(request))

    def get_import_resource_kwargs(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        """Give the resource the calendar that the form chose."""
        form = kwargs.get("form")
        found = super().get_import_resource_kwargs(request, **kwargs)
        found.pop("form", None)
        if form is not None and form.is_bound and form.is_valid():
            found["calendar"] = form.cleaned_data["calendar"]
        return dict(found)

    def get_confirm_form_initial(
        self, request: HttpRequest, import_form: ExceptionImportForm | None
    ) -> dict[str, Any]:
        """Carry the chosen calendar over to the confirmation."""
        initial = super().get_confirm_form_initial(request, import_form)
        if import_form is not None:
            initial["calendar"] = import_form.cleaned_data["calendar"]
        return dict(initial)

    def add_data_read_fail_error_to_form(self, form: forms.Form, e: Exception) -> None:
        """Say in words what is wrong with the file."""
        form.add_error(
            "import_file", str(e) if isinstance(e, ValueError) else _("O arquivo não é um CSV.")
        )
