"""What the clock itself remembers: that it runs, and what it stumbled over."""

from datetime import UTC, datetime, timedelta

from django.db import models
from django.db.models import Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from accounts.models import User

# Beat ticks twice a minute.
LONGEST_SILENCE = timedelta(minutes=2)


class Heartbeat(models.Model):
    """The last sign of life of a process; `at` is real time, not the demo's."""

    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name}: {self.at}"

    @property
    def has_stopped(self) -> bool:
        """Whether the next sign is overdue."""
        return datetime.now(UTC) - self.at > LONGEST_SILENCE

    @classmethod
    def missed_since(cls) -> datetime | None:
        """Since when beat is silent, once that is too long (real time); one statement.

        One that never came is missed since there is anybody to use the installation.
        """
        last = Subquery(cls.objects.filter(name="beat").values("at"))
        since = User.objects.order_by("pk").values_list(Coalesce(last, "created_at"), flat=True)
        at: datetime | None = since.first()
        return at if at is not None and cls(name="beat", at=at).has_stopped else None


class ClockFault(models.Model):
    """A ticket that the tick could not move, with why; the rest went on. Shown to staff."""

    ticket = models.OneToOneField(
        "tickets.Ticket", models.CASCADE, related_name="clock_fault", verbose_name=_("ticket")
    )
    error = models.TextField(
        _("erro"), help_text=_("Nome técnico. Os detalhes estão no registro (log) do worker.")
    )
    first_at = models.DateTimeField(
        _("parado desde"), help_text=_("Desde então, o que vence neste ticket não é aplicado.")
    )
    last_at = models.DateTimeField(_("última tentativa"))
    times = models.PositiveIntegerField(_("tentativas"), default=1)

    class Meta:
        verbose_name = _("ticket com prazo parado")
        verbose_name_plural = _("tickets com prazo parado")

    def __str__(self) -> str:
        return f"{self.ticket_id}: {self.error}"
