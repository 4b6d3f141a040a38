"""Beat's table: what it names exists, and nothing piles up."""

from celery.schedules import crontab
from celery.signals import beat_init
from django.conf import settings
from redis import Redis

from helpdesk.celery import app

DAY = 24 * 3600


def test_every_entry_names_a_registered_task():
    app.loader.import_default_modules()

    named = {entry["task"] for entry in app.conf.beat_schedule.values()}

    assert named - set(app.tasks) == set()


def test_every_entry_expires_before_the_next_one():
    late = [
        name
        for name, entry in app.conf.beat_schedule.items()
        if entry["options"]["expires"] >= _seconds(entry["schedule"])
    ]

    assert late == []


def test_the_clock_ticks_each_30_seconds_and_a_late_tick_is_dropped_after_25():
    assert app.conf.beat_schedule["tick"] == {
        "task": "tickets.tasks.tick",
        "schedule": 30.0,
        "options": {"expires": 25},
    }


def test_beat_ticks_at_once():
    beat_init.send(sender=None)

    with Redis.from_url(f"{settings.REDIS_URL}?db=1") as broker:
        assert broker.llen("celery") == 1


def _seconds(schedule: float | crontab) -> float:
    return DAY if isinstance(schedule, crontab) else schedule
