"""Stopping to watch by the link of a letter: RFC 8058's POST without cookies, and the page."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from common import links
from notifications import acts
from tests.cast import by
from tests.notifications.conftest import again
from tickets import actions
from tickets.models import Ticket

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def program() -> Client:
    """A mail program: no cookies, no token of ours, every check on."""
    return Client(enforce_csrf_checks=True)


def path(ticket: Ticket, person: Any) -> str:
    return acts.unwatch_address(ticket.number, person).removeprefix("http://127.0.0.1:8000")


def unwatched(ticket: Ticket) -> list[tuple[Any, str]]:
    return [(each.actor, each.channel) for each in ticket.events.filter(verb="unwatch")]


def test_RFC_8058_one_click_stops_it_as_the_watcher_and_once(
    program: Client, watched: Ticket, bruno: Any
) -> None:
    url = path(watched, bruno)

    first, again_ = program.post(url, ONE_CLICK), program.post(url, ONE_CLICK)

    assert (first.status_code, again_.status_code) == (200, 200)  # no redirect
    assert watched.watchers.count() == 0
    assert unwatched(watched) == [(bruno, "email")]
    assert not program.cookies


def test_GET_stops_nothing_and_shows_a_button(program: Client, watched: Ticket, bruno: Any) -> None:
    response = program.get(path(watched, bruno))

    page = response.content.decode()
    assert response.status_code == 200
    assert f"Deixar de acompanhar o ticket {watched.number}?" in page
    assert watched.title in page
    assert '<form class="buttons" method="post">' in page
    assert response["Referrer-Policy"] == "no-referrer"
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert (watched.watchers.count(), unwatched(watched)) == (1, [])


def test_who_watches_again_can_stop_again_by_the_old_letter(
    program: Client, watched: Ticket, bruno: Any
) -> None:
    url = path(watched, bruno)
    program.post(url, ONE_CLICK)
    actions.watch(again(watched), who=bruno, by=by(bruno))

    program.post(url, ONE_CLICK)

    assert watched.watchers.count() == 0
    assert unwatched(watched) == [(bruno, "email")] * 2


def test_R1_afterwards_the_page_tells_no_title_to_who_sees_it_no_more(
    program: Client, watched: Ticket, bruno: Any
) -> None:
    url = path(watched, bruno)
    program.post(url, ONE_CLICK)

    page = program.get(url).content.decode()

    assert f"Você não acompanha o ticket {watched.number}" in page
    assert watched.title not in page


def test_an_ended_ticket_too(program: Client, watched: Ticket, ana: Any, bruno: Any) -> None:
    actions.cancel(watched, by=by(ana))

    program.post(path(watched, bruno), ONE_CLICK)

    assert watched.watchers.count() == 0


def test_R1_a_made_up_link_opens_nothing(program: Client, watched: Ticket, bruno: Any) -> None:
    value = f"{watched.number}:{bruno.pk}"
    for token in ("x", links.sign("survey", value), links.sign("notifications.act", value)):
        url = reverse("notifications:unsubscribe", args=[token])
        assert program.get(url).status_code == 404
        assert program.post(url, ONE_CLICK).status_code == 404
    assert watched.watchers.count() == 1


def test_the_desk_stops_watching_so_too(program: Client, watched: Ticket, fabio: Any) -> None:
    actions.watch(watched, who=fabio, by=by(fabio))

    program.post(path(watched, fabio), ONE_CLICK)

    assert list(watched.watchers.filter(user=fabio)) == []
