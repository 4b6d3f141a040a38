"""The door of every mail: stored raw and once, whatever is in it, before anything is decided."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from common import clock
from interfaces.inbox import mime, route
from interfaces.inbox.models import InboundMail, Mailbox, State
from interfaces.inbox.place import try_to_place


@dataclass(frozen=True)
class Received:
    """A mail as it stands now; `again` if it had been decided before this delivery of it."""

    mail: InboundMail
    again: bool


def receive(raw: bytes, *, mailbox: Mailbox | None = None, at: datetime | None = None) -> Received:
    """Store and decide a mail now. If deciding fails, it stays stored and the sweep goes on.

    Call it outside transactions: the mail must be there, whatever happens to its placing.
    """
    mail = store(raw, mailbox=mailbox, at=at)
    if mail.state != State.RECEIVED:
        return Received(mail, again=True)
    placed = try_to_place(mail.pk)
    return Received(placed or mail, again=False)


def store(
    raw: bytes,
    *,
    mailbox: Mailbox | None = None,
    at: datetime | None = None,
    quiet: bool = False,
    whole_size: int | None = None,
) -> InboundMail:
    """Keep a mail for `mailbox`, received at `at` (aware; now by default, L11), in state received.

    `quiet` is mail that was there before we were: no letter is sent for it. `whole_size`, in
    bytes, is that of a mail too big to keep, of which `raw` is the header alone.

    The same mail, delivered again to the same mailbox, is the row that is there already: the same
    Message-ID, or the same bytes where there is none. No content makes it fail.
    """
    parsed = mime.parse(raw)
    identity = _hash(parsed.message_id.encode() or raw.replace(b"\r\n", b"\n"))
    named = route.named(parsed)
    mail, _created = InboundMail.objects.get_or_create(
        fingerprint=_hash(f"{mailbox.pk if mailbox else ''}:{identity}".encode()),
        defaults={
            "mailbox": mailbox,
            "raw": raw,
            "identity": identity,
            "message_id": parsed.message_id[:255],
            "from_address": parsed.from_address,
            "subject": parsed.subject,
            "received_at": at or clock.now(),
            "is_quiet": quiet,
            "whole_size": whole_size,
            "about": named.ticket if named else None,
        },
    )
    return mail


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
