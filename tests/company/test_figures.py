"""The page of an organization's figures: for its administrator, with the same numbers thrice."""

import csv
import io
import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from common import clock
from tests.cast import by
from tests.portal.reading import text
from tickets import actions
from tickets.models import Ticket

# Every address of this page that takes a number, by the name of its URL (tests/architecture).
ENDPOINTS = ["figures", "figures_file"]


def page(organization: Any, name: str = "") -> str:
    return f"/empresa/{organization.pk}/numeros/{name}"


@pytest.fixture
def busy(opened: Any, elisa: Any, carla: Any) -> None:
    """Two in Aberto, one in Pendente, one ended after three business hours."""
    opened("2026-11-12T09:00")
    opened("2026-11-02T09:00")
    asked = opened("2026-11-12T09:00")
    actions.request_information(asked, by=by(elisa, "2026-11-12T10:00", "desk"), body="Versão?")
    done = opened("2026-11-12T09:00")
    solves = by(elisa, "2026-11-12T11:00", "desk")
    actions.propose_solution(done, by=solves, body="Atualize.")
    actions.confirm_solution(done, by=by(carla, "2026-11-12T12:00"))


def test_R5_the_administrator_reads_the_figures_in_drawing_words_and_table(
    get: Any, carla: Any, organization: Any, busy: None
) -> None:
    html = get(carla, page(organization))

    descriptions = re.findall(r"<desc[^>]*>(.*?)</desc>", html)
    assert descriptions == [
        "Aberto: 2; Pendente Cliente: 1; Validação Cliente: 0.",
        "Até hoje: 0; Em até 3 dias: 0; Depois: 1.",
        "Até 2 dias: 2; De 3 a 7 dias: 0; De 8 a 15 dias: 1; De 16 a 30 dias: 0; "
        "Mais de 30 dias: 0.",
        "11/2026: 3,0 h.",
    ]
    assert "11/2026 1 2,0 1,0" in text(html)
    assert "style=" not in html


def test_the_file_holds_the_numbers_of_the_page(
    login: Any, carla: Any, organization: Any, busy: None
) -> None:
    organization.name = "=Serra Azul"
    organization.save()

    response = login(carla).get(page(organization, "arquivo/") + "?period=30")

    lines = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig")), delimiter=";"))
    assert lines[:6] == [
        ["Empresa", "'=Serra Azul"],
        ["Período", "30 dias"],
        ["Tempos e satisfação contados em", f"{timezone.localtime(clock.now()):%d/%m/%Y %H:%M}"],
        [],
        ["Em aberto, por situação"],
        ["Situação", "Tickets"],
    ]
    assert lines[-1] == ["11/2026", "1", "2,0", "1,0"]
    assert response["Content-Type"] == "text/csv; charset=utf-8"


def test_the_period_leaves_out_what_ended_before_it(
    get: Any, carla: Any, organization: Any, opened: Any, ana: Any
) -> None:
    actions.cancel(opened("2026-09-01T09:00"), by=by(ana, "2026-09-02T09:00"))

    shown = {
        days: "09/2026" in get(carla, f"{page(organization)}?period={days}")
        for days in ("30", "90", "365", "x")
    }

    assert shown == {"30": False, "90": True, "365": True, "x": True}


def test_with_nothing_to_count_the_page_says_so(get: Any, carla: Any, organization: Any) -> None:
    html = get(carla, page(organization))

    assert "Ainda não há o que contar" in html
    assert '<svg class="chart__drawing"' not in html


@pytest.mark.parametrize("name", ["", "arquivo/"])
@pytest.mark.parametrize("stranger", ["ana", "davi", "elisa", "fabio", "guests"])
def test_R1_whoever_does_not_administer_the_organization_finds_nothing(
    login: Any, request: Any, organization: Any, carla: Any, stranger: str, name: str
) -> None:
    assert login(carla).get(page(organization, name)).status_code == 200
    if stranger == "guests":
        organization.holds_guests = True
        organization.save()
    person = carla if stranger == "guests" else request.getfixturevalue(stranger)

    assert login(person).get(page(organization, name)).status_code == 404


def test_strangers_sign_in_and_forms_are_not_taken(
    client: Client, login: Any, carla: Any, organization: Any
) -> None:
    assert client.get(page(organization)).status_code == 302
    assert login(carla).post(page(organization)).status_code == 405


@pytest.mark.parametrize("count", [1, 25])
def test_the_page_asks_nine_statements(
    login: Any,
    carla: Any,
    organization: Any,
    opened: Any,
    elisa: Any,
    count: int,
    django_assert_num_queries: Any,
) -> None:
    for n in range(count):
        ticket = opened(f"2026-11-{1 + n % 12:02}T09:00")
        actions.propose_solution(
            ticket, by=by(elisa, f"2026-11-{1 + n % 12:02}T10:00", "desk"), body="Sim."
        )
        if n % 2 == 0:
            actions.confirm_solution(ticket, by=by(carla, f"2026-11-{1 + n % 12:02}T12:00"))
    customer = login(carla)

    with django_assert_num_queries(9):  # one of them reads the calendar, once a version
        customer.get(page(organization))


def test_the_present_is_counted_each_time_and_the_period_once_in_ten_minutes(
    get: Any,
    carla: Any,
    organization: Any,
    busy: None,
    valkey: Any,
) -> None:
    before = text(get(carla, page(organization)))
    open_ticket = Ticket.objects.filter(status="open").first()
    assert open_ticket is not None
    actions.cancel(open_ticket, by=by(carla, "2026-11-12T12:00"))

    again = text(get(carla, page(organization)))

    assert "Aberto 2" in before
    assert "Aberto 1" in again
    assert "11/2026 1 2,0 1,0" in again
    (kept,) = valkey.keys("*figures:*")
    assert 0 < valkey.ttl(kept) <= 600
    valkey.delete(kept)
    assert "11/2026 2" in text(get(carla, page(organization)))
