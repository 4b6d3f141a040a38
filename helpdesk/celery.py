"""Celery's app and beat's whole table; what a task does lives in its package's tasks.py."""

import os
from typing import Any

from celery import Celery
from celery.schedules import crontab
from celery.signals import beat_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")

app = Celery("helpdesk")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# An entry that nobody took before the next one is dropped: an outage leaves no pile of ticks.
# Times of day are local to TIME_ZONE.
app.conf.beat_schedule = {
    "tick": {
        "task": "tickets.tasks.tick",
        "schedule": 30.0,
        "options": {"expires": 25},
    },
    "place": {
        "task": "inbox.tasks.place",
        "schedule": 30.0,
        "options": {"expires": 25},
    },
    "fetch": {
        "task": "inbox.tasks.fetch",
        "schedule": 60.0,
        "options": {"expires": 55},
    },
    "sweep": {
        "task": "outbox.tasks.sweep",
        "schedule": 60.0,
        "options": {"expires": 55},
    },
    "bulk answers": {
        "task": "tickets.tasks.sweep_answers",
        "schedule": 60.0,
        "options": {"expires": 55},
    },
    "digests": {
        "task": "notifications.tasks.send_digests",
        "schedule": 300.0,
        "options": {"expires": 290},
    },
    "top up the holidays": {
        "task": "calendars.tasks.top_up",
        "schedule": crontab(hour=3, minute=10),
        "options": {"expires": 12 * 3600},
    },
    "forget the sheets of people": {
        "task": "accounts.tasks.forget_sheets",
        "schedule": crontab(hour=3, minute=25),
        "options": {"expires": 12 * 3600},
    },
    "remove orphan files": {
        "task": "tickets.tasks.remove_orphan_files",
        "schedule": crontab(hour=3, minute=40),
        "options": {"expires": 12 * 3600},
    },
}


@beat_init.connect
def tick_at_once(**_: Any) -> None:
    """Beat's first act is a tick, so that its heartbeat is there before half a minute is over."""
    app.send_task("tickets.tasks.tick", expires=25)
