"""notifications/audience.py: letters go to those with a part in the ticket who may see it (R1)."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import User
from notifications import audience
from notifications.audience import FOLLOWING, Part
from tests.cast import by, make_desk, make_queue
from tickets import actions
from tickets.models import Ticket, TicketEvent, Verb, Watcher


def last(ticket: Ticket, verb: str) -> TicketEvent:
    return (
        TicketEvent.objects.select_related("ticket").filter(ticket=ticket, verb=verb).latest("pk")
    )


def who(event: TicketEvent, **more: Any) -> list[tuple[str, str]]:
    return [(each.person.first_name, each.part.value) for each in audience.of(event, **more)]


@pytest.fixture
def everyone(
    ticket: Ticket, bruno: User, carla: User, davi: User, elisa: User, fabio: User
) -> list[User]:
    """The whole cast watches Ana's ticket, also those who never could; Elisa works on it."""
    ticket.watchers.bulk_create(
        Watcher(ticket=ticket, user=user) for user in [bruno, carla, davi, elisa, fabio]
    )
    Ticket.objects.filter(pk=ticket.pk).update(assignee=elisa)
    return [ticket.requester, bruno, carla, davi, elisa, fabio]


def test_R1_the_cast_by_their_parts(ticket: Ticket, everyone: list[User]) -> None:
    assert who(last(ticket, Verb.OPEN), author_too=True) == [
        ("Ana", "requester"),
        ("Elisa", "assignee"),
        ("Bruno", "watcher"),
        ("Carla", "watcher"),
        ("Fábio", "watcher"),
    ]


def test_the_author_hears_nothing_of_the_own_act(ticket: Ticket, everyone: list[User]) -> None:
    event = last(ticket, Verb.OPEN)

    assert who(event, parts=FOLLOWING) == [
        ("Bruno", "watcher"),
        ("Carla", "watcher"),
        ("Fábio", "watcher"),
    ]
    assert who(event, parts=frozenset({Part.REQUESTER})) == []


def test_who_entered_it_for_a_caller_is_its_author(ticket: Ticket, ana: User, elisa: User) -> None:
    Ticket.objects.filter(pk=ticket.pk).update(assignee=elisa)
    event = actions.reply(ticket, by=by(ana, channel="phone", entered_by=elisa), body="Alô")

    assert who(event) == [("Ana", "requester")]


def test_others_at_the_customer_are_named_and_no_one_of_the_desk(
    ticket: Ticket, everyone: list[User]
) -> None:
    also = {each.person.first_name: each.also for each in audience.of(last(ticket, Verb.OPEN))}

    assert also == {
        "Elisa": ("Ana Nogueira", "Bruno Sakamoto", "Carla Menezes"),
        "Bruno": ("Ana Nogueira", "Carla Menezes"),
        "Carla": ("Ana Nogueira", "Bruno Sakamoto"),
        "Fábio": ("Ana Nogueira", "Bruno Sakamoto", "Carla Menezes"),
    }


def test_a_name_turns_nothing_around_in_the_list_of_names(
    ticket: Ticket, everyone: list[User], bruno: User
) -> None:
    User.objects.filter(pk=bruno.pk).update(name="Bru\u202eno\nS.")

    also = {each.person.first_name: each.also for each in audience.of(last(ticket, Verb.OPEN))}

    assert also["Carla"] == ("Ana Nogueira", "Bruno S.")


def _leave(user: User) -> None:
    user.memberships.update(is_active=False)


def _deactivate(user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)


def _close_organization(user: User) -> None:
    user.memberships.get().organization.__class__.objects.update(is_active=False)


@pytest.mark.parametrize("goes", [_leave, _deactivate])
def test_S6_L6_who_has_left_gets_nothing(
    ticket: Ticket, everyone: list[User], goes: Callable[[User], None], bruno: User
) -> None:
    goes(bruno)

    assert "Bruno" not in dict(who(last(ticket, Verb.OPEN)))


def test_of_a_closed_organization_only_the_desk_is_left(
    ticket: Ticket, everyone: list[User], bruno: User
) -> None:
    _close_organization(bruno)

    assert who(last(ticket, Verb.OPEN), author_too=True) == [
        ("Elisa", "assignee"),
        ("Fábio", "watcher"),
    ]


def test_R1_it_is_never_wider_than_what_each_may_see(
    ticket: Ticket, everyone: list[User], calendar_sp: Any
) -> None:
    stranger = make_desk("Gil Ramos", "gil@prazo.example", "analyst")
    make_queue("Outra", calendar_sp, stranger)
    Watcher.objects.create(ticket=ticket, user=stranger)
    people = [*everyone, stranger]

    told = {each.person for each in audience.of(last(ticket, Verb.OPEN), author_too=True)}

    assert told == {
        person
        for person in people
        if Ticket.objects.visible_to(User.objects.get(pk=person.pk)).filter(pk=ticket.pk).exists()
    }
    assert stranger not in told


def test_it_costs_the_same_for_one_and_for_many(
    ticket: Ticket, everyone: list[User], django_assert_num_queries: Any
) -> None:
    event = last(ticket, Verb.OPEN)

    with django_assert_num_queries(2):
        audience.of(event)
