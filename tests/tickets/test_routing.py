"""Who works on a ticket and who hears of it (R3, L6)."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.cast import at, by, key, make_desk, make_person, make_queue
from tests.tickets.test_conversation import refused
from tickets import actions
from tickets.models import Severity, Ticket


@pytest.fixture
def desk(elisa: Any) -> Any:
    return by(elisa, "2026-11-13T10:00", "desk")


def test_assign_is_for_those_who_work_the_queue(
    ticket: Ticket, elisa: Any, fabio: Any, ana: Any, desk: Any
) -> None:
    stranger = make_desk("Gil", "gil@prazo.example", "analyst")

    assert refused(actions.assign, ticket, to=stranger, by=desk) == "not_in_queue"
    assert refused(actions.assign, ticket, to=ana, by=desk) == "not_in_queue"
    event = actions.assign(ticket, to=fabio, by=desk)
    assert (event.data, event.ticket.assignee) == ({"from": None, "to": fabio.pk}, fabio)
    assert actions.assign(ticket, to=None, by=desk).ticket.assignee is None


def test_take_the_second_is_told_who_was_faster(
    ticket: Ticket, elisa: Any, fabio: Any, desk: Any
) -> None:
    actions.take(ticket, by=desk)

    assert refused(actions.take, ticket, by=by(fabio, channel="desk")) == "taken"
    assert refused(actions.take, ticket, by=desk) == "same_assignee"
    assert Ticket.objects.get().assignee == elisa


def test_R3_moving_unassigns_whoever_does_not_work_there(
    ticket: Ticket, calendar_sp: Any, elisa: Any, desk: Any, queue: Any
) -> None:
    payroll = make_queue("Folha", calendar_sp)
    actions.take(ticket, by=desk)

    event = actions.move(ticket, to=payroll, by=desk)

    assert (event.ticket.queue, event.ticket.assignee) == (payroll, None)
    assert event.data == {"from": queue.pk, "to": payroll.pk, "unassigned": elisa.pk}


def test_moving_keeps_whoever_works_in_both(
    ticket: Ticket, calendar_sp: Any, elisa: Any, desk: Any
) -> None:
    payroll = make_queue("Folha", calendar_sp, elisa)
    actions.take(ticket, by=desk)

    assert actions.move(ticket, to=payroll, by=desk).ticket.assignee == elisa


def test_moving_nowhere_or_into_a_closed_queue_is_refused(
    ticket: Ticket, calendar_sp: Any, queue: Any, desk: Any
) -> None:
    closed = make_queue("Antiga", calendar_sp)
    closed.is_active = False
    closed.save()

    assert refused(actions.move, ticket, to=queue, by=desk) == "same_queue"
    assert refused(actions.move, ticket, to=closed, by=desk) == "queue_closed"


def test_R3_severity_changes_with_a_reason(ticket: Ticket, desk: Any, ana: Any) -> None:
    def change(to: int, reason: str = "Parou a operação.") -> Any:
        return actions.change_severity(ticket, to=to, by=desk, reason=reason)

    assert refused(change, 9) == "unknown_severity"
    assert refused(change, Severity.MEDIUM) == "same_severity"
    assert refused(change, Severity.HIGH, " ") == "empty"
    event = change(Severity.CRITICAL)
    assert (event.ticket.severity, event.data, event.message.body_text) == (
        Severity.CRITICAL,
        {"from": 3, "to": 1},
        "Parou a operação.",
    )
    assert refused(actions.change_severity, ticket, to=2, by=by(ana), reason="x") == "desk_only"


def test_R3_C2_another_severity_is_the_last_interaction(ticket: Ticket, elisa: Any) -> None:
    when = by(elisa, "2026-11-16T10:00", "desk")

    ticket = actions.change_severity(ticket, to=1, by=when, reason="Parou.").ticket

    assert (ticket.last_at, ticket.last_verb, ticket.last_by) == (
        at("2026-11-16T10:00"),
        "change_severity",
        elisa,
    )


def test_watchers_are_of_the_organization_or_the_desk(
    ticket: Ticket, ana: Any, bruno: Any, davi: Any, fabio: Any
) -> None:
    actions.watch(ticket, who=bruno, by=by(ana))
    actions.watch(ticket, who=bruno, by=by(ana))
    actions.watch(ticket, who=fabio, by=by(fabio))

    assert set(ticket.watching.all()) == {bruno, fabio}
    assert refused(actions.watch, ticket, who=davi, by=by(ana)) == "not_member"


def test_only_the_requester_the_administrator_and_the_desk_take_others_off(
    ticket: Ticket, ana: Any, bruno: Any, carla: Any
) -> None:
    other = make_person("Hugo", "hugo@serraazul.example", ticket.organization)
    for person in (bruno, carla, other):
        actions.watch(ticket, who=person, by=by(ana))

    assert refused(actions.unwatch, ticket, who=other, by=by(bruno)) == "requester_only"
    actions.unwatch(ticket, who=bruno, by=by(bruno))
    actions.unwatch(ticket, who=other, by=by(carla))
    assert list(ticket.watching.all()) == [carla]


def test_L12_routing_twice_with_one_key_is_once(
    ticket: Ticket, elisa: Any, bruno: Any, ana: Any, calendar_sp: Any
) -> None:
    folha = make_queue("Folha", calendar_sp, elisa)
    acts: list[Callable[[Any], Any]] = [
        lambda who: actions.take(ticket, by=who),
        lambda who: actions.assign(ticket, to=None, by=who),
        lambda who: actions.move(ticket, to=folha, by=who),
        lambda who: actions.change_severity(ticket, to=1, by=who, reason="Parou."),
        lambda who: actions.watch(ticket, who=bruno, by=who),
        lambda who: actions.unwatch(ticket, who=bruno, by=who),
        lambda who: actions.change_requester(ticket, to=bruno, by=who),
    ]
    for number, act in enumerate(acts):
        who = by(elisa, "2026-11-13T10:00", "desk", request_key=key(number))
        assert act(who) == act(who)

    assert ticket.events.count() == 1 + len(acts)


def test_a_leavers_tickets_are_handed_over(
    opened: Callable[..., Ticket], elisa: Any, fabio: Any, desk: Any
) -> None:
    mine, also_mine, others = opened(), opened(), opened()
    actions.take(mine, by=desk)
    actions.take(also_mine, by=desk)
    stranger = make_desk("Gil", "gil@prazo.example", "analyst")

    assert refused(actions.hand_over, elisa, to=stranger, by=desk) == "not_in_queue"
    supervisor = by(fabio, channel="desk", request_key=key(1))
    events = actions.hand_over(elisa, to=fabio, by=supervisor)

    assert [event.ticket for event in events] == [mine, also_mine]
    assert actions.hand_over(elisa, to=fabio, by=supervisor) == []
    assert Ticket.objects.get(pk=mine.pk).assignee == fabio
    assert Ticket.objects.get(pk=others.pk).assignee is None
    assert actions.hand_over(fabio, to=None, by=desk)[0].ticket.assignee is None


def test_R3_a_leavers_tickets_of_each_queue_go_to_who_works_it(
    opened: Callable[..., Ticket], elisa: Any, fabio: Any, calendar_sp: Any, desk: Any
) -> None:
    gil = make_desk("Gil", "gil@prazo.example", "analyst")
    folha = make_queue("Folha", calendar_sp, elisa, gil)
    stays, goes = opened(), opened()
    actions.take(stays, by=desk)
    actions.take(goes, by=desk)
    actions.move(goes, to=folha, by=desk)

    events = actions.hand_over(elisa, to=gil, queue=folha, by=by(fabio, channel="desk"))

    assert [event.ticket for event in events] == [goes]
    assert Ticket.objects.get(pk=goes.pk).assignee == gil
    assert Ticket.objects.get(pk=stays.pk).assignee == elisa


def test_a_customer_who_leaves_hands_the_tickets_to_a_colleague(
    ticket: Ticket, ana: Any, bruno: Any, davi: Any, desk: Any
) -> None:
    assert refused(actions.hand_over, ana, to=None, by=desk) == "no_successor"
    assert refused(actions.hand_over, ana, to=davi, by=desk) == "not_member"
    assert refused(actions.change_requester, ticket, to=davi, by=desk) == "not_member"

    actions.hand_over(ana, to=bruno, by=desk)

    assert Ticket.objects.get().requester == bruno
    assert actions.hand_over(davi, to=None, by=desk) == []
