"""Which ticket a mail names, and whether its sender may write there. Reads only."""

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.models import User
from common.links import read_mail_token
from interfaces.inbox.mime import Parsed
from outbox.models import Delivery
from tickets.errors import Refused
from tickets.models import Ticket

_TOPIC = re.compile(r"ticket:([0-9]{1,18})")


@dataclass(frozen=True)
class Named:
    """The ticket that a mail names, and by what, in words."""

    ticket: Ticket
    how: str


def named(mail: Parsed) -> Named | None:
    """By the signed token of an address, else by the Message-IDs of our letters.

    Both can only come from a letter of ours, and a From is easily forged. So the id that roots a
    ticket's thread does not count: it is made of the number, and anybody can guess it.
    """
    if ticket := _ticket(_number_in_addresses(mail)):
        return Named(ticket, _("Pelo endereço de resposta do ticket."))
    if ticket := _ticket(_number_in_thread(mail)):
        return Named(ticket, _("Pela conversa a que responde (Message-ID)."))
    return None


def _ticket(number: int | None) -> Ticket | None:
    return None if number is None else Ticket.objects.filter(number=number).first()


def _number_in_addresses(mail: Parsed) -> int | None:
    tokens = (address.partition("@")[0].rpartition("+")[2] for address in mail.recipients)
    return next((number for token in tokens if (number := read_mail_token(token))), None)


def _number_in_thread(mail: Parsed) -> int | None:
    if not mail.refers_to:
        return None
    letters = Delivery.objects.filter(message_id__in=mail.refers_to)
    topics = dict(letters.values_list("message_id", "topic"))
    found = (_TOPIC.fullmatch(topics.get(message_id, "")) for message_id in mail.refers_to)
    return next((int(topic[1]) for topic in found if topic), None)


def sender(mail: Parsed) -> User:
    """Who wrote it, by the address in From. Refused for one who is unknown or has left."""
    person = User.objects.filter(email__iexact=mail.from_address).first()
    if person is None:
        raise Refused("unknown_sender", _("Ninguém está cadastrado com o endereço do remetente."))
    if not person.is_active:
        raise Refused("inactive_sender", _("O remetente não tem mais acesso."))
    if person.is_desk:
        raise Refused("staff_sender", _("A equipe de suporte responde pela mesa."))
    return person


def require_allowed(person: User, ticket: Ticket) -> None:
    """R1: the requester, a watcher, the organization's administrator; others are refused."""
    if not Ticket.objects.visible_to(person).filter(pk=ticket.pk).exists():
        raise Refused("not_allowed", _("O remetente não participa deste ticket."))
