"""Verbs that speak: who may say what, when, and what it does to the ticket."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.cast import at, by, key
from tickets import actions
from tickets.errors import Refused
from tickets.models import Message, Ticket, TicketEvent


def refused(act: Callable[..., Any], *args: Any, **kwargs: Any) -> str:
    """The code with which `act` is refused; and that nothing was written."""
    before = (Message.objects.count(), TicketEvent.objects.count())
    with pytest.raises(Refused) as caught:
        act(*args, **kwargs)
    assert str(caught.value)
    assert (Message.objects.count(), TicketEvent.objects.count()) == before
    return caught.value.code


def test_opening_puts_the_ticket_into_the_products_queue(
    opened: Callable[..., Ticket], ana: Any, queue: Any
) -> None:
    ticket = opened("2026-11-13T09:00", title="  NF-e\nrejeitada  ", body="Desde ontem.")

    event = ticket.events.get()
    assert (ticket.status, ticket.queue, ticket.title, ticket.requester) == (
        "open",
        queue,
        "NF-e rejeitada",
        ana,
    )
    assert ticket.number > 100_000
    assert (event.verb, event.actor, event.from_status, event.to_status, event.channel) == (
        "open",
        ana,
        "",
        "open",
        "portal",
    )
    assert (event.message.kind, event.message.body_text) == ("opening", "Desde ontem.")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"title": " \n "}, "no_title"),
        ({"body": "  "}, "empty"),
        ({"body": "x" * 100_001}, "too_long"),
        ({"files": [key(n) for n in range(21)]}, "too_many_files"),
        ({"files": [key(1)]}, "file_gone"),
    ],
)
def test_opening_refuses_what_is_missing(
    opened: Callable[..., Ticket], change: dict[str, Any], code: str
) -> None:
    assert refused(opened, **change) == code
    assert Ticket.objects.count() == 0


def test_R2_nobody_opens_for_an_organization_that_is_not_theirs(
    opened: Callable[..., Ticket], davi: Any, elisa: Any
) -> None:
    assert refused(opened, user=davi) == "not_member"
    assert refused(opened, user=elisa) == "not_member"


def test_R3_a_product_no_longer_offered_is_refused(
    opened: Callable[..., Ticket], product: Any
) -> None:
    product.is_active = False
    product.save()

    assert refused(opened) == "no_queue"


def test_R3_a_closed_default_queue_gives_way_to_an_active_one(
    opened: Callable[..., Ticket], queue: Any, calendar_sp: Any
) -> None:
    from tests.cast import make_queue

    other = make_queue("Geral", calendar_sp)
    queue.is_active = False
    queue.save()

    assert opened().queue == other


def test_watchers_at_opening_are_of_the_same_organization(
    opened: Callable[..., Ticket], bruno: Any, davi: Any
) -> None:
    assert list(opened(watchers=[bruno]).watching.all()) == [bruno]
    assert refused(opened, watchers=[davi]) == "not_member"


def test_L5_a_reply_in_aberto_changes_only_the_last_interaction(ticket: Ticket, ana: Any) -> None:
    before = ticket.waiting_since, ticket.attention_at

    ticket = actions.reply(ticket, by=by(ana, "2026-11-14T10:00"), body="Mais um dado.").ticket

    assert (ticket.status, ticket.waiting_since, ticket.attention_at) == ("open", *before)
    assert (ticket.last_at, ticket.last_verb, ticket.last_by) == (
        at("2026-11-14T10:00"),
        "reply",
        ana,
    )


@pytest.mark.parametrize("verb", [actions.request_information, actions.propose_solution])
def test_L2_L5_the_customer_can_always_answer(
    ticket: Ticket, bruno: Any, elisa: Any, verb: Callable[..., TicketEvent]
) -> None:
    verb(ticket, by=by(elisa, "2026-11-13T10:00", "desk"), body="Veja.")

    event = actions.reply(ticket, by=by(bruno, "2026-11-14T10:00"), body="Não resolveu.")

    assert (event.verb, event.ticket.status, event.ticket.deadline_at) == (
        "customer_reply",
        "open",
        None,
    )
    assert event.ticket.waiting_since == at("2026-11-14T10:00")


def test_a_staff_reply_changes_neither_status_nor_deadline(ticket: Ticket, elisa: Any) -> None:
    asked = actions.request_information(
        ticket, by=by(elisa, "2026-11-13T10:00", "desk"), body="Envie."
    ).ticket

    after = actions.reply(ticket, by=by(elisa, "2026-11-16T10:00", "desk"), body="Só lembrando.")

    assert (after.ticket.status, after.ticket.deadline_at) == ("pending", asked.deadline_at)


def test_L13_a_note_leaves_no_trace_that_a_customer_could_see(ticket: Ticket, elisa: Any) -> None:
    before = ticket.last_at, ticket.last_verb, ticket.last_by

    event = actions.note(ticket, by=by(elisa, "2026-11-13T10:00", "desk"), body="Parece o defeito.")

    ticket = Ticket.objects.get()
    assert (event.is_internal, event.message.is_internal) == (True, True)
    assert (ticket.last_at, ticket.last_verb, ticket.last_by) == before


def test_customers_do_nothing_that_is_for_the_desk(ticket: Ticket, ana: Any) -> None:
    who = by(ana, "2026-11-13T10:00")

    assert refused(actions.note, ticket, by=who, body="x") == "desk_only"
    assert refused(actions.request_information, ticket, by=who, body="x") == "desk_only"
    assert refused(actions.propose_solution, ticket, by=who, body="x") == "desk_only"
    assert refused(actions.resume, ticket, by=who, reason="x") == "desk_only"
    assert refused(actions.take, ticket, by=who) == "desk_only"


def test_resume_takes_a_question_back_with_a_reason(ticket: Ticket, elisa: Any) -> None:
    who = by(elisa, "2026-11-13T10:00", "desk")
    assert refused(actions.resume, ticket, by=who, reason="Engano") == "wrong_status"
    actions.request_information(ticket, by=who, body="Envie.")
    assert refused(actions.resume, ticket, by=who, reason=" ") == "empty"

    event = actions.resume(ticket, by=by(elisa, "2026-11-13T11:00", "desk"), reason="Achei aqui.")

    assert (event.ticket.status, event.ticket.deadline_at, event.message.kind) == (
        "open",
        None,
        "reason",
    )


def test_two_analysts_at_once_the_second_is_told(ticket: Ticket, elisa: Any, fabio: Any) -> None:
    seen = ticket.messages.get().pk
    first = actions.reply(
        ticket, by=by(fabio, "2026-11-13T10:00", "desk"), body="Vejo isto.", seen=seen
    )

    who = by(elisa, "2026-11-13T10:01", "desk")
    assert refused(actions.reply, ticket, by=who, body="Eu vejo.", seen=seen) == "newer_message"
    assert (
        refused(actions.propose_solution, ticket, by=who, body="Faça X.", seen=seen)
        == "newer_message"
    )
    again = actions.reply(ticket, by=who, body="Eu vejo.", seen=first.message.pk)

    assert again.message.body_text == "Eu vejo."


def test_one_analyst_is_not_stopped_by_the_own_message(ticket: Ticket, elisa: Any) -> None:
    seen = ticket.messages.get().pk
    actions.note(ticket, by=by(elisa, "2026-11-13T10:00", "desk"), body="Nota.")

    event = actions.reply(ticket, by=by(elisa, "2026-11-13T10:01", "desk"), body="Oi.", seen=seen)

    assert event.verb == "reply"


def test_a_reply_by_telephone_is_the_customers_entered_by_the_analyst(
    ticket: Ticket, ana: Any, elisa: Any
) -> None:
    who = by(ana, "2026-11-13T10:00", "phone", entered_by=elisa)

    event = actions.reply(ticket, by=who, body="Ligou: ainda falha.")

    assert (event.actor, event.entered_by, event.channel, event.message.by_customer) == (
        ana,
        elisa,
        "phone",
        True,
    )


@pytest.mark.parametrize("verb", ["reply", "note", "request_information", "propose_solution"])
def test_L12_the_same_form_twice_has_one_effect(ticket: Ticket, elisa: Any, verb: str) -> None:
    act = getattr(actions, verb)

    first = act(
        ticket, by=by(elisa, "2026-11-13T10:00", "desk", request_key=key(7)), body="Uma vez."
    )
    second = act(
        ticket, by=by(elisa, "2026-11-13T10:01", "desk", request_key=key(7)), body="Uma vez."
    )

    assert second == first
    assert ticket.messages.count() == 2


def test_L12_opening_twice_opens_once(opened: Callable[..., Ticket], ana: Any) -> None:
    tickets = {
        actions.open_ticket(
            by=by(ana, "2026-11-13T09:00", request_key=key(1)),
            organization=ana.memberships.get().organization,
            product=opened().product,
            title="Uma vez",
            body="Só",
        ).ticket
        for _ in range(2)
    }

    assert len(tickets) == 1


def test_L6_an_ended_ticket_takes_no_messages_not_even_notes(
    ticket: Ticket, ana: Any, elisa: Any
) -> None:
    actions.cancel(ticket, by=by(ana, "2026-11-13T10:00"))

    desk = by(elisa, "2026-11-13T11:00", "desk")
    assert refused(actions.reply, ticket, by=desk, body="x") == "ended"
    assert refused(actions.reply, ticket, by=by(ana, "2026-11-13T11:00"), body="x") == "ended"
    assert refused(actions.note, ticket, by=desk, body="x") == "ended"
    assert refused(actions.request_information, ticket, by=desk, body="x") == "ended"


def test_a_follower_that_fails_leaves_nothing_half_written(
    ticket: Ticket, elisa: Any, use_followers: Callable[..., None]
) -> None:
    use_followers("tests.tickets.test_conversation.stumble")

    with pytest.raises(RuntimeError, match="stumbled"):
        actions.request_information(ticket, by=by(elisa, "2026-11-13T10:00", "desk"), body="x")

    kept = Ticket.objects.get()
    assert (kept.status, kept.messages.count(), kept.events.count()) == ("open", 1, 1)


def stumble(event: TicketEvent) -> None:
    """A follower with a bug."""
    raise RuntimeError("stumbled")
