"""Mail that a provider hands over by HTTP (django-anymail); what becomes of it is place.py's."""

import base64
from email.policy import SMTP
from hmac import compare_digest
from typing import Any

from anymail.inbound import AnymailInboundMessage
from anymail.signals import AnymailInboundEvent, inbound
from django.conf import settings
from django.dispatch import receiver

from common import clock
from common.later import poke
from interfaces.inbox import tasks
from interfaces.inbox.envelope import first_owner, stamped
from interfaces.inbox.models import Mailbox
from interfaces.inbox.reception import store

PREFIX = "/hooks/email/"

# As the provider gave it: nothing is folded or encoded anew.
_AS_IT_CAME = SMTP.clone(refold_source="none", cte_type="8bit")
_OURS = ("delivered-to", "x-original-to", "envelope-to", "to", "cc", "bcc")


def knows(authorization: bytes) -> bool:
    """Whether a request brings the secret, before anything else of it is read."""
    secret = settings.ANYMAIL_WEBHOOK_SECRET.encode()
    expected = b"Basic " + base64.b64encode(secret)
    return bool(secret) and compare_digest(authorization.strip(), expected)


@receiver(inbound, dispatch_uid="inbox.webhooks.keep")
def keep(event: AnymailInboundEvent, esp_name: str, **_: Any) -> None:
    """Store the mail before the provider is answered; if that fails it delivers again, and the
    same mail twice is one row. What is for nobody we know is kept too, for a person to decide."""
    message = event.message
    mailbox, recipient = _recipient(message)
    now = clock.now()
    store(
        stamped(
            _raw(event, esp_name),
            sender=_bare(message.envelope_sender),
            recipient=recipient,
        ),
        mailbox=mailbox,
        at=min(event.timestamp or now, now),
    )
    poke(tasks.place)


def _raw(event: AnymailInboundEvent, provider: str) -> bytes:
    """The mail as it was written, where the provider gives it; else put together from its parts."""
    given = _given(event.esp_event, provider)
    if isinstance(given, str):
        return given.encode("utf-8", "surrogateescape")
    return bytes(event.message.as_bytes(policy=_AS_IT_CAME))


def _given(told: Any, provider: str) -> object:
    match provider:
        case "Mailgun":
            return told.POST.get("body-mime")
        case "SendGrid":
            return told.POST.get("email")
        case "Postmark":
            return told.get("RawEmail")
        case "Mandrill":
            return told["msg"]["raw_msg"]
        case _:
            return None


def _recipient(message: AnymailInboundMessage) -> tuple[Mailbox | None, str | None]:
    """The active mailbox that it is for, and by which address: that of the envelope, else the
    first one in the headers that is ours."""
    told = _bare(message.envelope_recipient)
    mailbox, address = first_owner([told] if told else _addresses(message))
    return mailbox, address or told


def _addresses(message: AnymailInboundMessage) -> list[str]:
    return [each.addr_spec for header in _OURS for each in message.get_address_header(header)]


def _bare(address: str | None) -> str | None:
    return None if address is None else address.strip().strip("<>")
