"""A letter of ours that came back: noted on it, its address and its ticket, for staff (L5)."""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from interfaces.inbox import route, trust
from interfaces.inbox.bounces import Bounce
from interfaces.inbox.content import Content
from interfaces.inbox.models import InboundMail
from outbox.models import Delivery, State, Suspension
from tickets import actions
from tickets.actors import Actor
from tickets.models import SenderCheck, Ticket, TicketEvent

# Names that a domain gives to none of its people.
_SERVERS = {"mailer-daemon", "postmaster"}


def note(mail: InboundMail, content: Content, bounce: Bounce) -> tuple[str, TicketEvent | None]:
    """Write down what `bounce` says; what came of it, in words, and the ticket's event if any.

    Anybody can write a bounce: one counts that knows the Message-ID of our letter, or comes
    provably from a mail server of the domain that it is about, not from a person there.
    """
    delivery = _returned(mail, content, bounce)
    if delivery is None:
        return _("É um aviso de entrega, mas não prova ser de uma carta nossa."), None
    return settle(delivery, bounce, mail.received_at)


def settle(delivery: Delivery, bounce: Bounce, at: datetime) -> tuple[str, TicketEvent | None]:
    """What `bounce` says of `delivery`, which the caller holds, and was known `at`; as `note`.

    Of what was not delivered the analysts of the ticket learn, once a letter, and where that is
    for good (5.x.x) the address gets no more letters until staff lift it. A delay is noted on the
    letter alone. One about another address than the letter's stops no letters: it was forwarded,
    or it is forged.
    """
    code = {"code": bounce.status}
    if delivery.bounced_at is not None:
        return _("A devolução desta carta já estava anotada (%(code)s).") % code, None
    if not bounce.is_permanent and bounce.action != "failed":
        delivery.bounce = _("O servidor ainda tenta entregar (%(code)s).") % code
        delivery.save(update_fields=["bounce"])
        return _("A entrega de uma carta está atrasada (%(code)s).") % code, None
    _came_back(delivery, _("Devolvida pelo servidor do destinatário (%(code)s).") % code, at)
    if bounce.is_permanent and _is_about_address_of(delivery, bounce):
        _suspend(delivery)
    why = _("Uma carta não pôde ser entregue (%(code)s).") % code
    return why, _tell_staff(delivery, bounce.status)


def complain(delivery: Delivery, at: datetime) -> TicketEvent | None:
    """The reader of `delivery`, which the caller holds, has told a provider that it is spam: no
    more letters until staff lift it, who are told (L5)."""
    if delivery.bounced_at is not None:
        return None
    _came_back(delivery, _("O destinatário a marcou como spam."), at)
    _suspend(delivery)
    return _tell_staff(delivery, "spam")


def _came_back(delivery: Delivery, how: str, at: datetime) -> None:
    delivery.bounce, delivery.bounced_at = how, at
    delivery.save(update_fields=["bounce", "bounced_at"])


def _returned(mail: InboundMail, content: Content, bounce: Bounce) -> Delivery | None:
    """The letter that came back; held, so that of two bounces of it the later sees the earlier."""
    held = Delivery.objects.select_for_update()
    if bounce.original_message_id:
        known = held.known_as([bounce.original_message_id]).first()
        if known is not None:
            return known
    recipient = bounce.final_recipient.lower()
    if not recipient or not _is_from_server_of(recipient, mail, content):
        return None
    sent = held.filter(to_address__iexact=recipient, state=State.SENT)
    return sent.order_by("-pk").first()


def _is_from_server_of(recipient: str, mail: InboundMail, content: Content) -> bool:
    local, _at, domain = mail.from_address.rpartition("@")
    if local not in _SERVERS or domain != recipient.rpartition("@")[2]:
        return False
    mail.trust, mail.trust_why = trust.check(content.parsed, content.raw, mail.mailbox)
    return mail.trust == SenderCheck.PASSED


def _is_about_address_of(delivery: Delivery, bounce: Bounce) -> bool:
    """Also where the bounce tells no address."""
    return bounce.final_recipient.lower() in ("", delivery.to_address.lower())


def _suspend(delivery: Delivery) -> None:
    assert delivery.bounced_at is not None  # noqa: S101 - it has come back
    new = Suspension(
        address=delivery.to_address.lower(),
        since=delivery.bounced_at,
        why=delivery.bounce,
        delivery=delivery,
    )
    Suspension.objects.bulk_create([new], ignore_conflicts=True)


def _tell_staff(delivery: Delivery, code: str) -> TicketEvent | None:
    """In the history of the ticket that the letter was about, if it was about one."""
    number = route.number_in(delivery.topic)
    ticket = Ticket.objects.filter(number=number).first() if number else None
    if ticket is None:
        return None
    return actions.note_bounce(
        ticket,
        by=Actor.system(delivery.bounced_at),
        delivery=delivery.pk,
        person=User.objects.filter(email__iexact=delivery.to_address).first(),
        code=code,
    )
