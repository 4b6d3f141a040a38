"""What the beat asks of the house: move the clock, throw away files nobody sent."""

import logging
from datetime import UTC, datetime, timedelta

from celery import shared_task
from django.db import transaction
from django.db.models import F

from common import clock
from tickets import due
from tickets.actions import advance
from tickets.models import Attachment, ClockFault, Heartbeat
from tickets.models.conversation import ATTACHMENTS

log = logging.getLogger(__name__)

UNSENT_KEPT = timedelta(hours=24)
FAULT_OUTLIVED = timedelta(minutes=5)


@shared_task(name="tickets.tasks.tick")
def tick() -> int:
    """Beat's own: leave a sign of life, then `move_what_is_due`; returns what it returns."""
    Heartbeat.objects.update_or_create(
        name="beat",
        defaults={"at": datetime.now(UTC)},  # real time: is the beat alive?
    )
    return move_what_is_due()


def move_what_is_due() -> int:
    """Apply timeouts, reminders and changed calendars to all tickets due now (L3, L4, L10, B3).

    Each ticket in its own transaction; two at once skip each other's rows; a ticket that fails
    is noted (`ClockFault`) and stops no other. Returns how many events were written.
    """
    now = clock.now()
    written = 0
    for ids in due.batches(now):
        for ticket_id in due.free_to_move(ids, now):
            written += _advance_or_note(ticket_id, now)
    # What is still in the way was noted again just now; the rest somebody has moved meanwhile.
    ClockFault.objects.filter(last_at__lt=now - FAULT_OUTLIVED).delete()
    return written


def _advance_or_note(ticket_id: int, now: datetime) -> int:
    try:
        events = advance(ticket_id, now=now)
    except Exception as error:
        log.exception("tick: ticket id %s could not be moved", ticket_id)
        _note(ticket_id, error, now)
        return 0
    if events:
        ClockFault.objects.filter(ticket=ticket_id).delete()
    return len(events)


def _note(ticket_id: int, error: Exception, now: datetime) -> None:
    ClockFault.objects.update_or_create(
        ticket_id=ticket_id,
        defaults={"error": type(error).__name__, "last_at": now, "times": F("times") + 1},
        create_defaults={"error": type(error).__name__, "first_at": now, "last_at": now},
    )


@shared_task(name="tickets.tasks.remove_orphan_files")
def remove_orphan_files() -> int:
    """Remove uploads that no message took within a day, and files whose row was never written.

    Returns how many files went.
    """
    removed = 0
    before = clock.now() - UNSENT_KEPT
    old = Attachment.objects.filter(message=None, created_at__lt=before)
    for pk in old.values_list("pk", flat=True):
        removed += _remove_unsent(pk)
    return removed + _remove_rowless()


def _remove_rowless() -> int:
    """What a process that died between file and row has left; young files may yet get theirs."""
    removed = 0
    storage = Attachment._meta.get_field("file").storage
    for folder in storage.listdir(ATTACHMENTS)[0] if storage.exists(ATTACHMENTS) else []:
        paths = {
            f"{ATTACHMENTS}/{folder}/{name}"
            for name in storage.listdir(f"{ATTACHMENTS}/{folder}")[1]
        }
        known = Attachment.objects.filter(file__in=paths).values_list("file", flat=True)
        for path in paths.difference(known):
            # The store's own clock, which the demo does not move.
            if storage.get_modified_time(path) < datetime.now(UTC) - UNSENT_KEPT:
                storage.delete(path)
                removed += 1
    return removed


def _remove_unsent(pk: int) -> int:
    """The row first, under a lock that a message binding it would wait for; then its file."""
    with transaction.atomic():
        unsent = Attachment.objects.select_for_update(skip_locked=True)
        upload = unsent.filter(pk=pk, message=None).first()
        if upload is None:
            return 0
        storage, path = upload.file.storage, str(upload.file.name)
        upload.delete()
    storage.delete(path)
    return 1
