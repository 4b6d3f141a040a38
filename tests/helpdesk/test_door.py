"""helpdesk/door.py: the moment, the size and the turn of a request, by the real web server."""

import asyncio
import http.client
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client

from common import clock
from helpdesk.door import Door
from tests.helpdesk import door_urls
from tickets.models import Attachment

MIB = 2**20
PAGES = pytest.mark.urls("tests.helpdesk.door_urls")


async def ask(door: Door, path: str, receive: Callable[[], Any] | None = None) -> tuple[int, str]:
    """Status and body of what `door` answers to a GET by ASGI."""
    asked = False
    said: list[dict[str, Any]] = []

    async def nothing_more() -> dict[str, Any]:
        nonlocal asked
        if asked:
            await asyncio.Event().wait()
        asked = True
        if receive is not None:
            receive()
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        said.append(message)

    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "headers": [(b"host", b"127.0.0.1")],
        "query_string": b"",
    }
    await door(scope, nothing_more, send)
    return said[0]["status"], b"".join(part.get("body", b"") for part in said[1:]).decode()


@PAGES
def test_L11_a_request_comes_when_its_first_byte_does() -> None:
    read: list[datetime] = []

    status, told = asyncio.run(ask(Door(), "/when/", lambda: read.append(clock.now())))

    assert status == 200
    assert datetime.fromisoformat(told) <= read[0]


@PAGES
def test_so_many_work_at_once_others_wait_and_probes_do_not(settings: Any) -> None:
    settings.WEB_CONCURRENCY_LIMIT = 2

    async def scene() -> tuple[tuple[int, str], list[tuple[int, str]]]:
        door = Door()
        asked = [asyncio.create_task(ask(door, "/work/")) for _ in range(5)]
        for _ in range(2):
            await asyncio.to_thread(door_urls.arrived.acquire, timeout=10)
        probed = await ask(door, "/health/live")
        door_urls.leave.set()
        return probed, await asyncio.gather(*asked)

    probed, answers = asyncio.run(scene())

    assert probed == (200, '{"web": "ok"}')
    assert answers == [(200, "feito")] * 5
    assert door_urls.at_work == {"now": 0, "most": 2}


@pytest.fixture
def post(live: str) -> Iterator[Callable[..., http.client.HTTPResponse]]:
    """`post(path, headers, chunks)` to the running product; a length told is not kept to."""
    opened: list[http.client.HTTPConnection] = []

    def post(path: str, chunks: Any = (), **headers: str) -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection(urlsplit(live).netloc, timeout=10)
        opened.append(connection)
        kind = {"Content-Type": "application/octet-stream", "Connection": "close"}
        chunked = "Content_Length" not in headers
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        told |= {"Transfer-Encoding": "chunked"} if chunked else {}
        connection.request("POST", path, chunks, kind | told, encode_chunked=chunked)
        return connection.getresponse()

    yield post
    for each in opened:
        each.close()


@pytest.fixture
def cookie(ana: Any) -> str:
    """What Ana's browser sends."""
    client = Client()
    client.force_login(ana)
    return f"sessionid={client.cookies['sessionid'].value}"


def test_a_stranger_sends_no_large_body_and_reads_why(post: Any) -> None:
    announced = post("/conta/login/", Content_Length=str(MIB + 1))
    forged = post("/tickets/novo/", Content_Length=str(MIB + 1), Cookie="sessionid=x")
    unannounced = post("/conta/login/", [b"x" * MIB, b"x"])

    words = "O envio é grande demais: aqui cabem no máximo 1 MB. Nada foi gravado."
    assert [
        (answer.status, answer.read().decode()) for answer in (announced, forged, unannounced)
    ] == [(413, words)] * 3


def test_who_is_signed_in_sends_a_file_or_a_form_full_of_them(post: Any, cookie: str) -> None:
    too_large = [
        post("/arquivos/", Content_Length=str(26 * MIB + 1), Cookie=cookie).status,
        post("/tickets/novo/", Content_Length=str(501 * MIB + 1), Cookie=cookie).status,
    ]
    taken = post("/arquivos/", [b"x" * MIB, b"x"], Cookie=cookie).status

    # What is not too large comes as far as Django, which misses the form's token.
    assert (too_large, taken) == ([413, 413], 403)
    assert Attachment.objects.count() == 0
