"""A real mail server for tests, which can be told to fail."""

import asyncio
import email
import socket
import threading
from collections.abc import Iterator
from email import policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class MailServer:
    """A real SMTP server on a port of its own, which can be away and come back.

    `rcpt` and `data` are what it answers next, once each; then it takes everything. HOLD leaves
    a sender without an answer. `offered` holds every message that it saw, `taken` those that it
    accepted; each gives a `glimpse`.
    """

    HOLD = "hold"

    def __init__(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port: int = free.getsockname()[1]
        self.rcpt: list[str] = []
        self.data: list[str] = []
        self.offered: list[EmailMessage] = []
        self.taken: list[EmailMessage] = []
        self.glimpse = threading.Semaphore(0)
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._controller: Controller | None = None

    def start(self) -> None:
        self._over.clear()
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def stop(self) -> None:
        self._over.set()
        if self._controller:
            self._controller.stop()
            self._controller = None

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.rcpt:
            return self.rcpt.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert envelope.original_content is not None
        message = email.message_from_bytes(envelope.original_content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        with self._lock:
            self.offered.append(message)
            answer = self.data.pop(0) if self.data else "250 OK"
            if answer == "250 OK":
                self.taken.append(message)
        self.glimpse.release()
        if answer == self.HOLD:
            await asyncio.get_running_loop().run_in_executor(None, self._over.wait, 60)
            return "421 4.3.2 closing"
        return answer


@pytest.fixture
def mail_server(settings: Any) -> Iterator[MailServer]:
    """The mail server of the installation, up."""
    server = MailServer()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = server.port
    server.start()
    yield server
    server.stop()
