"""interfaces/web/requests.py: which request is the same one, and what a form may bring (L12)."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory

from interfaces.web import drafts, requests
from interfaces.web.requests import actor
from tests.cast import key
from tests.portal.reading import stored
from tickets.models import Attachment, Channel, Message

FORM = {"request_key": str(key(1)), "body": "Segue o log.", "csrfmiddlewaretoken": "a", "seen": "7"}


@pytest.fixture(autouse=True)
def _files_of_their_own(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def at_the_ticket(client: Client, ana: Any) -> Client:
    """Ana's browser."""
    client.force_login(ana)
    return client


def key_of(person: Any, form: dict[str, Any], path: str = "/tickets/1/messages/") -> Any:
    request = RequestFactory().post(path, form)
    request.user = person
    return actor(request, Channel.PORTAL).request_key


def file(name: str = "log.txt", content: bytes = b"erro 539") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def test_L12_the_same_form_is_the_same_request_whatever_the_page_around_it(ana: Any):
    first = FORM | {"uploads": file()}
    again = {"uploads": file(), **FORM, "csrfmiddlewaretoken": "b", "seen": "8"}

    assert key_of(ana, first) == key_of(ana, again) is not None


def test_L12_a_form_filled_in_anew_is_another_request(ana: Any):
    forms = [
        FORM,
        FORM | {"body": "Outro texto."},
        FORM | {"files": [str(key(2))]},
        FORM | {"uploads": file()},
        FORM | {"uploads": file("outro.txt")},
        FORM | {"uploads": file(content=b"erro")},
        FORM | {"request_key": str(key(2))},
    ]

    keys = [key_of(ana, form) for form in forms] + [key_of(ana, FORM, "/tickets/2/messages/")]

    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("nonsense", ["", "x", "\x00"])
def test_L12_a_form_without_a_key_counts_each_time(ana: Any, nonsense: str):
    assert key_of(ana, FORM | {"request_key": nonsense}) is None


def test_L12_sent_twice_it_counts_once_and_with_other_text_anew(at_the_ticket: Client, ticket: Any):
    address = f"/tickets/{ticket.number}/messages/"

    for body in ("Segue o log.", "Segue o log.", "E a tela."):
        at_the_ticket.post(address, FORM | {"body": body})

    written = Message.objects.filter(ticket=ticket).order_by("pk").values_list("body_text")
    assert [text for (text,) in written] == [
        "Ao retransmitir, a SEFAZ rejeita a nota.",
        "Segue o log.",
        "E a tela.",
    ]


def test_a_draft_keeps_what_can_be_kept(at_the_ticket: Client, ana: Any):
    typed = {"title": "NF-e\x00 539", "bo\x00dy": "uma\r\nduas", "files": ["x\x00"]}

    answer = at_the_ticket.post("/rascunhos/open/", typed)

    assert answer.status_code == 204
    assert drafts.load(ana, "open") == {"title": "NF-e 539", "body": "uma\nduas", "files": ["x"]}


def test_L13_of_too_many_files_none_is_stored(at_the_ticket: Client, ticket: Any, settings: Any):
    settings.MAX_FILES_A_MESSAGE = 2
    many = [file(f"{n}.txt") for n in range(3)]

    page = at_the_ticket.post(
        f"/tickets/{ticket.number}/messages/", {"body": "Segue.", "uploads": many}
    )
    answer = at_the_ticket.post(
        f"/api/v1/tickets/{ticket.number}/messages/", {"body": "Segue.", "files": many}
    )

    assert page.status_code == 409
    assert "São no máximo 2 arquivos por mensagem." in page.content.decode()
    assert (answer.status_code, answer.json()["code"]) == (409, "too_many_files")
    assert Attachment.objects.count() == 0


def test_L13_who_has_too_many_files_waiting_brings_no_more(
    at_the_ticket: Client, ana: Any, ticket: Any, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(requests, "MOST_UNSENT", 1)
    taken = at_the_ticket.post("/arquivos/", {"file": file("1.txt")})
    form = {"body": "Segue.", "uploads": [file("2.txt")]}

    ahead = at_the_ticket.post("/arquivos/", {"file": file("2.txt")})
    page = at_the_ticket.post(f"/tickets/{ticket.number}/messages/", form)
    sent = at_the_ticket.post(
        f"/tickets/{ticket.number}/messages/", {"body": "Segue.", "files": taken.json()["id"]}
    )

    assert (taken.status_code, ahead.status_code, page.status_code) == (201, 429, 409)
    assert "Há arquivos demais à espera." in ahead.json()["detail"]
    assert sent.status_code == 302
    assert [each.name for each in Attachment.objects.all()] == ["1.txt"]


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_session_that_ended_costs_nothing_that_was_written(
    client: Client, ticket: Any, method: str
):
    address = f"/tickets/{ticket.number}/messages/"

    whole = getattr(client, method)(address)
    parts = [
        getattr(client, method)(address, headers=headers)
        for headers in ({"HX-Request": "true"}, {"Accept": "application/json"})
    ]

    assert (whole.status_code, whole["Location"]) == (302, f"/conta/login/?next={address}")
    sentence = "Sua sessão terminou. Entre de novo em outra aba e tente outra vez."
    assert [(part.status_code, part.json()) for part in parts] == [(401, {"detail": sentence})] * 2


def test_L12_pages_are_not_kept_and_files_are(at_the_ticket: Client, ana: Any):
    mine = stored(ana)

    page, sent = at_the_ticket.get("/"), at_the_ticket.get(f"/arquivos/{mine.key}/")

    assert page["Cache-Control"] == "private, no-store"
    assert sent["Cache-Control"] == "private, max-age=3600"
