"""`manage.py lmtp` for real: what a mail server is told, and what is stored before it is."""

import smtplib
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest

from interfaces.inbox.models import Door, InboundMail, Mailbox
from tests.inbox.conftest import write
from tests.lmtp import Running
from tickets import correspondence

ANA = "ana@serraazul.example"
OURS = "fiscal@prazo.example"


@pytest.fixture
def mailbox(queue: Any) -> Mailbox:
    return Mailbox.objects.create(name="Fiscal", address=OURS, queue=queue, door=Door.PUSHED)


def refusal(client: smtplib.LMTP, recipient: str) -> tuple[int, str]:
    client.mail(ANA)
    code, words = client.rcpt(recipient)
    client.rset()
    return code, words.decode()


def test_a_mail_is_stored_with_the_stamp_of_its_envelope(lmtp: Running, mailbox: Mailbox) -> None:
    with lmtp.client() as client:
        client.sendmail(ANA, [OURS], write("Olá.\r\n.ponto\r\n" + "x" * 2000))

    mail = InboundMail.objects.get()
    parsed = message_from_bytes(bytes(mail.raw))
    assert (mail.mailbox, mail.from_address) == (mailbox, ANA)
    assert parsed.items()[:2] == [("Return-Path", f"<{ANA}>"), ("Delivered-To", OURS)]
    assert ".ponto" in parsed.get_payload(decode=True).decode().splitlines()


def test_whose_address_is_ours(lmtp: Running, mailbox: Mailbox, ticket: Any) -> None:
    signed = correspondence.reply_address(ticket.number)

    with lmtp.client() as client:
        answers = {
            each: refusal(client, each)[0]
            for each in (
                OURS,
                OURS.upper(),
                "fiscal+qualquer@prazo.example",
                signed,
                "ticket+1kaaaaaaaaaaaaaaaa@prazo.example",
                "ninguem@prazo.example",
                "fiscal@outro.example",
            )
        }

    assert list(answers.values()) == [250, 250, 250, 250, 550, 550, 550]
    with lmtp.client() as client:
        assert refusal(client, "ninguem@prazo.example") == (550, "5.1.1 No such address here")


def test_a_signed_address_belongs_to_the_mailbox_of_its_queue(
    lmtp: Running, mailbox: Mailbox, ticket: Any
) -> None:
    with lmtp.client() as client:
        client.sendmail(ANA, [correspondence.reply_address(ticket.number)], write())

    mail = InboundMail.objects.get()
    assert (mail.mailbox, mail.about) == (mailbox, ticket)


def test_a_mailbox_that_is_off_keeps_its_mail_at_the_server(
    lmtp: Running, mailbox: Mailbox
) -> None:
    Mailbox.objects.update(is_active=False)

    with lmtp.client() as client:
        assert refusal(client, OURS) == (450, "4.2.1 This mailbox is switched off")


def test_a_bounce_has_no_sender_and_is_taken(lmtp: Running, mailbox: Mailbox) -> None:
    with lmtp.client() as client:
        client.sendmail("", [OURS], write())

    assert bytes(InboundMail.objects.get().raw).startswith(b"Return-Path: <>\r\n")


def test_each_recipient_has_an_answer_of_its_own(lmtp: Running, mailbox: Mailbox) -> None:
    other = Mailbox.objects.create(name="Folha", address="folha@prazo.example", queue=mailbox.queue)

    with lmtp.client() as client:
        client.mail(ANA)
        codes = [client.rcpt(each)[0] for each in (OURS, "x@prazo.example", other.address)]
        answers = [client.data(write()), client.getreply()]

    assert codes == [250, 550, 250]
    assert answers == [(250, b"2.6.0 Stored")] * 2
    assert set(InboundMail.objects.values_list("mailbox", flat=True)) == {mailbox.pk, other.pk}


def test_the_same_mail_again_is_the_same_row(lmtp: Running, mailbox: Mailbox) -> None:
    with lmtp.client() as client:
        client.sendmail(ANA, [OURS], write())
        client.sendmail(ANA, [OURS], write())

    assert InboundMail.objects.count() == 1


def test_what_is_too_big_is_refused_for_good(lmtp: Running, mailbox: Mailbox) -> None:
    with lmtp.client() as client:
        announced = client.docmd("MAIL", f"FROM:<{ANA}> SIZE={25 * 2**20 + 1}")
        client.mail(ANA)
        client.rcpt(OURS)
        client.rcpt("fiscal+dois@prazo.example")
        sent = [client.data(write() + b"x" * (25 * 2**20)), client.getreply()]

    refused = (552, b"5.3.4 The mail is larger than 25 MB")
    assert [announced, *sent] == [refused] * 3
    assert InboundMail.objects.count() == 0


def test_while_the_database_is_away_the_mail_stays_at_the_server(transactional_db: None) -> None:
    lmtp = Running(DATABASE_URL="postgres://nobody@/none?host=/nowhere")

    with lmtp.client() as client:
        answer = refusal(client, OURS)

    assert answer == (451, "4.3.0 Not now; please try again")
    assert lmtp.stop() == 0


def test_it_stops_cleanly_and_leaves_no_socket(transactional_db: None, tmp_path: Path) -> None:
    path = tmp_path / "lmtp.sock"
    lmtp = Running("--socket", str(path))
    with smtplib.LMTP(str(path)) as client:
        greeted = client.noop()[0]

    assert (lmtp.said, greeted) == (f"LMTP em {path}", 250)
    assert (lmtp.stop(), path.exists()) == (0, False)
