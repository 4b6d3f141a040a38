"""Mail in the admin: the mailboxes, what came in and what became of it; accept, reject, retry."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.guards import person
from accounts.models import User
from common import dates
from common.later import poke
from interfaces.inbox import imap, tasks
from interfaces.inbox.content import Content
from interfaces.inbox.desk_views import eml
from interfaces.inbox.mailbox_form import MailboxForm
from interfaces.inbox.models import Door, InboundMail, Mailbox
from interfaces.inbox.place import accept, reject, try_again
from interfaces.inbox.report import report
from tickets.errors import Refused
from tickets.models import Ticket


@admin.register(Mailbox)
class MailboxAdmin(admin.ModelAdmin[Mailbox]):
    form = MailboxForm
    list_display = ("name", "address", "queue", "door", "is_active", "situation")
    list_filter = ("is_active", "door", "queue")
    list_select_related = ("queue",)
    search_fields = ("name", "address")
    readonly_fields = ("situation",)
    # What only one door, or one policy, needs is hidden by the style sheet: admin-mailbox.css.
    fieldsets = (
        (None, {"fields": ("name", "address", "queue", "is_active")}),
        (_("Chegada"), {"fields": ("door", "situation")}),
        (
            _("Conexão IMAP"),
            {
                "classes": ("only-imap",),
                "fields": (
                    "imap_host",
                    ("imap_port", "imap_security"),
                    "imap_user",
                    "imap_password",
                    "imap_folder",
                    "imap_done_folder",
                    "imap_imports_old",
                ),
            },
        ),
        (_("Tickets novos"), {"fields": ("product",)}),
        (_("Remetentes"), {"fields": ("strangers", "guests", "authserv_id")}),
    )

    class Media:
        css = {"all": ("admin-mailbox.css",)}

    @admin.display(description=_("situação"))
    def situation(self, mailbox: Mailbox) -> str:
        """When it was read, or what keeps it from being read and how to mend that."""
        if mailbox.pk is None or not mailbox.is_active:
            return gettext("Só uma caixa ativa é lida e recebe.")
        if mailbox.door == Door.PUSHED:
            return gettext("O servidor entrega cada e-mail; não há o que ler.")
        if mailbox.failing_since:
            return gettext(
                "Falha desde %(since)s: %(error)s Corrija os dados e use “Salvar e testar a "
                "conexão”."
            ) % {"since": _told(mailbox.failing_since), "error": mailbox.last_error}
        if mailbox.read_at:
            return gettext("Lida em %(when)s.") % {"when": _told(mailbox.read_at)}
        if mailbox.door == Door.IMAP:
            return gettext("Ainda não foi lida. A leitura é feita a cada minuto.")
        return gettext("Ainda não foi lida por outro programa (manage.py ingest_mail).")

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Also tries the connection of what has been saved, once that is committed."""
        response = super().changeform_view(request, object_id, form_url, extra_context)
        tried = getattr(request, "tried_mailbox", None)
        if tried is not None:
            self._try_out(request, tried)
        return response

    def response_add(
        self, request: HttpRequest, obj: Mailbox, post_url_continue: str | None = None
    ) -> HttpResponse:
        answer = super().response_add(request, obj, post_url_continue)
        return self._back_to_try(request, obj) or answer

    def response_change(self, request: HttpRequest, obj: Mailbox) -> HttpResponse:
        answer = super().response_change(request, obj)
        return self._back_to_try(request, obj) or answer

    def _back_to_try(self, request: HttpRequest, mailbox: Mailbox) -> HttpResponse | None:
        """Back to its page, if it is to be tried out."""
        if "_try" not in request.POST:
            return None
        request.tried_mailbox = mailbox  # type: ignore[attr-defined]  # ours alone
        return redirect("admin:inbox_mailbox_change", mailbox.pk)

    def _try_out(self, request: HttpRequest, mailbox: Mailbox) -> None:
        if mailbox.door != Door.IMAP:
            told = gettext("Só uma caixa IMAP tem uma conexão a testar.")
            self.message_user(request, told, messages.WARNING)
            return
        try:
            told, level = imap.try_out(mailbox), messages.SUCCESS
        except Refused as refused:
            told, level = str(refused), messages.ERROR
        self.message_user(request, told, level)


@admin.register(InboundMail)
class InboundMailAdmin(admin.ModelAdmin[InboundMail]):
    list_display = (
        "received_at",
        "from_address",
        "subject",
        "state",
        "outcome",
        "where",
        "why",
        "attempts",
        "error",
    )
    list_filter = ("state", "outcome", "mailbox", "received_at")
    list_select_related = ("about", "ticket")
    search_fields = ("from_address", "subject", "message_id", "ticket__number", "about__number")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("state", "outcome"),
                    "why",
                    ("from_address", "received_at", "mailbox"),
                    "subject",
                    ("trust", "trust_why"),
                    ("about_link", "ticket_link"),
                    ("placed_at", "settled_by"),
                    ("attempts", "error"),
                )
            },
        ),
        (_("O que diz"), {"fields": ("words", "files", "original")}),
        (_("Envelope"), {"fields": ("envelope", "message_id", "whole_size", "is_quiet")}),
        (_("O que resultou, em JSON"), {"fields": ("as_json",)}),
    )
    readonly_fields = (
        "about_link",
        "ticket_link",
        "words",
        "files",
        "original",
        "envelope",
        "as_json",
    )
    actions = ("accept", "reject", "retry")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: InboundMail | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: InboundMail | None = None) -> bool:
        return False

    def has_settle_permission(self, request: HttpRequest) -> bool:
        """Who might change a mail, if any could be changed, may decide it."""
        return request.user.has_perm("inbox.change_inboundmail")

    def get_queryset(self, request: HttpRequest) -> "QuerySet[InboundMail]":
        return super().get_queryset(request).defer("raw")

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.download)
        own = path("<int:mail_id>/original/", view, name="inbox_inboundmail_original")
        return [own, *super().get_urls()]

    def download(self, request: HttpRequest, mail_id: int) -> HttpResponseBase:
        """The mail as a file that no browser shows; see `eml`."""
        mail = get_object_or_404(InboundMail, pk=mail_id)
        if not self.has_view_permission(request, mail):
            return HttpResponse(status=403)
        return eml(mail, person(request))

    @admin.display(description=_("ticket"))
    def where(self, mail: InboundMail) -> str:
        found = mail.ticket or mail.about
        return str(found.number) if found else ""

    @admin.display(description=_("ticket citado"))
    def about_link(self, mail: InboundMail) -> str | SafeString:
        return _link(mail.about)

    @admin.display(description=_("ticket"))
    def ticket_link(self, mail: InboundMail) -> str | SafeString:
        return _link(mail.ticket)

    @admin.display(description=_("texto"))
    def words(self, mail: InboundMail) -> SafeString:
        """What the customer wrote, as it would be published."""
        return format_html("<pre>{}</pre>", _content(mail).written.text)

    @admin.display(description=_("arquivos"))
    def files(self, mail: InboundMail) -> str:
        return ", ".join(each.name for each in _content(mail).parsed.attachments)

    @admin.display(description=_("endereços"))
    def envelope(self, mail: InboundMail) -> SafeString:
        """The headers that say whence and whither it went."""
        parsed = _content(mail).parsed
        told = [(name, parsed.header(name.lower())) for name in _ENVELOPE]
        return format_html(
            "<pre>{}</pre>", "\n".join(f"{name}: {value}" for name, value in told if value)
        )

    @admin.display(description=_("JSON"))
    def as_json(self, mail: InboundMail) -> SafeString:
        """The same as `manage.py ingest_mail --json` prints."""
        told = report(mail, content=_content(mail))
        return format_html("<pre>{}</pre>", json.dumps(told, ensure_ascii=False, indent=2))

    @admin.display(description=_("original"))
    def original(self, mail: InboundMail) -> SafeString:
        url = reverse("admin:inbox_inboundmail_original", args=[mail.pk])
        return format_html('<a href="{}">{}</a>', url, gettext("Baixar o e-mail como chegou"))

    @admin.action(description=_("Aceitar e publicar"), permissions=["settle"])
    def accept(self, request: HttpRequest, chosen: "QuerySet[InboundMail, Any]") -> None:
        """Each quarantined mail goes into the ticket that it names, as its sender."""
        count = self._settle(request, chosen, accept)
        told = ngettext("%(count)d e-mail publicado.", "%(count)d e-mails publicados.", count)
        self._tell(request, told, count)

    @admin.action(description=_("Rejeitar"), permissions=["settle"])
    def reject(self, request: HttpRequest, chosen: "QuerySet[InboundMail, Any]") -> None:
        """Out of quarantine, without any effect."""
        count = self._settle(request, chosen, reject)
        told = ngettext("%(count)d e-mail rejeitado.", "%(count)d e-mails rejeitados.", count)
        self._tell(request, told, count)

    @admin.action(description=_("Tentar de novo"), permissions=["settle"])
    def retry(self, request: HttpRequest, chosen: "QuerySet[InboundMail, Any]") -> None:
        """Failed ones wait again, as if new."""
        count = try_again(list(chosen.values_list("pk", flat=True)))
        poke(tasks.place)
        told = ngettext(
            "%(count)d e-mail voltou para a fila.", "%(count)d e-mails voltaram para a fila.", count
        )
        self._tell(request, told, count)

    def _settle(
        self,
        request: HttpRequest,
        chosen: "QuerySet[InboundMail, Any]",
        settle: Callable[..., InboundMail],
    ) -> int:
        """Do it to each; how many. What is refused is told, with the reason."""
        assert isinstance(request.user, User)  # noqa: S101 - the admin lets nobody else in
        count = 0
        for mail in chosen.order_by("received_at"):
            try:
                settle(mail.pk, by=request.user)
            except Refused as refused:
                self.message_user(request, f"{mail}: {refused}", messages.WARNING)
            else:
                count += 1
        return count

    def _tell(self, request: HttpRequest, told: str, count: int) -> None:
        if count:
            self.message_user(request, told % {"count": count}, messages.SUCCESS)


_ENVELOPE = (
    "Return-Path",
    "Delivered-To",
    "X-Original-To",
    "From",
    "Sender",
    "Reply-To",
    "To",
    "Cc",
    "Date",
    "In-Reply-To",
    "Authentication-Results",
    "Auto-Submitted",
)


def _content(mail: InboundMail) -> Content:
    """What is read out of `mail`, once for all fields of its page."""
    found: Content | None = getattr(mail, "read_content", None)
    if found is None:
        found = Content(bytes(mail.raw))
        mail.read_content = found  # type: ignore[attr-defined]  # ours alone
    return found


def _told(moment: datetime) -> str:
    return dates.full(moment, ZoneInfo(timezone.get_current_timezone_name()))


def _link(ticket: Ticket | None) -> str | SafeString:
    if ticket is None:
        return ""
    url = reverse("desk:ticket", args=[ticket.number])
    return format_html('<a href="{}">{}</a>', url, ticket)
