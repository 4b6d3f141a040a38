"""The letters that answer a mail itself: which of them goes to whom, and to whom none ever goes.

A From is easily forged, so each of these could hit a stranger (backscatter). None goes to mail
that a machine wrote, that its sender's own domain disowns, or that was there before we were; an
address we do not know gets at most one of each kind a day, in which nothing of its mail stands.
And since an attacker can think of as many addresses as he likes, a mailbox writes to so many of
them in an hour and no more.
"""

import hashlib
from collections.abc import Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from common import clock, dates, links
from interfaces.inbox.models import InboundMail
from outbox.post import Json, post
from tickets import correspondence
from tickets.errors import Refused
from tickets.models import SenderCheck, Ticket

CONFIRMS = "inbox.confirms"
DAYS_TO_CONFIRM = 7
# More than the new people of any one mailbox on its busiest day, and few enough that a flood of
# forged mail gets our server onto no blocklist. What comes above it waits for a person.
MOST_STRANGERS_AN_HOUR = 60


def may_answer(mail: InboundMail) -> bool:
    """Whether a letter about this mail may go to its sender; that no machine wrote it, and that
    its sender writes no more than the cap, the caller has checked."""
    is_disowned = mail.trust == SenderCheck.FAILED
    return not mail.is_quiet and not is_disowned and bool(mail.from_address)


def count_stranger(mail: InboundMail) -> None:
    """Note that a letter goes to an address that we did not know. Refused if within an hour the
    mailbox has written to `MOST_STRANGERS_AN_HOUR` others.

    By when the mails came, so that trying one again changes nothing.
    """
    if not may_answer(mail):
        return
    earlier = InboundMail.objects.filter(
        Q(received_at__lt=mail.received_at) | Q(received_at=mail.received_at, pk__lt=mail.pk),
        mailbox=mail.mailbox,
        received_at__gt=mail.received_at - timedelta(hours=1),
        reached_stranger=True,
    ).exclude(from_address=mail.from_address)
    if earlier.values("from_address").distinct().count() >= MOST_STRANGERS_AN_HOUR:
        raise Refused(
            "too_many_strangers",
            _("A caixa já escreveu a %(most)d endereços desconhecidos em uma hora.")
            % {"most": MOST_STRANGERS_AN_HOUR},
        )
    mail.reached_stranger = True


def confirm(mail: InboundMail) -> None:
    """Ask an unknown sender whether the address is his or hers: nothing is opened before.

    Refused as `count_stranger` is; so are `refused`, and `too_big` for a stranger.
    """
    count_stranger(mail)
    token = links.sign(CONFIRMS, str(mail.pk))
    url = f"{settings.BASE_URL}{reverse('mail:confirm', args=[token])}"
    _answer("mail_confirm", mail, _key_of_the_day(mail), {"url": url, "days": DAYS_TO_CONFIRM})


def refused(mail: InboundMail) -> None:
    """Tell an unknown sender that the mailbox takes mail from customers only."""
    count_stranger(mail)
    _answer("mail_refused", mail, _key_of_the_day(mail), {})


def too_big(mail: InboundMail, person: User | None, *, megabytes: int, most: int) -> None:
    """Tell the sender that a mail of this size does not fit, and what to do; who is known (as
    `person`) is told of each such mail."""
    if person is None:
        count_stranger(mail)
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
