"""What machines are told of our health, with each part in turn away."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from helpdesk import health
from helpdesk.process import Child
from tickets.models import Heartbeat
from tickets.tasks import tick

WELL = dict.fromkeys(["database", "migrations", "broker", "worker", "beat"], "ok")
NO_WORKER = {"worker": "nenhum trabalhador responde"}


@pytest.fixture
def beating(db: None) -> None:
    tick()


@pytest.fixture
def nobody_works(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is no worker to wait for."""
    monkeypatch.setattr(health, "PING_SECONDS", 0.1)


@pytest.fixture
def no_database(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patch:
        patch.setitem(connection.settings_dict, "NAME", "nowhere")
        connection.close()
        yield
    connection.close()


def test_live_needs_no_host_no_session_and_no_database(client: Client):
    response = client.get("/health/live", headers={"host": "10.0.0.9"})

    assert (response.status_code, response.json(), response.cookies.output()) == (
        200,
        {"web": "ok"},
        "",
    )


@pytest.mark.django_db(transaction=True)
def test_ready_when_worker_and_beat_work(client: Client, worker: Child, beating: None):
    response = client.get("/health/ready")

    assert (response.status_code, response.json()) == (200, WELL)


def test_not_ready_without_a_worker(client: Client, beating: None, nobody_works: None):
    response = client.get("/health/ready")

    assert (response.status_code, response.json()) == (503, WELL | NO_WORKER)


@pytest.mark.django_db
def test_not_ready_before_the_first_beat(client: Client, nobody_works: None):
    response = client.get("/health/ready")

    assert (response.status_code, response.json()) == (
        503,
        WELL | NO_WORKER | {"beat": "o relógio ainda não bateu"},
    )


def test_not_ready_when_beat_has_been_silent_for_two_minutes(
    client: Client, beating: None, nobody_works: None
):
    silent_since = datetime.now(UTC) - timedelta(minutes=2, seconds=1)
    Heartbeat.objects.update(at=silent_since)

    response = client.get("/health/ready")

    assert (response.status_code, response.json()) == (
        503,
        WELL
        | NO_WORKER
        | {"beat": f"o relógio está parado desde {silent_since:%Y-%m-%dT%H:%M:%SZ}"},
    )


def test_not_ready_without_the_broker(client: Client, beating: None, settings: Any):
    settings.REDIS_URL = "unix:///nowhere"

    response = client.get("/health/ready")

    away = "a fila não responde"
    assert (response.status_code, response.json()) == (503, WELL | {"broker": away, "worker": away})


def test_not_ready_without_the_database(client: Client, no_database: None, nobody_works: None):
    response = client.get("/health/ready")

    away = "o banco de dados não responde"
    assert (response.status_code, response.json()) == (
        503,
        WELL | NO_WORKER | {"database": away, "migrations": away, "beat": away},
    )
