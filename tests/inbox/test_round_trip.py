"""The whole way, over real servers: our letter by SMTP, an answer by IMAP or LMTP, the ticket."""

from collections.abc import Callable
from email.message import EmailMessage
from typing import Any

import pytest

from interfaces.inbox import imap as door
from interfaces.inbox import tasks
from interfaces.inbox.models import Door, Mailbox
from outbox.tasks import sweep
from tests.cast import by
from tests.imap import Account
from tests.inbox.conftest import reply_to
from tests.inbox.test_imap import make_mailbox
from tests.inbox.test_watch import soon
from tests.lmtp import Running
from tests.mail import MailServer
from tickets import actions
from tickets.lifecycle import Status
from tickets.models import Ticket, Verb

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _letters_are_written(use_followers: Callable[..., None], _nobody_follows: None) -> None:
    use_followers("notifications.followers.follow")


def letter_to_ana(server: MailServer) -> EmailMessage:
    return [each for each in server.taken if "ana@serraazul.example" in each["To"]][-1]


def answer(letter: EmailMessage, text: str) -> EmailMessage:
    """As a mail program writes it: to where the letter says, in its thread, with it quoted in
    words and in HTML."""
    mail = EmailMessage()
    mail["From"] = letter["To"]
    mail["To"] = letter["Reply-To"]
    mail["Subject"] = f"Re: {letter['Subject']}"
    mail["Message-ID"] = "<resposta@serraazul.example>"
    mail["In-Reply-To"] = letter["Message-ID"]
    mail["References"] = f"{letter['References'] or ''} {letter['Message-ID']}".strip()
    plain, html = letter.get_body(("plain",)), letter.get_body(("html",))
    assert plain is not None
    assert html is not None
    head = "Em ter., 24 de nov. de 2026, Prazo escreveu:"
    quoted = "\n".join(f"> {line}" for line in plain.get_content().splitlines())
    mail.set_content(f"{text}\n\n{head}\n{quoted}")
    mail.add_alternative(
        f'<div dir="ltr">{text}</div><br><div class="gmail_quote"><div class="gmail_attr">{head}'
        f'</div><blockquote class="gmail_quote">{html.get_content()}</blockquote></div>',
        subtype="html",
    )
    return mail


def test_a_letter_is_answered_from_a_mail_program(
    imap: Account, mail_server: MailServer, ticket: Any, queue: Any, elisa: Any
) -> None:
    mailbox = make_mailbox(queue, imap, imap_done_folder="Tratados")
    door.fetch(mailbox.pk)
    actions.request_information(ticket, by=by(elisa), body="Qual é a versão?")
    sweep()
    letter = letter_to_ana(mail_server)

    imap.deliver(answer(letter, "É a 12.1.").as_bytes())
    door.fetch(mailbox.pk)
    tasks.place()

    ticket = Ticket.objects.get()
    event = ticket.events.latest("pk")
    assert (ticket.status, event.verb, event.channel) == (Status.OPEN, Verb.CUSTOMER_REPLY, "email")
    assert (event.message.body_text, event.message.author.email) == (
        "É a 12.1.",
        "ana@serraazul.example",
    )
    assert [name for name, _seen in imap.holds("Tratados")] == [f"Re: {letter['Subject']}"]


def test_a_letter_is_answered_through_a_mail_server(
    lmtp: Running, mail_server: MailServer, ticket: Any, queue: Any, elisa: Any
) -> None:
    Mailbox.objects.create(
        name="Fiscal", address="fiscal@prazo.example", queue=queue, door=Door.PUSHED
    )
    actions.request_information(ticket, by=by(elisa), body="Qual é a versão?")
    sweep()
    mail = answer(letter_to_ana(mail_server), "É a 12.1.")
    mail.add_attachment("linha", filename="log.txt")

    with lmtp.client() as client:
        refused = client.send_message(mail)
    tasks.place()

    event = Ticket.objects.get().events.latest("pk")
    said = event.message
    assert refused == {}
    assert (event.ticket.status, event.verb, event.channel) == (
        Status.OPEN,
        Verb.CUSTOMER_REPLY,
        "email",
    )
    assert (said.body_text, said.author.email) == ("É a 12.1.", "ana@serraazul.example")
    assert [(each.name, each.file.read().strip()) for each in said.attachments.all()] == [
        ("log.txt", b"linha")
    ]


def test_it_is_placed_by_a_worker_without_waiting_for_the_beat(
    imap: Account, ticket: Any, queue: Any, worker: Any
) -> None:
    mailbox = make_mailbox(queue, imap)
    door.fetch(mailbox.pk)
    imap.deliver(reply_to(ticket, "É a 12.1."))

    tasks.fetch()

    soon(lambda: ticket.messages.filter(body_text="É a 12.1.").exists())
