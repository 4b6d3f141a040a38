"""What a mail's envelope says, for the doors to which mail is pushed: whose the address is, and
the stamp of RFC 5321 (4.4) on the mail itself."""

import re
from collections.abc import Iterable

from django.conf import settings

from common.links import read_mail_token
from interfaces.inbox.models import Mailbox
from tickets.models import Ticket

_PLAIN = re.compile(r"[^\s<>\x00-\x1f\x7f]{1,254}")


class Nobody(Exception):  # noqa: N818 - reads as whose the address is
    """The address is none of ours."""


def owner(address: str) -> Mailbox | None:
    """The mailbox, active or not, that mail to `address` belongs to; raises `Nobody`.

    That is the one of this address, also with `+anything` before the @. The signed address of a
    ticket belongs to an active mailbox of its queue, or to none in particular (None).
    """
    local, _at, domain = address.lower().rpartition("@")
    base, _plus, tag = local.partition("+")
    number = read_mail_token(tag) if domain == settings.MAIL_REPLY_DOMAIN.lower() else None
    if number is not None:
        if ticket := Ticket.objects.filter(number=number).only("queue").first():
            return Mailbox.objects.filter(queue=ticket.queue_id, is_active=True).first()
        raise Nobody
    for exact in dict.fromkeys([f"{local}@{domain}", f"{base}@{domain}"]):
        if mailbox := Mailbox.objects.filter(address__iexact=exact).first():
            return mailbox
    raise Nobody


def first_owner(addresses: Iterable[str]) -> tuple[Mailbox | None, str | None]:
    """The active mailbox, if any, of the first of `addresses` that is ours, and that address."""
    for address in addresses:
        try:
            mailbox = owner(address)
        except Nobody:
            continue
        return (mailbox if mailbox and mailbox.is_active else None), address
    return None, None


def stamped(raw: bytes, *, sender: str | None, recipient: str | None) -> bytes:
    """`raw` with what its envelope said on top; `sender` is empty for the null return path, None
    where nobody told it. What is no plain address is left out."""
    lines = []
    if sender is not None and (not sender or _PLAIN.fullmatch(sender)):
        lines.append(f"Return-Path: <{sender}>\r\n")
    if recipient and _PLAIN.fullmatch(recipient):
        lines.append(f"Delivered-To: {recipient}\r\n")
    return "".join(lines).encode("utf-8", "replace") + raw
