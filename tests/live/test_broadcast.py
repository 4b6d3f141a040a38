"""A broker that is away costs a request at most a second, once, and never the act itself."""

import socket
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from interfaces.live import broadcast
from tests.cast import by


@pytest.fixture
def broker_at(settings: Any) -> Callable[[str], None]:
    def use(address: str) -> None:
        settings.CHANNEL_LAYERS = {
            "default": {
                "BACKEND": "channels_redis.core.RedisChannelLayer",
                "CONFIG": {"hosts": [{"address": address, "socket_timeout": None}]},
            }
        }

    return use


@pytest.fixture
def mute_server() -> Iterator[str]:
    """Takes connections and never answers, like a machine that hangs."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"redis://127.0.0.1:{server.getsockname()[1]}"


def test_a_broker_that_refuses_is_passed_over(broker_at: Callable[[str], None]) -> None:
    broker_at("unix:///nowhere/valkey.sock")

    seconds = timed(lambda: broadcast.send(["a", "b", "c"], {"type": "changed", "number": 1}))

    assert seconds < 1


def test_a_broker_that_hangs_costs_a_second_once(
    broker_at: Callable[[str], None], mute_server: str
) -> None:
    broker_at(mute_server)

    first = timed(lambda: broadcast.send(["a", "b", "c"], {"type": "changed", "number": 1}))
    second = timed(lambda: broadcast.send(["a", "b", "c"], {"type": "changed", "number": 1}))

    assert 0.9 < first < 2
    assert second < 0.1


@pytest.mark.django_db(transaction=True)
def test_a_reply_is_written_while_the_broker_is_away(
    broker_at: Callable[[str], None], ticket: Any, elisa: Any
) -> None:
    from tickets import actions

    broker_at("unix:///nowhere/valkey.sock")

    actions.reply(ticket, by=by(elisa, channel="desk"), body="Estamos vendo.")

    assert ticket.messages.count() == 2


def timed(work: Callable[[], None]) -> float:
    began = time.monotonic()
    work()
    return time.monotonic() - began
