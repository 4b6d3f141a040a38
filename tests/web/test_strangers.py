"""R1, L13: a file is for those who may read its message; for others there is none."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import by, make_desk, make_queue
from tests.portal.reading import stored
from tickets import actions
from tickets.models import Ticket

# Every address of `web` that takes a key, by the name of its URL (tests/architecture).
ENDPOINTS = ["file"]
METHODS = ["head", "post", "put", "patch", "delete"]


@pytest.fixture
def gil(calendar_sp: Any) -> Any:
    """An analyst of another queue."""
    gil = make_desk("Gil Prates", "gil@prazo.example", "analyst")
    make_queue("Folha", calendar_sp, gil)
    return gil


@pytest.fixture
def files(ticket: Ticket, ana: Any, elisa: Any, settings: Any, tmp_path: Any) -> dict[str, str]:
    """The addresses of a file of Ana's ticket, of one of a note there, and of one not sent yet."""
    settings.MEDIA_ROOT = tmp_path
    sent, noted, unsent = stored(ana), stored(elisa), stored(ana)
    actions.reply(ticket, by=by(ana), body="Segue.", files=[sent.key])
    actions.note(ticket, by=by(elisa, channel="desk"), body="Veja.", files=[noted.key])
    found = {"sent": sent, "noted": noted, "unsent": unsent}
    return {name: reverse("web:file", args=[file.key]) for name, file in found.items()}


@pytest.mark.parametrize(
    ("person", "read"),
    [
        ("ana", {"sent", "unsent"}),  # the requester
        ("bruno", set()),  # a colleague who does not watch
        ("carla", {"sent"}),  # the organization's administrator
        ("davi", set()),  # of another organization
        ("elisa", {"sent", "noted"}),  # an analyst of the queue
        ("gil", set()),  # an analyst of another
        ("fabio", {"sent", "noted"}),  # the supervisor
    ],
)
def test_R1_L13_a_file_is_for_those_who_may_read_its_message(
    login: Callable[[Any], Client],
    request: pytest.FixtureRequest,
    files: dict[str, str],
    person: str,
    read: set[str],
) -> None:
    browser = login(request.getfixturevalue(person))

    answers = {name: browser.get(address).status_code for name, address in files.items()}

    assert answers == {name: 200 if name in read else 404 for name in files}


def test_R1_a_watcher_reads_what_everyone_reads(
    login: Callable[[Any], Client], ticket: Ticket, bruno: Any, files: dict[str, str]
) -> None:
    actions.watch(ticket, who=bruno, by=by(bruno))

    answers = {name: login(bruno).get(address).status_code for name, address in files.items()}

    assert answers == {"sent": 200, "noted": 404, "unsent": 404}


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("person", ["ana", "davi"])
def test_R1_a_file_is_only_read_whoever_asks(
    login: Callable[[Any], Client],
    request: pytest.FixtureRequest,
    files: dict[str, str],
    ana: Any,
    person: str,
    method: str,
) -> None:
    browser = login(request.getfixturevalue(person))

    answers = {name: getattr(browser, method)(url).status_code for name, url in files.items()}

    assert answers == dict.fromkeys(files, 405)
    assert login(ana).get(files["unsent"]).status_code == 200


def test_nobody_signed_in_is_led_to_the_sign_in_page(client: Client, files: dict[str, str]) -> None:
    led = {name: client.get(address) for name, address in files.items()}

    assert {name: (answer.status_code, answer["Location"]) for name, answer in led.items()} == {
        name: (302, f"/conta/login/?next={address}") for name, address in files.items()
    }
