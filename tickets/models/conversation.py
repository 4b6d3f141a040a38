"""What people wrote and attached, and what they have not sent yet."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from common import clock
from tickets.models.event import Channel
from tickets.models.scopes import AttachmentQuerySet, MessageQuerySet


class SenderCheck(models.TextChoices):
    """What is known of whether a mail comes from its author; empty where people signed in."""

    PASSED = "passed", _("remetente confirmado")
    FAILED = "failed", _("remetente não confirmado")
    UNKNOWN = "unknown", _("remetente não verificado")


class Message(models.Model):
    """One message of a ticket. `received_at` is when our first process got it (L11)."""

    class Kind(models.TextChoices):
        OPENING = "opening", _("abertura")
        REPLY = "reply", _("resposta")
        NOTE = "note", _("nota interna")
        REQUEST = "request", _("pedido de informações")
        SOLUTION = "solution", _("solução proposta")
        REASON = "reason", _("motivo")
        SCOPE = "scope", _("fora do escopo")

    ticket = models.ForeignKey("tickets.Ticket", models.PROTECT, related_name="messages")
    kind = models.CharField(_("tipo"), max_length=10, choices=Kind.choices)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("autor")
    )
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("registrada por"),
    )
    by_customer = models.BooleanField(_("do cliente"))
    is_internal = models.BooleanField(_("só para o suporte"), default=False)
    channel = models.CharField(_("canal"), max_length=10, choices=Channel.choices)
    sender_check = models.CharField(
        _("verificação do remetente"), max_length=8, choices=SenderCheck.choices, blank=True
    )
    body_text = models.TextField(_("texto"))
    body_html = models.TextField(_("HTML"), help_text=_("Já higienizado."))
    received_at = models.DateTimeField(_("recebida em"))
    created_at = models.DateTimeField(_("gravada em"), default=clock.now)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("mensagem")
        verbose_name_plural = _("mensagens")
        ordering = ["received_at", "pk"]
        indexes = [models.Index(fields=["ticket", "received_at"], name="message_by_ticket")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind="note") | models.Q(is_internal=False),
                name="message_only_notes_are_internal",
            ),
            models.CheckConstraint(
                condition=~models.Q(kind="note") | models.Q(is_internal=True, by_customer=False),
                name="message_notes_are_internal",  # L13
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id}: {self.kind}"


ATTACHMENTS = "attachments"


def attachment_path(attachment: "Attachment", name: str) -> str:
    """Where a file is stored: by its own random key, never by the name that a person gave."""
    return f"{ATTACHMENTS}/{attachment.key.hex[:2]}/{attachment.key.hex}"


class Attachment(models.Model):
    """A file; uploaded first, bound to its message when that is sent. Unsent ones are removed."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    message = models.ForeignKey(
        Message, models.PROTECT, null=True, related_name="attachments", verbose_name=_("mensagem")
    )
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("enviado por")
    )
    file = models.FileField(_("arquivo"), upload_to=attachment_path, max_length=200)
    name = models.CharField(_("nome"), max_length=200)
    content_type = models.CharField(_("tipo"), max_length=120)
    size = models.PositiveIntegerField(_("bytes"))
    sha256 = models.CharField(max_length=64)
    safe_inline = models.BooleanField(default=False)
    created_at = models.DateTimeField(_("enviado em"), default=clock.now)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("arquivo")
        verbose_name_plural = _("arquivos")
        ordering = ["pk"]
        indexes = [
            models.Index(
                fields=["created_at"],
                condition=models.Q(message=None),
                name="attachment_unsent",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Draft(models.Model):
    """What a person was writing at a place (`ticket:1024:reply`, `open`); one row a place."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="drafts")
    place = models.CharField(max_length=60)
    fields = models.JSONField(default=dict)
    saved_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("rascunho")
        verbose_name_plural = _("rascunhos")
        constraints = [models.UniqueConstraint(fields=["user", "place"], name="draft_once_a_place")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.place}"
