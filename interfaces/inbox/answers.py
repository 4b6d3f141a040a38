"""The letters that answer a mail itself: which of them goes to whom, and to whom none ever goes.

A From is easily forged, so each of these could hit a stranger (backscatter). None goes to mail
that a machine wrote, that its sender's own domain disowns, or that was there before we were; an
address we do not know gets at most one of each kind a day, in which nothing of its mail stands.
"""

import hashlib
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse

from accounts.models import User
from common import clock, dates, links
from interfaces.inbox.models import InboundMail
from outbox.post import Json, post
from tickets import correspondence
from tickets.models import SenderCheck, Ticket

CONFIRMS = "inbox.confirms"
DAYS_TO_CONFIRM = 7


def may_answer(mail: InboundMail) -> bool:
    """Whether a letter about this mail may go to its sender; that no machine wrote it, and that
    its sender writes no more than the cap, the caller has checked."""
    is_disowned = mail.trust == SenderCheck.FAILED
    return not mail.is_quiet and not is_disowned and bool(mail.from_address)


def confirm(mail: InboundMail) -> None:
    """Ask an unknown sender whether the address is his or hers: nothing is opened before."""
    token = links.sign(CONFIRMS, str(mail.pk))
    url = f"{settings.BASE_URL}{reverse('mail:confirm', args=[token])}"
    _answer("mail_confirm", mail, _key_of_the_day(mail), {"url": url, "days": DAYS_TO_CONFIRM})


def refused(mail: InboundMail) -> None:
    """Tell an unknown sender that the mailbox takes mail from customers only."""
    _answer("mail_refused", mail, _key_of_the_day(mail), {})


def too_big(mail: InboundMail, person: User | None, *, megabytes: int, most: int) -> None:
    """Tell the sender that a mail of this size does not fit, and what to do; who is known (as
    `person`) is told of each such mail."""
    key = mail.identity if person else _key_of_the_day(mail)
    _answer("mail_too_big", mail, key, {"megabytes": megabytes, "most": most})


def files_refused(mail: InboundMail, person: User, ticket: Ticket, refused: Sequence[str]) -> None:
    """Tell `person` which files of the mail are not in the ticket, and why; once a mail."""
    if not may_answer(mail):
        return
    post(
        "mail_files_refused",
        key=f"mail_files_refused:{mail.identity}",
        to=person.email,
        name=person.name,
        topic=correspondence.topic(ticket.number),
        reply_to=correspondence.reply_address(ticket.number),
        in_reply_to=mail.message_id,
        references=[correspondence.root_id(ticket.number), mail.message_id],
        context={
            "number": ticket.number,
            "title": ticket.title,
            "files": list(refused),
            "sent": dates.exact(mail.received_at, person.zone, now=clock.now()),
            "url": correspondence.page(ticket.number, person),
        },
    )


def _answer(letter: str, mail: InboundMail, key: str, said: dict[str, Json]) -> None:
    if not may_answer(mail):
        return
    post(
        letter,
        key=f"{letter}:{key}",
        to=mail.from_address,
        name="",  # the one that the mail gives itself may say anything
        in_reply_to=mail.message_id,
        references=[mail.message_id],
        context={
            "address": mail.mailbox.address if mail.mailbox else "",
            "sent": dates.exact(mail.received_at, _here(), now=clock.now()),
            **said,
        },
    )


def _key_of_the_day(mail: InboundMail) -> str:
    whose = hashlib.sha256(f"{mail.mailbox_id}:{mail.from_address}".encode()).hexdigest()[:32]
    return f"{mail.received_at.astimezone(_here()).date()}:{whose}"


def _here() -> ZoneInfo:
    """The installation's zone: we do not know that of a stranger."""
    return ZoneInfo(settings.TIME_ZONE)
