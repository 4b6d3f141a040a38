"""The mail that came in, kept raw before anything is decided; the mailboxes it comes from."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common import clock
from tickets.models import Message, Queue, Ticket


class State(models.TextChoices):
    """How far a mail has come."""

    RECEIVED = "received", _("recebido")
    PLACED = "placed", _("tratado")
    QUARANTINED = "quarantined", _("em quarentena")
    FAILED = "failed", _("com falha")


class Outcome(models.TextChoices):
    """What became of a mail."""

    REPLIED = "replied", _("resposta")
    FOLLOWED_UP = "followed_up", _("acompanhamento")
    DUPLICATE = "duplicate", _("repetido")
    AUTO_REPLY = "auto_reply", _("resposta automática")
    BOUNCE = "bounce", _("devolução")
    REJECTED = "rejected", _("rejeitado")
    QUARANTINED = "quarantined", _("quarentena")


class Mailbox(models.Model):
    """An address whose mail comes in by a reader of our own, which notes when it last looked.

    While an active one has not been read since a deadline, the tickets of its queue do not
    expire, for a day at most (B8).
    """

    name = models.CharField(_("nome"), max_length=120, unique=True)
    queue = models.ForeignKey(
        Queue, models.PROTECT, related_name="mailboxes", verbose_name=_("fila")
    )
    address = models.EmailField(_("endereço"), unique=True)
    is_active = models.BooleanField(
        _("ativa"),
        default=True,
        help_text=_(
            "Só para caixas lidas periodicamente: enquanto a caixa não for lida depois de um "
            "prazo, os tickets da fila esperam até 24 horas para expirar (B8)."
        ),
    )
    read_at = models.DateTimeField(_("lida em"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("caixa de e-mail")
        verbose_name_plural = _("caixas de e-mail")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class InboundMailQuerySet(models.QuerySet["InboundMail"]):
    def waiting(self) -> "InboundMailQuerySet":
        """Received and not yet decided, the least tried first, then as they came."""
        return self.filter(state=State.RECEIVED).order_by("attempts", "received_at", "pk")

    def unplaced(self) -> "InboundMailQuerySet":
        """Nothing has been decided, also because every try failed."""
        return self.filter(state__in=[State.RECEIVED, State.FAILED])


class InboundMail(models.Model):
    """One mail, byte for byte, and what became of it. Its row is written before it is understood.

    `received_at` is our own stamp, never the `Date:` header (L11). `about` is the ticket that it
    names, `ticket` the one in which it landed, `published` its message there. Times are aware, UTC.
    """

    mailbox = models.ForeignKey(
        Mailbox, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("caixa")
    )
    raw = models.BinaryField(_("original"))
    fingerprint = models.CharField(_("impressão"), max_length=64, unique=True, editable=False)
    identity = models.CharField(_("identidade"), max_length=64, editable=False)
    message_id = models.CharField("Message-ID", max_length=255, blank=True)
    from_address = models.CharField(_("de"), max_length=254, blank=True)
    subject = models.CharField(_("assunto"), max_length=255, blank=True)
    received_at = models.DateTimeField(_("recebido em"), default=clock.now)

    state = models.CharField(
        _("estado"), max_length=12, choices=State.choices, default=State.RECEIVED
    )
    outcome = models.CharField(_("resultado"), max_length=12, choices=Outcome.choices, blank=True)
    why = models.CharField(_("por quê"), max_length=300, blank=True)
    about = models.ForeignKey(
        Ticket,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("ticket citado"),
    )
    ticket = models.ForeignKey(
        Ticket, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("ticket")
    )
    published = models.OneToOneField(
        Message,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="inbound_mail",
        verbose_name=_("mensagem"),
    )
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decidido por"),
        help_text=_("Vazio: o sistema."),
    )
    placed_at = models.DateTimeField(_("tratado em"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("tentativas"), default=0)
    error = models.CharField(_("último erro"), max_length=300, blank=True)

    objects = InboundMailQuerySet.as_manager()

    class Meta:
        verbose_name = _("e-mail recebido")
        verbose_name_plural = _("e-mails recebidos")
        ordering = ["-received_at", "-pk"]
        indexes = [
            models.Index(
                fields=["attempts", "received_at", "id"],
                condition=Q(state="received"),
                name="inbound_mail_waiting",
            ),
            models.Index(
                fields=["about"],
                condition=Q(state__in=["received", "failed"]),
                name="inbound_mail_unplaced",
            ),
            models.Index(fields=["state", "-received_at"], name="inbound_mail_state"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=State.values), name="inbound_mail_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["received", "failed"], outcome="", placed_at=None)
                | Q(state="quarantined", outcome="quarantined", placed_at__isnull=False)
                | Q(
                    ~Q(outcome__in=["", "quarantined"]),
                    state="placed",
                    outcome__in=Outcome.values,
                    placed_at__isnull=False,
                ),
                name="inbound_mail_outcome_fits_state",
            ),
            models.CheckConstraint(
                condition=~Q(outcome__in=["replied", "followed_up"])
                | Q(ticket__isnull=False, published__isnull=False),
                name="inbound_mail_says_where",
            ),
        ]

    def __str__(self) -> str:
        return str(self.subject or self.message_id or self.fingerprint[:12])
