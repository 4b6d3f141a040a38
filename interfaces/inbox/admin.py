"""Mail in the admin: what came in and what became of it; accept, reject, try again."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.later import poke
from interfaces.inbox import mime, tasks
from interfaces.inbox.models import InboundMail, Mailbox
from interfaces.inbox.place import accept, reject, try_again
from interfaces.inbox.visible import visible
from tickets.errors import Refused
from tickets.models import Ticket


@admin.register(Mailbox)
class MailboxAdmin(admin.ModelAdmin[Mailbox]):
    list_display = ("name", "address", "queue", "is_active", "read_at")
    list_filter = ("is_active", "queue")
    search_fields = ("name", "address")
    readonly_fields = ("read_at",)


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
    fields = (
        ("state", "outcome"),
        "why",
        ("from_address", "received_at", "mailbox"),
        "subject",
        ("about_link", "ticket_link"),
        ("placed_at", "settled_by"),
        ("attempts", "error"),
        "words",
        "files",
        "message_id",
        "original",
    )
    readonly_fields = ("about_link", "ticket_link", "words", "files", "original")
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

    def download(self, request: HttpRequest, mail_id: int) -> HttpResponse:
        """The mail, byte for byte, as a file that no browser shows."""
        mail = get_object_or_404(InboundMail, pk=mail_id)
        if not self.has_view_permission(request, mail):
            return HttpResponse(status=403)
        response = HttpResponse(bytes(mail.raw), content_type="message/rfc822")
        response["Content-Disposition"] = f'attachment; filename="{mail.pk}.eml"'
        response["Content-Security-Policy"] = "default-src 'none'; sandbox"
        response["X-Content-Type-Options"] = "nosniff"
        return response

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
        return format_html("<pre>{}</pre>", visible(mime.parse(bytes(mail.raw)).text))

    @admin.display(description=_("arquivos"))
    def files(self, mail: InboundMail) -> str:
        return ", ".join(each.name for each in mime.parse(bytes(mail.raw)).attachments)

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


def _link(ticket: Ticket | None) -> str | SafeString:
    if ticket is None:
        return ""
    url = reverse("desk:ticket", args=[ticket.number])
    return format_html('<a href="{}">{}</a>', url, ticket)
