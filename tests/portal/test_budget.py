"""What a page costs: the statements it asks, the same for 1 and for 25 rows, and its bytes."""

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.core.cache import cache

from tests.cast import by
from tests.portal.reading import stored, url
from tickets import actions

# Of each page: the session, the person, the person's organizations.
KNOWN = 3


@pytest.fixture
def rows(opened, elisa, ana, bruno, carla):
    """`rows(25)` makes the lists of Ana and Carla that long, with every kind of row."""

    def make(count):
        for n in range(count):
            ticket = opened("2026-11-12T09:00", title=f"N.º {n}", watchers=[bruno])
            if n % 2:
                asks = by(elisa, "2026-11-12T10:00", "desk")
                actions.request_information(ticket, by=asks, body="Versão?")
            elif n % 3:
                actions.cancel(ticket, by=by(ana, "2026-11-12T11:00"))
                actions.follow_up(ticket, by=by(ana, "2026-11-12T12:00"), body="De novo.")
        cache.clear()

    return make


@pytest.mark.parametrize("count", [1, 25])
def test_home_asks_eight_statements(login, ana, rows, count, django_assert_num_queries):
    rows(count)
    customer = login(ana)

    with django_assert_num_queries(KNOWN + 5):  # with the incidents, and who invites
        customer.get("/")


@pytest.mark.parametrize("count", [1, 25])
def test_the_companys_home_asks_eight(login, carla, rows, count, django_assert_num_queries):
    rows(count)
    customer = login(carla)

    with django_assert_num_queries(KNOWN + 5):
        customer.get("/?whose=company")


@pytest.mark.parametrize("count", [1, 25])
def test_the_administrators_list_asks_eight(login, carla, rows, count, django_assert_num_queries):
    rows(count)
    customer = login(carla)

    with django_assert_num_queries(KNOWN + 5):  # with who asked and the teams
        customer.get("/tickets/?whose=company")


@pytest.mark.parametrize("count", [1, 25])
def test_the_list_asks_six(login, ana, rows, count, django_assert_num_queries):
    rows(count)
    customer = login(ana)

    with django_assert_num_queries(KNOWN + 3):
        customer.get("/tickets/?whose=all")


@pytest.fixture
def long_ticket(ticket, ana, bruno, elisa):
    """40 messages, files, a change of hands and watchers; Ana has a draft."""
    actions.take(ticket, by=by(elisa, "2026-11-13T09:10", "desk"))
    actions.watch(ticket, who=bruno, by=by(ana, "2026-11-13T09:20"))
    for n in range(19):
        actions.reply(ticket, by=by(elisa, f"2026-11-13T10:{n:02}", "desk"), body=f"Pergunta {n}.")
        sent = stored(ana, f"log-{n}.txt")
        answer = by(ana, f"2026-11-13T11:{n:02}")
        actions.reply(ticket, by=answer, body=f"Resposta {n}. " * 20, files=[sent.key])
    solves = by(elisa, "2026-11-13T12:00", "desk")
    return actions.propose_solution(ticket, by=solves, body="Atualize.").ticket


def test_a_ticket_with_40_messages_asks_eleven(login, ana, long_ticket, django_assert_num_queries):
    customer = login(ana)
    customer.post(f"/rascunhos/ticket:{long_ticket.number}:reply/", {"body": "Ainda escrevo"})
    assert long_ticket.messages.count() == 40

    with django_assert_num_queries(11):
        customer.get(url(long_ticket))


@pytest.mark.parametrize("address", ["/", "ticket", "/tickets/", "/tickets/novo/"])
def test_a_first_load_stays_under_90_kb(login, ana, long_ticket, rows, address):
    rows(20)
    customer = login(ana)
    html = customer.get(url(long_ticket) if address == "ticket" else address).content

    loaded = [html, *(_content(path) for path in sorted(_assets(html.decode())))]

    assert sum(len(gzip.compress(each, 6)) for each in loaded) <= 90 * 1024


def _assets(html):
    """Style sheet, scripts and sprite that the page refers to, by their static paths."""
    paths = set(re.findall(r'(?:href|src)="/static/([^"#?]+)', html))
    assert {"css/app.css", "icons.svg"} <= paths
    return paths


def _content(path):
    found = finders.find(path)
    assert found
    return Path(found).read_bytes()
