"""Tickets of an incident or of a defect, and one answer for all of them (M2)."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from common import clock
from knowledge.models import Defect, Incident


class IncidentTicket(models.Model):
    """A ticket of an incident; a ticket has at most one."""

    ticket = models.OneToOneField(
        "tickets.Ticket", models.PROTECT, related_name="in_incident", verbose_name=_("ticket")
    )
    incident = models.ForeignKey(
        Incident, models.PROTECT, related_name="in_tickets", verbose_name=_("incidente")
    )
    at = models.DateTimeField(_("desde"), default=clock.now)

    class Meta:
        verbose_name = _("ticket do incidente")
        verbose_name_plural = _("tickets do incidente")

    def __str__(self) -> str:
        return f"{self.ticket_id}: {self.incident_id}"


class DefectTicket(models.Model):
    """A ticket that a defect caused; a ticket may have several."""

    ticket = models.ForeignKey(
        "tickets.Ticket", models.PROTECT, related_name="of_defects", verbose_name=_("ticket")
    )
    defect = models.ForeignKey(
        Defect, models.PROTECT, related_name="in_tickets", verbose_name=_("defeito")
    )
    at = models.DateTimeField(_("desde"), default=clock.now)

    class Meta:
        verbose_name = _("ticket do defeito")
        verbose_name_plural = _("tickets do defeito")
        constraints = [
            models.UniqueConstraint(fields=["ticket", "defect"], name="defect_ticket_once")
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id}: {self.defect_id}"


class DefectFollower(models.Model):
    """Somebody who is told when the correction ships."""

    defect = models.ForeignKey(
        Defect, models.CASCADE, related_name="followers", verbose_name=_("defeito")
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("pessoa")
    )
    since = models.DateTimeField(_("desde"), default=clock.now)
    told_at = models.DateTimeField(_("avisada em"), null=True)

    class Meta:
        verbose_name = _("quem espera a correção")
        verbose_name_plural = _("quem espera a correção")
        constraints = [
            models.UniqueConstraint(fields=["defect", "person"], name="defect_follower_once")
        ]

    def __str__(self) -> str:
        return f"{self.defect_id}: {self.person_id}"


class BulkAnswer(models.Model):
    """One text proposed as the solution of many tickets; done ticket by ticket in the background.

    It goes on where it was left: each row is one ticket's own act, with the row's `key` (L12).
    `previewed_at` is the moment of the preview that was agreed to: what customers wrote after it,
    its writer had not read.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    incident = models.ForeignKey(
        Incident, models.PROTECT, null=True, related_name="answers", verbose_name=_("incidente")
    )
    defect = models.ForeignKey(
        Defect, models.PROTECT, null=True, related_name="answers", verbose_name=_("defeito")
    )
    text = models.TextField(_("texto"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("quem")
    )
    created_at = models.DateTimeField(_("em"), default=clock.now)
    previewed_at = models.DateTimeField(_("prévia de"), default=clock.now)
    finished_at = models.DateTimeField(_("terminou em"), null=True)

    class Meta:
        verbose_name = _("resposta em lote")
        verbose_name_plural = _("respostas em lote")
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(incident=None, defect__isnull=False)
                | models.Q(incident__isnull=False, defect=None),
                name="bulk_answer_of_one_thing",
            )
        ]

    def __str__(self) -> str:
        return str(self.key)


class BulkAnswerRow(models.Model):
    """One ticket of a bulk answer: waiting, done, or refused with its reason."""

    answer = models.ForeignKey(BulkAnswer, models.CASCADE, related_name="rows")
    ticket = models.ForeignKey("tickets.Ticket", models.PROTECT, related_name="+")
    key = models.UUIDField(default=uuid.uuid4, editable=False)
    done_at = models.DateTimeField(_("feito em"), null=True)
    refusal = models.CharField(_("por que não"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("ticket da resposta em lote")
        verbose_name_plural = _("tickets da resposta em lote")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["answer", "ticket"], name="bulk_answer_row_once")
        ]
        indexes = [
            models.Index(
                fields=["answer"], condition=models.Q(done_at=None), name="bulk_answer_row_waiting"
            )
        ]

    def __str__(self) -> str:
        return f"{self.answer_id}: {self.ticket_id}"
