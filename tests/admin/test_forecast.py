"""tickets/forecast.py: what a policy or a calendar would move, before it is saved (B3, B7)."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from calendars.models import Calendar, CalendarException
from tests.cast import at, by, make_queue
from tickets import actions, forecast
from tickets.deadlines import Dates
from tickets.forecast import Forecast, Kind
from tickets.models import Queue, QueuePolicy, Ticket
from tickets.tasks import tick


def end_of(day: str) -> datetime:
    return at(f"{day}T23:59:59")


@pytest.fixture
def pending(opened: Callable[..., Ticket], elisa: Any) -> Callable[..., Ticket]:
    """`pending(…)`: information was requested on Friday, 13 November, at 10:00."""

    def make(**more: Any) -> Ticket:
        return actions.request_information(
            opened(**more), by=by(elisa, "2026-11-13T10:00", "desk"), body="Envie o XML."
        ).ticket

    return make


@pytest.fixture
def validated(opened: Callable[..., Ticket], elisa: Any) -> Ticket:
    """A solution was proposed on Friday, 13 November, at 11:00."""
    return actions.propose_solution(
        opened(), by=by(elisa, "2026-11-13T11:00", "desk"), body="Atualize."
    ).ticket


def policy_of(queue: Queue, **changes: int) -> QueuePolicy:
    """The queue's policy with these changes, unsaved."""
    policy = QueuePolicy.objects.select_related("calendar").get(queue=queue)
    for name, value in changes.items():
        setattr(policy, name, value)
    return policy


def day_off(calendar: Calendar, day: date) -> CalendarException:
    return CalendarException(calendar=calendar, date=day, name="Ponte", kind="off")


def test_B3_counts_by_what_moves_and_shows_old_and_new_dates(
    queue: Queue, pending: Callable[..., Ticket], validated: Ticket, ticket: Ticket
) -> None:
    first = pending()

    found = forecast.of_policy(policy_of(queue, pending_days=6, attention_days=3))

    assert (found.told, found.attention, found.reminders) == (1, 1, 0)
    assert [(shift.ticket, shift.kind, shift.before, shift.after) for shift in found.first] == [
        (
            first,
            Kind.TOLD,
            Dates(end_of("2026-11-23"), end_of("2026-12-02"), at("2026-11-19T09:00")),
            Dates(end_of("2026-11-24"), end_of("2026-12-03"), at("2026-11-23T09:00")),
        ),
        (
            ticket,
            Kind.ATTENTION,
            Dates(attention_at=end_of("2026-11-17")),
            Dates(attention_at=end_of("2026-11-18")),
        ),
    ]


def test_B7_what_was_told_never_moves_earlier(
    queue: Queue, pending: Callable[..., Ticket], validated: Ticket
) -> None:
    pending()

    found = forecast.of_policy(policy_of(queue, pending_days=1, validation_days=1))

    assert found == Forecast()
    assert not found


def test_B7_one_of_the_two_dates_may_move_alone(
    queue: Queue, pending: Callable[..., Ticket]
) -> None:
    pending()

    (shift,) = forecast.of_policy(policy_of(queue, pending_days=4, validation_days=8)).first

    assert [(each.label, each.before, each.after) for each in shift.dates] == [
        ("Prazo do cliente", end_of("2026-11-23"), end_of("2026-11-23")),
        ("Encerramento", end_of("2026-12-02"), end_of("2026-12-03")),
    ]


def test_L10_a_reminder_alone_is_counted_apart(
    queue: Queue, pending: Callable[..., Ticket]
) -> None:
    pending()

    found = forecast.of_policy(policy_of(queue, reminder_lead=2))

    assert (found.told, found.attention, found.reminders) == (0, 0, 1)
    assert [(each.label, each.before, each.after) for each in found.first[0].dates] == [
        ("Lembrete", at("2026-11-19T09:00"), at("2026-11-18T09:00"))
    ]


def test_the_ended_and_other_queues_do_not_count(
    queue: Queue, calendar_sp: Calendar, elisa: Any, ana: Any, ticket: Ticket
) -> None:
    payroll = make_queue("Folha", calendar_sp, elisa)
    actions.cancel(ticket, by=by(ana, "2026-11-13T10:00"))

    changes = {"attention_days": 9}

    assert forecast.of_policy(policy_of(queue, **changes)) == Forecast()
    assert forecast.of_policy(policy_of(payroll, **changes)) == Forecast()


def test_B3_a_calendar_moves_the_tickets_of_all_its_queues(
    queue: Queue,
    calendar_sp: Calendar,
    elisa: Any,
    pending: Callable[..., Ticket],
    ticket: Ticket,
) -> None:
    payroll = make_queue("Folha", calendar_sp, elisa)
    moved = actions.move(pending(), to=payroll, by=by(elisa, "2026-11-13T11:00", "desk")).ticket

    found = forecast.of_calendar(calendar_sp, [day_off(calendar_sp, date(2026, 11, 16))])

    assert (found.told, found.attention) == (1, 1)
    assert [(shift.ticket, shift.after.deadline_at) for shift in found.first] == [
        (moved, end_of("2026-11-24")),
        (ticket, None),
    ]


def test_B6_each_date_is_told_in_the_zone_of_its_calendar(
    queue: Queue, calendar_sp: Calendar, pending: Callable[..., Ticket]
) -> None:
    pending()
    calendar_sp.time_zone = "America/Manaus"

    (shift,) = forecast.of_calendar(calendar_sp).first

    assert (shift.zone_before.key, shift.zone_after.key) == ("America/Sao_Paulo", "America/Manaus")
    assert shift.after.deadline_at == at("2026-11-23T23:59:59", "America/Manaus")


def test_the_first_ten_are_the_promises_that_end_first(
    queue: Queue, pending: Callable[..., Ticket], ticket: Ticket, elisa: Any
) -> None:
    later = actions.request_information(
        pending(), by=by(elisa, "2026-11-13T09:30", "desk"), body="E o log."
    ).ticket
    Ticket.objects.filter(pk=later.pk).update(deadline_at=end_of("2026-11-24"))
    soon = [pending().pk for _ in range(10)]

    found = forecast.of_policy(policy_of(queue, pending_days=9, attention_days=9))

    assert (found.total, [shift.ticket.pk for shift in found.first]) == (12, soon)


def test_B3_what_was_foreseen_is_what_the_tick_does(
    queue: Queue, pending: Callable[..., Ticket], validated: Ticket, ticket: Ticket
) -> None:
    pending()
    policy = policy_of(queue, pending_days=8, validation_days=9, reminder_lead=3, attention_days=1)
    foreseen = {shift.ticket.pk: shift.after for shift in forecast.of_policy(policy).first}

    policy.save()
    tick()

    assert foreseen == {
        each.pk: Dates(each.deadline_at, each.closes_at, each.remind_at, each.attention_at)
        for each in Ticket.objects.all()
    }
    assert forecast.of_policy(policy_of(queue)) == Forecast()


def test_B3_an_earlier_change_that_the_clock_has_yet_to_apply_is_not_counted_again(
    queue: Queue, calendar_sp: Calendar, pending: Callable[..., Ticket]
) -> None:
    pending()
    policy_of(queue, pending_days=6).save()

    idle = forecast.of_calendar(calendar_sp, [day_off(calendar_sp, date(2040, 1, 25))])
    (shift,) = forecast.of_policy(policy_of(queue, pending_days=7)).first

    assert idle == Forecast()
    assert (shift.before.deadline_at, shift.after.deadline_at) == (
        end_of("2026-11-24"),
        end_of("2026-11-25"),
    )


@pytest.mark.parametrize("count", [1, 25])
def test_it_reads_a_few_times_and_never_writes(
    queue: Queue, opened: Callable[..., Ticket], count: int
) -> None:
    for _ in range(count):
        opened()
    policy = policy_of(queue, attention_days=4)

    with CaptureQueriesContext(connection) as said:
        forecast.of_policy(policy)

    assert [each["sql"].split()[0] for each in said] == ["SELECT"] * 5
