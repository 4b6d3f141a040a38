"""What a page costs: the statements it asks, the same for 1 and for 25 rows, and its bytes."""

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.core.cache import cache

from tests.cast import by
from tests.desk.reading import CASE, url
from tickets import actions
from tickets.models import Heartbeat

# Of each page: the session, the person, the counts of the views, the mail that waits, the beat.
FRAME = 5
# Of the filters: queues, products, customers, analysts.
SELECTS = 4


@pytest.fixture
def rows(opened, elisa, helena, ana):
    """`rows(25)` makes the lists that long, with every kind of row."""

    def make(count):
        Heartbeat.objects.create(name="beat", at=by(None).at)
        for n in range(count):
            ticket = opened("2026-11-12T09:00", title=f"N.º {n} " + "x" * 110, severity=1 + n % 4)
            if n % 2:
                asks = by(elisa, "2026-11-12T10:00", "desk")
                ticket = actions.request_information(ticket, by=asks, body="Versão?").ticket
            if n % 3:
                actions.take(ticket, by=by(helena, "2026-11-12T11:00", "desk"))
        cache.clear()

    return make


@pytest.mark.parametrize("count", [1, 25])
def test_the_dashboard_asks_ten_statements(login, elisa, rows, count, django_assert_num_queries):
    rows(count)
    desk = login(elisa)

    # Rows, tickets that stumbled, failed letters, tasks that stumbled, the valve.
    with django_assert_num_queries(FRAME + 5):
        desk.get("/mesa/")


@pytest.mark.parametrize("count", [1, 25])
def test_the_supervisors_dashboard_asks_twelve(
    login, fabio, rows, count, django_assert_num_queries
):
    rows(count)
    desk = login(fabio)

    with django_assert_num_queries(FRAME + 7):  # and counts by analyst, analysts
        desk.get("/mesa/")


@pytest.mark.parametrize("count", [1, 25])
def test_a_list_asks_eleven(login, elisa, rows, count, django_assert_num_queries):
    rows(count)
    desk = login(elisa)

    with django_assert_num_queries(FRAME + 2 + SELECTS):  # rows, how many
        desk.get("/mesa/fila/?sort=deadline")


@pytest.fixture
def long_ticket(opened, ticket, ana, bruno, elisa, fabio, calendar_sp):
    """40 messages, files, notes, moves, watchers, a ticket before and one merged; a draft."""
    import io

    from tests.cast import make_queue

    other = make_queue("Folha", calendar_sp, elisa)
    Heartbeat.objects.create(name="beat", at=by(None).at)
    actions.take(ticket, by=by(elisa, "2026-11-13T09:10", "desk"))
    actions.move(ticket, to=other, by=by(elisa, "2026-11-13T09:15", "desk"))
    actions.watch(ticket, who=bruno, by=by(ana, "2026-11-13T09:20"))
    for n in range(19):
        actions.note(ticket, by=by(elisa, f"2026-11-13T10:{n:02}", "desk"), body=f"Nota {n}.")
        sent = actions.upload(ana, f"log-{n}.txt", io.BytesIO(b"539"), 3)
        answer = by(ana, f"2026-11-13T11:{n:02}")
        actions.reply(ticket, by=answer, body=f"Resposta {n}. " * 20, files=[sent.key])
    duplicate = opened("2026-11-13T11:30", user=bruno)
    actions.merge(duplicate, into=ticket, by=by(elisa, "2026-11-13T11:40", "desk"))
    solves = by(elisa, "2026-11-13T12:00", "desk")
    return actions.propose_solution(ticket, by=solves, body="Atualize.").ticket


def test_a_ticket_with_40_messages_asks_twelve(
    login, elisa, long_ticket, django_assert_num_queries
):
    desk = login(elisa)
    desk.post(f"/rascunhos/ticket:{long_ticket.number}:desk/", {"body": "Ainda escrevo"})
    assert long_ticket.messages.count() == 40

    # The ticket with all around it; its history's tickets, messages, files, events; names
    # of queues in them; the calendar, which a running server has in mind.
    with django_assert_num_queries(FRAME + 1 + 4 + 2):
        desk.get(url(long_ticket))


def test_the_case_alone_asks_nine(login, elisa, long_ticket, django_assert_num_queries):
    desk = login(elisa)

    with django_assert_num_queries(9):
        desk.get(url(long_ticket), headers=CASE)


@pytest.mark.parametrize("address", ["/mesa/", "ticket", "/mesa/fila/", "/mesa/tickets/novo/"])
def test_a_first_load_stays_under_90_kb(login, fabio, long_ticket, rows, address):
    Heartbeat.objects.all().delete()
    rows(24)
    desk = login(fabio)
    html = desk.get(url(long_ticket) if address == "ticket" else address).content

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
