"""How long requests take beside the floor (bench/urls.py), asked by turns: what slows the machine
down slows them all.

They are answered by the product's own middleware in this process, warm, each over a connection of
its own to the database, as in production.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import quantiles
from typing import Any

FLOOR = "Piso"
_WARM_UP = 20


@dataclass(frozen=True)
class Ask:
    """A request: who asks for what, with the headers that the page's script would send."""

    person: Any
    url: str
    typed: Mapping[str, str] | None = None
    headers: Mapping[str, str] | None = None
    posts: bool = False


Asker = Callable[[int], Ask]


@dataclass(frozen=True)
class Took:
    """Milliseconds in the middle and of the 95th percentile, and statements of SQL."""

    median: float
    high: float
    statements: int


def taken(kinds: Mapping[str, Asker], count: int) -> dict[str, Took]:
    """What the `count` requests of each kind took, and the floor's under FLOOR."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext, override_settings

    from bench.urls import PAGE_BYTES

    first = next(iter(kinds.values()))
    asks = {FLOOR: lambda n: Ask(first(n).person, "/piso/"), **kinds}
    seconds: dict[str, list[float]] = {kind: [] for kind in asks}
    statements: dict[str, int] = dict.fromkeys(asks, 0)
    with override_settings(ROOT_URLCONF="bench.urls"):
        browser = _Browser()
        if len(browser.sent(asks[FLOOR](0)).content) < PAGE_BYTES:
            raise SystemExit("A página do piso é menor do que diz.")
        for n in range(_WARM_UP + count):
            for kind, ask in asks.items():
                asked = ask(n)
                browser.turn_to(asked.person)
                if n < _WARM_UP:
                    with CaptureQueriesContext(connection) as captured:
                        browser.sent(asked)
                    statements[kind] = max(statements[kind], len(captured))
                else:
                    connection.close()
                    began = time.perf_counter()
                    browser.sent(asked)
                    seconds[kind].append(1000 * (time.perf_counter() - began))
    return {kind: _took(seconds[kind], statements[kind]) for kind in asks}


class _Browser:
    """One handler, which loads its middleware once, for everybody's sessions."""

    def __init__(self) -> None:
        from django.test import Client

        self._client = Client(raise_request_exception=True, SERVER_NAME="localhost")
        self._cookies: dict[Any, Any] = {}

    def turn_to(self, person: Any) -> None:
        from django.http import SimpleCookie

        if person.pk not in self._cookies:
            self._client.cookies = SimpleCookie()
            self._client.force_login(person)
            self._cookies[person.pk] = self._client.cookies
        self._client.cookies = self._cookies[person.pk]

    def sent(self, ask: Ask) -> Any:
        if not self._client.cookies:
            self.turn_to(ask.person)
        send = self._client.post if ask.posts else self._client.get
        answer = send(ask.url, ask.typed, headers=ask.headers)
        if answer.status_code != 200:
            raise SystemExit(f"{ask.url} respondeu {answer.status_code} a {ask.typed}.")
        return answer


def told(name: str, took: Took, floor: Took) -> str:
    """A line for the terminal."""
    return (
        f"{name}: mediana {took.median:.1f} ms, p95 {took.high:.1f} ms,"
        f" {took.high / floor.high:.2f} vezes o piso, {took.statements} consultas."
    )


def _took(milliseconds: Sequence[float], statements: int) -> Took:
    cuts = quantiles(milliseconds, n=20)
    return Took(cuts[9], cuts[18], statements)
