"""The door of every mail: stored raw and once, whatever is in it, before anything is decided."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction

from common import clock
from interfaces.inbox import place
from interfaces.inbox.content import Content
from interfaces.inbox.mime import Parsed
from interfaces.inbox.models import InboundMail, Mailbox, Outcome, State
from interfaces.inbox.publish import Stored

_LARGEST_HEAD = 256 * 1024


@dataclass(frozen=True)
class Received:
    """A mail as it stands now; `again` if it had been decided before this delivery of it."""

    mail: InboundMail
    again: bool
    content: Content


def receive(
    raw: bytes,
    *,
    mailbox: Mailbox | None = None,
    at: datetime | None = None,
    quiet: bool = False,
) -> Received:
    """Store and decide a mail now; see `store`. If deciding fails, it stays stored and the sweep
    goes on.

    Call it outside transactions: the mail must be there, whatever happens to its placing.
    """
    raw, whole_size = _bounded(raw)
    content = Content(raw)
    mail = _kept(content, mailbox, at, quiet, whole_size)
    if mail.state != State.RECEIVED:
        return Received(mail, True, content)
    placed = place.try_to_place(mail.pk, content=content)
    return Received(placed or mail, False, content)


def store(
    raw: bytes,
    *,
    mailbox: Mailbox | None = None,
    at: datetime | None = None,
    quiet: bool = False,
    whole_size: int | None = None,
) -> InboundMail:
    """Keep a mail for `mailbox`, received at `at` (aware; now by default, L11), to be decided by
    the sweep. What was in the mailbox before us comes `quiet`: no letter is sent for it.

    The same mail, delivered again to the same mailbox, is the row that is there already: the same
    Message-ID, sender and content, whatever servers on the way made of its headers and encodings;
    the same bytes where there is no Message-ID. No content makes it fail.

    Of a mail over `MAX_MAIL_BYTES` only the head is kept, and its sender will be told. A door
    that does not even take the rest of it gives the head and the `whole_size`, in bytes.
    """
    if whole_size is None:
        raw, whole_size = _bounded(raw)
    return _kept(Content(raw), mailbox, at, quiet, whole_size)


def rehearse(raw: bytes, *, mailbox: Mailbox | None = None, at: datetime | None = None) -> Received:
    """What `receive` would do, done and undone: no row, file, letter or poke is left.

    A ticket that it would open has no number yet, so none is told (a number of the sequence is
    used up). A failure of deciding is raised.
    """
    raw, whole_size = _bounded(raw)
    content = Content(raw)
    stored = Stored()
    try:
        with transaction.atomic():
            mail = _kept(content, mailbox, at, False, whole_size)
            again = mail.state != State.RECEIVED
            mail = place.place(mail.pk, content=content, stored=stored)
            transaction.set_rollback(True)
    finally:
        stored.discard()
    if not again and mail.outcome in (Outcome.OPENED, Outcome.FOLLOWED_UP):
        mail.ticket = None
    return Received(mail, again, content)


def _bounded(raw: bytes) -> tuple[bytes, int | None]:
    """The mail, or its head and its size where it is too big."""
    return (raw, None) if len(raw) <= settings.MAX_MAIL_BYTES else (_head_of(raw), len(raw))


def _head_of(raw: bytes) -> bytes:
    """The headers of a mail, as they came."""
    ends = [end for blank in (b"\r\n\r\n", b"\n\n") if (end := raw.find(blank)) >= 0]
    return raw[: min([*ends, _LARGEST_HEAD])] + b"\r\n\r\n"


def _kept(
    content: Content,
    mailbox: Mailbox | None,
    at: datetime | None,
    quiet: bool,
    whole_size: int | None,
) -> InboundMail:
    parsed, named = content.parsed, content.named
    claim = _hash(parsed.message_id.encode() or content.raw.replace(b"\r\n", b"\n"))
    identity = _hash_of_content(claim, parsed) if parsed.message_id else claim
    mail, _created = InboundMail.objects.get_or_create(
        fingerprint=_hash(f"{mailbox.pk if mailbox else ''}:{identity}".encode()),
        defaults={
            "mailbox": mailbox,
            "raw": content.raw,
            "identity": identity,
            "claim": claim,
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


def _hash_of_content(claim: str, parsed: Parsed) -> str:
    """Of who wrote what, whatever transfer encoding and white space it came in."""
    words = (" ".join(text.split()) for text in (parsed.plain, parsed.html))
    files = (f"{each.name}:{_hash(each.content)}" for each in parsed.attachments)
    return _hash("\0".join([claim, parsed.from_address, *words, *files]).encode("utf-8", "replace"))


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
