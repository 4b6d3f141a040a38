"""What people chose to be told by letter, for administrators to see and set."""

from django.contrib import admin
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from common import clock
from notifications import preferences
from notifications.models import Choice, Preference


@admin.register(Preference)
class PreferenceAdmin(admin.ModelAdmin[Preference]):
    list_display = ("person", "address", "choice")
    list_filter = ("choice",)
    list_select_related = ("person",)
    search_fields = ("person__name__unaccent", "person__email")
    search_help_text = _(
        "Quem não está na lista recebe todos os avisos na hora. Os indispensáveis (o que espera a "
        "pessoa até uma data, o fim de um ticket, o link de acesso) chegam sempre."
    )
    autocomplete_fields = ("person",)

    @admin.display(description=_("e-mail"), ordering="person__email")
    def address(self, preference: Preference) -> str:
        return preference.person.email

    def has_delete_permission(self, request: HttpRequest, obj: Preference | None = None) -> bool:
        """Back to all letters is a choice too, which sends what waited for a digest."""
        return False

    def save_model(
        self, request: HttpRequest, obj: Preference, form: ModelForm[Preference], change: bool
    ) -> None:
        """As if the person had chosen; whom a row is about does not change."""
        preferences.choose(obj.person, Choice(obj.choice), now=clock.now())
        obj.pk = Preference.objects.get(person=obj.person).pk

    def get_readonly_fields(
        self, request: HttpRequest, obj: Preference | None = None
    ) -> tuple[str, ...]:
        return ("person",) if obj else ()
