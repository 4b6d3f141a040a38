"""interfaces/inbox/bounces.py: of whom, of which letter and how for good, in every form (L5)."""

import pytest

from interfaces.inbox import mime
from interfaces.inbox.bounces import Bounce, read
from tests.inbox.conftest import write
from tests.inbox.world import CORPUS

ANA = "ana@serraazul.example"
LETTER = "<c0ffee01@prazo.example>"


def of(name: str) -> tuple[str, str, str, bool, str] | None:
    raw = (CORPUS / f"bounce_{name}.eml").read_bytes().replace(b"{{letter_id}}", LETTER.encode())
    found = read(mime.parse(raw), raw)
    return found and (
        found.final_recipient,
        found.original_message_id,
        found.status,
        found.is_permanent,
        found.action,
    )


@pytest.mark.parametrize(
    ("name", "letter", "status"),
    [
        ("postfix", LETTER, "5.1.1"),
        ("exim", LETTER, "5.0.0"),
        ("exim_old_plain", LETTER, "5.1.1"),
        ("exchange_365_pt", LETTER, "5.1.10"),
        ("gmail", LETTER, "5.1.1"),
        ("ses", LETTER, "5.1.1"),
        ("qmail", LETTER, "5.1.1"),
        ("qmail_pt_locaweb", LETTER, "5.1.1"),
    ],
)
def test_for_good(name: str, letter: str, status: str) -> None:
    assert of(name) == (ANA, letter, status, True, "failed")


@pytest.mark.parametrize(
    ("name", "letter", "status"),
    [
        ("postfix_delayed", LETTER, "4.4.1"),
        ("exchange_delay_pt", LETTER, "4.4.7"),
        ("exim_warning", "", "4.0.0"),
    ],
)
def test_for_the_time_being(name: str, letter: str, status: str) -> None:
    assert of(name) == (ANA, letter, status, False, "delayed")


def test_a_letter_given_up_says_nothing_for_good_of_the_address() -> None:
    assert of("postfix_expired") == (ANA, LETTER, "4.4.7", False, "failed")
    assert of("uol_mailbox_full") == (ANA, LETTER, "5.2.2", False, "failed")


def test_what_cannot_be_read_and_good_news_are_no_bounce_of_a_letter() -> None:
    assert of("success_notice") is None
    assert of("talked_about_by_a_person") is None


@pytest.mark.parametrize(
    "headers",
    [
        {"Return_Path": "<>", "Auto_Submitted": "auto-replied"},
        {"Return_Path": "<>", "subject": "Ausência"},
        {"sender": "Ana <postmaster@serraazul.example>"},
        {"sender": "Ana <bounces@serraazul.example>"},
    ],
)
def test_L5_absence_notes_and_postmasters_bounce_nothing(headers: dict[str, str]) -> None:
    raw = write("Sua mensagem não foi entregue a ninguém: volto em 30/11.", **headers)

    assert read(mime.parse(raw), raw) is None


def test_the_words_of_the_server_are_told() -> None:
    raw = (CORPUS / "bounce_gmail.eml").read_bytes()

    found = read(mime.parse(raw), raw)

    assert isinstance(found, Bounce)
    assert found.diagnostic == (
        "smtp; 550-5.1.1 The email account that you tried to reach does not exist. "
        "550 5.1.1 https://support.google.com/mail/?p=NoSuchUser"
    )
