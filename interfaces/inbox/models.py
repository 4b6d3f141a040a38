"""The mail that came in, kept raw before anything is decided; the mailboxes it comes from."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common import clock
from common.secrets import EncryptedTextField
from tickets.models import Message, Queue, SenderCheck, Ticket


class State(models.TextChoices):
    """How far a mail has come."""

    RECEIVED = "received", _("recebido")
    PLACED = "placed", _("tratado")
    QUARANTINED = "quarantined", _("em quarentena")
    FAILED = "failed", _("com falha")


class Outcome(models.TextChoices):
    """What became of a mail."""

    OPENED = "opened", _("ticket aberto")
    REPLIED = "replied", _("resposta")
    FOLLOWED_UP = "followed_up", _("acompanhamento")
    DUPLICATE = "duplicate", _("repetido")
    AUTO_REPLY = "auto_reply", _("resposta automática")
    BOUNCE = "bounce", _("devolução")
    REJECTED = "rejected", _("rejeitado")
    QUARANTINED = "quarantined", _("quarentena")


class Door(models.TextChoices):
    """By which way the mail of a mailbox comes to us."""

    IMAP = "imap", _("IMAP: nós lemos a caixa")
    READER = "reader", _("outro programa lê a caixa e chama ingest_mail")
    PUSHED = "pushed", _("o servidor entrega a nós (LMTP, pipe ou webhook)")


# Doors behind which mail may lie that nobody has looked for yet (B8).
READ_BY_TURNS = (Door.IMAP, Door.READER)


class Security(models.TextChoices):
    """How the connection to a mail server is protected."""

    TLS = "tls", _("TLS (porta 993)")
    STARTTLS = "starttls", _("STARTTLS (porta 143)")
    NONE = "none", _("nenhuma")


class Strangers(models.TextChoices):
    """What is done with mail from an unknown address whose domain is no customer's."""

    QUARANTINE = "quarantine", _("pôr em quarentena")
    GUEST = "guest", _("pedir confirmação e abrir como visitante")
    REFUSE = "refuse", _("recusar, com uma explicação")


class Mailbox(models.Model):
    """An address whose mail becomes tickets of one queue, and the door by which it comes.

    While an active one that is read by turns has not been read since a deadline, the tickets of
    its queue do not expire, for a day at most (B8).
    """

    name = models.CharField(_("nome"), max_length=120, unique=True)
    queue = models.ForeignKey(
        Queue, models.PROTECT, related_name="mailboxes", verbose_name=_("fila")
    )
    address = models.EmailField(_("endereço"), unique=True)
    is_active = models.BooleanField(
        _("ativa"), default=True, help_text=_("Uma caixa inativa não é lida nem recebe.")
    )
    door = models.CharField(
        _("como o e-mail chega"),
        max_length=8,
        choices=Door.choices,
        default=Door.READER,
        help_text=_(
            "Enquanto uma caixa que é lida não for lida depois de um prazo, os tickets da fila "
            "esperam até 24 horas para expirar (B8)."
        ),
    )
    read_at = models.DateTimeField(_("lida em"), null=True, blank=True, editable=False)

    product = models.ForeignKey(
        "catalog.Product",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("produto dos tickets novos"),
        help_text=_("Sem produto, e-mails que não respondem a um ticket ficam em quarentena."),
    )
    strangers = models.CharField(
        _("remetentes desconhecidos"),
        max_length=10,
        choices=Strangers.choices,
        default=Strangers.QUARANTINE,
    )
    guests = models.ForeignKey(
        "accounts.Organization",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        limit_choices_to={"holds_guests": True},
        verbose_name=_("cliente dos visitantes"),
        help_text=_(
            "Em que entram os visitantes que confirmarem o endereço: um que reúne visitantes."
        ),
    )
    authserv_id = models.CharField(
        _("servidor que verifica remetentes"),
        max_length=253,
        blank=True,
        help_text=_(
            "O nome que o seu servidor de e-mail escreve em Authentication-Results, por exemplo "
            "mx.exemplo.com.br. Só o que ele escreve vale; vazio, verificamos o DKIM nós mesmos."
        ),
    )

    imap_host = models.CharField(_("servidor IMAP"), max_length=253, blank=True)
    imap_port = models.PositiveIntegerField(_("porta"), default=993)
    imap_security = models.CharField(
        _("segurança"), max_length=8, choices=Security.choices, default=Security.TLS
    )
    imap_user = models.CharField(_("usuário"), max_length=254, blank=True)
    imap_password = EncryptedTextField(_("senha"), blank=True)
    imap_folder = models.CharField(_("pasta lida"), max_length=120, default="INBOX")
    imap_done_folder = models.CharField(
        _("pasta dos tratados"),
        max_length=120,
        blank=True,
        help_text=_("Para onde vai o que foi recebido. Vazio: fica onde está."),
    )
    imap_imports_old = models.BooleanField(
        _("importar o que já está na caixa"),
        default=False,
        help_text=_(
            "Na primeira conexão, o que já estava na caixa fica de fora. Marcado, vira ticket sem "
            "que nenhuma carta seja enviada."
        ),
    )
    imap_uid_validity = models.BigIntegerField(null=True, blank=True, editable=False)
    imap_last_uid = models.BigIntegerField(null=True, blank=True, editable=False)
    # Whose numbers those are; below which of them, and before when, a mail is old (imap.py).
    imap_place = models.CharField(max_length=650, blank=True, editable=False)
    imap_old_below = models.BigIntegerField(null=True, blank=True, editable=False)
    imap_old_before = models.DateTimeField(null=True, blank=True, editable=False)
    # The mails that the server would not give us, by number, and at how many readings (imap.py).
    imap_refused = models.JSONField(default=dict, blank=True, editable=False)
    failing_since = models.DateTimeField(_("falha desde"), null=True, blank=True, editable=False)
    last_error = models.CharField(_("último erro"), max_length=300, blank=True, editable=False)

    class Meta:
        verbose_name = _("caixa de e-mail")
        verbose_name_plural = _("caixas de e-mail")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=Q(door__in=Door.values), name="mailbox_door_known"),
            models.CheckConstraint(
                condition=~Q(door="imap") | (~Q(imap_host="") & ~Q(imap_user="")),
                name="mailbox_imap_has_its_server",
                violation_error_message=_("Informe o servidor e o usuário da caixa IMAP."),
            ),
            models.CheckConstraint(
                condition=~Q(strangers="guest") | Q(guests__isnull=False),
                name="mailbox_guests_have_a_customer",
                violation_error_message=_("Escolha o cliente em que entram os visitantes."),
            ),
        ]

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

    Hashes tell mails apart: rows of one `identity` are copies of one mail, each of another mailbox
    (`fingerprint` is of both); rows of one `claim` only say, by their Message-ID, that they are.
    """

    mailbox = models.ForeignKey(
        Mailbox, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("caixa")
    )
    raw = models.BinaryField(_("original"))
    fingerprint = models.CharField(_("impressão"), max_length=64, unique=True, editable=False)
    identity = models.CharField(_("identidade"), max_length=64, editable=False)
    claim = models.CharField(_("identificação"), max_length=64, editable=False)
    message_id = models.CharField("Message-ID", max_length=255, blank=True)
    from_address = models.CharField(_("de"), max_length=254, blank=True)
    subject = models.CharField(_("assunto"), max_length=255, blank=True)
    received_at = models.DateTimeField(_("recebido em"), default=clock.now)
    is_quiet = models.BooleanField(
        _("importado"), default=False, help_text=_("Já estava na caixa: não gera carta alguma.")
    )
    whole_size = models.PositiveBigIntegerField(
        _("tamanho"),
        null=True,
        blank=True,
        help_text=_("Em bytes, de um e-mail grande demais: só o cabeçalho dele foi guardado."),
    )
    trust = models.CharField(
        _("remetente"), max_length=8, choices=SenderCheck.choices, default=SenderCheck.UNKNOWN
    )
    trust_why = models.CharField(_("por quê"), max_length=300, blank=True)

    # A letter went to its sender, an address that we did not know (answers.py counts them).
    reached_stranger = models.BooleanField(default=False, editable=False)

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
            models.Index(fields=["claim"], name="inbound_mail_claim"),
            models.Index(fields=["from_address", "received_at"], name="inbound_mail_sender"),
            models.Index(
                fields=["mailbox", "received_at"],
                condition=Q(reached_stranger=True),
                name="inbound_mail_strangers",
            ),
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
                condition=~Q(outcome__in=["opened", "replied", "followed_up"])
                | Q(ticket__isnull=False, published__isnull=False),
                name="inbound_mail_says_where",
            ),
        ]

    def __str__(self) -> str:
        return str(self.subject or self.message_id or self.fingerprint[:12])
