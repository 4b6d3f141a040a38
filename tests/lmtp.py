"""`manage.py lmtp` as a fixture, a plugin: a real server, in a process of its own."""

import os
import signal
import smtplib
import socket
import subprocess
import sys
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection


class Running:
    """The command, in a process of its own over this test's database."""

    def __init__(self, *args: str, **env: str) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        url = urlsplit(os.environ["DATABASE_URL"])
        url = url._replace(path=f"/{connection.settings_dict['NAME']}")
        where = args or ("--port", str(self.port))
        self.process = subprocess.Popen(
            [sys.executable, settings.BASE_DIR / "manage.py", "lmtp", *where],
            env={**os.environ, "DATABASE_URL": url.geturl(), **env},
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        self.said = self.process.stdout.readline().strip()

    def client(self) -> smtplib.LMTP:
        client = smtplib.LMTP("127.0.0.1", self.port, local_hostname="mx.example", timeout=20)
        client.ehlo()
        return client

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        self.process.communicate(timeout=10)
        return self.process.returncode


@pytest.fixture(scope="session")
def _lmtp(django_db_setup: None) -> Iterator[Running]:
    running = Running()
    yield running
    assert running.stop() == 0


@pytest.fixture
def lmtp(transactional_db: None, _lmtp: Running) -> Running:
    return _lmtp
