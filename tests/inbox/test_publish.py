"""interfaces/inbox/publish.py: a mail becomes a message or a ticket, whole and harmless (C3)."""

import base64
from collections.abc import Callable
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Membership, OrganizationDomain
from interfaces.inbox import place, publish
from interfaces.inbox.content import Content
from interfaces.inbox.models import InboundMail, Mailbox, Outcome
from interfaces.inbox.reception import receive
from outbox import letters
from outbox.models import Delivery
from tests.cast import at, by, make_person
from tests.inbox.conftest import reply_to, write
from tickets import actions, correspondence
from tickets.lifecycle import DiscardReason
from tickets.models import Attachment, Channel, Message, Severity, Ticket, TicketEvent

pytestmark = pytest.mark.django_db

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBgAAAABQABpfZFQAAAAABJRU5ErkJg"
    "gg=="
)


def settled(raw: bytes, when: str = "2026-11-16T10:00", **more: Any) -> InboundMail:
    return receive(raw, at=at(when), **more).mail


# --- A new ticket -------------------------------------------------------------------------------


def test_C3_a_mail_that_names_no_ticket_opens_one(
    mailbox: Any, ana: Any, organization: Any, queue: Any, product: Any
) -> None:
    mail = settled(write("Parou hoje.", subject="Sistema parado"), mailbox=mailbox)

    opened = Ticket.objects.get()
    event = TicketEvent.objects.get()
    assert (mail.outcome, mail.ticket, mail.about) == (Outcome.OPENED, opened, None)
    assert (
        opened.title,
        opened.requester,
        opened.organization,
        opened.queue,
        opened.product,
        opened.severity,
        opened.channel,
        opened.opened_at,
    ) == (
        "Sistema parado",
        ana,
        organization,
        queue,
        product,
        Severity.MEDIUM,
        Channel.EMAIL,
        at("2026-11-16T10:00"),
    )
    assert (event.message, event.message.body_text) == (mail.published, "Parou hoje.")


def test_R3_the_queue_of_the_mailbox_goes_before_that_of_the_product(
    mailbox: Any, ana: Any, calendar_sp: Any
) -> None:
    from tests.cast import make_queue

    other = make_queue("Folha", calendar_sp)
    Mailbox.objects.update(queue=other)

    settled(write(subject="Sistema parado"), mailbox=Mailbox.objects.get())

    assert Ticket.objects.get().queue == other


@pytest.mark.parametrize(
    ("subject", "body", "title"),
    [
        ("Sistema parado", "Oi.", "Sistema parado"),
        ("RE: Re: ENC: Fwd: res: Sistema parado", "Oi.", "Sistema parado"),
        ("Re[2]: RV: AW: Sistema parado", "Oi.", "Sistema parado"),
        ("Resumo: parado", "Oi.", "Resumo: parado"),
        ("Reunião: parado", "Oi.", "Reunião: parado"),
        ("", "Parou tudo.\n\nDesde ontem.", "Parou tudo."),
        ("Re:", "Parou tudo.", "Parou tudo."),
        ("", "palavra " * 30, f"{'palavra ' * 9}palavra…"),
        ("Título " * 60, "Oi.", None),
    ],
)
def test_the_title_is_the_subject_or_the_first_words(
    subject: str, body: str, title: str | None
) -> None:
    made = publish.title(Content(write(body, subject=subject)))

    assert made == title if title else (len(made) <= 200 and made.startswith("Título Título"))


def test_without_subject_and_words_it_says_so(mailbox: Any, ana: Any) -> None:
    settled(write("\n", subject="", files=[("log.txt", "text/plain", b"linha")]), mailbox=mailbox)

    opened = Ticket.objects.get()
    assert (opened.title, opened.messages.get().body_text) == ("(sem assunto)", "")


def test_where_only_the_subject_speaks_it_is_the_text(mailbox: Any, ana: Any) -> None:
    settled(write("\n", subject="Sistema parado, ligar para a Ana"), mailbox=mailbox)

    opened = Ticket.objects.get()
    assert opened.messages.get().body_text == opened.title == "Sistema parado, ligar para a Ana"


@pytest.mark.parametrize("missing", ["mailbox", "product"])
def test_without_a_mailbox_or_its_product_it_waits(mailbox: Any, ana: Any, missing: str) -> None:
    Mailbox.objects.update(product=None)
    box = Mailbox.objects.get() if missing == "product" else None

    mail = settled(write(subject="Sistema parado"), mailbox=box)

    assert (mail.outcome, Ticket.objects.count()) == (Outcome.QUARANTINED, 0)


def test_R2_of_several_customers_the_one_that_has_the_senders_domain(
    mailbox: Any, ana: Any, organization: Any, other_organization: Any
) -> None:
    Membership.objects.create(user=ana, organization=other_organization)

    unknown = settled(write(subject="Um"), mailbox=mailbox)
    OrganizationDomain.objects.create(organization=other_organization, domain="serraazul.example")
    known = settled(write(subject="Dois", message_id="<2@x.example>"), mailbox=mailbox)

    assert (unknown.outcome, unknown.why) == (
        Outcome.QUARANTINED,
        "O remetente pertence a várias empresas.",
    )
    assert known.ticket is not None
    assert known.ticket.organization == other_organization


def test_R1_somebody_of_no_customer_opens_nothing(mailbox: Any, ana: Any) -> None:
    Membership.objects.update(is_active=False)

    mail = settled(write(subject="Parado"), mailbox=mailbox)

    assert (mail.outcome, mail.why) == (
        Outcome.QUARANTINED,
        "O remetente não pertence a nenhuma empresa ativa.",
    )
    assert place.suggested(mail).organization is None


def test_R1_those_copied_who_belong_to_the_customer_watch(
    mailbox: Any, ana: Any, bruno: Any, carla: Any, davi: Any, elisa: Any
) -> None:
    carla.is_active = False
    carla.save()
    copied = (
        "BRUNO@serraazul.example, Davi <davi@maremansa.example>, elisa@prazo.example, "
        "carla@serraazul.example, ana@serraazul.example, ninguem@serraazul.example"
    )

    settled(write(subject="Parado", Cc=copied), mailbox=mailbox)

    assert [each.user for each in Ticket.objects.get().watchers.all()] == [bruno]


def test_R1_guests_are_no_colleagues_though_one_copies_another(mailbox: Any, guests: Any) -> None:
    iara = make_person("Iara", "iara@fora.example", guests)
    make_person("Joel", "joel@fora.example", guests)

    settled(write(subject="Parado", sender=iara.email, Cc="joel@fora.example"), mailbox=mailbox)

    assert Ticket.objects.get().requester == iara
    assert Ticket.objects.get().watchers.count() == 0


def test_R1_a_copy_of_a_reply_lets_nobody_new_in(ticket: Any, bruno: Any) -> None:
    settled(reply_to(ticket, Cc="bruno@serraazul.example"))

    assert ticket.watchers.count() == 0


def test_what_was_there_before_us_opens_and_writes_to_nobody(
    mailbox: Any, ana: Any, bruno: Any, use_followers: Callable[..., None]
) -> None:
    use_followers("surveys.followers.follow", "notifications.followers.follow")
    files = [("virus.exe", "application/octet-stream", b"MZ\x90\x00")]

    settled(
        write(subject="Parado", Cc="bruno@serraazul.example", files=files),
        mailbox=mailbox,
        quiet=True,
    )

    assert (Ticket.objects.count(), Delivery.objects.count()) == (1, 0)


# --- Images -------------------------------------------------------------------------------------


def with_image(ticket: Any, html: str, content: bytes = PNG, kind: str = "png") -> bytes:
    """A mail whose HTML shows the image `tela@serra`."""
    message = EmailMessage(policy=SMTP)
    message["From"] = "ana@serraazul.example"
    message["To"] = correspondence.reply_address(ticket.number)
    message["Subject"] = "Re: NF-e"
    message["Message-ID"] = "<img@serraazul.example>"
    message.set_content("Veja a tela.")
    message.add_alternative(html, subtype="html")
    message.get_payload()[1].add_related(  # type: ignore[union-attr, index]
        content, "image", kind, cid="<tela@serra>", filename=f"tela.{kind}"
    )
    return message.as_bytes()


def test_an_image_in_the_text_points_to_the_stored_file(ticket: Any) -> None:
    mail = settled(
        with_image(ticket, '<p>Veja a tela.</p><img src="cid:tela@serra" onerror="x"><p>Fim.</p>')
    )

    said = Message.objects.get(pk=mail.published_id)
    file = said.attachments.get()
    url = reverse("web:file", args=[file.key])
    assert (file.name, file.content_type, file.safe_inline) == ("tela.png", "image/png", True)
    assert f'<img src="{url}" alt="tela.png">' in said.body_html
    assert "onerror" not in said.body_html


def test_of_images_from_elsewhere_or_of_unsafe_kinds_nothing_is_loaded(ticket: Any) -> None:
    html = '<p>Veja.</p><img src="https://espiao.example/p.gif"><img src="cid:tela@serra">'

    mail = settled(with_image(ticket, html, b"<svg onload='alert(1)'/>", "svg"))

    said = Message.objects.get(pk=mail.published_id)
    assert "<img" not in said.body_html
    assert [each.name for each in said.attachments.all()] == ["tela.svg"]


# --- Refused files ------------------------------------------------------------------------------

VIRUS = ("virus.exe", "application/octet-stream", b"MZ\x90\x00")
REFUSED = (
    "Arquivo recusado: “virus.exe” é um programa ou script, e programas não são aceitos. "
    "Se ele for necessário para reproduzir o problema, envie-o em um arquivo .zip."
)


def test_a_refused_file_is_named_in_the_text_and_its_html(ticket: Any) -> None:
    mail = settled(reply_to(ticket, "Segue.", files=[VIRUS]))

    said = Message.objects.get(pk=mail.published_id)
    assert said.body_text == f"Segue.\n\n{REFUSED}"
    assert said.body_html == f"<p>Segue.</p><p>{REFUSED}</p>"


# --- Hard texts ---------------------------------------------------------------------------------

LONG = "linha muito longa " * 600
BIDI = "Sistema \u202eodarap"
HARD = [
    pytest.param("Assunto\r\nBcc: x@x.example", id="crlf"),
    pytest.param("<script>alert(1)</script><b>Oi</b>", id="html"),
    pytest.param(BIDI, id="bidi"),
    pytest.param(LONG, id="10,000"),
    pytest.param("a\x00b\x1b[31m\u2028c\ud83d", id="controls"),
    pytest.param("[1] {{ title }} %(name)s", id="templates"),
]


def encoded(text: str) -> str:
    """As an encoded word, which may hold any character."""
    raw = text.encode("utf-8", "surrogatepass")
    return f"=?utf-8?b?{base64.b64encode(raw).decode()}?="


def hard_mail(hard: str, to: str, number: int = 1) -> bytes:
    """One with `hard` for its subject, its sender's name, its text and its file's name."""
    word = encoded(hard)
    body = hard.replace("\r\n", " ").encode("utf-8", "replace")
    return (
        f"From: {word} <ana@serraazul.example>\r\nTo: {to}\r\nSubject: {word}\r\n"
        f"Message-ID: <hard{number}@serraazul.example>\r\nMIME-Version: 1.0\r\n"
        "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
        "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        f"{base64.b64encode(body).decode()}\r\n--b\r\n"
        f'Content-Type: text/plain\r\nContent-Disposition: attachment; filename="{word}"\r\n\r\n'
        "conteúdo\r\n--b--\r\n"
    ).encode()


@pytest.mark.parametrize("hard", HARD)
def test_hard_texts_are_shown_harmless_and_stored_whole(
    hard: str,
    mailbox: Any,
    ana: Any,
    bruno: Any,
    use_followers: Callable[..., None],
    client: Any,
) -> None:
    use_followers("notifications.followers.follow")
    raw = hard_mail(hard, "suporte-fiscal@prazo.example")

    mail = settled(raw, mailbox=mailbox)

    assert bytes(InboundMail.objects.get(pk=mail.pk).raw) == raw
    opened, file = Ticket.objects.get(), Attachment.objects.get()
    said = opened.messages.get()
    for line in (opened.title, file.name, mail.subject):
        assert "\n" not in line
        assert "\u202e" not in line
        assert line.isprintable()
    assert (len(opened.title) <= 200, len(file.name) <= 200) == (True, True)
    assert "<script" not in said.body_html
    assert said.body_text.split() == (
        hard.replace("\r\n", " ")
        .encode("utf-8", "replace")
        .decode()
        .replace("\x00", "")
        .replace("\x1b", "")
        .split()
    )
    client.force_login(ana)
    page = client.get(f"/tickets/{opened.number}/").content.decode()
    assert "<script>alert(1)" not in page
    for delivery in Delivery.objects.all():
        head = letters.write(delivery).message().as_bytes().partition(b"\n\n")[0]
        assert b"\nBcc:" not in head
        assert b"\x00" not in head


# --- How much it asks of the database -----------------------------------------------------------


@pytest.fixture
def everybody_follows(use_followers: Callable[..., None], settings: Any) -> None:
    use_followers("surveys.followers.follow", "notifications.followers.follow")


def statements(raw: bytes, **more: Any) -> int:
    with CaptureQueriesContext(connection) as asked:
        mail = settled(raw, **more)
    assert mail.published is not None
    return len(asked)


@pytest.mark.usefixtures("everybody_follows")
def test_a_mail_asks_little_of_the_database(mailbox: Any, ticket: Any, elisa: Any) -> None:
    actions.take(ticket, by=by(elisa, "2026-11-13T09:30", "desk"))

    reply = statements(reply_to(ticket), mailbox=mailbox)
    opening = statements(write(subject="Parado", message_id="<2@x.example>"), mailbox=mailbox)

    assert max(reply, opening) <= 40


def test_L8_nothing_is_left_of_a_mail_to_spam(ticket: Any, elisa: Any, settings: Any) -> None:
    actions.discard(ticket, by=by(elisa, "2026-11-13T12:00"), reason=DiscardReason.SPAM)

    settled(reply_to(ticket, files=[VIRUS, ("log.txt", "text/plain", b"linha")]))

    root: Path = settings.MEDIA_ROOT
    assert [each for each in root.rglob("*") if each.is_file()] == []
    assert Delivery.objects.count() == 0
