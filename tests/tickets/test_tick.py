"""The beat's tick: batches, one bad row, two at once, gates; and files that nobody sent."""

import io
import os
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.db import connection

from common.files import FileRefused
from common.models import TaskFault
from tests.cast import at, by, key
from tests.tickets.test_conversation import refused
from tickets import actions, due
from tickets.models import Attachment, ClockFault, Heartbeat, Ticket
from tickets.tasks import remove_orphan_files, tick

AFTER = at("2026-11-24T00:05")


@pytest.fixture
def pending(opened: Callable[..., Ticket], elisa: Any) -> Callable[[], Ticket]:
    def make() -> Ticket:
        asked = by(elisa, "2026-11-13T10:00", "desk")
        return actions.request_information(opened("2026-11-12T08:00"), by=asked, body="?").ticket

    return make


def statuses() -> list[str]:
    return list(Ticket.objects.order_by("pk").values_list("status", flat=True))


def test_the_tick_moves_what_is_due_in_batches_and_nothing_else(
    pending: Callable[[], Ticket], monkeypatch: pytest.MonkeyPatch, opened: Callable[..., Ticket]
) -> None:
    monkeypatch.setattr(due, "BATCH", 2)
    for _ in range(5):
        pending()
    opened("2026-11-12T08:00")

    with time_machine.travel(AFTER, tick=False):
        assert tick() == 5
        assert tick() == 0

    assert statuses() == ["validation"] * 5 + ["open"]
    assert Heartbeat.objects.get().at == AFTER


def test_one_bad_row_stops_no_other_and_is_shown_to_staff(
    pending: Callable[[], Ticket], use_followers: Callable[..., None]
) -> None:
    bad, good = pending(), pending()
    use_followers("tests.tickets.test_tick.stumble_over_the_first")

    with time_machine.travel(AFTER, tick=False):
        assert (tick(), tick()) == (1, 0)
    fault = ClockFault.objects.get()
    assert (fault.ticket, fault.error, fault.times) == (bad, "RuntimeError", 2)
    assert statuses() == ["pending", "validation"]

    use_followers()
    with time_machine.travel(AFTER, tick=False):
        assert tick() == 1
    assert (statuses(), ClockFault.objects.count()) == (["validation", "validation"], 0)
    assert good.pk != bad.pk


def stumble_over_the_first(event: Any) -> None:
    """A follower with a bug that one ticket brings out."""
    if event.ticket_id == Ticket.objects.order_by("pk").first().pk:
        raise RuntimeError("stumbled")


def test_B8_a_gate_holds_back_what_must_wait(pending: Callable[[], Ticket], settings: Any) -> None:
    held, free = pending(), pending()
    settings.TICKET_CLOCK_GATES = ["tests.tickets.test_tick.hold_the_first"]
    due.gates.cache_clear()

    with time_machine.travel(AFTER, tick=False):
        assert tick() == 1

    assert Ticket.objects.get(pk=held.pk).status == "pending"
    assert Ticket.objects.get(pk=free.pk).status == "validation"


def hold_the_first(ids: Collection[int], now: datetime) -> set[int]:
    """A gate."""
    return {min(ids)}


def test_B8_where_a_gate_fails_the_batch_is_held_and_staff_are_told(
    pending: Callable[[], Ticket], settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(due, "BATCH", 1)
    held, free = pending(), pending()
    settings.TICKET_CLOCK_GATES = ["tests.tickets.test_tick.stumble_at_the_first"]
    due.gates.cache_clear()

    with time_machine.travel(AFTER, tick=False):
        moved = [tick(), tick()]

    assert moved == [1, 0]
    assert [Ticket.objects.get(pk=each.pk).status for each in (held, free)] == [
        "pending",
        "validation",
    ]
    fault = TaskFault.objects.get()
    assert (fault.task, fault.undone, fault.error, fault.times, fault.first_at) == (
        "tickets.tasks.tick",
        "Os prazos vencidos esperam: a conferência dos e-mails recebidos falhou.",
        "RuntimeError",
        2,
        AFTER,
    )

    settings.TICKET_CLOCK_GATES = []
    due.gates.cache_clear()
    with time_machine.travel(AFTER, tick=False):
        assert tick() == 1
    assert not TaskFault.objects.exists()


def stumble_at_the_first(ids: Collection[int], now: datetime) -> set[int]:
    """A gate with a bug that one ticket brings out."""
    if Ticket.objects.order_by("pk").first().pk in ids:
        raise RuntimeError("stumbled")
    return set()


def test_B3_a_changed_policy_makes_every_governed_ticket_stale_once(
    pending: Callable[[], Ticket], queue: Any, opened: Callable[..., Ticket]
) -> None:
    pending()
    opened("2026-11-12T08:00")
    queue.policy.pending_days = 6
    queue.policy.save()
    assert Ticket.objects.stale().count() == 2

    with time_machine.travel(at("2026-11-16T08:00"), tick=False):
        assert tick() == 1
        assert Ticket.objects.stale().count() == 0
        assert tick() == 0


def test_the_tick_leaves_a_ticket_that_somebody_holds(
    transactional_db: None, pending: Callable[[], Ticket]
) -> None:
    from tests.tickets.threads import in_another_thread

    ticket = pending()
    with connection.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("SELECT 1 FROM tickets_ticket WHERE id = %s FOR UPDATE", [ticket.pk])
        assert in_another_thread(actions.advance, ticket.pk, now=AFTER) == []
        cursor.execute("ROLLBACK")

    assert [event.verb for event in actions.advance(ticket.pk, now=AFTER)] == ["expire_pending"]


PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64


def test_uploads_are_bound_by_their_own_uploader_only(ticket: Ticket, ana: Any, bruno: Any) -> None:
    mine = actions.upload(ana, "tela.png", io.BytesIO(PNG), len(PNG))
    theirs = actions.upload(bruno, "tela.png", io.BytesIO(PNG), len(PNG))

    message = actions.reply(ticket, by=by(ana), body="", files=[mine.key]).message

    assert list(message.attachments.all()) == [mine]
    assert default_storage.open(mine.file.name).read() == PNG
    assert refused(actions.reply, ticket, by=by(ana), body="x", files=[theirs.key]) == "file_gone"
    assert refused(actions.reply, ticket, by=by(ana), body="x", files=[mine.key]) == "file_gone"
    assert refused(actions.reply, ticket, by=by(ana), body="x", files=[key(1)]) == "file_gone"


def test_a_file_that_belies_its_name_is_refused_and_not_kept(ana: Any) -> None:
    with pytest.raises(FileRefused):
        actions.upload(ana, "tela.png", io.BytesIO(b"MZ" + b"\0" * 64), 66)

    assert Attachment.objects.count() == 0


def test_files_that_nobody_sent_go_after_a_day(ticket: Ticket, ana: Any) -> None:
    start = at("2026-11-13T10:00")
    with time_machine.travel(start, tick=False):
        sent = actions.upload(ana, "a.png", io.BytesIO(PNG), len(PNG))
        forgotten = actions.upload(ana, "b.png", io.BytesIO(PNG), len(PNG))
        actions.reply(ticket, by=by(ana), body="", files=[sent.key])
    with time_machine.travel(start + timedelta(hours=24), tick=False):
        assert remove_orphan_files() == 0
    with time_machine.travel(start + timedelta(hours=24, seconds=1), tick=False):
        assert (remove_orphan_files(), remove_orphan_files()) == (1, 0)

    assert list(Attachment.objects.all()) == [sent]
    assert not default_storage.exists(forgotten.file.name)
    assert default_storage.exists(sent.file.name)


def test_a_fault_goes_once_somebody_has_moved_the_ticket(
    pending: Callable[[], Ticket], ana: Any
) -> None:
    ticket = pending()
    ClockFault.objects.create(ticket=ticket, error="RuntimeError", first_at=AFTER, last_at=AFTER)

    with time_machine.travel(AFTER + timedelta(minutes=4), tick=False):
        actions.reply(ticket, by=by(ana), body="Segue.")
        tick()
        assert ClockFault.objects.count() == 1
    with time_machine.travel(AFTER + timedelta(minutes=6), tick=False):
        tick()

    assert ClockFault.objects.count() == 0


def test_files_whose_row_was_never_written_go_too(ana: Any) -> None:
    kept = actions.upload(ana, "a.png", io.BytesIO(PNG), len(PNG))
    young = default_storage.save("attachments/00/young", io.BytesIO(PNG))
    old = default_storage.save("attachments/00/old", io.BytesIO(PNG))
    long_ago = (at("2026-01-01T00:00")).timestamp()
    os.utime(default_storage.path(old), (long_ago, long_ago))

    assert remove_orphan_files() == 1

    assert [default_storage.exists(path) for path in (kept.file.name, young, old)] == [
        True,
        True,
        False,
    ]
