"""The whole way, over real servers: our letter by SMTP, an answer to it by IMAP, and the ticket."""

from collections.abc import Callable
from email.message import EmailMessage
from typing import Any

import pytest

from interfaces.inbox import imap as door
from interfaces.inbox import tasks
from outbox.tasks import sweep
from tests.cast import by
from tests.imap import Account
from tests.inbox.conftest import reply_to
from tests.inbox.test_imap import make_mailbox
from tests.inbox.test_watch import soon
from tests.mail import MailServer
from tickets import actions
from tickets.lifecycle import Status
from tickets.models import Ticket, Verb

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _letters_are_written(use_followers: Callable[..., None], _nobody_follows: None) -> None:
    use_followers("notifications.followers.follow")


def answer(letter: EmailMessage, text: str) -> bytes:
    """As a mail program writes it: to where the letter says, in its thread, with it quoted."""
    mail = EmailMessage()
    mail["From"] = letter["To"]
    mail["To"] = letter["Reply-To"]
    mail["Subject"] = f"Re: {letter['Subject']}"
    mail["Message-ID"] = "<resposta@serraazul.example>"
    mail["In-Reply-To"] = letter["Message-ID"]
    mail["References"] = f"{letter['References'] or ''} {letter['Message-ID']}".strip()
    body = letter.get_body(("plain",))
    assert body is not None
    quoted = "\n".join(f"> {line}" for line in body.get_content().splitlines())
    mail.set_content(f"{text}\n\nEm ter., 24 de nov. de 2026, Prazo escreveu:\n{quoted}")
    return mail.as_bytes()


def test_a_letter_is_answered_from_a_mail_program(
    imap: Account, mail_server: MailServer, ticket: Any, queue: Any, elisa: Any
) -> None:
    mailbox = make_mailbox(queue, imap, imap_done_folder="Tratados")
    door.fetch(mailbox.pk)
    actions.request_information(ticket, by=by(elisa), body="Qual é a versão?")
    sweep()
    letter = [each for each in mail_server.taken if "ana@serraazul.example" in each["To"]][-1]

    imap.deliver(answer(letter, "É a 12.1."))
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


def test_it_is_placed_by_a_worker_without_waiting_for_the_beat(
    imap: Account, ticket: Any, queue: Any, worker: Any
) -> None:
    mailbox = make_mailbox(queue, imap)
    door.fetch(mailbox.pk)
    imap.deliver(reply_to(ticket, "É a 12.1."))

    tasks.fetch()

    soon(lambda: ticket.messages.filter(body_text="É a 12.1.").exists())
