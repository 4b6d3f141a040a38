"""The banner of the demonstration, and its button "Próximo dia útil"."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from common import clock
from tests.cast import at, by
from tickets import actions

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.helpdesk.demo_urls")]

BUTTON = "Próximo dia útil"


@pytest.fixture(autouse=True)
def _demo(settings: Any, tmp_path: Path) -> Iterator[None]:
    """A demonstration on Thursday, 19 November 2026, at 11:00; the next day is a holiday."""
    settings.DEMO, settings.CLOCK_FILE = True, tmp_path / "clock.json"
    with time_machine.travel(at("2026-11-19T11:00")):
        yield


def _post(client: Client, **fields: str) -> Any:
    return client.post(reverse("demo:next_day"), fields)


def test_staff_move_on_to_the_opening_of_the_next_business_day(
    client: Client, opened: Callable[..., Any], elisa: Any
):
    ticket = opened("2026-11-13T09:00")
    actions.request_information(ticket, by=by(elisa, "2026-11-16T10:00", "desk"), body="Qual?")
    client.force_login(elisa)

    response = _post(client, next="/mesa/fila/?status=open")

    assert (response.status_code, response["Location"]) == (302, "/mesa/fila/?status=open")
    assert (clock.now() - at("2026-11-23T09:00")).total_seconds() < 30
    assert [str(message) for message in get_messages(response.wsgi_request)] == [
        f"Agora é seg., 23/11/2026, 09:00: lembrete do {ticket.number}; "
        "3 cartas enviadas; 1 calendário recebeu feriados."
    ]


def test_a_message_names_few_and_counts_the_rest(
    client: Client, opened: Callable[..., Any], elisa: Any
):
    numbers = []
    for _ in range(6):
        ticket = opened("2026-11-13T09:00")
        actions.request_information(ticket, by=by(elisa, "2026-11-16T10:00", "desk"), body="Qual?")
        numbers.append(ticket.number)
    client.force_login(elisa)

    response = _post(client)

    [message] = get_messages(response.wsgi_request)
    first, second, third = numbers[:3]
    assert f"lembretes de {first}, {second}, {third} e outros 3; " in str(message)


@pytest.mark.parametrize("elsewhere", ["", "https://example.com/", "//example.com", "javascript:1"])
def test_it_leads_to_no_other_site(client: Client, queue: Any, elisa: Any, elsewhere: str):
    client.force_login(elisa)

    assert _post(client, next=elsewhere)["Location"] == "/"


def test_customers_have_no_such_page(client: Client, queue: Any, ana: Any):
    client.force_login(ana)

    assert _post(client).status_code == 404
    assert clock.offset().total_seconds() == 0


def test_strangers_are_asked_to_sign_in(client: Client, queue: Any):
    assert _post(client)["Location"] == f"{reverse('account_login')}?next=/demo/next-day/"


def test_it_is_done_and_not_looked_at(client: Client, elisa: Any):
    client.force_login(elisa)

    assert client.get(reverse("demo:next_day")).status_code == 405


def test_outside_the_demo_there_is_none(client: Client, queue: Any, elisa: Any, settings: Any):
    settings.DEMO, settings.CLOCK_FILE = False, None
    client.force_login(elisa)

    assert _post(client).status_code == 404


def test_without_a_calendar_there_is_no_business_day(client: Client, elisa: Any):
    client.force_login(elisa)

    assert _post(client).status_code == 404


def test_the_banner_shows_the_clock_to_all_and_the_button_to_the_desk(
    client: Client, queue: Any, ana: Any, elisa: Any
):
    clock.move_to(at("2026-11-25T16:20"))
    client.force_login(ana)
    customers = client.get(reverse("portal:home")).content.decode()
    client.force_login(elisa)
    desk = client.get(reverse("desk:dashboard")).content.decode()

    assert [BUTTON in page for page in (customers, desk)] == [False, True]
    for page in (customers, desk):
        assert ">qua., 25/11/2026, 16:20</strong>" in page
        assert f'href="{reverse("inbox:mailbox")}"' in page
