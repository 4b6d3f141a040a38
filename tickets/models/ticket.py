"""The ticket's row, and who watches it. Only `tickets.actions` writes them (L1)."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization
from catalog.models import Product, Routine
from common import clock
from tickets import lifecycle, numbers
from tickets.lifecycle import ACTIVE, ENDED, WITH_CUSTOMER, DiscardReason, EndReason, Lifecycle
from tickets.models.event import Channel, Verb
from tickets.models.queue import Queue
from tickets.models.scopes import TicketQuerySet


class Severity(models.IntegerChoices):
    """R3; the smaller number is the more urgent, so that a queue sorts by it."""

    CRITICAL = 1, _("Crítica")
    HIGH = 2, _("Alta")
    MEDIUM = 3, _("Média")
    LOW = 4, _("Baixa")


class Ticket(Lifecycle):
    """One occurrence reported by a customer.

    Times (aware, UTC): `waiting_since` is when the present status was entered, that is since when
    whoever has the ball has had it; the counts of L3, L4 and R4 start there. `deadline_at` and
    `closes_at` are the two dates of L10's sentence as told to the customer (B7); both only while
    the ball is with the customer. `attention_at` is the end of R4's days, only in Aberto. The two
    versions say by which calendar and policy those dates were computed (B3).
    """

    number = models.BigIntegerField(
        _("número"), unique=True, editable=False, db_default=numbers.NEXT
    )
    title = models.CharField(_("título"), max_length=200)
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="tickets", verbose_name=_("cliente")
    )
    requester = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="requested_tickets",
        verbose_name=_("solicitante"),
    )
    product = models.ForeignKey(
        Product, models.PROTECT, related_name="tickets", verbose_name=_("produto")
    )
    routine = models.ForeignKey(
        Routine,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="tickets",
        verbose_name=_("rotina"),
    )
    queue = models.ForeignKey(Queue, models.PROTECT, related_name="tickets", verbose_name=_("fila"))
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="assigned_tickets",
        verbose_name=_("responsável"),
    )
    severity = models.PositiveSmallIntegerField(
        _("severidade"), choices=Severity.choices, default=Severity.MEDIUM
    )
    channel = models.CharField(_("canal"), max_length=10, choices=Channel.choices)

    opened_at = models.DateTimeField(_("aberto em"))
    waiting_since = models.DateTimeField(_("neste status desde"))
    deadline_at = models.DateTimeField(_("prazo do cliente"), null=True, blank=True)
    closes_at = models.DateTimeField(_("encerra em"), null=True, blank=True)
    remind_at = models.DateTimeField(_("lembrete em"), null=True, blank=True)
    reminded_for = models.DateTimeField(_("lembrado do prazo"), null=True, blank=True)
    attention_at = models.DateTimeField(_("vence em"), null=True, blank=True)
    calendar_version = models.PositiveIntegerField(default=0)
    policy_version = models.PositiveIntegerField(default=0)

    ended_at = models.DateTimeField(_("encerrado em"), null=True, blank=True)
    end_reason = models.CharField(_("fim"), max_length=12, choices=EndReason.choices, blank=True)
    discard_reason = models.CharField(
        _("descarte"), max_length=16, choices=DiscardReason.choices, blank=True
    )
    predecessor = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="successor",
        verbose_name=_("continua o ticket"),
    )
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="duplicates",
        verbose_name=_("unido ao ticket"),
    )

    # The last interaction that the customer may know of: internal notes leave no trace (L13).
    last_at = models.DateTimeField(_("última interação"))
    last_verb = models.CharField(max_length=24, choices=Verb.choices)
    last_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    watching = models.ManyToManyField(
        settings.AUTH_USER_MODEL, through="Watcher", related_name="watched_tickets"
    )

    objects = TicketQuerySet.as_manager()

    class Meta:
        verbose_name = _("ticket")
        verbose_name_plural = _("tickets")
        ordering = ["-number"]
        indexes = [
            models.Index(
                fields=["queue", "severity", "waiting_since", "id"],
                condition=models.Q(status__in=ACTIVE),
                name="ticket_queue_order",
            ),
            models.Index(
                fields=["assignee", "severity", "waiting_since", "id"],
                condition=models.Q(status__in=ACTIVE),
                name="ticket_assignee_order",
            ),
            models.Index(
                fields=["deadline_at"],
                condition=models.Q(status__in=WITH_CUSTOMER),
                name="ticket_due",
            ),
            models.Index(
                fields=["remind_at"],
                condition=models.Q(remind_at__isnull=False),
                name="ticket_remind",
            ),
            models.Index(
                fields=["queue", "policy_version", "calendar_version"],
                condition=models.Q(status__in=ACTIVE),
                name="ticket_versions",
            ),
            models.Index(fields=["organization", "-last_at", "-id"], name="ticket_organization"),
            models.Index(fields=["requester", "-last_at", "-id"], name="ticket_requester"),
            # What the pages of the desk and of a customer count, without reading the tickets.
            models.Index(
                fields=["queue", "status", "attention_at"],
                condition=models.Q(status__in=ACTIVE),
                include=["assignee", "id"],
                name="ticket_figures",
            ),
            models.Index(
                fields=["organization", "requester", "status"],
                include=["id"],
                name="ticket_customer",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=ENDED, ended_at__isnull=False)
                & ~models.Q(end_reason="")
                | models.Q(status__in=ACTIVE, ended_at=None, end_reason=""),
                name="ticket_ended_has_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    status__in=WITH_CUSTOMER, deadline_at__isnull=False, closes_at__isnull=False
                )
                | models.Q(
                    ~models.Q(status__in=WITH_CUSTOMER),
                    deadline_at=None,
                    closes_at=None,
                    remind_at=None,
                ),
                name="ticket_deadline_with_customer",
            ),
            models.CheckConstraint(
                condition=models.Q(end_reason="merged", merged_into__isnull=False)
                | models.Q(~models.Q(end_reason="merged"), merged_into=None),
                name="ticket_merged_has_target",
            ),
            models.CheckConstraint(
                condition=models.Q(severity__in=Severity.values), name="ticket_severity_known"
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="lifecycle",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=lifecycle.guard_sql(),
            )
        ]

    def __str__(self) -> str:
        return f"{self.number} · {self.title}"

    @property
    def is_ended(self) -> bool:
        return self.status in ENDED

    @property
    def is_with_customer(self) -> bool:
        """Whether the ball is with the customer (Pendente, Validação)."""
        return self.status in WITH_CUSTOMER


class Watcher(models.Model):
    """Somebody who gets the letters of a ticket and may see it (R1)."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="watchers")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    since = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("quem acompanha")
        verbose_name_plural = _("quem acompanha")
        constraints = [models.UniqueConstraint(fields=["ticket", "user"], name="watcher_once")]

    def __str__(self) -> str:
        return f"{self.ticket_id}: {self.user_id}"
