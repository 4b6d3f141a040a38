"""notifications/followers.py: which letters each step of a ticket causes, and to whom."""

from collections.abc import Callable
from typing import Any

import pytest

from notifications.followers import TELLS, follow
from outbox.models import Delivery
from tests.cast import at, by, key
from tests.notifications.conftest import again
from tickets import actions, events
from tickets.errors import Refused
from tickets.lifecycle import DiscardReason
from tickets.models import Ticket, TicketEvent, Verb

Box = Callable[[], list[tuple[str, str]]]


def test_opened_is_a_receipt_and_news(opened: Callable[..., Ticket], bruno: Any, box: Box) -> None:
    opened(watchers=[bruno])

    assert box() == [("opened", "Ana"), ("opened", "Bruno")]


def test_opened_by_phone_is_told_to_the_caller(
    opened: Callable[..., Ticket], ana: Any, elisa: Any, organization: Any, product: Any, box: Box
) -> None:
    actions.open_ticket(
        by=by(ana, channel="phone", entered_by=elisa),
        organization=organization,
        product=product,
        title="Ligou",
        body="Não emite nota.",
    )

    assert box() == [("opened", "Ana")]


@pytest.mark.parametrize(
    ("writer", "told"),
    [
        ("ana", [("replied", "Elisa"), ("replied", "Bruno")]),
        ("bruno", [("replied", "Ana"), ("replied", "Elisa")]),
        ("elisa", [("replied", "Ana"), ("replied", "Bruno")]),
        ("fabio", [("replied", "Ana"), ("replied", "Elisa"), ("replied", "Bruno")]),
    ],
)
def test_replied_goes_to_everyone_else(
    watched: Ticket, box: Box, request: Any, writer: str, told: list[tuple[str, str]]
) -> None:
    actions.reply(watched, by=by(request.getfixturevalue(writer)), body="Segue.")

    assert box() == told


def test_a_reply_to_nobody_s_ticket_waits_in_the_queue(ticket: Ticket, ana: Any, box: Box) -> None:
    box()

    actions.reply(ticket, by=by(ana), body="Mais um detalhe.")

    assert box() == []


def test_L13_a_note_causes_nothing(watched: Ticket, elisa: Any, fabio: Any, box: Box) -> None:
    actions.watch(watched, who=fabio, by=by(fabio))
    actions.note(watched, by=by(elisa), body="O cliente não atualiza desde 2019.")

    assert box() == []


def test_request_then_answer_then_solution(watched: Ticket, ana: Any, elisa: Any, box: Box) -> None:
    actions.request_information(watched, by=by(elisa, "2026-11-13T10:00", "desk"), body="O XML?")
    assert box() == [("information_requested", "Ana"), ("information_requested", "Bruno")]

    actions.reply(watched, by=by(ana, "2026-11-13T11:00"), body="Segue.")
    assert box() == [("replied", "Elisa"), ("replied", "Bruno")]

    actions.propose_solution(watched, by=by(elisa, "2026-11-13T12:00", "desk"), body="Atualize.")
    assert box() == [
        ("survey", "Ana"),
        ("solution_proposed", "Ana"),
        ("solution_proposed", "Bruno"),
    ]

    actions.resume(watched, by=by(elisa, "2026-11-13T13:00", "desk"), reason="Era outra coisa.")
    assert box() == [("resumed", "Ana"), ("resumed", "Bruno")]


def test_L3_L4_silence_is_told_to_the_customer(watched: Ticket, elisa: Any, box: Box) -> None:
    actions.request_information(watched, by=by(elisa, "2026-11-13T10:00", "desk"), body="O XML?")
    box()

    actions.advance(watched.pk, now=at("2026-11-19T09:00"))
    assert box() == [("reminder", "Ana"), ("reminder", "Bruno")]

    actions.advance(watched.pk, now=at("2026-11-24T00:00"))
    assert box() == [("survey", "Ana"), ("moved", "Ana"), ("moved", "Bruno")]

    actions.advance(watched.pk, now=at("2026-12-03T00:00"))
    assert box() == [("expired", "Ana"), ("expired", "Bruno")]


def test_B8_both_at_once_is_one_letter_and_the_survey(
    watched: Ticket, elisa: Any, box: Box
) -> None:
    actions.request_information(watched, by=by(elisa, "2026-11-13T10:00", "desk"), body="O XML?")
    box()

    actions.advance(watched.pk, now=at("2026-12-20T08:00"))

    assert box() == [("survey", "Ana"), ("expired", "Ana"), ("expired", "Bruno")]


def test_reminders_are_for_the_customer_alone(
    watched: Ticket, elisa: Any, fabio: Any, box: Box
) -> None:
    actions.watch(watched, who=fabio, by=by(fabio))
    actions.request_information(watched, by=by(elisa, "2026-11-13T10:00", "desk"), body="O XML?")
    box()

    actions.advance(watched.pk, now=at("2026-11-19T09:00"))

    assert box() == [("reminder", "Ana"), ("reminder", "Bruno")]


@pytest.mark.parametrize("late", ["answer", "expiry"])
def test_L10_a_reminder_that_is_no_longer_true_is_withdrawn(
    watched: Ticket, ana: Any, elisa: Any, late: str
) -> None:
    actions.request_information(watched, by=by(elisa, "2026-11-13T10:00", "desk"), body="O XML?")
    actions.advance(watched.pk, now=at("2026-11-19T09:00"))
    reminders = Delivery.objects.filter(letter="reminder").order_by("pk")
    assert [each.state for each in reminders] == ["waiting", "waiting"]

    if late == "answer":
        actions.reply(watched, by=by(ana, "2026-11-19T09:30"), body="Segue.")
    else:
        actions.advance(watched.pk, now=at("2026-11-24T00:00"))

    assert [each.state for each in reminders.all()] == ["cancelled", "cancelled"]


def test_L10_a_staff_reply_withdraws_no_reminder(watched: Ticket, elisa: Any) -> None:
    actions.request_information(watched, by=by(elisa, "2026-11-13T10:00", "desk"), body="O XML?")
    actions.advance(watched.pk, now=at("2026-11-19T09:00"))

    actions.reply(watched, by=by(elisa, "2026-11-19T09:30", "desk"), body="Lembrando.")

    reminders = Delivery.objects.filter(letter="reminder")
    assert [each.state for each in reminders] == ["waiting", "waiting"]


def test_L8_confirmed_by_the_administrator_is_told_to_all_others(
    watched: Ticket, carla: Any, elisa: Any, box: Box
) -> None:
    actions.propose_solution(watched, by=by(elisa), body="Atualize.")
    box()

    actions.confirm_solution(watched, by=by(carla))

    assert box() == [("confirmed", "Ana"), ("confirmed", "Elisa"), ("confirmed", "Bruno")]


def test_L8_cancelled(watched: Ticket, ana: Any, box: Box) -> None:
    actions.cancel(watched, by=by(ana))

    assert box() == [("cancelled", "Elisa"), ("cancelled", "Bruno")]


@pytest.mark.parametrize("reason", list(DiscardReason))
def test_discarded_is_told_except_for_spam(
    watched: Ticket, elisa: Any, box: Box, reason: DiscardReason
) -> None:
    actions.discard(watched, by=by(elisa), reason=reason)

    told = [] if reason == DiscardReason.SPAM else [("discarded", "Ana"), ("discarded", "Bruno")]
    assert box() == told


def test_L8_merged_and_back(
    watched: Ticket, opened: Callable[..., Ticket], carla: Any, elisa: Any, fabio: Any, box: Box
) -> None:
    duplicate = opened(user=carla, title="A mesma coisa")
    box()

    actions.merge(duplicate, into=watched, by=by(fabio))
    assert box() == [("merged", "Carla")]

    actions.unmerge(again(duplicate), by=by(fabio))
    assert box() == [("unmerged", "Carla")]


def test_L8_a_merge_that_takes_a_deadline_away_is_told_to_those_of_the_target(
    watched: Ticket, opened: Callable[..., Ticket], carla: Any, elisa: Any, box: Box
) -> None:
    actions.request_information(watched, by=by(elisa, "2026-11-13T10:00", "desk"), body="O XML?")
    duplicate = opened("2026-11-13T11:00", user=carla, title="A mesma coisa")
    box()

    actions.merge(duplicate, into=watched, by=by(elisa, "2026-11-13T12:00", "desk"))

    assert box() == [
        ("merged", "Carla"),
        ("absorbed", "Ana"),
        ("absorbed", "Bruno"),
        ("absorbed", "Carla"),
    ]


def test_L6_the_follow_up_goes_to_all_with_its_number(
    watched: Ticket, ana: Any, bruno: Any, box: Box
) -> None:
    actions.cancel(watched, by=by(ana))
    box()

    successor = actions.follow_up(watched, by=by(bruno), body="Voltou.").ticket

    assert box() == [("follow_up", "Ana"), ("follow_up", "Elisa"), ("follow_up", "Bruno")]
    topics = set(Delivery.objects.filter(letter="follow_up").values_list("topic", flat=True))
    assert topics == {f"ticket:{successor.number}"}


def test_L11_reinstated(watched: Ticket, ana: Any, elisa: Any, box: Box) -> None:
    actions.propose_solution(watched, by=by(elisa, "2026-11-13T10:00", "desk"), body="Atualize.")
    actions.advance(watched.pk, now=at("2026-12-20T08:00"))
    box()

    actions.deliver(again(watched), by=by(ana, "2026-11-20T23:00", "email"), body="Não resolveu.")

    assert box() == [
        ("reinstated", "Ana"),
        ("reinstated", "Bruno"),
        ("replied", "Elisa"),
        ("replied", "Bruno"),
    ]


def test_assigned_by_another_and_not_by_oneself(
    ticket: Ticket, elisa: Any, fabio: Any, box: Box
) -> None:
    box()
    actions.take(ticket, by=by(elisa))
    assert box() == []

    actions.assign(ticket, to=fabio, by=by(elisa))
    assert box() == [("assigned", "Fábio")]

    actions.assign(ticket, to=None, by=by(fabio))
    assert box() == []


def test_R3_another_severity_is_told_to_the_customer(
    watched: Ticket, elisa: Any, fabio: Any, box: Box
) -> None:
    actions.change_severity(watched, to=1, by=by(fabio, channel="desk"), reason="Parou a operação.")

    assert box() == [("severity_changed", "Ana"), ("severity_changed", "Bruno")]


def test_a_new_requester_is_told(ticket: Ticket, carla: Any, elisa: Any, box: Box) -> None:
    box()

    actions.change_requester(ticket, to=carla, by=by(elisa))

    assert box() == [("inherited", "Carla")]


def test_L12_the_same_request_twice_tells_once(watched: Ticket, ana: Any, box: Box) -> None:
    for _ in range(2):
        actions.reply(watched, by=by(ana, request_key=key(1)), body="Segue.")

    assert box() == [("replied", "Elisa"), ("replied", "Bruno")]


def test_L12_the_same_event_followed_twice_tells_once(watched: Ticket, ana: Any, box: Box) -> None:
    event = actions.reply(watched, by=by(ana), body="Segue.")

    follow(event)

    assert box() == [("replied", "Elisa"), ("replied", "Bruno")]


def test_every_verb_is_told_or_left_to_the_page_on_purpose() -> None:
    assert set(Verb.values) - set(TELLS) == {
        "note",  # L13
        "follow_up",  # told by the successor's `open`
        "release",  # told by the other ticket's `unmerge`
        "recompute",  # L10: the reminder has the date
        "move",
        "watch",
        "unwatch",
        "bounce",  # a letter came back: the desk's page tells it
        "join_incident",
        "leave_incident",
        "link_defect",
        "unlink_defect",
    }


def fail(event: TicketEvent) -> None:
    raise RuntimeError("a follower failed")


def test_what_a_follower_raises_undoes_the_act_and_its_letters(
    watched: Ticket, elisa: Any, settings: Any, box: Box
) -> None:
    settings.TICKET_FOLLOWERS = [*settings.TICKET_FOLLOWERS, f"{__name__}.fail"]
    events.followers.cache_clear()
    before = (watched.status, watched.messages.count(), watched.events.count())

    with pytest.raises(RuntimeError):
        actions.propose_solution(watched, by=by(elisa), body="Atualize.")

    ticket = again(watched)
    assert (ticket.status, ticket.messages.count(), ticket.events.count()) == before
    assert box() == []
    assert not hasattr(ticket, "survey")


def test_a_refused_act_tells_nothing(watched: Ticket, davi: Any, box: Box) -> None:
    with pytest.raises(Refused):
        actions.confirm_solution(watched, by=by(davi))

    assert box() == []
