"""L1: the database itself refuses every change of status that the table does not have."""

import itertools
from collections.abc import Callable
from typing import Any

import pytest
from django.db import InternalError, connection, transaction
from django_fsm import TransitionNotAllowed

from tests.cast import at
from tickets.lifecycle import Status, moves
from tickets.models import Ticket

STATUSES = [status.value for status in Status]
DECLARED = {(move.source, move.target) for move in moves()}
NOT_DECLARED = [
    pair
    for pair in itertools.product(STATUSES, repeat=2)
    if pair not in DECLARED and pair[0] != pair[1]
]

# What the row must hold besides, in each status, by the table's own constraints.
COLUMNS: dict[str, str] = {
    "open": "deadline_at=NULL, closes_at=NULL, ended_at=NULL, end_reason='', merged_into_id=NULL",
    "pending": "deadline_at=now(), closes_at=now(), ended_at=NULL, end_reason=''",
    "validation": "deadline_at=now(), closes_at=now(), ended_at=NULL, end_reason=''",
    "closed": "deadline_at=NULL, closes_at=NULL, ended_at=now()",
    "followed": "deadline_at=NULL, closes_at=NULL, ended_at=now()",
}


def put(ticket: Ticket, status: str, end_reason: str = "") -> None:
    """Write `status` past everything, as raw SQL would; triggers are on."""
    reason = f", end_reason='{end_reason}'" if end_reason else ""
    columns = COLUMNS[status].replace(", end_reason=''", "") if reason else COLUMNS[status]
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE tickets_ticket SET status=%s, {columns}{reason} WHERE id=%s",
            [status, ticket.pk],
        )


def force(ticket: Ticket, status: str, end_reason: str) -> None:
    """The same with the triggers off: how a test gets a row into any state."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        reason = end_reason if status in ("closed", "followed") else ""
        columns = COLUMNS[status].replace(", end_reason=''", "")
        cursor.execute(
            f"UPDATE tickets_ticket SET status=%s, {columns}, end_reason=%s WHERE id=%s",
            [status, reason, ticket.pk],
        )
        cursor.execute("SET LOCAL session_replication_role = origin")


@pytest.mark.parametrize(("source", "target"), NOT_DECLARED)
def test_L1_raw_sql_cannot_make_a_move_that_is_not_declared(
    ticket: Ticket, source: str, target: str
) -> None:
    force(ticket, source, "confirmed")

    with pytest.raises(InternalError, match="no move from"), transaction.atomic():
        put(ticket, target, "confirmed" if target in ("closed", "followed") else "")

    assert Ticket.objects.values_list("status", flat=True).get() == source


@pytest.mark.parametrize("move", moves(), ids=lambda move: f"{move.verb}-{move.source}")
def test_L1_the_database_lets_the_declared_moves_through(ticket: Ticket, move: Any) -> None:
    reason = move.end_reasons[0] if move.end_reasons else "confirmed"
    if reason == "merged":
        reason = "expired" if move.target == "open" else "cancelled"
    force(ticket, move.source, reason)

    put(ticket, move.target, reason if move.target in ("closed", "followed") else "")

    assert Ticket.objects.values_list("status", flat=True).get() == move.target


@pytest.mark.parametrize("reason", ["confirmed", "cancelled", "discarded"])
def test_L1_only_merged_and_expired_tickets_come_back(ticket: Ticket, reason: str) -> None:
    force(ticket, "closed", reason)

    with pytest.raises(InternalError, match="no move from closed to open"), transaction.atomic():
        put(ticket, "open")


def test_L1_no_ticket_is_born_in_another_status(ticket: Ticket) -> None:
    ticket.pk = ticket.number = None
    ticket._state.adding = True
    ticket.__dict__["status"] = "closed"
    ticket.end_reason, ticket.ended_at = "cancelled", at("2026-11-13T10:00")

    with pytest.raises(InternalError, match="born in status closed"):
        Ticket.objects.bulk_create([ticket])


def test_L1_the_attribute_cannot_be_set(ticket: Ticket) -> None:
    with pytest.raises(AttributeError):
        ticket.status = Status.CLOSED

    assert ticket.status == Status.OPEN


def test_L1_the_machine_refuses_a_move_from_the_wrong_status(ticket: Ticket) -> None:
    with pytest.raises(TransitionNotAllowed):
        ticket.confirm_solution()


def test_L9_history_cannot_be_changed_or_removed(opened: Callable[..., Ticket]) -> None:
    event = opened().events.get()

    with pytest.raises(InternalError, match="append_only"), transaction.atomic():
        event.delete()
    with pytest.raises(InternalError, match="append_only"), transaction.atomic():
        type(event).objects.update(verb="cancel")
    with pytest.raises(InternalError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM tickets_ticketevent")

    assert type(event).objects.values_list("verb", flat=True).get() == "open"
