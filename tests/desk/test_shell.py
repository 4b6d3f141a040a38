"""What stands around every page: the views with their counts, and a stopped clock."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from interfaces.desk.keys import KEYS
from tests.cast import by
from tests.desk.reading import text, url
from tickets import actions
from tickets.models import Heartbeat

PAGES = [
    "/mesa/",
    "/mesa/fila/",
    "/mesa/tickets/novo/",
    "/mesa/perfil/",
    "/mesa/quarentena/",
    "/pesquisa/respostas/",
]


def counts(html):
    """The rail's counts by the address that they lead to."""
    rail = html[html.index('id="visoes"') : html.index('class="views__foot"')]
    lines = re.findall(r'href="([^"]+)"(.*?)</a>', rail, re.DOTALL)
    found = {url: re.search(r'class="count[^"]*">(\d+)<', line) for url, line in lines}
    return {url: int(count[1]) for url, count in found.items() if count}


@pytest.fixture
def work(opened, elisa, helena):
    """Four tickets: one of Elisa's, one overdue, one due today, one solved."""
    actions.take(opened("2026-11-12T09:00"), by=by(elisa, "2026-11-12T10:00", "desk"))
    opened("2026-11-09T09:00")
    asks = by(helena, "2026-11-06T10:00", "desk")
    asked = actions.request_information(opened("2026-11-04T09:00"), by=asks, body="Versão?")
    actions.watch(asked.ticket, who=elisa, by=by(elisa, "2026-11-06T10:00", "desk"))
    solves = by(helena, "2026-11-12T11:00", "desk")
    actions.propose_solution(opened("2026-11-12T10:00"), by=solves, body="Atualize.")


def test_R4_counts_are_links_to_their_lists(get, elisa, work):
    page = get(elisa, "/mesa/")

    assert counts(page) == {
        "/mesa/fila/?view=mine": 1,
        "/mesa/fila/?view=unassigned": 3,
        "/mesa/fila/?view=due-today": 1,
        "/mesa/fila/?view=overdue": 1,
        "/mesa/fila/?view=watched": 1,
        "/mesa/fila/": 4,
        "/mesa/fila/?status=open": 2,
        "/mesa/fila/?status=pending": 1,
        "/mesa/fila/?status=validation": 1,
        "/mesa/quarentena/": 0,
    }


def test_R1_counts_hold_nothing_of_other_queues(get, gil, work):
    assert set(counts(get(gil, "/mesa/")).values()) == {0}


@pytest.mark.parametrize(
    ("shown", "current"),
    [
        ("/mesa/", ["/mesa/"]),
        ("/mesa/fila/?view=mine&sort=last&after=1-2", ["/mesa/fila/?view=mine"]),
        ("/mesa/fila/?status=open&severity=1", ["/mesa/fila/?status=open"]),
        ("/mesa/fila/?q=nota", []),
        ("/mesa/tickets/1/?view=mine", ["/mesa/fila/?view=mine"]),
        ("/mesa/tickets/1/", ["/mesa/fila/"]),
        ("/mesa/quarentena/1/?after=1-2", ["/mesa/quarentena/"]),
        ("/nowhere/", []),
    ],
)
def test_the_rail_alone_marks_the_page_around_it(get, elisa, shown, current):
    around = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{shown}"}

    part = get(elisa, "/mesa/visoes/", headers=around)

    marked = re.findall(r'href="([^"]+)"\s+aria-current="page"', part)
    assert marked == current


@pytest.mark.parametrize("page", PAGES)
def test_a_clock_that_stopped_is_told_on_every_page(get, elisa, page):
    """The beat lives in real time, which stands still in this test."""
    heard = datetime.now(UTC) - timedelta(minutes=2, seconds=1)
    Heartbeat.objects.create(name="beat", at=heard)

    told = text(get(elisa, page))

    assert "O relógio está parado desde sex., 13/11/2026, 13:57" in told


@pytest.mark.parametrize("silent", [timedelta(0), timedelta(minutes=1, seconds=59)])
def test_a_clock_that_runs_is_not_told(get, elisa, silent):
    Heartbeat.objects.create(name="beat", at=datetime.now(UTC) - silent)

    assert "O relógio está parado" not in get(elisa, "/mesa/")


@pytest.mark.parametrize(("old", "told"), [(120, False), (121, True)])
def test_a_clock_that_never_ran_is_told_once_the_installation_is_two_minutes_old(
    get, elisa, fabio, old, told
):
    elisa.created_at = datetime.now(UTC) - timedelta(seconds=old)
    elisa.save()

    assert ("O relógio está parado desde sex., 13/11/2026" in get(fabio, "/mesa/")) == told


def test_supervision_is_for_supervisors(get, elisa, fabio):
    assert "/mesa/equipe/" not in get(elisa, "/mesa/")
    assert "/mesa/equipe/" in get(fabio, "/mesa/")


# What keys.js does itself, with no element of the page.
OWN = {"next", "previous", "open", "send", "list"}


def test_the_keys_of_the_pages_are_those_that_their_dialog_names(get, elisa, ticket, asked):
    pages = [get(elisa, "/mesa/fila/"), get(elisa, url(asked))]

    pressed = {key for page in pages for key in re.findall(r'data-key="([^"]+)"', page)}

    assert pressed == {key.letter for name, key in KEYS.items() if name not in OWN}
    assert "Assumir ou mudar o responsável A Mover de fila M Histórico e prazos H" in text(pages[0])


def test_no_two_keys_are_one():
    letters = [key.letter for name, key in KEYS.items() if name != "send"]

    assert len(set(letters)) == len(letters)
