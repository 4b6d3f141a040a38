"""interfaces/inbox/masking.py: a letter given on as a file no longer acts (R1, L8)."""

from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common import links
from interfaces.inbox import masking, mime
from interfaces.inbox.mime import Attached
from interfaces.inbox.reception import receive
from tests.cast import at
from tests.inbox.conftest import reply_to
from tests.inbox.world import FILES

TOKEN = links.sign("act", "confirm:1024:7:3")
LINK = f"https://prazo.example/carta/{TOKEN}/"
SHOWN = "https://prazo.example/carta/.../"


def letter(encoding: str = "7bit") -> EmailMessage:
    """One of ours, as a mail server may have encoded it."""
    mail = EmailMessage()
    mail["Subject"] = "[1024] Solução proposta"
    mail["List-Unsubscribe"] = f"<{LINK}>"
    mail.set_content(f"Confirme: {LINK}\n", cte=encoding)
    mail.add_alternative(f'<p><a href="{LINK}">Confirmar</a></p>', subtype="html", cte=encoding)
    mail.add_attachment(b"\x00\x01", maintype="application", subtype="x-any", filename="a.bin")
    return mail


LETTER = letter("base64").as_bytes()


def holding(inner: EmailMessage) -> EmailMessage:
    outer = EmailMessage()
    outer["Subject"] = "Enc: Solução"
    outer.set_content("Segue.")
    outer.add_attachment(inner)
    return outer


@pytest.mark.parametrize("encoding", ["7bit", "base64", "quoted-printable"])
@pytest.mark.parametrize("is_nested", [False, True])
def test_L8_a_letter_is_masked_however_it_is_encoded(encoding: str, is_nested: bool) -> None:
    mail = holding(letter(encoding)) if is_nested else letter(encoding)

    parsed = mime.parse(masking.mail(mail.as_bytes()))

    said = parsed.inside[0] if is_nested else parsed
    assert said.plain.strip() == f"Confirme: {SHOWN}"
    assert said.html.strip() == f'<p><a href="{SHOWN}">Confirmar</a></p>'
    assert said.header("list-unsubscribe") == f"<{SHOWN}>"
    assert [each.content for each in said.attachments] == [b"\x00\x01"]


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("carta.txt", f"Ação: {LINK}".encode(), f"Ação: {SHOWN}".encode()),
        ("carta.html", f'<a href="{LINK}">'.encode("cp1252"), f'<a href="{SHOWN}">'.encode()),
        (
            "nota.txt",
            f"É {LINK}".encode("utf-16"),
            "É https://prazo.example/carta/…/".encode("utf-16"),
        ),
        ("foto.png", b"\x89PNG\0" + LINK.encode(), b"\x89PNG\0" + LINK.encode()),
        ("carta.EML", LETTER, masking.mail(LETTER)),
    ],
)
def test_L8_texts_are_masked_and_nothing_else(name: str, content: bytes, expected: bytes) -> None:
    file = Attached(name, "application/octet-stream", content)

    assert masking.masked(file) == Attached(name, file.content_type, expected)


def test_a_mail_without_our_links_stays_byte_for_byte() -> None:
    changed = [file.name for file in FILES if masking.mail(file.read_bytes()) != file.read_bytes()]

    assert changed == []


@given(st.binary())
def test_whatever_comes_is_given_on(raw: bytes) -> None:
    assert masking.mail(raw) == raw


@pytest.mark.django_db
def test_L8_the_files_of_a_ticket_hold_no_link_of_a_letter(ticket: Any) -> None:
    raw = reply_to(
        ticket,
        "Segue a carta.",
        files=[
            ("carta.eml", "application/octet-stream", LETTER),
            ("carta.txt", "text/plain", LINK.encode()),
        ],
    )

    published = receive(raw, at=at("2026-11-16T10:00")).mail.published

    assert published is not None
    kept = {each.name: each.file.read() for each in published.attachments.all()}
    assert kept == {
        "carta.eml": masking.mail(LETTER),
        "carta.txt": SHOWN.encode(),
    }
