"""The demo's mailbox: the letters that its mail server kept, and answers as mail programs write
them. It exists with DEMO=1 only and is the mailbox of everybody at once."""

import mailbox
import mimetypes
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, getaddresses, parsedate_to_datetime
from functools import cached_property
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from common import clock, dates
from common.text import clean, one_line
from interfaces.inbox import mime
from interfaces.inbox.mime import Attached, Parsed

PAGE = 20
# Real time of arrival, microseconds included, as the Maildir names its files.
_ARRIVED = re.compile(r"(\d+)\.M(\d+)P")


@dataclass(frozen=True)
class Letter:
    """One letter as it was sent: `raw`, and taken apart."""

    key: str
    raw: bytes

    @cached_property
    def parsed(self) -> Parsed:
        return mime.parse(self.raw)

    @property
    def to_name(self) -> str:
        return self._person("to")[0] or self.to_address

    @property
    def to_address(self) -> str:
        return self._person("to")[1]

    @property
    def reply_to(self) -> str:
        """The address that an answer goes to."""
        return self.answered[1]

    @property
    def answered(self) -> tuple[str, str]:
        """Name and address of whom an answer goes to (RFC 5322, 3.6.2)."""
        named = self._person("reply-to")
        return named if named[1] else self._person("from")

    @property
    def from_name(self) -> str:
        return self._person("from")[0] or self._person("from")[1]

    @property
    def sender(self) -> str:
        return self.parsed.header("from") or ""

    @property
    def head(self) -> str:
        """The headers as they went over the wire."""
        return clean(
            self.raw.replace(b"\r\n", b"\n").partition(b"\n\n")[0].decode("utf-8", "replace")
        )

    @property
    def sent_at(self) -> datetime | None:
        """By its Date header, aware."""
        try:
            sent = parsedate_to_datetime(self.parsed.header("date") or "")
        except ValueError:
            return None
        return sent if sent.tzinfo else None

    def _person(self, header: str) -> tuple[str, str]:
        found = getaddresses([self.parsed.header(header) or ""])
        return found[0] if found else ("", "")


def folder() -> Path:
    """Where the demo's mail server keeps what it is sent (`helpdesk/mailsink.py`)."""
    return Path(settings.DATA_DIR) / "caixa"


def newest_first(page: int) -> tuple[list[Letter], int]:
    """The letters of `page` (from 1), and how many there are in all."""
    box = _box()
    if box is None:
        return [], 0
    keys = sorted(box.keys(), key=_arrival, reverse=True)
    start = (page - 1) * PAGE
    found = (letter(key) for key in keys[start : start + PAGE])
    return [each for each in found if each is not None], len(keys)


def letter(key: str) -> Letter | None:
    """The letter of this key, or None."""
    box = _box()
    if box is None or key not in box:
        return None
    return Letter(key, box.get_bytes(key))


def _box() -> mailbox.Maildir | None:
    try:
        return mailbox.Maildir(folder(), create=False)
    except mailbox.NoSuchMailboxError:
        return None


def _arrival(key: str) -> tuple[int, int, str]:
    found = _ARRIVED.match(key)
    return (int(found[1]), int(found[2]), key) if found else (0, 0, key)


def message_id(request_key: UUID) -> str:
    """Of the answer that a form wrote; the same form, sent twice, is the same mail (L12)."""
    return f"<{request_key.hex}@caixa.{settings.MAIL_REPLY_DOMAIN}>"


def answer(letter: Letter, text: str, files: Sequence[Attached], *, request_key: UUID) -> bytes:
    """An answer to `letter` by its recipient, as a mail program writes it: a whole RFC 5322
    message, the letter quoted below."""
    message = EmailMessage(policy=policy.SMTP)
    message["From"] = _address(letter.to_name, letter.to_address)
    message["To"] = _address(*letter.answered)
    message["Subject"] = _subject(letter.parsed.subject)
    message["Date"] = format_datetime(timezone.localtime(clock.now()))
    message["Message-ID"] = message_id(request_key)
    if letter.parsed.message_id:
        thread = [*reversed(letter.parsed.refers_to), letter.parsed.message_id]
        message["In-Reply-To"] = letter.parsed.message_id
        message["References"] = " ".join(dict.fromkeys(thread))
    message.set_content(f"{text.strip()}\n\n{_quoted(letter)}")
    for file in files:
        guessed = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        main, _slash, sub = guessed.partition("/")
        message.add_attachment(file.content, maintype=main, subtype=sub, filename=file.name)
    return message.as_bytes()


def _address(name: str, address: str) -> Address:
    return Address(one_line(name, 100) if name != address else "", addr_spec=address)


def _subject(subject: str) -> str:
    return subject if subject.lower().startswith("re:") else f"Re: {subject}"


def _quoted(letter: Letter) -> str:
    sent = letter.sent_at
    when = dates.full(sent, timezone.get_current_timezone()) if sent else ""
    wrote = _("Em %(when)s, %(name)s <%(address)s> escreveu:") % {
        "when": when,
        "name": letter.from_name,
        "address": letter.reply_to,
    }
    return "\n".join([wrote, *(f"> {line}".rstrip() for line in letter.parsed.text.split("\n"))])
