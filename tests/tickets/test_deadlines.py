"""Silence (L3, L4, L10, L11, B2 to B8): the dates of a ticket, whatever the hour of the sweep."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from calendars.models import CalendarException
from tests.cast import at, by, make_calendar, make_queue
from tickets import actions, deadlines
from tickets.models import ProductQueue, Ticket
from tickets.tasks import tick

# B2: state, entered, first deadline (5 days), then the end (7 days).
WORKED_EXAMPLES = [
    ("SP", "2026-11-13T10:00", "2026-11-23", "2026-12-02"),
    ("SP", "2026-11-14T09:00", "2026-11-23", "2026-12-02"),
    ("DF", "2026-11-13T10:00", "2026-11-23", "2026-12-03"),
    ("SP", "2026-07-03T10:00", "2026-07-13", "2026-07-22"),
    ("SP", "2026-11-19T10:00", "2026-11-27", "2026-12-08"),
]
HOURS_OF_THE_SWEEP = ["00:00:00", "00:05:00", "09:00:00", "23:59:58"]


def end_of(day: str) -> datetime:
    return at(f"{day}T23:59:59")


def again(ticket: Ticket) -> Ticket:
    return Ticket.objects.with_people().get(pk=ticket.pk)


@pytest.fixture
def pending(opened: Callable[..., Ticket], elisa: Any) -> Callable[..., Ticket]:
    """`pending("2026-11-13T10:00")`: information was requested at that moment."""

    def make(when: str) -> Ticket:
        ticket = opened("2026-07-01T08:00" if when < "2026-08" else "2026-11-12T08:00")
        return actions.request_information(
            ticket, by=by(elisa, when, "desk"), body="Envie o XML."
        ).ticket

    return make


@pytest.mark.parametrize("hour", HOURS_OF_THE_SWEEP)
@pytest.mark.parametrize(("uf", "entered", "first", "then"), WORKED_EXAMPLES)
def test_B2_B6_worked_examples_whatever_the_hour_of_the_sweep(
    opened: Callable[..., Ticket],
    pending: Callable[..., Ticket],
    product: Any,
    elisa: Any,
    uf: str,
    entered: str,
    first: str,
    then: str,
    hour: str,
) -> None:
    queue = make_queue(f"Fila {uf}", make_calendar(f"Calendário {uf}", uf), elisa)
    ProductQueue.objects.filter(product=product).update(queue=queue)

    ticket = pending(entered)
    assert (ticket.deadline_at, ticket.closes_at) == (end_of(first), end_of(then))

    the_day_after = date.fromisoformat(first) + timedelta(days=1)
    actions.advance(ticket.pk, now=at(f"{the_day_after}T{hour}"))
    ticket = again(ticket)
    assert (ticket.status, ticket.waiting_since) == ("validation", end_of(first))
    assert (ticket.deadline_at, ticket.closes_at) == (end_of(then), end_of(then))

    the_day_after = date.fromisoformat(then) + timedelta(days=1)
    actions.advance(ticket.pk, now=at(f"{the_day_after}T{hour}"))
    ticket = again(ticket)
    assert (ticket.status, ticket.end_reason, ticket.ended_at) == (
        "closed",
        "expired",
        end_of(then),
    )
    assert [(event.verb, event.at) for event in ticket.events.all()][-2:] == [
        ("expire_pending", end_of(first)),
        ("expire_validation", end_of(then)),
    ]


def test_B6_nothing_moves_before_the_day_is_over(pending: Callable[..., Ticket]) -> None:
    ticket = pending("2026-11-13T10:00")

    assert actions.advance(ticket.pk, now=at("2026-11-23T23:59:59")) == [
        ticket.events.get(verb="remind")
    ]
    assert actions.advance(ticket.pk, now=at("2026-11-23T23:59:59.999999")) == []

    assert again(ticket).status == "pending"


@pytest.mark.parametrize("hour", HOURS_OF_THE_SWEEP)
def test_B1_a_half_day_counts_and_a_worked_saturday_wins(
    pending: Callable[..., Ticket], calendar_sp: Any, hour: str
) -> None:
    for day, kind in [("2026-11-18", "half"), ("2026-11-21", "worked")]:
        CalendarException.objects.create(
            calendar=calendar_sp, date=day, name="Combinado", kind=kind
        )

    ticket = pending("2026-11-13T10:00")

    assert ticket.deadline_at == end_of("2026-11-21")

    actions.advance(ticket.pk, now=at(f"2026-11-22T{hour}"))
    ticket = again(ticket)
    assert (ticket.status, ticket.waiting_since, ticket.deadline_at) == (
        "validation",
        end_of("2026-11-21"),
        end_of("2026-12-01"),
    )


@pytest.mark.parametrize("day", ["2026-12-03", "2026-12-20"])
@pytest.mark.parametrize("hour", HOURS_OF_THE_SWEEP)
def test_B8_both_deadlines_past_at_once_are_done_in_order_each_at_its_own(
    pending: Callable[..., Ticket], day: str, hour: str
) -> None:
    ticket = pending("2026-11-13T10:00")

    done = actions.advance(ticket.pk, now=at(f"{day}T{hour}"))

    assert [
        (event.verb, event.at, event.data.get("closes_too"), event.data.get("both"))
        for event in done
    ] == [
        ("expire_pending", end_of("2026-11-23"), True, None),
        ("expire_validation", end_of("2026-12-02"), None, True),
    ]
    assert again(ticket).ended_at == end_of("2026-12-02")
    assert actions.advance(ticket.pk, now=at("2026-12-20T08:00")) == []


def test_L10_reminder_once_at_opening_time_of_the_day_before(
    pending: Callable[..., Ticket],
) -> None:
    ticket = pending("2026-11-13T10:00")
    assert ticket.remind_at == at("2026-11-19T09:00")  # when the calendar opens

    assert actions.advance(ticket.pk, now=ticket.remind_at - timedelta(seconds=1)) == []
    done = actions.advance(ticket.pk, now=ticket.remind_at)
    assert [event.verb for event in done] == ["remind"]
    assert actions.advance(ticket.pk, now=at("2026-11-23T15:00")) == []


def test_L10_no_reminder_that_is_not_after_the_date_of_entry(
    opened: Callable[..., Ticket], elisa: Any, queue: Any
) -> None:
    queue.policy.pending_days = 1
    queue.policy.save()

    ticket = actions.request_information(
        opened("2026-11-12T08:00"), by=by(elisa, "2026-11-12T10:00", "desk"), body="?"
    ).ticket

    assert (ticket.deadline_at, ticket.remind_at) == (end_of("2026-11-13"), None)


def test_L10_a_late_reminder_only_while_the_deadline_is_ahead(
    pending: Callable[..., Ticket],
) -> None:
    late, too_late = pending("2026-11-13T10:00"), pending("2026-11-13T10:00")

    assert [e.verb for e in actions.advance(late.pk, now=at("2026-11-23T22:00"))] == ["remind"]
    assert [e.verb for e in actions.advance(too_late.pk, now=at("2026-11-24T00:00"))] == [
        "expire_pending"
    ]


def test_L5_an_answer_drops_the_deadline_and_the_reminder(
    pending: Callable[..., Ticket], ana: Any
) -> None:
    ticket = pending("2026-11-13T10:00")

    ticket = actions.reply(ticket, by=by(ana, "2026-11-16T10:00"), body="Segue.").ticket

    assert (ticket.status, ticket.deadline_at, ticket.closes_at, ticket.remind_at) == (
        "open",
        None,
        None,
        None,
    )
    assert actions.advance(ticket.pk, now=at("2026-12-24T08:00")) == []


def test_B3_a_new_holiday_moves_the_deadline_later_from_the_moment_of_entry(
    pending: Callable[..., Ticket], calendar_sp: Any
) -> None:
    ticket = pending("2026-11-13T10:00")
    CalendarException.objects.create(
        calendar=calendar_sp, date="2026-11-17", name="Municipal", kind="off"
    )

    done = actions.advance(ticket.pk, now=at("2026-11-16T08:00"))

    assert [(event.verb, event.data["deadline"]) for event in done] == [
        ("recompute", "2026-11-25T02:59:59+00:00")
    ]
    ticket = again(ticket)
    assert (ticket.deadline_at, ticket.closes_at) == (end_of("2026-11-24"), end_of("2026-12-03"))


def test_B3_B7_no_promise_moves_earlier(
    pending: Callable[..., Ticket], calendar_sp: Any, queue: Any
) -> None:
    ticket = pending("2026-11-13T10:00")
    queue.policy.pending_days = 2
    queue.policy.validation_days = 1
    queue.policy.save()

    assert actions.advance(ticket.pk, now=at("2026-11-16T08:00")) == []
    ticket = again(ticket)
    assert (ticket.deadline_at, ticket.closes_at) == (end_of("2026-11-23"), end_of("2026-12-02"))

    actions.advance(ticket.pk, now=at("2026-11-24T00:05"))
    assert again(ticket).deadline_at == end_of("2026-12-02")


def test_B7_no_ticket_expires_on_a_stale_deadline(
    pending: Callable[..., Ticket], calendar_sp: Any
) -> None:
    ticket = pending("2026-11-13T10:00")
    CalendarException.objects.create(
        calendar=calendar_sp, date="2026-11-23", name="Municipal", kind="off"
    )

    done = actions.advance(ticket.pk, now=at("2026-11-24T00:05"))

    assert [event.verb for event in done] == ["recompute", "remind"]
    assert (again(ticket).status, again(ticket).deadline_at) == ("pending", end_of("2026-11-24"))


def test_B7_what_has_expired_is_not_undone_by_holidays_declared_later(
    pending: Callable[..., Ticket], calendar_sp: Any
) -> None:
    ticket = pending("2026-11-13T10:00")
    actions.advance(ticket.pk, now=at("2026-12-03T08:00"))
    CalendarException.objects.create(
        calendar=calendar_sp, date="2026-11-17", name="Municipal", kind="off"
    )

    tick()

    assert (again(ticket).status, again(ticket).ended_at) == ("closed", end_of("2026-12-02"))


def test_B7_a_new_question_starts_a_new_count(pending: Callable[..., Ticket], elisa: Any) -> None:
    ticket = pending("2026-11-13T10:00")

    ticket = actions.request_information(
        ticket, by=by(elisa, "2026-11-19T15:00", "desk"), body="E o log?"
    ).ticket

    assert (ticket.deadline_at, ticket.closes_at) == (end_of("2026-11-27"), end_of("2026-12-08"))


@pytest.mark.parametrize("hour", HOURS_OF_THE_SWEEP)
def test_B7_another_queue_computes_from_entry_and_takes_the_later(
    pending: Callable[..., Ticket], elisa: Any, hour: str
) -> None:
    slower = make_queue(
        "Folha", make_calendar("Brasília", "DF"), elisa, pending_days=6, validation_days=7
    )
    faster = make_queue("Rápida", make_calendar("Curta", ""), pending_days=1, validation_days=1)
    ticket = pending("2026-11-13T10:00")

    ticket = actions.move(ticket, to=slower, by=by(elisa, "2026-11-16T10:00", "desk")).ticket
    assert (ticket.deadline_at, ticket.closes_at) == (end_of("2026-11-24"), end_of("2026-12-04"))

    ticket = actions.move(ticket, to=faster, by=by(elisa, "2026-11-16T11:00", "desk")).ticket
    assert (ticket.deadline_at, ticket.closes_at) == (end_of("2026-11-24"), end_of("2026-12-04"))

    actions.advance(ticket.pk, now=at(f"2026-11-25T{hour}"))
    ticket = again(ticket)
    assert (ticket.status, ticket.waiting_since, ticket.deadline_at) == (
        "validation",
        end_of("2026-11-24"),
        end_of("2026-12-04"),
    )


@pytest.mark.parametrize("hour", HOURS_OF_THE_SWEEP)
def test_L11_received_in_time_but_placed_late_is_reinstated(
    pending: Callable[..., Ticket], ana: Any, hour: str
) -> None:
    ticket = pending("2026-11-13T10:00")
    actions.advance(ticket.pk, now=at(f"2026-12-03T{hour}"))

    ticket = actions.reply(ticket, by=by(ana, "2026-12-02T23:59:58"), body="Segue.").ticket

    assert (ticket.status, ticket.end_reason, ticket.ended_at) == ("open", "", None)
    assert ticket.waiting_since == at("2026-12-02T23:59:58")
    assert [event.verb for event in ticket.events.all()][-2:] == ["reinstate", "reply"]


def test_L11_received_after_the_day_is_refused_by_the_portal_and_followed_up_by_mail(
    pending: Callable[..., Ticket], ana: Any
) -> None:
    from tickets.errors import Refused

    ticket = pending("2026-11-13T10:00")
    actions.advance(ticket.pk, now=at("2026-12-03T00:05"))

    with pytest.raises(Refused) as refused:
        actions.reply(ticket, by=by(ana, "2026-12-03T00:00:00"), body="Segue.")
    landed = actions.deliver(ticket, by=by(ana, "2026-12-03T00:00:00", "email"), body="Segue.")

    assert refused.value.code == "ended"
    assert landed.ticket.predecessor_id == ticket.pk
    assert again(ticket).status == "followed"


def test_L11_with_a_successor_the_late_answer_lands_there(
    pending: Callable[..., Ticket], ana: Any
) -> None:
    ticket = pending("2026-11-13T10:00")
    actions.advance(ticket.pk, now=at("2026-12-03T00:05"))
    successor = actions.deliver(ticket, by=by(ana, "2026-12-03T01:00"), body="Ainda?").ticket

    landed = actions.deliver(ticket, by=by(ana, "2026-12-02T20:00", "email"), body="Segue.")

    assert landed.ticket == successor


@pytest.mark.parametrize("hour", HOURS_OF_THE_SWEEP)
def test_L11_after_expire_pending_it_is_a_plain_customer_reply(
    pending: Callable[..., Ticket], ana: Any, hour: str
) -> None:
    ticket = pending("2026-11-13T10:00")
    actions.advance(ticket.pk, now=at(f"2026-11-24T{hour}"))

    event = actions.reply(ticket, by=by(ana, "2026-11-23T23:00"), body="Segue.")

    assert (event.verb, event.from_status, event.to_status) == (
        "customer_reply",
        "validation",
        "open",
    )


def test_R4_overdue_is_by_the_queues_attention_days(opened: Callable[..., Ticket]) -> None:
    ticket = opened("2026-11-13T10:00")

    assert ticket.attention_at == end_of("2026-11-17")
    assert list(Ticket.objects.overdue(at("2026-11-17T23:59:59"))) == []
    assert list(Ticket.objects.overdue(at("2026-11-18T00:00"))) == [ticket]


def test_B6_another_time_zone_counts_its_own_days(
    opened: Callable[..., Ticket], product: Any, elisa: Any
) -> None:
    manaus = make_calendar("Manaus", "AM", time_zone="America/Manaus")
    ProductQueue.objects.filter(product=product).update(queue=make_queue("Norte", manaus, elisa))

    ticket = actions.request_information(
        opened("2026-11-12T08:00"), by=by(elisa, "2026-11-14T00:30", "desk"), body="?"
    ).ticket

    assert ticket.deadline_at == at("2026-11-23T23:59:59", "America/Manaus")


def test_an_ended_ticket_has_no_dates(ticket: Ticket, queue: Any, calendar_sp: Any) -> None:
    from calendars import loading

    calendar = loading.load(calendar_sp.pk)

    assert deadlines.compute("closed", at("2026-11-13T10:00"), queue.policy, calendar) == (
        deadlines.NOTHING_TOLD
    )
