"""What people chose to be told by letter, and what waits for their digest of the day."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from tickets.models import TicketEvent


class Choice(models.TextChoices):
    """Which letters a person gets; what is required comes at once whatever the choice."""

    ALL = "all", _("Todos, na hora")
    MINE = "mine", _("Só dos meus tickets")
    DIGEST = "digest", _("Um resumo por dia, às 18h")
    REQUIRED = "required", _("Só os indispensáveis")


class Preference(models.Model):
    """One person's choice; no row is `Choice.ALL`. Changed by `preferences.choose` alone."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="preference",
        verbose_name=_("pessoa"),
    )
    choice = models.CharField(
        _("avisos por e-mail"), max_length=8, choices=Choice.choices, default=Choice.ALL
    )

    class Meta:
        verbose_name = _("preferência de avisos")
        verbose_name_plural = _("preferências de avisos")
        ordering = ["person__name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(choice__in=Choice.values), name="preference_choice_known"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_choice_display()}"


class Held(models.Model):
    """What a letter would have told a person who reads a digest; gone once that is promised.

    `said` is frozen at the event, as the letter's own words would be (L10, B7). `due_at` (aware)
    is when the digest that tells it goes out.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    event = models.ForeignKey(TicketEvent, models.CASCADE, related_name="+")
    letter = models.CharField(max_length=50)
    said = models.JSONField(default=dict)
    due_at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["person", "event", "letter"], name="held_once")
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.letter}"
