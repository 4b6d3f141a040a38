"""common/later.py: a poke leaves after the commit, and an absent broker costs a second."""

import socket
import time
from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from redis import Redis

from common import later
from common.later import poke
from helpdesk.celery import app

QUEUE = "celery"


@app.task(name="tests.later.heard")
def heard(number: int) -> None:
    """Only ever queued here."""


@pytest.fixture
def broker(valkey: Redis) -> Iterator[Redis]:
    """The database of the test's Valkey that Celery writes to."""
    options = {**valkey.get_connection_kwargs(), "db": 1}
    with Redis(unix_socket_path=options["path"], db=1) as client:
        yield client


@pytest.fixture(params=["refuses", "does not answer"])
def broker_away(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A broker's address where nobody listens, or where somebody listens and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        if request.param == "refuses":
            listening.close()
        monkeypatch.setattr(app.conf, "broker_write_url", f"redis://127.0.0.1:{port}/1")
        yield


@pytest.mark.django_db(transaction=True)
def test_a_poke_leaves_after_the_commit(broker: Redis) -> None:
    with transaction.atomic():
        poke(heard, 1)
        before = broker.llen(QUEUE)

    assert (before, broker.llen(QUEUE)) == (0, 1)


@pytest.mark.django_db(transaction=True)
def test_a_poke_of_a_transaction_rolled_back_never_leaves(broker: Redis) -> None:
    with transaction.atomic():
        poke(heard, 1)
        transaction.set_rollback(True)

    assert broker.llen(QUEUE) == 0


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_away_costs_a_second_for_any_number_of_pokes(broker_away: None) -> None:
    started = time.monotonic()
    with transaction.atomic():
        for number in range(50):
            poke(heard, number)

    assert time.monotonic() - started < 1.5
    assert connection.get_autocommit()


@pytest.mark.django_db(transaction=True)
def test_pokes_leave_again_once_the_pause_is_over(broker: Redis, monkeypatch) -> None:
    with monkeypatch.context() as away:
        away.setattr(app.conf, "broker_write_url", "redis://127.0.0.1:1/1")
        poke(heard, 1)
    poke(heard, 2)
    in_the_pause = broker.llen(QUEUE)

    later.broker_away.end()
    poke(heard, 3)

    assert (in_the_pause, broker.llen(QUEUE)) == (0, 1)
