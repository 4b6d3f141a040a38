"""interfaces/inbox/trust.py: what our own server found, or a signature, speaks for a sender."""

from typing import Any

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import given
from hypothesis import strategies as st

from interfaces.inbox import mime, trust
from interfaces.inbox.models import Mailbox
from interfaces.inbox.reception import receive
from tests.inbox.conftest import reply_to, vouched, write
from tickets.models import Message, SenderCheck

PASSED, FAILED, UNKNOWN = SenderCheck.PASSED, SenderCheck.FAILED, SenderCheck.UNKNOWN
OURS = Mailbox(authserv_id="mx.prazo.example")


def no_keys(name: bytes, timeout: int = 3) -> bytes | None:
    """DNS in which there is nothing."""
    return None


def found(raw: bytes, box: Mailbox | None = OURS, keys: trust.Keys = no_keys) -> SenderCheck:
    return trust.check(mime.parse(raw), raw, box, keys).check


def with_results(*values: str, sender: str = "ana@serraazul.example") -> bytes:
    """A mail with these Authentication-Results, topmost first."""
    told = "".join(f"Authentication-Results: {value}\r\n" for value in values)
    return told.encode() + write(sender=f"<{sender}>")


@pytest.mark.parametrize(
    ("value", "check"),
    [
        ("mx.prazo.example; dmarc=pass header.from=serraazul.example", PASSED),
        (
            "MX.Prazo.Example 1; dmarc=pass (p=reject) header.from=SerraAzul.example",
            PASSED,
        ),
        ("mx.prazo.example; dmarc=pass", PASSED),
        ("(nota) mx.prazo.example; dmarc=pass header.from=serraazul.example", PASSED),
        ("mx.prazo.example;\r\n\tspf=fail;\r\n dmarc=pass header.from=serraazul.example", PASSED),
        ("mx.prazo.example; dmarc=fail header.from=serraazul.example", FAILED),
        ("mx.prazo.example; dmarc=fail; dkim=pass header.d=serraazul.example", FAILED),
        ("mx.prazo.example; dmarc=pass header.from=outra.example", FAILED),
        ("mx.prazo.example; dmarc=none; dkim=pass header.d=serraazul.example", PASSED),
        ("mx.prazo.example; dkim=pass header.i=@serraazul.example", PASSED),
        ("mx.prazo.example; spf=pass smtp.mailfrom=ana@serraazul.example", PASSED),
        ("mx.prazo.example; dkim=fail header.d=serraazul.example", FAILED),
        ("mx.prazo.example; spf=fail smtp.mailfrom=serraazul.example", FAILED),
        ("mx.prazo.example; spf=softfail smtp.mailfrom=serraazul.example", UNKNOWN),
        ("mx.prazo.example; dkim=pass header.d=outra.example", UNKNOWN),
        ("mx.prazo.example; dkim=pass header.d=x.serraazul.example", UNKNOWN),
        ("mx.prazo.example; dkim=pass header.d=example", UNKNOWN),
        ("mx.prazo.example; spf=pass smtp.mailfrom=azul.example", UNKNOWN),
        ("mx.prazo.example; dmarc=bestguesspass header.from=serraazul.example", UNKNOWN),
        ("mx.prazo.example; dmarc=temperror", UNKNOWN),
        ("mx.prazo.example; none", UNKNOWN),
        ("mx.prazo.example", UNKNOWN),
        ("mx.prazo.example; ;;= dmarc", UNKNOWN),
        ("mx.prazo.example; dmarc=pass (não fecha", UNKNOWN),
        ("mx.outra.example; dmarc=pass header.from=serraazul.example", UNKNOWN),
        ("; dmarc=pass", UNKNOWN),
        ("", UNKNOWN),
        ("=?utf-8?q?mx=2Eprazo=2Eexample;_dmarc=3Dpass?=", UNKNOWN),
    ],
)
def test_what_our_server_found(value: str, check: SenderCheck) -> None:
    assert found(with_results(value)) == check


@pytest.mark.parametrize(
    ("values", "check"),
    [
        (("mx.prazo.example; dmarc=fail", "mx.prazo.example; dmarc=pass"), FAILED),
        (("mx.prazo.example; none", "mx.prazo.example; dmarc=pass"), UNKNOWN),
        (("mx.prazo.example; ???", "mx.prazo.example; dmarc=pass"), UNKNOWN),
        (("mx.outra.example; dmarc=pass", "mx.prazo.example; dmarc=fail"), FAILED),
        (("mx.outra.example; dmarc=fail", "mx.prazo.example; dmarc=pass"), PASSED),
    ],
)
def test_of_several_results_the_topmost_of_our_server(
    values: tuple[str, ...], check: SenderCheck
) -> None:
    assert found(with_results(*values)) == check


@pytest.mark.parametrize("box", [None, Mailbox(authserv_id="")])
def test_where_no_server_is_named_nobodys_results_count(box: Mailbox | None) -> None:
    assert found(with_results("mx.prazo.example; dmarc=pass"), box) == UNKNOWN


def test_results_in_the_text_of_a_mail_are_no_headers() -> None:
    body = "Authentication-Results: mx.prazo.example; dmarc=pass"

    assert found(write(body, sender="<ana@serraazul.example>")) == UNKNOWN


# --- DKIM ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=1024)


@pytest.fixture
def keys(key: rsa.RSAPrivateKey) -> trust.Keys:
    """DNS in which serraazul.example publishes its key."""
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    record = b"v=DKIM1; k=rsa; p=" + b"".join(public.split(b"\n")[1:-2])
    return lambda name, timeout=3: record if name == b"s._domainkey.serraazul.example." else None


def signed(
    raw: bytes, key: rsa.RSAPrivateKey, domain: str = "serraazul.example", **more: Any
) -> bytes:
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    return bytes(dkim.sign(raw, b"s", domain.encode(), private, **more)) + raw


def test_a_signature_of_the_senders_domain(key: rsa.RSAPrivateKey, keys: trust.Keys) -> None:
    raw = signed(write(), key)

    assert found(raw, None, keys) == PASSED
    assert found(b"Received: by mx.prazo.example\r\n" + raw, OURS, keys) == PASSED
    assert found(raw.replace(b"Segue o log.", b"Pague aqui."), None, keys) == FAILED
    assert found(raw.replace(b"ana@", b"bia@"), None, keys) == FAILED


def test_a_part_of_the_domain_is_spoken_for(key: rsa.RSAPrivateKey, keys: trust.Keys) -> None:
    raw = signed(write(sender="<ana@rh.serraazul.example>"), key)

    assert found(raw, None, keys) == PASSED


def test_a_signature_of_another_domain_says_nothing(
    key: rsa.RSAPrivateKey, keys: trust.Keys
) -> None:
    raw = signed(write(sender="<davi@maremansa.example>"), key)

    assert found(raw, None, keys) == UNKNOWN


def test_a_signature_without_a_published_key_is_broken(key: rsa.RSAPrivateKey) -> None:
    assert found(signed(write(), key), None, no_keys) == FAILED


@pytest.mark.parametrize("error", [dkim.DnsTimeoutError, OSError, TimeoutError, RuntimeError])
def test_dns_that_is_away_speaks_against_nobody(
    key: rsa.RSAPrivateKey, error: type[Exception]
) -> None:
    def away(name: bytes, timeout: int = 3) -> bytes | None:
        raise error("away")

    assert found(signed(write(), key), None, away) == UNKNOWN


def test_a_second_from_or_a_part_that_is_not_signed_is_not_trusted(
    key: rsa.RSAPrivateKey, keys: trust.Keys
) -> None:
    two = b"From: carla@serraazul.example\r\n" + signed(write(), key)
    a_part = signed(write(), key, length=True) + b"Pague aqui.\r\n"

    assert (found(two, None, keys), found(a_part, None, keys)) == (UNKNOWN, UNKNOWN)


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_whatever_the_headers_hold_nothing_is_raised(results: bytes, signature: bytes) -> None:
    raw = (
        b"From: ana@serraazul.example\r\nAuthentication-Results: mx.prazo.example;%s\r\n"
        b"DKIM-Signature: d=serraazul.example;%s\r\n\r\n" % (results, signature)
    )

    assert {found(raw), found(raw, None)} <= {PASSED, FAILED, UNKNOWN}


# --- What becomes of it -------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(("result", "check"), [("pass", PASSED), ("fail", FAILED)])
def test_C3_a_message_is_marked_with_what_is_known_of_its_sender(
    ticket: Any, mailbox: Mailbox, result: str, check: SenderCheck
) -> None:
    raw = reply_to(ticket, **vouched("serraazul.example", result))

    mail = receive(raw, mailbox=mailbox).mail

    assert mail.published is not None
    assert (mail.trust, mail.published.sender_check) == (check, check)
    assert Message.objects.get(pk=mail.published.pk).sender_check == check


@pytest.mark.django_db
def test_C3_without_a_word_of_our_server_it_is_marked_as_unknown(ticket: Any) -> None:
    mail = receive(reply_to(ticket)).mail

    assert mail.published is not None
    assert (mail.trust, mail.trust_why, mail.published.sender_check) == (
        UNKNOWN,
        "O e-mail não traz assinatura (DKIM).",
        UNKNOWN,
    )
