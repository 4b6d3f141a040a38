"""Ends (L8), and what goes on after them (L6, L7)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from accounts.models import Organization
from tests.cast import at, by, key, make_person
from tests.tickets.test_conversation import refused
from tickets import actions
from tickets.lifecycle import DiscardReason
from tickets.models import Ticket
from tickets.next_step import next_step


@pytest.fixture
def in_validation(ticket: Ticket, elisa: Any) -> Ticket:
    event = actions.propose_solution(
        ticket, by=by(elisa, "2026-11-13T10:00", "desk"), body="Atualize."
    )
    return event.ticket


def test_L8_the_requester_and_the_administrator_confirm_nobody_else(
    in_validation: Ticket, ana: Any, bruno: Any, carla: Any, elisa: Any
) -> None:
    for person, code in [(bruno, "requester_only"), (elisa, "customer_only")]:
        assert refused(actions.confirm_solution, in_validation, by=by(person)) == code

    ticket = actions.confirm_solution(in_validation, by=by(carla, "2026-11-16T10:00")).ticket

    assert (ticket.status, ticket.end_reason, ticket.ended_at, ticket.deadline_at) == (
        "closed",
        "confirmed",
        at("2026-11-16T10:00"),
        None,
    )


def test_L8_confirm_is_for_validation_and_cancel_for_before(
    ticket: Ticket, ana: Any, elisa: Any
) -> None:
    who = by(ana, "2026-11-13T11:00")
    assert refused(actions.confirm_solution, ticket, by=who) == "wrong_status"

    actions.propose_solution(ticket, by=by(elisa, "2026-11-13T10:00", "desk"), body="Atualize.")
    assert refused(actions.cancel, ticket, by=who) == "wrong_status"

    actions.request_information(ticket, by=by(elisa, "2026-11-13T10:30", "desk"), body="E?")
    assert actions.cancel(ticket, by=who).ticket.end_reason == "cancelled"


def test_discard_only_from_aberto_with_a_reason(ticket: Ticket, elisa: Any, ana: Any) -> None:
    who = by(elisa, "2026-11-13T10:00", "desk")
    assert refused(actions.discard, ticket, by=by(ana), reason=DiscardReason.TEST) == "desk_only"
    actions.request_information(ticket, by=who, body="?")
    assert refused(actions.discard, ticket, by=who, reason=DiscardReason.TEST) == "wrong_status"
    actions.resume(ticket, by=who, reason="Engano")

    event = actions.discard(ticket, by=who, reason=DiscardReason.SPAM)

    assert (event.reason, event.ticket.end_reason, event.ticket.discard_reason) == (
        "spam",
        "discarded",
        "spam",
    )
    assert refused(actions.discard, ticket, by=who, reason=DiscardReason.TEST) == "ended"


def test_L8_merge_brings_messages_watchers_and_the_requester(
    opened: Callable[..., Ticket], ana: Any, bruno: Any, carla: Any, elisa: Any
) -> None:
    target, duplicate = opened(), opened(user=bruno, watchers=[carla])

    event = actions.merge(duplicate, into=target, by=by(elisa, "2026-11-13T12:00", "desk"))

    duplicate = event.ticket
    assert (duplicate.status, duplicate.end_reason, duplicate.merged_into) == (
        "closed",
        "merged",
        target,
    )
    assert set(target.watching.all()) == {bruno, carla}
    assert [e.verb for e in target.events.all()] == ["open", "absorb"]
    assert event.data == {"into": target.number, "watchers": sorted([bruno.pk, carla.pk])}


def test_L8_merge_puts_the_target_back_only_for_a_newer_message(
    opened: Callable[..., Ticket], elisa: Any
) -> None:
    target = opened("2026-11-12T09:00")
    older, newer = opened("2026-11-13T08:00"), opened("2026-11-14T08:00")
    actions.propose_solution(target, by=by(elisa, "2026-11-13T10:00", "desk"), body="Atualize.")
    who = by(elisa, "2026-11-14T12:00", "desk")

    actions.merge(older, into=target, by=who)
    assert Ticket.objects.get(pk=target.pk).status == "validation"
    actions.merge(newer, into=target, by=who)

    assert Ticket.objects.get(pk=target.pk).status == "open"


def test_L8_what_cannot_be_merged(
    opened: Callable[..., Ticket],
    ana: Any,
    davi: Any,
    elisa: Any,
    other_organization: Any,
) -> None:
    target, duplicate, ended = opened(), opened(), opened()
    theirs = opened(user=davi, organization=other_organization)
    actions.cancel(ended, by=by(ana, "2026-11-13T10:00"))
    who = by(elisa, "2026-11-13T12:00", "desk")

    assert refused(actions.merge, target, into=target, by=who) == "same_ticket"
    assert refused(actions.merge, theirs, into=target, by=who) == "other_organization"
    assert refused(actions.merge, duplicate, into=ended, by=who) == "target_ended"
    assert refused(actions.merge, ended, into=target, by=who) == "ended"
    assert refused(actions.merge, duplicate, into=target, by=by(ana)) == "desk_only"


def test_R1_tickets_of_two_guests_are_not_merged(opened: Callable[..., Ticket], elisa: Any) -> None:
    guests = Organization.objects.create(name="Visitantes", holds_guests=True)
    iara = make_person("Iara", "iara@fora.example", guests)
    joel = make_person("Joel", "joel@fora.example", guests)
    first, second = (opened(user=iara, organization=guests) for _ in range(2))
    other = opened(user=joel, organization=guests)
    who = by(elisa, "2026-11-13T12:00", "desk")

    assert refused(actions.merge, other, into=first, by=who) == "other_guest"
    assert actions.merge(second, into=first, by=who).ticket.merged_into == first


def test_unmerge_within_a_day_takes_the_watchers_back(
    opened: Callable[..., Ticket], bruno: Any, carla: Any, elisa: Any
) -> None:
    target, duplicate = opened(watchers=[carla]), opened(user=bruno, watchers=[carla])
    with time_machine.travel(at("2026-11-13T12:00")):
        actions.merge(duplicate, into=target, by=by(elisa, channel="desk"))

    with time_machine.travel(at("2026-11-14T11:59")):
        who = by(elisa, channel="desk", request_key=key(3))
        event = actions.unmerge(Ticket.objects.get(pk=duplicate.pk), by=who)
        assert actions.unmerge(duplicate.__class__.objects.get(pk=duplicate.pk), by=who) == event

    assert (event.ticket.status, event.ticket.merged_into, event.ticket.end_reason) == (
        "open",
        None,
        "",
    )
    assert list(target.watching.all()) == [carla]
    assert [e.verb for e in target.events.all()] == ["open", "absorb", "release"]


def test_unmerge_is_refused_later_and_for_what_was_not_merged(
    opened: Callable[..., Ticket], ana: Any, elisa: Any
) -> None:
    target, duplicate, cancelled = opened(), opened(), opened()
    actions.cancel(cancelled, by=by(ana, "2026-11-13T10:00"))
    with time_machine.travel(at("2026-11-13T12:00")):
        duplicate = actions.merge(duplicate, into=target, by=by(elisa, channel="desk")).ticket

    with time_machine.travel(at("2026-11-14T12:00")):
        who = by(elisa, channel="desk")
        assert refused(actions.unmerge, duplicate, by=who) == "too_late"
        assert refused(actions.unmerge, cancelled, by=who) == "not_merged"
        assert refused(actions.unmerge, target, by=who) == "not_merged"


def test_L6_the_follow_up_is_a_new_ticket_with_all_that_matters(
    in_validation: Ticket, ana: Any, bruno: Any, elisa: Any
) -> None:
    actions.take(in_validation, by=by(elisa, "2026-11-13T10:30", "desk"))
    actions.watch(in_validation, who=bruno, by=by(ana))
    ended = actions.confirm_solution(in_validation, by=by(ana, "2026-11-16T10:00")).ticket

    event = actions.follow_up(ended, by=by(bruno, "2026-11-20T10:00"), body="Voltou.")

    new, ended = event.ticket, Ticket.objects.get(pk=ended.pk)
    assert (new.status, new.requester, new.organization, new.queue, new.product, new.title) == (
        "open",
        ana,
        ended.organization,
        ended.queue,
        ended.product,
        ended.title,
    )
    assert (new.number > ended.number, new.predecessor, new.assignee) == (True, ended, elisa)
    assert list(new.watching.all()) == [bruno]
    assert (ended.status, ended.successor) == ("followed", new)
    assert [(e.verb, e.data) for e in ended.events.all()][-1] == (
        "follow_up",
        {"successor": new.number},
    )
    assert event.data == {"predecessor": ended.number}


def test_L6_the_writer_replaces_a_requester_who_has_left(
    in_validation: Ticket, ana: Any, carla: Any
) -> None:
    ended = actions.confirm_solution(in_validation, by=by(ana, "2026-11-16T10:00")).ticket
    ana.memberships.update(is_active=False)

    event = actions.follow_up(ended, by=by(carla, "2026-11-20T10:00"), body="Voltou.")

    assert event.ticket.requester == carla


def test_L6_the_assignee_goes_when_no_longer_in_the_queue(
    in_validation: Ticket, ana: Any, elisa: Any, queue: Any
) -> None:
    actions.take(in_validation, by=by(elisa, "2026-11-13T10:30", "desk"))
    ended = actions.confirm_solution(in_validation, by=by(ana, "2026-11-16T10:00")).ticket
    queue.analysts.clear()

    assert actions.follow_up(ended, by=by(ana), body="Voltou.").ticket.assignee is None


def test_L7_a_second_reply_lands_in_the_successor_and_in_the_end_of_the_chain(
    in_validation: Ticket, ana: Any, elisa: Any
) -> None:
    first = actions.confirm_solution(in_validation, by=by(ana, "2026-11-16T10:00")).ticket
    second = actions.follow_up(first, by=by(ana, "2026-11-17T10:00"), body="Voltou.").ticket

    assert actions.follow_up(first, by=by(ana), body="E mais.").ticket == second
    actions.propose_solution(second, by=by(elisa, "2026-11-18T10:00", "desk"), body="E agora?")
    landed = actions.deliver(first, by=by(ana, "2026-11-18T12:00", "email"), body="Não.")
    assert (landed.verb, landed.ticket, landed.ticket.status) == ("customer_reply", second, "open")

    actions.cancel(second, by=by(ana, "2026-11-19T10:00"))
    third = actions.deliver(first, by=by(ana, "2026-11-20T10:00", "email"), body="De novo.").ticket
    assert (third.predecessor, Ticket.objects.count()) == (second, 3)


def test_L7_a_message_follows_the_merge_and_its_writer_sees_where_it_landed(
    opened: Callable[..., Ticket], bruno: Any, elisa: Any
) -> None:
    target, duplicate = opened(), opened(user=bruno)
    actions.merge(duplicate, into=target, by=by(elisa, "2026-11-13T12:00", "desk"))
    actions.unwatch(target, who=bruno, by=by(bruno))

    event = actions.deliver(duplicate, by=by(bruno, "2026-11-14T10:00", "email"), body="E?")

    assert event.ticket == target
    assert list(Ticket.objects.visible_to(bruno).filter(pk=target.pk)) == [target]


def test_L6_follow_up_is_refused_while_active_and_for_spam(
    opened: Callable[..., Ticket], ana: Any, elisa: Any
) -> None:
    active, spam = opened(), opened()
    actions.discard(spam, by=by(elisa, "2026-11-13T10:00", "desk"), reason=DiscardReason.SPAM)

    assert refused(actions.follow_up, active, by=by(ana), body="x") == "not_ended"
    assert refused(actions.follow_up, spam, by=by(ana), body="x") == "spam"
    assert refused(actions.follow_up, spam, by=by(elisa), body="x") == "customer_only"


def test_L7_a_portal_reply_to_a_merged_or_followed_ticket_says_where_to_go(
    opened: Callable[..., Ticket], ana: Any, elisa: Any
) -> None:
    target, duplicate, ended = opened(), opened(), opened()
    actions.merge(duplicate, into=target, by=by(elisa, "2026-11-13T12:00", "desk"))
    actions.cancel(ended, by=by(ana, "2026-11-13T10:00"))
    actions.follow_up(ended, by=by(ana), body="Voltou.")

    assert refused(actions.reply, duplicate, by=by(ana), body="x") == "merged"
    assert refused(actions.reply, ended, by=by(ana), body="x") == "followed_up"


def test_L12_following_up_twice_with_one_key_writes_one_message(
    in_validation: Ticket, ana: Any
) -> None:
    ended = actions.confirm_solution(in_validation, by=by(ana, "2026-11-16T10:00")).ticket
    who = by(ana, at("2026-11-17T10:00") + timedelta(0), request_key=key(9))

    first = actions.follow_up(ended, by=who, body="Voltou.")
    second = actions.follow_up(ended, by=who, body="Voltou.")

    assert (second, second.ticket.messages.count()) == (first, 1)


def test_L8_news_in_a_duplicate_of_the_duplicate_puts_the_target_back(
    opened: Callable[..., Ticket], elisa: Any
) -> None:
    target, middle, news = opened("2026-11-12T09:00"), opened("2026-11-12T10:00"), opened()
    actions.request_information(target, by=by(elisa, "2026-11-12T12:00", "desk"), body="?")
    who = by(elisa, "2026-11-14T12:00", "desk")

    actions.merge(news, into=middle, by=who)
    actions.merge(middle, into=target, by=who)

    assert Ticket.objects.get(pk=target.pk).status == "open"


def test_R1_support_continues_no_ticket_in_the_customers_place(
    opened: Callable[..., Ticket], ana: Any, elisa: Any
) -> None:
    ended = actions.cancel(opened(), by=by(ana, "2026-11-13T10:00")).ticket
    actions.follow_up(ended, by=by(ana), body="Voltou.")

    assert refused(actions.follow_up, ended, by=by(elisa), body="Eu.") == "customer_only"
    assert refused(actions.deliver, ended, by=by(elisa), body="Eu.") == "customer_only"


def test_L9_whoever_comes_to_see_the_successor_is_in_its_history(
    opened: Callable[..., Ticket], ana: Any, bruno: Any
) -> None:
    ended = actions.cancel(opened(), by=by(ana, "2026-11-13T10:00")).ticket

    new = actions.follow_up(ended, by=by(bruno), body="Voltou.").ticket

    assert [event.verb for event in new.events.all()] == ["open", "watch"]
    assert list(new.watching.all()) == [bruno]


def test_spam_is_not_told_that_it_was_seen_through(ticket: Ticket, elisa: Any, ana: Any) -> None:
    event = actions.discard(
        ticket, by=by(elisa, "2026-11-13T10:00", "desk"), reason=DiscardReason.SPAM
    )

    assert event.is_internal
    step = next_step(Ticket.objects.with_people().get(), reader=ana, now=at("2026-11-13T11:00"))
    assert step.after == "Descartado pelo suporte. Se foi engano, abra um novo ticket."
