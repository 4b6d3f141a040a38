"""What the tests of both sides' pages share, a plugin: browsers, one who may not see, tickets
in each status."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client

from tests.cast import at, by, make_desk, make_queue

NOW = "2026-11-13T14:00"


@pytest.fixture
def standing_still(db: None) -> Iterator[None]:
    """Friday, 13 November 2026, 14:00 in São Paulo; no calendar of another test in mind."""
    from calendars import loading

    loading.forget()
    with time_machine.travel(at(NOW), tick=False):
        yield


@pytest.fixture
def gil(calendar_sp: Any) -> Any:
    """An analyst of another queue."""
    gil = make_desk("Gil Prates", "gil@prazo.example", "analyst")
    make_queue("Folha", calendar_sp, gil)
    return gil


@pytest.fixture
def login(client: Client) -> Callable[[Any], Client]:
    """`login(ana)` is the browser in which Ana is signed in."""

    def signed_in(person: Any) -> Client:
        client.force_login(person)
        return client

    return signed_in


@pytest.fixture
def get(login: Callable[[Any], Client]) -> Callable[..., str]:
    """`get(ana, "/tickets/")` is the HTML that Ana gets there."""

    def read(person: Any, url: str, status: int = 200, **more: Any) -> str:
        response: HttpResponse = login(person).get(url, **more)
        assert response.status_code == status
        return response.content.decode()

    return read


@pytest.fixture
def asked(ticket: Any, elisa: Any) -> Any:
    """Ana's ticket in Pendente Cliente."""
    from tickets import actions

    asks = by(elisa, "2026-11-13T10:00", "desk")
    return actions.request_information(ticket, by=asks, body="Qual é a versão?").ticket


@pytest.fixture
def solved(ticket: Any, elisa: Any) -> Any:
    """Ana's ticket in Validação Cliente."""
    from tickets import actions

    solves = by(elisa, "2026-11-13T10:00", "desk")
    return actions.propose_solution(ticket, by=solves, body="Atualize o pacote.").ticket


@pytest.fixture
def ended(solved: Any, ana: Any) -> Any:
    """Ana's ticket, its solution confirmed."""
    from tickets import actions

    return actions.confirm_solution(solved, by=by(ana, "2026-11-13T11:00")).ticket
