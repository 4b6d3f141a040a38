"""What support does not do, by product, and the services that are paid for (E3)."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Max, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from catalog.models import PaidService, ScopeNote, ServiceTerms


class ScopeNoteForm(forms.ModelForm[ScopeNote]):
    """An address typed without its scheme is a safe one."""

    door_url = forms.URLField(label=_("Endereço da porta"), required=False, assume_scheme="https")

    class Meta:
        model = ScopeNote
        fields = (
            "product",
            "title",
            "text",
            "door",
            "door_url",
            "service",
            "position",
            "is_active",
        )


@admin.register(ScopeNote)
class ScopeNoteAdmin(admin.ModelAdmin[ScopeNote]):
    form = ScopeNoteForm
    fieldsets = (
        (None, {"fields": ("product", "title", "text")}),
        (_("A porta certa"), {"fields": ("door", "door_url", "service")}),
        (None, {"fields": (("position", "is_active"),)}),
    )
    list_display = ("title", "product", "door", "service", "is_active")
    list_filter = ("is_active", "product", "service")
    list_select_related = ("product", "service")
    search_fields = ("title__unaccent", "text__unaccent")
    autocomplete_fields = ("product", "service")


class TermsInline(admin.StackedInline[ServiceTerms, PaidService]):
    """Terms are never changed: new ones hold for the next offers, the old ones for those made."""

    model = ServiceTerms
    extra = 0
    fields = ("number", ("price", "unit"), "text", "created_at")
    readonly_fields = ("number", "created_at")
    ordering = ("-number",)
    verbose_name_plural = _("condições: as novas valem para as próximas ofertas")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(PaidService)
class PaidServiceAdmin(admin.ModelAdmin[PaidService]):
    inlines = (TermsInline,)
    list_display = ("name", "is_active", "terms_in_force")
    list_filter = ("is_active",)
    search_fields = ("name__unaccent",)

    def get_queryset(self, request: HttpRequest) -> "QuerySet[PaidService]":
        return super().get_queryset(request).annotate(last_terms=Max("terms__number"))

    def save_formset(
        self, request: HttpRequest, form: forms.ModelForm[PaidService], formset: Any, change: bool
    ) -> None:
        """Number the new terms after the last ones."""
        PaidService.objects.select_for_update().get(pk=form.instance.pk)
        last = form.instance.terms.aggregate(last=Max("number"))["last"] or 0
        new = [each for each in formset.forms if each.has_changed() and not each.instance.pk]
        for number, each in enumerate(new, start=last + 1):
            each.instance.number = number
        super().save_formset(request, form, formset, change)

    @admin.display(description=_("condições em vigor"), ordering="last_terms")
    def terms_in_force(self, service: PaidService) -> str:
        last = getattr(service, "last_terms", None)
        return f"v{last}" if last else "–"
