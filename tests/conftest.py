"""What any test may ask for: an empty Valkey, the product running, and a browser."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from hypothesis import HealthCheck
from hypothesis import settings as properties

from helpdesk import process
from helpdesk.process import Child
from tests import chromium, quiet_playwright

# A busy machine is no failure, and the same code always gets the same answer; what nobody has tried
# yet is looked for by `pytest --hypothesis-profile=explore`.
_PATIENT = properties(deadline=None, suppress_health_check=[HealthCheck.too_slow])
properties.register_profile("prazo", _PATIENT, derandomize=True)
properties.register_profile("explore", _PATIENT, max_examples=2_000)
properties.load_profile("prazo")


def pytest_configure() -> None:
    quiet_playwright.install()


@pytest.fixture(scope="session")
def valkey() -> Iterator[redis.Redis]:
    """This process's own Valkey (tests/services.py)."""
    from django.conf import settings

    with redis.Redis.from_url(settings.REDIS_URL) as client:
        yield client


@pytest.fixture(autouse=True)
def _empty_valkey(valkey: redis.Redis) -> Iterator[None]:
    """No test sees another's cache, presence, rate limits or queued tasks."""
    yield
    valkey.flushall()


@pytest.fixture(autouse=True)
def _no_pause_left_over() -> None:
    """No test finds this process keeping quiet because a broker was away in another."""
    from common import later
    from interfaces.live import broadcast

    later.broker_away.end()
    broadcast.broker_away.end()


@pytest.fixture(scope="session")
def _live_server() -> Iterator[Any]:
    from tests.running import LiveServer

    server = LiveServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def live(transactional_db: None, _live_server: Any, settings: Any) -> Iterator[str]:
    """The address of the product, running over this test's database; letters point to it too."""
    settings.BASE_URL = _live_server.url
    yield _live_server.url
    _live_server.drain()


@pytest.fixture
def start_worker(transactional_db: None, tmp_path: Path) -> Iterator[Callable[..., Child]]:
    """Starts real Celery workers; returns each once it answers. `env` goes over its settings."""
    from helpdesk.celery import app
    from tests.running import celery_worker

    workers: list[Child] = []

    def start(**env: str) -> Child:
        worker = celery_worker(tmp_path, **env)
        worker.start()
        workers.append(worker)
        deadline = time.monotonic() + 60
        while not app.control.ping(timeout=0.5, limit=1):
            assert worker.exit_code() is None, worker.last_words()
            assert time.monotonic() < deadline, worker.last_words()
        return worker

    yield start
    process.stop(workers, grace=5)


@pytest.fixture
def worker(start_worker: Callable[..., Child]) -> Child:
    """One real Celery worker over this test's database."""
    return start_worker()


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Chromium as it is found (tests/chromium.py), with the flags that a container needs."""
    return {
        **browser_type_launch_args,
        "executable_path": chromium.of_the_system(),
        "args": list(chromium.FLAGS),
    }


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """A reader in Brazil, to whom nothing moves: a colour on its way to another has no contrast."""
    reader = {"locale": "pt-BR", "timezone_id": "America/Sao_Paulo", "reduced_motion": "reduce"}
    return {**browser_context_args, **reader}


@pytest.fixture
def new_context(live: str, new_context: Any) -> Any:
    """Pages close before `live` drains, and that before the tables empty."""
    return new_context
