"""Whom a customer may know: colleagues, but no fellow guest."""

from typing import Any

import pytest

from accounts.models import Organization, User
from interfaces.web.people import colleagues_of
from tests.cast import by, make_person
from tickets import actions
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def guests() -> Organization:
    return Organization.objects.create(name="Visitantes", holds_guests=True)


def names(people: Any) -> list[str]:
    return [each.name for each in people.order_by("name")]


def test_colleagues_know_of_one_another(
    ana: User, bruno: User, carla: User, davi: User, organization: Organization
) -> None:
    assert names(colleagues_of(ana, organization.pk)) == [ana.name, bruno.name, carla.name]


def test_guests_know_of_nobody_but_who_follows_the_same_ticket(
    opened: Any, guests: Organization
) -> None:
    iara, joel, kika = (
        make_person(name, f"{name.lower()}@fora.example", guests)
        for name in ("Iara", "Joel", "Kika")
    )
    ticket: Ticket = opened(user=iara, organization=guests)
    actions.watch(ticket, who=joel, by=by(iara))

    assert names(colleagues_of(iara, guests.pk)) == ["Iara"]
    assert names(colleagues_of(iara, guests.pk, of=ticket)) == ["Iara", "Joel"]
    assert names(colleagues_of(kika, guests.pk)) == ["Kika"]
