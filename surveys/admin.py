"""Surveys in the admin: to be read. An answer is the customer's, and nobody else writes it."""

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from surveys.models import Survey


@admin.register(Survey)
class SurveyAdmin(admin.ModelAdmin[Survey]):
    list_display = ("about", "sent_at", "answered_at", "score", "rated", "rated_queue", "counts")
    list_filter = ("score", "rated_queue", "sent_at", "answered_at")
    search_fields = ("=ticket__number", "ticket__title", "comment")
    date_hierarchy = "sent_at"
    list_select_related = ("ticket", "rated", "rated_queue")
    fields = (
        "ticket",
        ("created_at", "sent_at"),
        ("entry_assignee", "entry_queue"),
        ("answered_at", "changed_at"),
        ("score", "why"),
        "comment",
        ("rated", "rated_queue", "counts"),
    )
    readonly_fields = ("why", "counts")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Survey | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Survey | None = None) -> bool:
        return False

    @admin.display(description=_("ticket"), ordering="ticket")
    def about(self, survey: Survey) -> str:
        """In a column of its own making, since Django never breaks the lines of a foreign key."""
        return str(survey.ticket)

    @admin.display(description=_("conta nas taxas"), boolean=True)
    def counts(self, survey: Survey) -> bool:
        """S6: not when the ticket was cancelled, merged or discarded after the sending."""
        return survey.counts

    @admin.display(description=_("o que pesou"))
    def why(self, survey: Survey) -> str:
        return ", ".join(survey.reason_labels())
