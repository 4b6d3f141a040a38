"""Which groups hear an event; the customers' never for what is internal (L13)."""

from typing import Any

from interfaces.live import groups
from tests.cast import by, make_queue
from tickets import actions


def test_L13_a_note_is_heard_by_the_desk_alone(ticket: Any, elisa: Any) -> None:
    event = actions.note(ticket, by=by(elisa, channel="desk"), body="Entre nós.")

    assert groups.hearing(event) == [
        "desk.all",
        f"desk.queue.{ticket.queue_id}",
        f"ticket.{ticket.number}.desk",
    ]


def test_a_reply_is_heard_on_both_sides(ticket: Any, elisa: Any) -> None:
    event = actions.reply(ticket, by=by(elisa, channel="desk"), body="Estamos vendo.")

    assert groups.hearing(event) == [
        "desk.all",
        f"desk.queue.{ticket.queue_id}",
        f"ticket.{ticket.number}.customers",
        f"ticket.{ticket.number}.desk",
    ]


def test_an_assignment_is_heard_by_who_had_it_and_who_gets_it(
    ticket: Any, elisa: Any, fabio: Any
) -> None:
    actions.take(ticket, by=by(elisa, channel="desk"))

    event = actions.assign(ticket, to=fabio, by=by(fabio, channel="desk"))

    assert set(groups.hearing(event)) >= {
        f"desk.analyst.{elisa.pk}",
        f"desk.analyst.{fabio.pk}",
    }


def test_R3_a_move_is_heard_in_both_queues_and_by_whom_it_left(
    ticket: Any, elisa: Any, fabio: Any, calendar_sp: Any
) -> None:
    actions.take(ticket, by=by(elisa, channel="desk"))
    payroll = make_queue("Folha", calendar_sp)

    event = actions.move(ticket, to=payroll, by=by(fabio, channel="desk"))

    assert set(groups.hearing(event)) >= {
        f"desk.queue.{ticket.queue_id}",
        f"desk.queue.{payroll.pk}",
        f"desk.analyst.{elisa.pk}",
    }
