"""The daily work of the calendars; Celery's beat calls it (helpdesk/celery.py)."""

from celery import shared_task
from django.utils.translation import gettext as _

from calendars import seed
from calendars.models import Calendar
from common import clock, faults

TOP_UP = "calendars.tasks.top_up"


@shared_task(name=TOP_UP)
def top_up() -> int:
    """Keep every calendar's holidays reaching five years ahead (B4); how many changed.

    Staff are told which could not be filled. Safe to run twice at once: each calendar is filled
    under its row's lock.
    """
    changed = seed.top_up(clock.now().date())
    failed = dict(Calendar.objects.exclude(problem="").values_list("name", "problem"))
    if failed:
        undone = _("Os feriados dos próximos anos não foram completados: %(names)s.")
        faults.note(TOP_UP, undone % {"names": ", ".join(failed)}, "; ".join(failed.values()))
    else:
        faults.clear(TOP_UP)
    return changed
