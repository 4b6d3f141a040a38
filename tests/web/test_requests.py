"""interfaces/web/requests.py: which request is the same one, and what a form may bring (L12, L13)."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory

from interfaces.web import drafts
from interfaces.web.requests import actor
from tests.cast import key
from tickets.models import Channel, Message

FORM = {"request_key": str(key(1)), "body": "Segue o log.", "csrfmiddlewaretoken": "a", "seen": "7"}


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
