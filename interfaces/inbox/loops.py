"""What keeps two machines from writing to each other for ever (L5): our own letters and addresses,
and a cap on what one sender may cause in an hour."""

from datetime import timedelta
from email.utils import parseaddr

from django.conf import settings
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from common.links import read_mail_token
from interfaces.inbox.content import Content
from interfaces.inbox.mime import Parsed
from interfaces.inbox.models import InboundMail, Mailbox
from outbox.letters import REPLY_MARKER
from outbox.models import Delivery
from tickets.errors import Refused
from tickets.models import SenderCheck

AN_HOUR = timedelta(hours=1)


def echo(content: Content) -> str:
    """Why it is certainly a letter of a product like this one and no person's, in words; else
    empty. By its own Message-ID, or because nothing stands below the line above which people
    answer."""
    message_id = content.parsed.message_id
    ours = message_id.endswith(f"@{settings.MAIL_REPLY_DOMAIN}>")
    if ours and Delivery.objects.filter(message_id=message_id).exists():
        return _("É uma carta nossa que voltou.")
    words = content.written.text.strip().removeprefix(REPLY_MARKER)
    if _begins_as_a_letter(content.parsed) and not words.strip():
        return _("É a própria carta de um sistema de tickets, sem resposta.")
    return ""


def require_calm(mail: InboundMail, content: Content) -> None:
    """Refuse what one of our own addresses sends, what may be but a letter of a product like this
    one, and what goes over the cap of its sender.

    Refused means quarantine and no letter, so that a loop ends there. Mail that was there before
    we were came over years and causes no letter: for it there is no cap.
    """
    if _is_ours(content.parsed.from_address):
        raise Refused("own_address", _("O remetente é um endereço deste próprio sistema."))
    if _begins_as_a_letter(content.parsed):
        # People do answer below that line, and no program tells their words from the letter's.
        raise Refused(
            "perhaps_echo",
            _("Começa como a carta de um sistema de tickets: confira se há resposta abaixo dela."),
        )
    if not mail.is_quiet and _is_over_the_cap(mail):
        raise Refused(
            "too_many",
            _("O remetente passou de %(most)d e-mails em uma hora.")
            % {"most": settings.MAIL_MOST_AN_HOUR},
        )


def _begins_as_a_letter(mail: Parsed) -> bool:
    """With the line above which people answer."""
    return mail.text.lstrip().startswith(REPLY_MARKER)


def _is_ours(address: str) -> bool:
    local, _at, domain = address.rpartition("@")
    if domain == settings.MAIL_REPLY_DOMAIN.lower() and read_mail_token(local.rpartition("+")[2]):
        return True
    if address == parseaddr(settings.MAIL_FROM)[1].lower():
        return True
    return Mailbox.objects.alias(own=Lower("address")).filter(own=address).exists()


def _is_over_the_cap(mail: InboundMail) -> bool:
    """By when the mails came, so that trying one again changes nothing. What somebody else may
    have forged in the name of a sender takes nothing from what is provably that sender's."""
    if not mail.from_address:
        return False
    before = InboundMail.objects.filter(
        Q(received_at__lt=mail.received_at) | Q(received_at=mail.received_at, pk__lt=mail.pk),
        from_address=mail.from_address,
        received_at__gt=mail.received_at - AN_HOUR,
        is_quiet=False,
    )
    if mail.trust == SenderCheck.PASSED:
        before = before.filter(trust=SenderCheck.PASSED)
    return before.count() >= int(settings.MAIL_MOST_AN_HOUR)
