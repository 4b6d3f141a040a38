"""The live sockets: who may open them, what they say, and what a customer never hears (L13)."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from tests.cast import by

pytestmark = [pytest.mark.asyncio, pytest.mark.django_db(transaction=True)]

TYPING = '{"type": "typing"}'

Connect = Callable[..., Awaitable[Any]]
Run = Callable[..., Awaitable[Any]]


def the_page_of(ticket: Any) -> str:
    return f"/ws/tickets/{ticket.number}/"


async def test_R1_strangers_and_other_organizations_are_told_that_there_is_no_such_ticket(
    connect: Connect, ticket: Any, davi: Any, bruno: Any
) -> None:
    sockets = [await connect(user, the_page_of(ticket)) for user in (AnonymousUser(), davi, bruno)]

    assert [await each.closed() for each in sockets] == [4404, 4404, 4404]


async def test_R1_requester_administrator_and_desk_may_listen(
    connect: Connect, in_thread: Run, ticket: Any, ana: Any, carla: Any, elisa: Any, fabio: Any
) -> None:
    from tickets import actions

    sockets = [await connect(user, the_page_of(ticket)) for user in (ana, carla, elisa, fabio)]

    await in_thread(actions.reply, ticket, by=by(elisa, channel="desk"), body="Estamos vendo.")

    assert [(await each.hears())["type"] for each in sockets] == ["changed"] * 4


async def test_R1_an_analyst_of_another_queue_may_not_listen(
    connect: Connect, ticket: Any, in_thread: Run, elisa: Any
) -> None:
    await in_thread(ticket.queue.analysts.clear)

    socket = await connect(elisa, the_page_of(ticket))

    assert await socket.closed() == 4404


async def test_the_desk_socket_is_for_the_desk(connect: Connect, ana: Any) -> None:
    sockets = [await connect(user, "/ws/desk/") for user in (ana, AnonymousUser())]

    assert [await each.closed() for each in sockets] == [4404, 4404]


async def test_a_reply_reaches_the_ticket_page_of_both_sides_and_the_lists(
    connect: Connect, in_thread: Run, ticket: Any, ana: Any, elisa: Any, fabio: Any
) -> None:
    from tickets import actions

    customer = await connect(ana, the_page_of(ticket))
    analyst = await connect(elisa, the_page_of(ticket))
    lists = [await connect(user, "/ws/desk/") for user in (elisa, fabio)]

    await in_thread(actions.reply, ticket, by=by(elisa, channel="desk"), body="Estamos vendo.")

    assert await customer.words(1) == [{"type": "changed"}]
    assert await analyst.words(1) == [{"type": "changed", "number": ticket.number}]
    assert [await each.words(1) for each in lists] == [
        [{"type": "changed", "numbers": [ticket.number]}]
    ] * 2


async def test_L13_a_note_reaches_the_desk_and_never_the_customer(
    connect: Connect, in_thread: Run, ticket: Any, ana: Any, elisa: Any
) -> None:
    from tickets import actions

    customer = await connect(ana, the_page_of(ticket))
    analyst = await connect(elisa, the_page_of(ticket))

    await in_thread(actions.note, ticket, by=by(elisa, channel="desk"), body="Só entre nós.")

    assert await analyst.words(1) == [{"type": "changed", "number": ticket.number}]
    assert await customer.says_nothing()


async def test_L13_a_customer_never_hears_who_of_the_desk_is_there(
    connect: Connect, ticket: Any, ana: Any, elisa: Any, fabio: Any
) -> None:
    customer = await connect(ana, the_page_of(ticket))
    first = await connect(elisa, the_page_of(ticket))
    await connect(fabio, the_page_of(ticket))
    await first.say(TYPING)

    await first.words(1)

    assert await customer.says_nothing()


async def test_L13_what_a_customer_types_tells_nobody_anything(
    connect: Connect, ticket: Any, ana: Any, elisa: Any
) -> None:
    customer = await connect(ana, the_page_of(ticket))
    analyst = await connect(elisa, the_page_of(ticket))

    await customer.say(TYPING)

    assert await analyst.says_nothing()


async def test_an_analyst_hears_of_own_queues_and_own_tickets_only(
    connect: Connect, in_thread: Run, ticket: Any, calendar_sp: Any, elisa: Any, fabio: Any
) -> None:
    from tests.cast import make_desk, make_queue
    from tickets import actions

    gil = await in_thread(make_desk, "Gil Prates", "gil@prazo.example", "analyst")
    await in_thread(make_queue, "Folha", calendar_sp, gil)
    other = await connect(gil, "/ws/desk/")
    own = await connect(elisa, "/ws/desk/")

    await in_thread(actions.take, ticket, by=by(elisa, channel="desk"))

    assert await own.words(1) == [{"type": "changed", "numbers": [ticket.number]}]
    assert await other.says_nothing()


async def test_R3_a_move_is_heard_in_the_queue_it_left(
    connect: Connect, in_thread: Run, ticket: Any, calendar_sp: Any, elisa: Any, fabio: Any
) -> None:
    from tests.cast import make_queue
    from tickets import actions

    payroll = await in_thread(make_queue, "Folha", calendar_sp)
    left = await connect(elisa, "/ws/desk/")

    await in_thread(actions.move, ticket, to=payroll, by=by(fabio, channel="desk"))

    assert await left.words(1) == [{"type": "changed", "numbers": [ticket.number]}]


async def test_L8_the_target_hears_that_a_merge_was_taken_back(
    connect: Connect, in_thread: Run, opened: Any, ana: Any, elisa: Any
) -> None:
    from tickets import actions

    target, duplicate = await in_thread(opened), await in_thread(opened)
    merged = await in_thread(actions.merge, duplicate, into=target, by=by(elisa, channel="desk"))
    analyst = await connect(elisa, the_page_of(target))
    customer = await connect(ana, the_page_of(target))

    await in_thread(actions.unmerge, merged.ticket, by=by(elisa, channel="desk"))

    assert await analyst.words(1) == [{"type": "changed", "number": target.number}]
    assert await customer.words(1) == [{"type": "changed"}]


async def test_the_desk_sees_who_looks_and_who_types(
    connect: Connect, ticket: Any, elisa: Any, fabio: Any
) -> None:
    first = await connect(elisa, the_page_of(ticket))
    second = await connect(fabio, the_page_of(ticket))
    came = await first.words(1), await second.words(1)

    await second.say(TYPING)
    typed = await first.words(1)
    await second.close()
    left = await first.words(1)

    assert came == ([seen("Fábio Quintela")], [seen("Elisa Prado")])
    assert typed == [seen("Fábio Quintela", "typing")]
    assert left == [{"type": "presence", "people": []}]


async def test_typing_is_over_when_nothing_more_is_typed(
    connect: Connect, ticket: Any, elisa: Any, fabio: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from interfaces.live import presence

    monkeypatch.setattr(presence, "TYPING_SECONDS", 1)
    first = await connect(elisa, the_page_of(ticket))
    second = await connect(fabio, the_page_of(ticket))

    await first.words(1)

    await second.say(TYPING)

    assert await first.words(2) == [seen("Fábio Quintela", "typing"), seen("Fábio Quintela")]


async def test_two_pages_of_one_person_are_one_person(
    connect: Connect, ticket: Any, elisa: Any, fabio: Any
) -> None:
    first = await connect(elisa, the_page_of(ticket))
    pages = [await connect(fabio, the_page_of(ticket)) for _ in range(2)]

    await first.words(1)
    await pages[0].close()

    assert await first.says_nothing()


async def test_changes_that_press_behind_each_other_are_told_as_one(
    connect: Connect, in_thread: Run, opened: Any, elisa: Any
) -> None:
    from tickets import actions

    tickets = [await in_thread(opened) for _ in range(5)]
    lists = await connect(elisa, "/ws/desk/")

    for each in tickets:
        await in_thread(actions.take, each, by=by(elisa, channel="desk"))
    told = await lists.words(1)
    while told[-1]["numbers"][-1] != tickets[-1].number:
        told += await lists.words(1)

    assert len(told) <= 2
    assert {n for word in told for n in word["numbers"]} == {t.number for t in tickets}


async def test_what_is_undone_is_never_told(
    connect: Connect, in_thread: Run, opened: Any, elisa: Any
) -> None:
    from django.db import transaction

    from tickets import actions

    undone, done = await in_thread(opened), await in_thread(opened)
    lists = await connect(elisa, "/ws/desk/")

    def take_and_think_better_of_it() -> None:
        with transaction.atomic():
            actions.take(undone, by=by(elisa, channel="desk"))
            transaction.set_rollback(True)

    await in_thread(take_and_think_better_of_it)
    await in_thread(actions.take, done, by=by(elisa, channel="desk"))

    assert await lists.words(1) == [{"type": "changed", "numbers": [done.number]}]


async def test_a_socket_that_says_too_much_is_closed(
    connect: Connect, ticket: Any, elisa: Any
) -> None:
    socket = await connect(elisa, the_page_of(ticket))

    for _ in range(21):
        await socket.say('{"type": "nonsense"}')

    assert await socket.closed() == 4429


@pytest.mark.parametrize("word", ["", "[]", "{", "null", '{"type": ["typing"]}'])
async def test_nonsense_is_no_word(
    connect: Connect, in_thread: Run, ticket: Any, elisa: Any, word: str
) -> None:
    from tickets import actions

    socket = await connect(elisa, the_page_of(ticket))
    await socket.say(word)

    await in_thread(actions.take, ticket, by=by(elisa, channel="desk"))

    assert await socket.words(1) == [{"type": "changed", "number": ticket.number}]


async def test_a_long_word_closes_the_socket(connect: Connect, ticket: Any, elisa: Any) -> None:
    socket = await connect(elisa, the_page_of(ticket))

    await socket.say("x" * 201)

    assert await socket.closed() == 4429


async def test_an_idle_socket_lives_longer_than_a_client_of_valkey_waits(
    connect: Connect, in_thread: Run, ticket: Any, elisa: Any
) -> None:
    from tickets import actions

    socket = await connect(elisa, the_page_of(ticket))
    idle = await socket.says_nothing(7)

    await in_thread(actions.take, ticket, by=by(elisa, channel="desk"))

    assert idle
    assert await socket.words(1) == [{"type": "changed", "number": ticket.number}]


async def test_R1_a_socket_is_closed_when_its_person_may_no_longer_see_the_ticket(
    connect: Connect, in_thread: Run, ticket: Any, elisa: Any, ana: Any, monkeypatch: Any
) -> None:
    from interfaces.live import consumers, presence

    monkeypatch.setattr(presence, "SIGN_SECONDS", 1)
    monkeypatch.setattr(consumers, "CHECK_SECONDS", 1)
    sockets = [
        await connect(elisa, the_page_of(ticket)),
        await connect(elisa, "/ws/desk/"),
        await connect(ana, the_page_of(ticket)),
    ]
    for person in (elisa, ana):
        person.is_active = False
        await in_thread(person.save)

    closed = [await each.closed() for each in sockets]

    assert closed == [4404, 4404, 4404]


async def test_R1_new_queues_are_heard_without_a_new_socket(
    connect: Connect, in_thread: Run, ticket: Any, elisa: Any, monkeypatch: Any
) -> None:
    from interfaces.live import consumers, groups, presence

    monkeypatch.setattr(presence, "SIGN_SECONDS", 1)
    monkeypatch.setattr(consumers, "CHECK_SECONDS", 1)
    await in_thread(ticket.queue.analysts.clear)
    lists = await connect(elisa, "/ws/desk/")
    await in_thread(ticket.queue.analysts.add, elisa)
    while not await members_of(groups.of_queue(ticket.queue_id)):
        assert await lists.says_nothing(0.1)

    from tickets import actions

    await in_thread(actions.take, ticket, by=by(elisa, channel="desk"))

    assert await lists.words(1) == [{"type": "changed", "numbers": [ticket.number]}]


def seen(name: str, doing: str = "viewing") -> dict[str, Any]:
    return {"type": "presence", "people": [{"name": name, "doing": doing}]}


async def members_of(group: str) -> int:
    from channels.layers import get_channel_layer

    layer: Any = get_channel_layer()
    return int(await layer.connection(0).zcard(layer._group_key(group)))
