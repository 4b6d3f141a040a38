"""The daily work of the calendars; Celery's beat calls it (helpdesk/celery.py)."""

from celery import shared_task

from calendars import seed
from common import clock


@shared_task
def top_up() -> int:
    """Keep every calendar's holidays reaching five years ahead (B4); how many changed.

    Safe to run twice at once: each calendar is filled under its row's lock.
    """
    return seed.top_up(clock.now().date())
