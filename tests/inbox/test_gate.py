"""B8: the clock waits for mail that came in, and for mailboxes not read since the deadline."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from common import clock
from interfaces.inbox import gate
from interfaces.inbox.models import InboundMail, Mailbox, State
from interfaces.inbox.reception import store
from tests.cast import at, by
from tests.inbox.conftest import reply_to
from tickets import actions
from tickets.lifecycle import Status
from tickets.models import Ticket, Verb
from tickets.tasks import tick

Opened = Callable[..., Any]

pytestmark = pytest.mark.django_db

# Asked on Friday 13/11/2026 in São Paulo: until 23/11, closed after 02/12 (B2).
AFTER = at("2026-11-24T00:00")


@pytest.fixture
def pending(ticket: Any, elisa: Any) -> Any:
    return actions.request_information(
        ticket, by=by(elisa, "2026-11-13T10:00"), body="Qual versão?"
    ).ticket


@pytest.fixture
def mailbox(queue: Any) -> Mailbox:
    return Mailbox.objects.create(name="Fiscal", address="fiscal@prazo.example", queue=queue)


def failed(raw: bytes) -> None:
    """A mail that was tried in vain."""
    InboundMail.objects.filter(pk=store(raw).pk).update(state=State.FAILED, attempts=8, error="x")


def test_B8_what_was_received_is_placed_first(
    pending: Any, use_gate: None, time_machine: Any
) -> None:
    store(reply_to(pending, "Versão 12."), at=at("2026-11-23T23:59"))
    time_machine.move_to(AFTER)

    tick()

    assert Ticket.objects.get().status == Status.OPEN


@pytest.mark.parametrize(
    ("now", "held"),
    [
        ("2026-11-23T23:59", False),
        ("2026-11-24T00:00", True),
        ("2026-11-24T23:59", True),
        ("2026-11-25T00:00", False),
    ],
)
def test_B8_mail_that_could_not_be_placed_holds_its_ticket_for_a_day(
    pending: Any, opened: Opened, now: str, held: bool
) -> None:
    other = opened(title="Outro")
    failed(reply_to(pending))

    assert gate.hold([pending.pk, other.pk], at(now)) == ({pending.pk} if held else set())


def test_L10_mail_that_could_not_be_placed_holds_no_reminder(
    pending: Any, use_gate: None, time_machine: Any
) -> None:
    failed(reply_to(pending))
    time_machine.move_to(pending.remind_at)

    tick()

    assert pending.events.latest("pk").verb == Verb.REMIND


def test_B8_mail_to_an_ended_ticket_holds_the_live_end(
    pending: Any, opened: Opened, elisa: Any
) -> None:
    duplicate = opened(title="Duplicado")
    actions.merge(duplicate, into=pending, by=by(elisa, "2026-11-13T12:00"))
    failed(reply_to(duplicate))

    assert gate.hold([pending.pk], AFTER) == {pending.pk}


@pytest.mark.parametrize(
    ("read_at", "now", "held"),
    [
        (None, AFTER, True),
        (at("2026-11-23T23:59"), AFTER, True),
        (at("2026-11-24T00:00"), AFTER, False),
        (None, at("2026-11-24T23:59"), True),
        (None, at("2026-11-25T00:00"), False),
        (None, at("2026-11-23T12:00"), False),
    ],
)
def test_B8_expiry_waits_until_the_mailbox_was_read(
    pending: Any, mailbox: Mailbox, read_at: datetime | None, now: datetime, held: bool
) -> None:
    mailbox.read_at = read_at
    mailbox.save()

    assert gate.hold([pending.pk], now) == ({pending.pk} if held else set())


def test_B8_both_deadlines_past_wait_for_the_second(pending: Any, mailbox: Mailbox) -> None:
    mailbox.read_at = at("2026-11-30T12:00")
    mailbox.save()

    assert gate.hold([pending.pk], at("2026-12-01T00:00")) == set()
    assert gate.hold([pending.pk], at("2026-12-03T00:00")) == {pending.pk}
    assert gate.hold([pending.pk], at("2026-12-04T00:00")) == set()


def test_B8_an_inactive_mailbox_and_another_queues_hold_nothing(
    pending: Any, mailbox: Mailbox, calendar_sp: Any
) -> None:
    from tests.cast import make_queue

    mailbox.is_active = False
    mailbox.save()
    other = make_queue("Folha", calendar_sp)
    Mailbox.objects.create(name="Folha", address="folha@prazo.example", queue=other)

    assert gate.hold([pending.pk], AFTER) == set()


def test_B8_the_clock_obeys(
    pending: Any, mailbox: Mailbox, use_gate: None, time_machine: Any
) -> None:
    time_machine.move_to(AFTER)
    tick()
    assert Ticket.objects.get().status == Status.PENDING_CUSTOMER
    mailbox.read_at = clock.now()
    mailbox.save()

    tick()

    assert Ticket.objects.get().status == Status.CUSTOMER_VALIDATION


@pytest.mark.parametrize("count", [1, 25])
def test_a_batch_costs_the_same_statements(
    count: int, opened: Opened, elisa: Any, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    tickets = [opened() for _ in range(count)]
    for each in tickets:
        failed(reply_to(each, message_id=f"<{each.number}@x.example>"))

    with django_assert_num_queries(4):
        gate.hold([each.pk for each in tickets], AFTER)
