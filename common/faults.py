"""Tells staff what a task of the background could not do; what failed is the caller's to log."""

from typing import Any

from django.db.models import F
from django.urls import reverse
from django.utils.translation import ngettext

from common import clock
from common.models import TaskFault


def note(task: str, undone: object, error: Exception | str) -> None:
    """Remember that `task` has left `undone` (a Portuguese sentence); again and again is once.

    An exception is told by its name alone, as what it says may hold anything.
    """
    now = clock.now()
    said = {
        "undone": str(undone)[:300],
        "error": error if isinstance(error, str) else type(error).__name__,
        "last_at": now,
    }
    TaskFault.objects.update_or_create(
        task=task,
        defaults=said | {"times": F("times") + 1},
        create_defaults=said | {"first_at": now},
    )


def clear(task: str) -> None:
    """`task` has done all of its work."""
    TaskFault.objects.filter(task=task).delete()


def waiting(reader: Any) -> tuple[int, str, str]:
    """How many tasks have work undone (one statement), the same in words, and where they are.

    The page is the admin's: it opens for who may see faults there. `reader` is a person.
    """
    count = TaskFault.objects.count()
    told = ngettext(
        "%(count)d tarefa do sistema não fez tudo o que devia.",
        "%(count)d tarefas do sistema não fizeram tudo o que deviam.",
        count,
    )
    page = reverse("admin:common_taskfault_changelist") if reader.is_staff else ""
    return count, told % {"count": count}, page
