"""The durable promise to send a letter. How its state changes is in `outbox/ledger.py`."""

from collections.abc import Iterable
from datetime import UTC, datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from common import clock
from outbox import kinds


class State(models.TextChoices):
    WAITING = "waiting", _("na fila")
    SENDING = "sending", _("enviando")
    SENT = "sent", _("enviada")
    FAILED = "failed", _("não enviada")
    CANCELLED = "cancelled", _("cancelada")


ENDED = (State.SENT, State.FAILED, State.CANCELLED)


class Lane(models.IntegerChoices):
    """Whose turn comes first: somebody is waiting at the sign-in page for an access letter."""

    ACCESS = 1, _("acesso")
    NEWS = 2, _("avisos")


def real_now() -> datetime:
    """The real time, aware, in UTC: for leases and waits, never for what a letter says.

    The demo's clock jumps by days, and a mail server does not recover because of that.
    """
    return datetime.now(UTC)


# So long an id nobody guesses; some providers count theirs, and those prove nothing.
_UNGUESSABLE = 32


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def due(self, now: datetime) -> "DeliveryQuerySet":
        """What may be sent at `now` (real time): its wait is over, or its worker died with it."""
        return self.filter(
            Q(state=State.WAITING, next_try_at__lte=now)
            | Q(state=State.SENDING, claimed_until__lte=now)
        )

    def known_as(self, message_ids: Iterable[str]) -> "DeliveryQuerySet":
        """The letters with one of these Message-IDs (`<…@…>`): ours, or the one that a provider
        put in its place. Of the latter some tell us only what stands before the @."""
        ids = list(message_ids)
        bare = {each.strip("<>") for each in ids}
        local = {each.rpartition("@")[0] for each in bare}
        theirs = bare | {each for each in local if len(each) >= _UNGUESSABLE}
        return self.filter(Q(message_id__in=ids) | Q(sent_as__in=theirs - {""}))

    def failed(self) -> "DeliveryQuerySet":
        """What was given up and waits for a person."""
        return self.filter(state=State.FAILED)


class Delivery(models.Model):
    """One letter to one recipient, promised in the transaction of the event that it tells.

    `context` is what the letter says, frozen at that event (L10, B7); `key` makes the promise
    once (L12). `created_at` dates the letter; `next_try_at`, `claimed_until` and `sent_at` are
    real times (`real_now`). `sent_as` is the id that a mail provider gave it, without brackets;
    over SMTP it keeps its own. `suspended` is one that failed because its address is suspended.
    """

    key = models.CharField(_("chave"), max_length=200, unique=True)
    letter = models.CharField(_("carta"), max_length=50)
    topic = models.CharField(_("sobre"), max_length=100, blank=True)
    lane = models.PositiveSmallIntegerField(_("faixa"), choices=Lane.choices, default=Lane.NEWS)
    to_address = models.EmailField(_("para"))
    to_name = models.CharField(_("nome"), max_length=150, blank=True)
    context = models.JSONField(_("conteúdo"), default=dict, blank=True)
    secret = models.BooleanField(_("com link de acesso"), default=False)

    message_id = models.CharField("Message-ID", max_length=255, unique=True)
    in_reply_to = models.CharField("In-Reply-To", max_length=255, blank=True)
    references = ArrayField(models.CharField(max_length=255), default=list, blank=True)
    reply_to = models.EmailField(_("responder para"), blank=True)
    headers = models.JSONField(_("outros cabeçalhos"), default=dict, blank=True)

    state = models.CharField(
        _("estado"), max_length=10, choices=State.choices, default=State.WAITING
    )
    attempts = models.PositiveSmallIntegerField(_("tentativas"), default=0)
    next_try_at = models.DateTimeField(_("próxima tentativa"), default=real_now)
    claimed_until = models.DateTimeField(_("reservada até"), null=True, blank=True)
    sent_at = models.DateTimeField(_("enviada em"), null=True, blank=True)
    sent_as = models.CharField(_("id no provedor"), max_length=255, blank=True)
    suspended = models.BooleanField(_("parada pela suspensão do endereço"), default=False)
    last_error = models.CharField(_("último erro"), max_length=200, blank=True)
    bounced_at = models.DateTimeField(_("devolvida em"), null=True, blank=True)
    bounce = models.CharField(_("devolução"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("escrita em"), default=clock.now)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("carta")
        verbose_name_plural = _("cartas")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(
                fields=["lane", "next_try_at"],
                condition=Q(state__in=[State.WAITING, State.SENDING]),
                name="delivery_due",
            ),
            models.Index(fields=["topic"], condition=~Q(topic=""), name="delivery_topic"),
            models.Index(fields=["state", "-created_at"], name="delivery_state"),
            models.Index(
                fields=["sent_at"], condition=Q(sent_at__isnull=False), name="delivery_sent"
            ),
            models.Index(fields=["sent_as"], condition=~Q(sent_as=""), name="delivery_sent_as"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=State.values), name="delivery_state_known"
            ),
            models.CheckConstraint(
                condition=Q(letter__regex=r"^[a-z][a-z_]*$"), name="delivery_letter_is_a_folder"
            ),
            models.CheckConstraint(
                condition=Q(state=State.SENDING, claimed_until__isnull=False)
                | (~Q(state=State.SENDING) & Q(claimed_until=None)),
                name="delivery_claimed_while_sending",
            ),
            models.CheckConstraint(
                condition=Q(state=State.SENT, sent_at__isnull=False)
                | (~Q(state=State.SENT) & Q(sent_at=None)),
                name="delivery_sent_has_its_time",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.FAILED) | ~Q(last_error=""),
                name="delivery_failed_says_why",
            ),
            models.CheckConstraint(
                condition=Q(secret=False) | ~Q(state__in=ENDED) | Q(context={}),
                name="delivery_secret_is_erased",
            ),
        ]

    def __str__(self) -> str:
        return f"{kinds.name_of(self.letter)} · {self.to_address}"

    @property
    def read_as(self) -> str:
        """The Message-ID by which its reader's mail program knows it, as far as we were told."""
        return f"<{self.sent_as}>" if "@" in self.sent_as else self.message_id


class SuspensionQuerySet(models.QuerySet["Suspension"]):
    def of(self, addresses: Iterable[str]) -> "SuspensionQuerySet":
        """Those of `addresses`, however they are written."""
        return self.alias(folded=Lower("address")).filter(
            folded__in=[each.lower() for each in addresses]
        )


class Suspension(models.Model):
    """An address that has returned a letter for good: nothing goes there until staff lift it.

    `since` and `why` are told to staff beside the person; `delivery` is the letter returned.
    """

    address = models.EmailField(_("endereço"))
    since = models.DateTimeField(_("desde"), default=clock.now)
    why = models.CharField(_("motivo"), max_length=200)
    delivery = models.ForeignKey(
        Delivery,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("carta devolvida"),
    )

    objects = SuspensionQuerySet.as_manager()

    class Meta:
        verbose_name = _("endereço suspenso")
        verbose_name_plural = _("endereços suspensos")
        ordering = ["-since", "-pk"]
        constraints = [models.UniqueConstraint(Lower("address"), name="suspension_once")]

    def __str__(self) -> str:
        return self.address


class Valve(models.Model):
    """The installation's one valve for mail going out: a row, so that it holds in every worker.

    No row means open, with no cap.
    """

    THE_ONE = 1

    is_open = models.BooleanField(
        _("enviar cartas"),
        default=True,
        help_text=_("Desmarque para parar todo envio. Nada se perde: as cartas esperam na fila."),
    )
    per_hour = models.PositiveIntegerField(
        _("limite por hora"),
        null=True,
        blank=True,
        help_text=_(
            "Vazio: sem limite. As cartas de acesso contam, mas nunca esperam por este limite."
        ),
    )

    class Meta:
        verbose_name = _("válvula de envio")
        verbose_name_plural = _("válvula de envio")
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="valve_is_one")]

    def __str__(self) -> str:
        return str(self._meta.verbose_name)
