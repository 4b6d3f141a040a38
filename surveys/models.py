"""The satisfaction survey of a ticket: that it was sent, its answer, whom it rates (S1 to S6)."""

from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common import clock
from tickets.lifecycle import EndReason
from tickets.models import Queue, Ticket

# S5, S6: so ended, there is no service to rate.
UNRATED = (EndReason.CANCELLED, EndReason.MERGED, EndReason.DISCARDED)


class Score(models.IntegerChoices):
    VERY_BAD = 1, _("Muito ruim")
    BAD = 2, _("Ruim")
    FAIR = 3, _("Regular")
    GOOD = 4, _("Bom")
    VERY_GOOD = 5, _("Muito bom")


class Reason(models.TextChoices):
    """What weighed, for good or ill: the score says which."""

    SPEED = "speed", _("Rapidez")
    CLARITY = "clarity", _("Clareza")
    KNOWLEDGE = "knowledge", _("Conhecimento")
    COURTESY = "courtesy", _("Cordialidade")
    SOLUTION = "solution", _("Solução")
    OTHER = "other", _("Outro motivo")


class SurveyQuerySet(models.QuerySet["Survey"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """S4: analysts see those that rate themselves, supervisors all, anybody else none."""
        if not isinstance(user, User) or not user.is_desk:
            return self.none()
        return self if user.is_supervisor else self.of_person(user)

    def of_person(self, person: User) -> Self:
        """Those that rate `person`: by the answer, or as it would be answered now (S6)."""
        return self.filter(
            Q(answered_at=None, entry_assignee=person) | Q(answered_at__isnull=False, rated=person)
        )

    def of_queue(self, queue: Queue) -> Self:
        """Those of the queue in which the service rated was given."""
        return self.filter(
            Q(answered_at=None, entry_queue=queue) | Q(answered_at__isnull=False, rated_queue=queue)
        )

    def answered(self) -> Self:
        return self.filter(answered_at__isnull=False)

    def counted(self) -> Self:
        """Those that the rates are made of: sent, and of a ticket that was served (S6)."""
        return self.filter(sent_at__isnull=False).exclude(ticket__end_reason__in=UNRATED)


class Survey(models.Model):
    """One survey a ticket (S1). All times aware, UTC.

    `entry_assignee` and `entry_queue` are of the ticket's last entry into Validação Cliente;
    an answer takes them over as `rated` and `rated_queue` (S6), whoever comes after. `sent_at` is
    None while the requester has always left before. Reasons are codes of `Reason`.
    """

    ticket = models.OneToOneField(
        Ticket, models.PROTECT, related_name="survey", verbose_name=_("ticket")
    )
    created_at = models.DateTimeField(_("criada em"), default=clock.now)
    sent_at = models.DateTimeField(_("enviada em"), null=True, blank=True)
    entry_assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("responsável na última entrada"),
    )
    entry_queue = models.ForeignKey(
        Queue, models.PROTECT, related_name="+", verbose_name=_("fila na última entrada")
    )
    rated = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("quem foi avaliado"),
        help_text=_("Vazio: o atendimento da fila (S6)."),
    )
    rated_queue = models.ForeignKey(
        Queue,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("fila avaliada"),
    )
    score = models.PositiveSmallIntegerField(
        _("nota"), choices=Score.choices, null=True, blank=True
    )
    reasons = ArrayField(
        models.CharField(max_length=12, choices=Reason.choices),
        verbose_name=_("o que pesou"),
        default=list,
        blank=True,
    )
    comment = models.TextField(_("comentário"), blank=True)
    answered_at = models.DateTimeField(_("respondida em"), null=True, blank=True)
    changed_at = models.DateTimeField(_("mudada em"), null=True, blank=True)

    objects = SurveyQuerySet.as_manager()

    class Meta:
        verbose_name = _("pesquisa")
        verbose_name_plural = _("pesquisas")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["-sent_at"], name="survey_sent"),
            models.Index(
                fields=["-answered_at", "-id"],
                condition=Q(answered_at__isnull=False),
                name="survey_answered",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(score=None) | Q(score__in=Score.values), name="survey_score_known"
            ),
            models.CheckConstraint(
                condition=Q(reasons__contained_by=Reason.values), name="survey_reasons_known"
            ),
            models.CheckConstraint(
                condition=Q(
                    answered_at__isnull=False, score__isnull=False, rated_queue__isnull=False
                )
                | Q(
                    answered_at=None,
                    changed_at=None,
                    score=None,
                    rated=None,
                    rated_queue=None,
                    reasons=[],
                    comment="",
                ),
                name="survey_answered_has_score",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket.number} · {self.get_score_display() or '–'}"

    @property
    def out_of_rates(self) -> bool:
        """S6: the ticket was cancelled, merged or discarded after the sending."""
        return self.ticket.end_reason in UNRATED

    @property
    def counts(self) -> bool:
        """Whether the rates count it; the queryset's `counted` for one row."""
        return self.sent_at is not None and not self.out_of_rates

    def reason_labels(self) -> list[str]:
        """The reasons in words, in the order of the form."""
        return [str(reason.label) for reason in Reason if reason in self.reasons]
