"""Mail that a mail server hands over by LMTP (RFC 2033): stored before it is answered for."""

import asyncio
import logging
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings
from django.db import InterfaceError, OperationalError, close_old_connections

from common import clock
from common.later import poke
from interfaces.inbox import tasks
from interfaces.inbox.envelope import Nobody, owner, stamped
from interfaces.inbox.reception import store

P = ParamSpec("P")
T = TypeVar("T")

log = logging.getLogger(__name__)

# Mail servers keep a mail that is answered so, and come again.
LATER = "451 4.3.0 Not now; please try again"
# Each has a database connection while it works.
THREADS = 8


class Reception:
    """What aiosmtpd asks: who is known here, and what becomes of a mail."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(THREADS)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Only addresses of ours; the mail of a mailbox that is switched off stays where it is."""
        answer = await self._aside(_known, address)
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """One answer for each recipient, in their order (RFC 2033, 4.2)."""
        raw = envelope.original_content
        assert raw is not None  # noqa: S101 - aiosmtpd has it whenever it calls this
        sender = (envelope.mail_from or "").strip("<>")
        answers = [await self._aside(_keep, raw, sender, each) for each in envelope.rcpt_tos]
        return "\r\n".join(answers)

    async def handle_exception(self, error: Exception) -> str:
        log.exception("a mail could not be taken")
        return LATER

    async def _aside(self, work: Callable[..., str], *args: object) -> str:
        """Off the event loop, over a connection that does not outlive it."""
        return await asyncio.get_running_loop().run_in_executor(
            self._pool, _with_database, work, *args
        )


def _with_database(work: Callable[P, str], *args: P.args, **kwargs: P.kwargs) -> str:
    """Whatever goes wrong here, the mail is safe where it is, and comes again."""
    try:
        return work(*args, **kwargs)
    except (OperationalError, InterfaceError) as error:
        log.warning("the database does not answer (%s)", type(error).__name__)
        return LATER
    except Exception:
        log.exception("a mail could not be taken")
        return LATER
    finally:
        close_old_connections()


def _known(address: str) -> str:
    try:
        mailbox = owner(address)
    except Nobody:
        return "550 5.1.1 No such address here"
    if mailbox is not None and not mailbox.is_active:
        return "450 4.2.1 This mailbox is switched off"
    return "250 2.1.5 OK"


def _keep(raw: bytes, sender: str, recipient: str) -> str:
    try:
        mailbox = owner(recipient)
    except Nobody:
        return "550 5.1.1 No such address here"
    mail = stamped(raw, sender=sender, recipient=recipient)
    store(mail, mailbox=mailbox, at=clock.now())
    poke(tasks.place)
    return "250 2.6.0 Stored"


class Protocol(LMTP):
    """aiosmtpd's, with as long lines as mail has in practice and answers that say why."""

    line_length_limit = settings.MAX_MAIL_BYTES

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 - aiosmtpd's name
        """What is refused after DATA is refused for each recipient."""
        self._in_data = True
        try:
            await super().smtp_DATA(arg)
        finally:
            self._in_data = False

    _in_data = False

    async def push(self, status: Any) -> None:
        """An answer; 552 with its enhanced code (RFC 3463)."""
        if isinstance(status, str) and status.startswith("552 "):
            megabytes = settings.MAX_MAIL_BYTES // 2**20
            status = f"552 5.3.4 The mail is larger than {megabytes} MB"
            if self._in_data and self.envelope:
                status = "\r\n".join([status] * len(self.envelope.rcpt_tos))
        await super().push(status)


async def serve(
    *, host: str = "", port: int = 0, path: Path | None = None, ready: Callable[[], None]
) -> None:
    """Take mail on `host` and `port`, or on the unix socket `path`, until SIGTERM or SIGINT.

    A mail that is under way then is taken in full, or not answered for: its server keeps it.
    """
    loop = asyncio.get_running_loop()
    reception = Reception()
    # aiosmtpd would write down every command, with the addresses in it.
    logging.getLogger("mail.log").setLevel(logging.WARNING)

    def protocol() -> Protocol:
        return Protocol(
            reception,
            data_size_limit=settings.MAX_MAIL_BYTES,
            enable_SMTPUTF8=True,
            auth_exclude_mechanism=["LOGIN", "PLAIN"],
            hostname=settings.MAIL_REPLY_DOMAIN,
            ident="LMTP",
            loop=loop,
        )

    if path is not None:
        path.unlink(missing_ok=True)
        server = await loop.create_unix_server(protocol, path)
        path.chmod(0o660)
    else:
        server = await loop.create_server(protocol, host, port)
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    ready()
    await ended.wait()
    server.close()
    if path is not None:
        path.unlink(missing_ok=True)
