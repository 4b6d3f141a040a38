"""The administrator Gil at his browser, on Friday, 13 November 2026, at noon."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.test import Client

from accounts.models import User
from tests.cast import at
from tickets import due, events

NOON = at("2026-11-13T12:00")


@pytest.fixture(autouse=True)
def _alone(settings: Any) -> Iterator[None]:
    """No followers and no gates: they have tests of their own."""
    settings.TICKET_FOLLOWERS = settings.TICKET_CLOCK_GATES = []
    events.followers.cache_clear()
    due.gates.cache_clear()
    yield
    events.followers.cache_clear()
    due.gates.cache_clear()


@pytest.fixture(autouse=True)
def _noon(request: pytest.FixtureRequest) -> Iterator[None]:
    """Browsers keep their own time."""
    if "live" in request.fixturenames:
        yield
        return
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def gil(db: None) -> User:
    return User.objects.create_superuser("gil@prazo.example", "Gil Prata", "senha-de-teste")


@pytest.fixture
def admin(gil: User) -> Client:
    """Signed in as Gil, who may do everything."""
    client = Client()
    client.force_login(gil)
    return client


@pytest.fixture
def staff(db: None) -> Callable[..., Client]:
    """`staff("view_ticket", …)` is signed in as somebody who may do these things and no others."""

    def sign_in(*codenames: str) -> Client:
        hugo = User.objects.create_user("hugo@prazo.example", "Hugo Leal", is_staff=True)
        permissions = Permission.objects.filter(codename__in=codenames)
        assert len(permissions) == len(codenames)
        hugo.user_permissions.set(permissions)
        client = Client()
        client.force_login(hugo)
        return client

    return sign_in


@pytest.fixture
def statements(admin: Client) -> Callable[[str], int]:
    """How many SQL statements a page of the admin's takes."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def count(address: str) -> int:
        admin.get(address)  # what Django remembers by process is read before it counts
        with CaptureQueriesContext(connection) as said:
            response = admin.get(address)
        assert response.status_code == 200
        return len(said)

    return count
