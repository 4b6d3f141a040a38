"""The one row that every package may write: what a task of the background could not do."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class TaskFault(models.Model):
    """Work that a task has left undone; gone once the task has done it (`common/faults.py`)."""

    task = models.CharField(max_length=100, unique=True)
    undone = models.CharField(_("o que não foi feito"), max_length=300)
    error = models.TextField(
        _("erro"), help_text=_("Nome técnico. Os detalhes estão no registro (log) do worker.")
    )
    first_at = models.DateTimeField(_("desde"))
    last_at = models.DateTimeField(_("última tentativa"))
    times = models.PositiveIntegerField(_("tentativas"), default=1)

    class Meta:
        verbose_name = _("tarefa do sistema com erro")
        verbose_name_plural = _("tarefas do sistema com erro")
        ordering = ["task"]

    def __str__(self) -> str:
        return f"{self.task}: {self.error}"
