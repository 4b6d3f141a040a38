"""Tickets in the admin: to be read. Only the verbs of the house change one (L1)."""

import logging
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common import clock, dates
from tickets import due, history
from tickets.actions import advance
from tickets.deadlines import zone_of
from tickets.models import ClockFault, Message, Ticket

log = logging.getLogger(__name__)


class ReadOnly(admin.ModelAdmin[Any]):
    """Rows that the admin shows and nobody writes there."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Ticket)
class TicketAdmin(ReadOnly):
    list_display = (
        "number",
        "title",
        "organization",
        "status",
        "queue",
        "assignee",
        "severity",
        "until",
    )
    list_display_links = ("number", "title")
    list_filter = ("status", "queue", "severity", "end_reason", "opened_at")
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("number", "title", "organization__name")
    search_help_text = _("Número, título, cliente, solicitante ou texto das mensagens.")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "number",
                    "title",
                    "status",
                    ("organization", "requester"),
                    ("product", "queue", "assignee"),
                    ("severity", "channel"),
                )
            },
        ),
        (
            _("Datas"),
            {
                "fields": (
                    ("opened_at", "waiting_since", "last_at"),
                    ("deadline_at", "closes_at"),
                    ("remind_at", "attention_at"),
                )
            },
        ),
        (
            _("Fim e continuação"),
            {
                "fields": (
                    ("ended_at", "end_reason", "discard_reason"),
                    ("predecessor", "merged_into"),
                )
            },
        ),
        (_("Histórico"), {"fields": ("story",)}),
        (_("Conversa"), {"fields": ("conversation",)}),
    )
    readonly_fields = ("number", "story", "conversation")

    def get_fieldsets(self, request: HttpRequest, obj: Ticket | None = None) -> Any:
        """Without the messages for who may not read these, among which are internal notes (L13)."""
        sets = super().get_fieldsets(request, obj)
        return sets if request.user.has_perm("tickets.view_message") else sets[:-1]

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Any]":
        """With the calendar, in whose zone the deadlines are told."""
        found = super().get_queryset(request)
        return found.select_related("organization", "assignee", "queue__policy__calendar")

    def get_search_results(
        self, request: HttpRequest, queryset: "QuerySet[Any]", search_term: str
    ) -> "tuple[QuerySet[Ticket], bool]":
        """As everywhere else: number, words of the title, the people and the messages."""
        assert isinstance(request.user, User)  # noqa: S101 - the admin lets nobody else in
        return queryset.matching(search_term, request.user), False  # type: ignore[attr-defined]

    @admin.display(description=_("prazo do cliente"), ordering="deadline_at")
    def until(self, ticket: Ticket) -> str:
        """The day of the customer's deadline, in the calendar's zone."""
        if ticket.deadline_at is None:
            return ""
        return dates.brief(ticket.deadline_at, clock.now(), zone_of(ticket))

    @admin.display(description=_("o que aconteceu"))
    def story(self, ticket: Ticket) -> SafeString:
        """L9: every step, in words."""
        events = ticket.events.select_related("actor", "entered_by")
        lines = history.lines(events, zone_of(ticket))
        return render_to_string("admin/tickets/story.html", {"lines": lines})

    @admin.display(description=_("mensagens"))
    def conversation(self, ticket: Ticket) -> SafeString:
        """Every message with the names of its files, internal notes too."""
        written = Message.objects.filter(ticket=ticket).select_related("author", "entered_by")
        return render_to_string(
            "admin/tickets/conversation.html",
            {"written": written.prefetch_related("attachments")},
        )


@admin.register(ClockFault)
class ClockFaultAdmin(ReadOnly):
    """Tickets that the clock could not move; it tries again with every tick, or when told to."""

    list_display = ("ticket", "error", "first_at", "last_at", "times")
    list_filter = ("error", "last_at")
    list_select_related = ("ticket",)
    search_fields = ("ticket__number__exact", "ticket__title", "error")
    search_help_text = _(
        "Tickets cujo prazo venceu e que um erro não deixa seguir. O sistema tenta de novo a cada "
        "30 segundos; quando consegue, o ticket sai desta lista."
    )
    actions = ("retry",)

    def has_retry_permission(self, request: HttpRequest) -> bool:
        """Who might change a fault, if any could be, may have it tried again."""
        return request.user.has_perm("tickets.change_clockfault")

    @admin.action(description=_("Tentar de novo"), permissions=["retry"])
    def retry(self, request: HttpRequest, chosen: "QuerySet[ClockFault, Any]") -> None:
        """What the tick does, now, and to these: those that mail still holds back wait (B8)."""
        now = clock.now()
        faults = {fault.ticket_id: fault for fault in chosen.select_related("ticket")}
        try:
            free = due.free_to_move(sorted(faults), now)
        except Exception as error:
            log.exception("retry: a gate failed")
            told = gettext("Nada andou: a conferência dos e-mails recebidos falhou (%(error)s).")
            self.message_user(request, told % {"error": type(error).__name__}, messages.ERROR)
            return
        mended = 0
        for ticket_id in free:
            mended += self._mended(request, faults[ticket_id])
        if mended:
            told = ngettext("%(count)d ticket andou.", "%(count)d tickets andaram.", mended)
            self.message_user(request, told % {"count": mended}, messages.SUCCESS)
        if waiting := len(faults) - len(free):
            told = ngettext(
                "%(count)d ticket espera um e-mail ser lido antes de andar.",
                "%(count)d tickets esperam um e-mail ser lido antes de andar.",
                waiting,
            )
            self.message_user(request, told % {"count": waiting}, messages.WARNING)

    def _mended(self, request: HttpRequest, fault: ClockFault) -> bool:
        try:
            advance(fault.ticket_id, now=clock.now())
        except Exception as error:
            log.exception("retry: ticket id %s could not be moved", fault.ticket_id)
            told = gettext("O ticket %(number)d ainda não anda: %(error)s.") % {
                "number": fault.ticket.number,
                "error": type(error).__name__,
            }
            self.message_user(request, told, messages.ERROR)
            return False
        fault.delete()
        return True
