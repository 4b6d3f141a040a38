"""`/caixa/`, the demo's mailbox: letters as they were sent, answered by real messages."""

import mailbox
from collections.abc import Callable
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from interfaces.inbox.models import InboundMail, Outcome
from outbox import letters
from outbox.models import Delivery
from tests.cast import by
from tests.inbox.conftest import write
from tickets import actions
from tickets.lifecycle import Status

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.inbox.urls")]

KEY = "6f1c9d3e-2f3e-4e57-9d53-0f6b5a1c2d3e"


@pytest.fixture
def box(settings: Any, tmp_path: Path) -> mailbox.Maildir:
    """The demo's Maildir, empty."""
    settings.DEMO = True
    settings.DATA_DIR = tmp_path
    return mailbox.Maildir(tmp_path / "caixa", create=True)


@pytest.fixture
def asked(box: mailbox.Maildir, ticket: Any, elisa: Any, use_followers: Callable[..., None]) -> str:
    """The letter by which Elisa asked Ana for the version, as it was really sent; its key."""
    use_followers("notifications.followers.follow")
    actions.request_information(ticket, by=by(elisa, "2026-11-13T10:00"), body="Qual versão?")
    delivery = Delivery.objects.get(to_address="ana@serraazul.example")
    return str(box.add(letters.write(delivery).message().as_bytes()))


def sent(key: str) -> Any:
    """The message that the box wrote."""
    return message_from_bytes(bytes(InboundMail.objects.get().raw), policy=policy.default)


# Every address that takes a key, by the name of its URL (tests/architecture). In the demo they are
# everybody's; elsewhere nobody's.
ENDPOINTS = ["letter", "html", "original", "file", "answers"]


@pytest.mark.parametrize("method", ["get", "post"])
def test_R1_outside_the_demo_there_is_no_mailbox(
    client: Client, asked: str, settings: Any, method: str
) -> None:
    settings.DEMO = False
    urls = {name: reverse(f"inbox:{name}", kwargs=_names(name, asked)) for name in ENDPOINTS}

    codes = {name: getattr(client, method)(url).status_code for name, url in urls.items()}

    refused = {"answers": 405} if method == "get" else dict.fromkeys(set(urls) - {"answers"}, 405)
    assert codes == dict.fromkeys(ENDPOINTS, 404) | refused
    assert client.get(reverse("inbox:mailbox")).status_code == 404


def _names(name: str, key: str) -> dict[str, Any]:
    return {"key": key} | ({"index": 0} if name == "file" else {})


def test_letters_are_listed_newest_first_in_pages(client: Client, box: mailbox.Maildir) -> None:
    for n in range(21):
        box.add(f"Subject: carta {n}\nTo: Ana <ana@x.example>\n\noi".encode())

    pages = [client.get(reverse("inbox:mailbox"), {"pagina": n}) for n in (1, 2, 3)]

    listed = [[each.parsed.subject for each in page.context["letters"]] for page in pages]
    assert listed == [[f"carta {n}" for n in range(20, 0, -1)], ["carta 0"], []]


def test_a_mailbox_that_got_nothing_yet_is_empty(
    client: Client, settings: Any, tmp_path: Path
) -> None:
    settings.DEMO = True
    settings.DATA_DIR = tmp_path

    answer = client.get(reverse("inbox:mailbox"))

    assert (answer.status_code, answer.context["count"]) == (200, 0)


@pytest.mark.parametrize("key", ["nenhuma", "..", "%2e%2e%2fclock.json"])
def test_an_unknown_letter_is_not_found(client: Client, box: mailbox.Maildir, key: str) -> None:
    assert client.get(f"/caixa/{key}/").status_code == 404


def test_a_letter_is_shown_as_it_was_sent(client: Client, asked: str, box: mailbox.Maildir) -> None:
    url = reverse("inbox:letter", args=[asked])

    text = client.get(url, {"ver": "texto"}).content.decode()
    headers = client.get(url, {"ver": "cabecalhos"}).content.decode()
    original = client.get(reverse("inbox:original", args=[asked]))

    assert "Qual versão?" in text
    assert "Auto-Submitted: auto-generated" in headers
    assert b"".join(original.streaming_content) == box.get_bytes(asked)


def test_its_html_runs_nothing_and_is_framed_by_its_page_alone(client: Client, asked: str) -> None:
    page = client.get(reverse("inbox:letter", args=[asked]))
    frame = client.get(reverse("inbox:html", args=[asked]))

    assert f'src="{reverse("inbox:html", args=[asked])}"' in page.content.decode()
    assert frame["X-Frame-Options"] == "SAMEORIGIN"
    assert frame["Content-Security-Policy"] == (
        "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; "
        "style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"
    )


def test_answered_it_is_a_real_message_and_lands_in_the_ticket(
    client: Client, asked: str, ticket: Any, box: mailbox.Maildir
) -> None:
    letter = message_from_bytes(box.get_bytes(asked), policy=policy.default)
    subject = " ".join(letter["Subject"].split())

    answer = client.post(
        reverse("inbox:answers", args=[asked]),
        {
            "body": "Versão 12.1.33.",
            "request_key": KEY,
            "uploads": [SimpleUploadedFile("log.txt", b"linha")],
        },
        follow=True,
    )

    ticket.refresh_from_db()
    message, written = ticket.messages.last(), sent(asked)
    assert ticket.status == Status.OPEN
    assert (message.author.name, message.channel, message.body_text) == (
        "Ana Nogueira",
        "email",
        "Versão 12.1.33.",
    )
    assert [each.name for each in message.attachments.all()] == ["log.txt"]
    assert (str(written["From"]), str(written["To"]), str(written["Subject"])) == (
        "Ana Nogueira <ana@serraazul.example>",
        str(letter["Reply-To"]),
        f"Re: {subject}",
    )
    assert written["In-Reply-To"] == letter["Message-ID"]
    assert written["References"].split() == [
        *letter["References"].split(),
        letter["Message-ID"],
    ]
    shown = answer.content.decode()
    assert f'<a href="/tickets/{ticket.number}/">' in shown
    assert "A resposta entrou no ticket" in shown


def test_L12_the_same_form_sent_twice_is_one_answer(
    client: Client, asked: str, ticket: Any
) -> None:
    for _ in range(2):
        client.post(
            reverse("inbox:answers", args=[asked]), {"body": "Versão 12.", "request_key": KEY}
        )

    assert (InboundMail.objects.count(), ticket.messages.count()) == (1, 3)


def test_an_answer_that_nobody_may_write_says_so(
    client: Client, asked: str, ticket: Any, ana: Any
) -> None:
    ana.memberships.update(is_active=False)

    answer = client.post(
        reverse("inbox:answers", args=[asked]), {"body": "Versão 12."}, follow=True
    )

    assert InboundMail.objects.get().outcome == Outcome.QUARANTINED
    assert "O remetente não participa deste ticket." in answer.content.decode()


def test_an_empty_answer_is_not_sent(client: Client, asked: str) -> None:
    answer = client.post(reverse("inbox:answers", args=[asked]), {"body": "  "})

    assert (answer.status_code, InboundMail.objects.count()) == (422, 0)
    assert answer.context["form"].errors == {"body": ["Escreva a resposta antes de enviar."]}


def test_its_files_are_only_downloaded(client: Client, box: mailbox.Maildir) -> None:
    key = str(box.add(write(files=[("tela.svg", "image/svg+xml", b"<svg/>")])))

    answer = client.get(reverse("inbox:file", args=[key, 0]))
    missing = client.get(reverse("inbox:file", args=[key, 1]))

    assert (answer.status_code, missing.status_code) == (200, 404)
    assert answer["Content-Disposition"] == 'attachment; filename="tela.svg"'
    assert b"".join(answer.streaming_content) == b"<svg/>"
