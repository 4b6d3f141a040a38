"""Which ticket a mail names and by what, who wrote it, and who may write there. Reads only."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from django.db.models.functions import Lower
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from common.links import read_mail_token
from common.text import one_line
from interfaces.inbox.mime import Parsed
from outbox.models import Delivery
from tickets.errors import Refused
from tickets.models import Ticket

_TOPIC = re.compile(r"ticket:([0-9]{1,18})")
_NUMBER = r"([1-9][0-9]{0,17})(?![0-9.,/-]*[0-9])"
# "[1024]" as our letters write it, "Ticket 1024", and "#1024" where it is no order's or invoice's.
_CODE = re.compile(
    rf"\[\#?{_NUMBER}\]"
    rf"|\b(?:ticket|chamado|ocorr[êe]ncia|protocolo)\s*(?:n[.ºo°]{{0,2}}\s*)?\#?{_NUMBER}"
    rf"|(?:^|[:(\[–—-]|\b(?:o|do|no|ao|sobre))\s*\#{_NUMBER}",
    re.IGNORECASE,
)
_MOST_CODES = 5


class By(Enum):
    """What names the ticket, in the order in which it is asked."""

    ADDRESS = gettext_lazy("Pelo endereço de resposta do ticket.")
    LETTER = gettext_lazy("Pela conversa a que responde (Message-ID).")
    CODE = gettext_lazy("Pelo número do ticket no assunto.")


@dataclass(frozen=True)
class Named:
    """The ticket that a mail names, and by what."""

    ticket: Ticket
    by: By

    @property
    def how(self) -> str:
        return str(self.by.value)

    @property
    def is_proof(self) -> bool:
        """Whether the writer must have had a letter of ours: the number anybody can guess."""
        return self.by is not By.CODE


def named(mail: Parsed) -> Named | None:
    """By the signed token of an address, else by the Message-ID of a letter of ours that it
    answers, else by the ticket's number in the subject.

    The id that roots a ticket's thread does not count: it is made of the number.
    """
    if ticket := _first(_numbers_in_addresses(mail)):
        return Named(ticket, By.ADDRESS)
    if ticket := _first(_numbers_in_thread(mail)):
        return Named(ticket, By.LETTER)
    if ticket := _first(_numbers_in_subject(mail)):
        return Named(ticket, By.CODE)
    return None


def _first(numbers: Iterable[int]) -> Ticket | None:
    """The ticket of the first of `numbers` that one has."""
    wanted = list(dict.fromkeys(numbers))
    if not wanted:
        return None
    found = {each.number: each for each in Ticket.objects.filter(number__in=wanted)}
    return next((found[number] for number in wanted if number in found), None)


def _numbers_in_addresses(mail: Parsed) -> list[int]:
    tokens = (address.partition("@")[0].rpartition("+")[2] for address in mail.recipients)
    return [number for token in tokens if (number := read_mail_token(token))]


def _numbers_in_thread(mail: Parsed) -> list[int]:
    if not mail.refers_to:
        return []
    letters = Delivery.objects.known_as(mail.refers_to)
    topics: dict[str, str] = {}
    for message_id, sent_as, topic in letters.values_list("message_id", "sent_as", "topic"):
        topics |= {message_id.strip("<>"): topic, sent_as: topic}
    asked = (each.strip("<>") for each in mail.refers_to)
    found = (topics.get(each) or topics.get(each.rpartition("@")[0], "") for each in asked)
    return [number for topic in found if (number := number_in(topic))]


def _numbers_in_subject(mail: Parsed) -> list[int]:
    found = (next(filter(None, match.groups())) for match in _CODE.finditer(mail.subject))
    return [int(number) for number in found][:_MOST_CODES]


def number_in(topic: str) -> int | None:
    """The number of the ticket that a letter is about; None for a letter about none."""
    found = _TOPIC.fullmatch(topic)
    return int(found[1]) if found else None


def sender(mail: Parsed) -> User | None:
    """Who wrote it, by the address in From; None for somebody we do not know."""
    if not mail.from_address:
        return None
    people = User.objects.alias(address=Lower("email"))
    return people.filter(address=mail.from_address.lower()).first()


def sender_name(mail: Parsed) -> str:
    """What the sender goes by: the name in From, else what stands before the @."""
    told = (mail.header("from") or "").rpartition("<")[0].strip(" \t\"'")
    return one_line(told, 150) or mail.from_address.partition("@")[0]


def require_allowed(person: User, ticket: Ticket) -> None:
    """R1: who may see the ticket may write there; others are refused."""
    if not Ticket.objects.visible_to(person).filter(pk=ticket.pk).exists():
        raise Refused("not_allowed", _("O remetente não participa deste ticket."))
