"""Mail by the providers' webhooks, over HTTP as they send it: kept, once, before the answer."""

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from django.urls import NoReverseMatch, reverse

from common import clock
from interfaces.inbox import tasks
from interfaces.inbox.models import Door, InboundMail, Mailbox
from interfaces.inbox.reception import receive
from tests.inbox.conftest import Posted, reply_to, write
from tickets import correspondence

pytestmark = pytest.mark.urls("tests.inbox.hooks_urls")

OURS = "fiscal@prazo.example"
ANA = "ana@serraazul.example"


@pytest.fixture
def mailbox(queue: Any) -> Mailbox:
    return Mailbox.objects.create(name="Fiscal", address=OURS, queue=queue, door=Door.PUSHED)


def mailgun(**fields: str) -> dict[str, str]:
    """A form as Mailgun signs it."""
    stamp, token = str(int(clock.now().timestamp())), "t" * 50
    signature = hmac.new(b"chave", f"{stamp}{token}".encode(), hashlib.sha256).hexdigest()
    return {
        "timestamp": stamp,
        "token": token,
        "signature": signature,
        "sender": ANA,
        "recipient": OURS,
        **fields,
    }


def one_mail() -> tuple[Mailbox | None, str, str, list[str]]:
    """Of the only one: its mailbox, who wrote it, its text, and its files."""
    mail = InboundMail.objects.get()
    content = receive(bytes(mail.raw), mailbox=mail.mailbox).content
    files = [each.name for each in content.parsed.attachments]
    return mail.mailbox, mail.from_address, content.written.text, files


def test_mailgun_raw(post: Posted, mailbox: Mailbox) -> None:
    raw = write("Ação.", files=[("log.txt", "text/plain", b"linha")])

    answer = post("mailgun/inbound_mime", data=mailgun(**{"body-mime": raw.decode()}))

    assert answer.status_code == 200
    stamp = f"Return-Path: <{ANA}>\r\nDelivered-To: {OURS}\r\n".encode()
    assert bytes(InboundMail.objects.get().raw) == stamp + raw
    assert one_mail() == (mailbox, ANA, "Ação.", ["log.txt"])


def test_what_no_library_can_read_is_kept_as_it_came(post: Posted, mailbox: Mailbox) -> None:
    raw = 'From: "<\r\nTo: =?x?b?\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n\xe9--b\0'

    answer = post("mailgun/inbound_mime", data=mailgun(**{"body-mime": raw}))

    assert answer.status_code == 200
    assert bytes(InboundMail.objects.get().raw).endswith(raw.encode())


def test_mailgun_parsed(post: Posted, mailbox: Mailbox) -> None:
    headers = [["From", f"Ana <{ANA}>"], ["To", OURS], ["Subject", "Olá"], ["Message-Id", "<1@x>"]]
    form = mailgun(
        **{
            "message-headers": json.dumps(headers),
            "body-plain": "Ação.",
            "attachment-count": "1",
        }
    )

    answer = post(
        "mailgun/inbound",
        data=form,
        files={"attachment-1": ("nota fiscal.txt", b"linha", "text/plain")},
    )

    assert answer.status_code == 200
    assert one_mail() == (mailbox, ANA, "Ação.", ["nota fiscal.txt"])


@pytest.mark.filterwarnings("ignore:django-anymail has dropped official support for SendGrid")
def test_sendgrid_raw(post: Posted, mailbox: Mailbox) -> None:
    raw = write("Ação.", to="outra@lista.example")
    form = {
        "email": raw.decode(),
        "envelope": json.dumps({"to": [OURS], "from": ANA}),
        "charsets": "{}",
    }

    assert (
        post("sendgrid/inbound", files={k: (None, v) for k, v in form.items()}).status_code == 200
    )

    assert one_mail() == (mailbox, ANA, "Ação.", [])


def test_postmark_raw_and_parsed(post: Posted, mailbox: Mailbox) -> None:
    event = {
        "FromFull": {"Email": ANA, "Name": "Ana"},
        "ToFull": [{"Email": OURS, "Name": ""}],
        "Subject": "Olá",
        "MessageID": "um-uuid",
        "OriginalRecipient": OURS,
        "Headers": [
            {"Name": "Return-Path", "Value": f"<{ANA}>"},
            {"Name": "Message-ID", "Value": "<parsed@x.example>"},
        ],
        "TextBody": "Ação.",
        "Attachments": [
            {"Name": "log.txt", "ContentType": "text/plain", "Content": "bGluaGE=", "ContentID": ""}
        ],
    }

    raw = write("Ação.", message_id="<raw@x.example>")
    answers = [
        post("postmark/inbound", json=event).status_code,
        post("postmark/inbound", json={**event, "RawEmail": raw.decode()}).status_code,
    ]

    assert answers == [200, 200]
    found = InboundMail.objects.order_by("pk").values_list("message_id", "from_address", "mailbox")
    assert list(found) == [
        ("<parsed@x.example>", ANA, mailbox.pk),
        ("<raw@x.example>", ANA, mailbox.pk),
    ]


def test_brevo_with_a_file_that_it_keeps(
    post: Posted, mailbox: Mailbox, settings: Any, brevo: str
) -> None:
    settings.ANYMAIL = {"BREVO_API_KEY": "chave", "BREVO_API_URL": brevo}
    item = {
        "Uuid": ["um-uuid"],
        "Headers": {
            "From": f"Ana <{ANA}>",
            "To": OURS,
            "Subject": "Olá",
            "Message-ID": "<1@x.example>",
            "Delivered-To": OURS,
        },
        "RawTextBody": "Ação.",
        "RawHtmlBody": "",
        "Attachments": [
            {
                "Name": "log.txt",
                "ContentType": "text/plain",
                "DownloadToken": "t",
                "ContentID": None,
            }
        ],
    }

    assert post("brevo/inbound", json={"items": [item]}).status_code == 200

    assert one_mail() == (mailbox, ANA, "Ação.", ["log.txt"])


@pytest.fixture
def brevo() -> Iterator[str]:
    """Brevo's API, as far as files go."""

    class Api(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.headers["api-key"] == "chave" else 401)
            self.send_header("Content-Type", "text/plain")
            self.end_headers()
            self.wfile.write(b"linha")

        def log_message(self, *_: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Api)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/v3/"
    server.shutdown()
    server.server_close()


def test_sparkpost_in_base64(post: Posted, mailbox: Mailbox) -> None:
    raw = write("Ação.")
    relayed = {
        "protocol": "smtp",
        "rcpt_to": OURS,
        "msg_from": ANA,
        "friendly_from": ANA,
        "content": {
            "email_rfc822": base64.b64encode(raw).decode(),
            "email_rfc822_is_base64": True,
        },
    }

    answer = post("sparkpost/inbound", json=[{"msys": {"relay_message": relayed}}])

    assert answer.status_code == 200
    assert bytes(InboundMail.objects.get().raw).endswith(raw)
    assert one_mail() == (mailbox, ANA, "Ação.", [])


def test_what_anymail_breaks_on_is_kept_for_a_person(post: Posted, mailbox: Mailbox) -> None:
    headers = [["From", "<\\=?utf-8?q?=C3?=@"], ["To", "["], ["Subject", "a\nb"]]
    form = mailgun(**{"message-headers": json.dumps(headers), "body-plain": "Ação."})

    known = post("mailgun/inbound", data=form).status_code
    stranger = post("mailgun/inbound", secret="", data=form).status_code

    tasks.place()
    mail = InboundMail.objects.get()
    assert (known, stranger, mail.outcome) == (200, 400, "quarantined")
    assert b"body-plain=A%C3%A7%C3%A3o." in bytes(mail.raw)


def test_delivered_again_it_is_the_same_mail(post: Posted, mailbox: Mailbox) -> None:
    for _ in range(3):
        post("mailgun/inbound_mime", data=mailgun(**{"body-mime": write().decode()}))

    assert InboundMail.objects.count() == 1


def test_a_reply_goes_to_the_mailbox_of_its_tickets_queue(
    post: Posted, mailbox: Mailbox, ticket: Any
) -> None:
    address = correspondence.reply_address(ticket.number)
    form = mailgun(**{"body-mime": reply_to(ticket).decode(), "recipient": address})

    post("mailgun/inbound_mime", data=form)

    mail = InboundMail.objects.get()
    assert (mail.mailbox, mail.about) == (mailbox, ticket)


@pytest.mark.parametrize("is_active", [True, False])
def test_what_is_for_nobody_is_kept_for_a_person_to_decide(
    post: Posted, mailbox: Mailbox, is_active: bool
) -> None:
    Mailbox.objects.update(is_active=is_active)
    recipient = "ninguem@prazo.example" if is_active else OURS
    raw = write(to="ninguem@prazo.example").decode()

    answer = post("mailgun/inbound_mime", data=mailgun(recipient=recipient, **{"body-mime": raw}))

    assert (answer.status_code, InboundMail.objects.get().mailbox) == (200, None)


@pytest.mark.parametrize("secret", ["", "provedor:errado"])
def test_without_the_secret_nothing_is_taken(
    post: Posted, mailbox: Mailbox, secret: str, caplog: Any
) -> None:
    form = mailgun(**{"body-mime": write().decode()})

    answer = post("mailgun/inbound_mime", secret=secret, data=form)

    assert (answer.status_code, InboundMail.objects.count()) == (400, 0)


def test_only_who_brings_the_secret_may_send_a_large_body(post: Posted, mailbox: Mailbox) -> None:
    raw = write("x" * 70 + "\r\n", files=[("a.bin", "application/octet-stream", b"x" * 2**22)])
    form = mailgun(**{"body-mime": raw.decode()})

    strangers = post("mailgun/inbound_mime", secret="provedor:errado", data=form).status_code
    known = post("mailgun/inbound_mime", data=form).status_code

    assert (strangers, known) == (413, 200)
    assert len(message_from_bytes(bytes(InboundMail.objects.get().raw)).get_payload()) == 2


@pytest.mark.urls("helpdesk.urls")
def test_without_a_secret_there_are_no_such_pages(client: Any, db: None) -> None:
    with pytest.raises(NoReverseMatch):
        reverse("anymail:mailgun_inbound_webhook")

    assert client.post("/hooks/email/mailgun/inbound/").status_code == 404
