"""common/links.py: a token opens one thing, for one purpose, and cannot be made by others."""

import time
from urllib.parse import quote

import pytest
import time_machine
from django.conf import settings as django_settings
from hypothesis import given
from hypothesis import strategies as st

from accounts.access import access_url
from accounts.models import User
from common.links import BadLink, mail_token, masked, read, read_mail_token, sign


def test_S3_a_link_gives_back_its_value_for_its_purpose_only() -> None:
    token = sign("survey", "1024")

    assert read("survey", token) == "1024"
    with pytest.raises(BadLink):
        read("access", token)


def test_a_link_stands_in_an_address_as_it_is() -> None:
    token = sign("survey", "ação/1?a=b&c")

    assert set(token) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_:")
    assert read("survey", token) == "ação/1?a=b&c"


@given(st.text())
def test_a_link_is_masked_whatever_its_value(value: str) -> None:
    address = f"https://prazo.example/pesquisa/{sign('survey', value)}/"

    assert masked(f"Avalie: {address} (1:2:3)") == (
        "Avalie: https://prazo.example/pesquisa/…/ (1:2:3)"
    )


def test_a_link_is_masked_within_a_link() -> None:
    address = f"https://prazo.example/carta/{sign('act', 'confirm:1:2:3')}/"
    rewritten = f"https://filtro.example/?url={quote(address, safe='')}&data=05"

    assert masked(rewritten) == (
        "https://filtro.example/?url=https%3A%2F%2Fprazo.example%2Fcarta%…%2F&data=05"
    )


def test_a_link_is_masked_within_a_link_of_dashes() -> None:
    token = sign("act", "confirm:1:2:3").replace("-", "-2D").replace("_", "_5F")
    rewritten = f"https://filtro.example/v2/url?u=https-3A__x_{token.replace(':', '-3A')}_&d=Dw"

    assert masked(rewritten) == "https://filtro.example/v2/url?u=…&d=Dw"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("https://prazo.example/conta/password/reset/key/", "/"),
        ("https://filtro.example/?u=https%3A%2F%2Fx%2Fconta%2Fpassword%2Freset%2Fkey%2F", "%2F&d="),
        ("https://filtro.example/?u=https%253A%252F%252Fx%252Freset%252Fkey%252F", "%252F&d="),
    ],
)
def test_a_link_that_gives_access_is_masked(before: str, after: str) -> None:
    secret = "3f-d1x2y3-0123456789abcdef0123456789abcdef"

    assert masked(f"Entre: {before}{secret}{after}") == f"Entre: {before}…{after}"


def test_a_link_that_gives_access_is_masked_within_a_link_of_dashes() -> None:
    before = "https://filtro.example/v2/url?u=https-3A__x_conta_password_reset_key_"
    secret = "3f-2Dd1x2y3-2D0123456789abcdef0123456789abcdef"

    assert masked(f"{before}{secret}_&d=Dw") == f"{before}…_&d=Dw"


@pytest.mark.django_db
def test_the_link_of_our_access_letters_is_masked(ana: User) -> None:
    base, path = django_settings.BASE_URL, "/conta/password/reset/key"

    assert masked(f"> {access_url(ana)}") == f"> {base}{path}/…/"


@pytest.mark.parametrize("text", ["reset/key/1-set-password/", "nota-fiscal-" + "0f" * 16])
def test_what_is_no_secret_stays(text: str) -> None:
    assert masked(text) == text


@pytest.mark.parametrize("piece", ["a", "reset/key/", "reset_key_1-", "-3A", "-3Aa", "%3Aa", "1-"])
def test_a_word_without_end_is_read_once(piece: str) -> None:
    word = piece * (1_000_000 // len(piece))

    began = time.process_time()
    masked(word)
    assert time.process_time() - began < 2


def test_a_link_changed_in_any_place_is_refused() -> None:
    token = sign("survey", "1024")

    for place in range(len(token)):
        other = "A" if token[place] != "A" else "B"
        with pytest.raises(BadLink):
            read("survey", token[:place] + other + token[place + 1 :])


def test_a_link_ends_when_its_time_is_over() -> None:
    with time_machine.travel("2026-11-24T12:00:00Z", tick=False):
        token = sign("access", "7")

    with time_machine.travel("2026-11-24T12:59:59Z", tick=False):
        assert read("access", token, max_age=3600) == "7"
    with time_machine.travel("2026-11-24T13:00:01Z", tick=False), pytest.raises(BadLink):
        read("access", token, max_age=3600)


@given(st.text())
def test_no_text_is_a_link(text: str) -> None:
    with pytest.raises(BadLink):
        read("survey", text)


@given(st.integers(1, 10**17))
def test_a_mail_token_gives_back_its_number_in_any_case(number: int) -> None:
    token = mail_token(number)

    assert read_mail_token(token) == number
    assert read_mail_token(token.upper()) == number
    assert set(token) <= set("abcdefghijklmnopqrstuvwxyz0123456789")
    assert len(f"ticket+{token}") <= 64


def test_a_mail_token_of_another_number_is_refused() -> None:
    signature = mail_token(1024).removeprefix("1024")

    assert read_mail_token(f"1025{signature}") is None
    assert read_mail_token(f"01024{signature}") is None
    assert read_mail_token(f"1024{signature}a") is None
    assert read_mail_token("1024") is None
    assert read_mail_token(f"１０２４{signature}") is None


@given(st.text())
def test_no_text_is_a_mail_token(text: str) -> None:
    assert read_mail_token(text) is None


def test_tokens_survive_a_new_secret_key_while_the_old_one_is_a_fallback(settings) -> None:
    link, token = sign("survey", "1024"), mail_token(1024)

    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "the new one"
    assert (read("survey", link), read_mail_token(token)) == ("1024", 1024)

    settings.SECRET_KEY_FALLBACKS = []
    assert read_mail_token(token) is None
    with pytest.raises(BadLink):
        read("survey", link)
