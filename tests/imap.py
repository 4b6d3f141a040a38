"""A real IMAP server for tests, which can be killed and come back with what it held."""

import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from uuid import uuid4

import pytest
from imap_tools.mailbox import MailBoxUnencrypted
from pysasl.hashing import BuiltinHash

from helpdesk import process
from helpdesk.process import Child

PASSWORD = "segredo-da-caixa"
_HASHED = BuiltinHash(rounds=1).hash(PASSWORD)


class ImapServer:
    """pymap over Maildirs, on a port of its own: what it holds outlives the process."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port: int = free.getsockname()[1]
        # The pymap of this interpreter, whatever PATH says.
        argv = [sys.executable, "-c", "from pymap.main import main; main()", "--no-tls"]
        argv += ["--no-service", "admin", "--host", "127.0.0.1", "--port", str(self.port)]
        self.child = Child("imap", [*argv, "maildir", str(folder / "mail")], folder, folder / "log")
        (folder / "mail").mkdir()

    def start(self) -> None:
        self.child.start()
        deadline = time.monotonic() + 30
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
                return
            except ConnectionRefusedError:
                assert self.child.exit_code() is None, self.child.last_words()
                assert time.monotonic() < deadline, self.child.last_words()
                time.sleep(0.02)

    def kill(self) -> None:
        """As a power cut would: nothing is said to who is connected."""
        assert self.child.popen is not None
        self.child.popen.kill()
        self.child.popen.wait()

    def stop(self) -> None:
        process.stop([self.child], grace=3)

    def new_user(self) -> "Account":
        """Somebody whose mailbox is empty and nobody else's."""
        name = f"u{uuid4().hex[:12]}"
        mail = self.folder / "mail"
        with (mail / "pymap-etc-passwd").open("a") as file:
            file.write(f"{name}:x::::{name}:\n")
        with (mail / "pymap-etc-shadow").open("a") as file:
            file.write(f"{name}:{_HASHED}:::::::\n")
        return Account(self, name)


class Account:
    """A user of the server, as a mail program sees it."""

    def __init__(self, server: ImapServer, name: str) -> None:
        self.server, self.name = server, name

    @contextmanager
    def signed_in(self) -> Iterator[MailBoxUnencrypted]:
        with MailBoxUnencrypted("127.0.0.1", self.server.port, timeout=10) as box:
            box.login(self.name, PASSWORD)
            yield box

    def deliver(self, raw: bytes, at: datetime | None = None) -> None:
        """A mail comes in, at a moment (aware; now by default)."""
        with self.signed_in() as box:
            box.append(raw, dt=at)

    def holds(self, folder: str = "INBOX") -> list[tuple[str, bool]]:
        """Subject of each mail of the folder, and whether it is marked as read."""
        with self.signed_in() as box:
            if not box.folder.exists(folder):
                return []
            box.folder.set(folder)
            found = box.fetch(mark_seen=False)
            return sorted((each.subject, "\\Seen" in each.flags) for each in found)


@pytest.fixture(scope="session")
def _imap_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ImapServer]:
    server = ImapServer(tmp_path_factory.mktemp("imap") / "server")
    server.start()
    yield server
    server.stop()


@pytest.fixture
def imap(_imap_server: ImapServer) -> Account:
    """An empty mailbox on the session's server."""
    return _imap_server.new_user()


@pytest.fixture
def mortal_imap(tmp_path: Path) -> Iterator[Account]:
    """An empty mailbox on a server of its own, to be killed."""
    server = ImapServer(tmp_path / "imap")
    server.start()
    yield server.new_user()
    server.stop()
