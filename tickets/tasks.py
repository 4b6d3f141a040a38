"""What the beat asks of the house: move the clock, throw away files nobody sent."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from celery import shared_task
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from common import clock, faults
from tickets import due
from tickets.actions import advance
from tickets.actions.bulk import answer_in_bulk, sweep_answers
from tickets.models import Attachment, ClockFault, Heartbeat
from tickets.models.conversation import ATTACHMENTS

# Those that the acts themselves ask for stand beside the acts.
__all__ = ["answer_in_bulk", "move_what_is_due", "remove_orphan_files", "sweep_answers", "tick"]

log = logging.getLogger(__name__)

TICK = "tickets.tasks.tick"
REMOVE_ORPHAN_FILES = "tickets.tasks.remove_orphan_files"
UNSENT_KEPT = timedelta(hours=24)
FAULT_OUTLIVED = timedelta(minutes=5)


@shared_task(name=TICK)
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
    is noted (`ClockFault`) and stops no other. Where a gate fails, nobody knows what must wait
    (B8): the batch is held, and staff are told. Returns how many events were written.
    """
    now = clock.now()
    written = 0
    broken: Exception | None = None
    for ids in due.batches(now):
        try:
            free = due.free_to_move(ids, now)
        except Exception as error:
            log.exception("tick: a gate failed, and %d tickets are held", len(ids))
            broken = error
            continue
        for ticket_id in free:
            written += _advance_or_note(ticket_id, now)
    if broken is None:
        faults.clear(TICK)
    else:
        undone = _("Os prazos vencidos esperam: a conferência dos e-mails recebidos falhou.")
        faults.note(TICK, undone, broken)
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


class _Removal:
    """One run: counts what went, and remembers what would not go."""

    def __init__(self) -> None:
        self.removed = 0
        self.errors: dict[str, Exception] = {}

    @contextmanager
    def attempt(self, path: str) -> Iterator[None]:
        try:
            yield
        except FileNotFoundError:
            pass  # another run was faster
        except Exception as error:
            log.exception("remove_orphan_files: %s could not be removed", path)
            self.errors[path] = error


@shared_task(name=REMOVE_ORPHAN_FILES)
def remove_orphan_files() -> int:
    """Remove uploads that no message took within a day, and files whose row was never written.

    One that cannot be removed stops no other, and staff are told; safe to run twice at once.
    Returns how many files went.
    """
    run = _Removal()
    before = clock.now() - UNSENT_KEPT
    old = Attachment.objects.filter(message=None, created_at__lt=before)
    for pk, path in old.values_list("pk", "file"):
        with run.attempt(path):
            run.removed += _remove_unsent(pk)
    _remove_rowless(run)
    if run.errors:
        undone = _("Arquivos que ninguém enviou não puderam ser apagados: %(count)d.")
        last = list(run.errors.values())[-1]
        faults.note(REMOVE_ORPHAN_FILES, undone % {"count": len(run.errors)}, last)
    else:
        faults.clear(REMOVE_ORPHAN_FILES)
    return run.removed


def _remove_rowless(run: _Removal) -> None:
    """What a process that died between file and row has left; young files may yet get theirs."""
    storage = Attachment._meta.get_field("file").storage
    for folder in storage.listdir(ATTACHMENTS)[0] if storage.exists(ATTACHMENTS) else []:
        with run.attempt(folder):
            names = storage.listdir(f"{ATTACHMENTS}/{folder}")[1]
            paths = {f"{ATTACHMENTS}/{folder}/{name}" for name in names}
            known = Attachment.objects.filter(file__in=paths).values_list("file", flat=True)
            for path in paths.difference(known):
                with run.attempt(path):
                    # The store's own clock, which the demo does not move.
                    if storage.get_modified_time(path) < datetime.now(UTC) - UNSENT_KEPT:
                        storage.delete(path)
                        run.removed += 1


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
