"""Mails as programs write them, and a way to choose who follows."""

from collections.abc import Callable, Iterator, Sequence
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

import pytest
import requests

from tickets import correspondence, due, events

Written = Callable[..., bytes]
Posted = Callable[..., requests.Response]
SECRET = "provedor:segredo"

ANA = "Ana Nogueira <ana@serraazul.example>"


def write(
    body: str = "Segue o log.",
    *,
    to: str = "suporte@prazo.example",
    sender: str = ANA,
    subject: str = "Re: NF-e rejeitada",
    message_id: str = "<1@serraazul.example>",
    html: str = "",
    files: Sequence[tuple[str, str, bytes]] = (),
    **headers: str,
) -> bytes:
    """A whole mail; `files` are (name, type, content); `headers` by name, `_` for `-`."""
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = to
    message["Subject"] = subject
    if message_id:
        message["Message-ID"] = message_id
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(body)
    if html:
        message.add_alternative(html, subtype="html")
    for name, content_type, content in files:
        main, _slash, sub = content_type.partition("/")
        message.add_attachment(content, maintype=main, subtype=sub, filename=name)
    return message.as_bytes()


def reply_to(ticket: Any, body: str = "Segue o log.", **more: Any) -> bytes:
    """An answer to a letter of `ticket`, by its signed address."""
    return write(body, to=correspondence.reply_address(ticket.number), **more)


@pytest.fixture
def use_followers(settings: Any) -> Iterator[Callable[..., None]]:
    """Let these, and no others, follow (dotted paths)."""

    def use(*paths: str) -> None:
        settings.TICKET_FOLLOWERS = list(paths)
        events.followers.cache_clear()

    yield use
    events.followers.cache_clear()


@pytest.fixture
def use_gate(settings: Any) -> Iterator[None]:
    """The clock asks the inbox."""
    settings.TICKET_CLOCK_GATES = ["interfaces.inbox.gate.hold"]
    due.gates.cache_clear()
    yield
    due.gates.cache_clear()


@pytest.fixture(autouse=True)
def _nobody_follows(use_followers: Callable[..., None]) -> None:
    """The inbox is tested alone; letters have tests of their own."""
    use_followers()


@pytest.fixture(autouse=True)
def _own_files(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def guests(db: None) -> Any:
    """The customer in which guests are."""
    from accounts.models import Organization

    return Organization.objects.create(name="Visitantes", holds_guests=True)


@pytest.fixture
def mailbox(queue: Any, product: Any) -> Any:
    """The mailbox of the queue, pushed to; `mx.prazo.example` checks its senders."""
    from interfaces.inbox.models import Door, Mailbox

    return Mailbox.objects.create(
        name="Suporte",
        address="suporte-fiscal@prazo.example",
        queue=queue,
        product=product,
        door=Door.PUSHED,
        authserv_id="mx.prazo.example",
    )


def vouched(domain: str, result: str = "pass") -> dict[str, str]:
    """The header by which our own server says what it found of a sender of `domain`."""
    return {"Authentication_Results": f"mx.prazo.example; dmarc={result} header.from={domain}"}


@pytest.fixture
def post(live: str, settings: Any) -> Posted:
    """`post(provider, …)` to the running product, with the secret unless told otherwise."""
    settings.ANYMAIL_WEBHOOK_SECRET = SECRET
    settings.ANYMAIL = {"MAILGUN_WEBHOOK_SIGNING_KEY": "chave"}

    def post(provider: str, secret: str = SECRET, **more: Any) -> requests.Response:
        name, _colon, password = secret.partition(":")
        url = f"{live}/hooks/email/{provider}/"
        return requests.post(url, auth=(name, password) if secret else None, timeout=60, **more)

    return post
