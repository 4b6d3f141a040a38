"""outbox/post.py: a promise is made once, with its event, and never waits for the broker."""

import datetime
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext_lazy
from redis import Redis

from helpdesk.celery import app
from outbox.models import Delivery, Lane, State
from outbox.tasks import sweep
from tests.mail import MailServer

Promise = Callable[..., Delivery]


def waiting_pokes(valkey: Redis) -> int:
    path = valkey.get_connection_kwargs()["path"]
    with Redis(unix_socket_path=path, db=1) as broker:
        return broker.llen("celery")


@pytest.mark.django_db
def test_a_promise_keeps_what_the_letter_says(promise: Promise) -> None:
    delivery = promise(topic="ticket:1024", reply_to="ticket+1024kabc@prazo.example")

    row = Delivery.objects.values(
        *["letter", "topic", "lane", "to_address", "to_name", "context", "secret", "reply_to"],
        *["state", "attempts", "claimed_until", "sent_at", "last_error"],
    ).get()
    assert row == {
        "letter": "news",
        "topic": "ticket:1024",
        "lane": Lane.NEWS,
        "to_address": "ana@cliente.example",
        "to_name": "Ana Souza",
        "context": {"number": 1024, "title": "Nota rejeitada", "message": "Olá."},
        "secret": False,
        "reply_to": "ticket+1024kabc@prazo.example",
        "state": State.WAITING,
        "attempts": 0,
        "claimed_until": None,
        "sent_at": None,
        "last_error": "",
    }
    assert delivery.message_id.endswith("@prazo.example>")


@pytest.mark.django_db(transaction=True)
def test_L12_the_same_key_is_promised_once_and_stands_as_it_was(
    promise: Promise, valkey: Redis
) -> None:
    first = promise()
    again = promise(context={"number": 2048}, to="bruno@cliente.example")

    assert Delivery.objects.count() == 1
    assert (again.pk, again.message_id, again.to_address, again.context) == (
        first.pk,
        first.message_id,
        "ana@cliente.example",
        {"number": 1024, "title": "Nota rejeitada", "message": "Olá."},
    )
    assert waiting_pokes(valkey) == 1


@pytest.mark.django_db(transaction=True)
def test_L12_the_same_key_promised_at_once_is_promised_once(promise: Promise) -> None:
    def promised(_: int) -> int:
        try:
            return promise().pk
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        promised_pks = set(pool.map(promised, range(10)))

    assert promised_pks == {Delivery.objects.get().pk}


@pytest.mark.django_db(transaction=True)
def test_a_promise_falls_with_its_event(promise: Promise, valkey: Redis) -> None:
    with transaction.atomic():
        promise()
        transaction.set_rollback(True)

    assert (Delivery.objects.count(), waiting_pokes(valkey)) == (0, 0)


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_away_neither_fails_nor_slows_and_the_sweep_sends(
    promise: Promise, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app.conf, "broker_write_url", "redis://127.0.0.1:1/1")
    started = time.monotonic()
    with transaction.atomic():
        for number in range(20):
            promise(key=f"news:{number}:ana")
    took = time.monotonic() - started

    assert took < 1.5
    assert set(Delivery.objects.values_list("state", flat=True)) == {State.WAITING}
    assert sweep() == len(mail_server.taken) == 20


@pytest.mark.django_db
def test_the_words_are_frozen_and_cleaned(promise: Promise) -> None:
    context: Any = {
        "title": gettext_lazy("Nota\x00 rejeitada"),
        "files": ("a.pdf", "b\ud800.pdf"),
        "survey": {"open": True, "days": 30, "until": None},
    }

    assert promise(context=context).context == {
        "title": "Nota rejeitada",
        "files": ["a.pdf", "b.pdf"],
        "survey": {"open": True, "days": 30, "until": None},
    }


@pytest.mark.django_db
def test_L10_a_date_must_be_written_out_before(promise: Promise) -> None:
    with pytest.raises(TypeError, match="not a date"):
        promise(context={"until": datetime.date(2026, 12, 2)})

    assert Delivery.objects.count() == 0


@pytest.mark.django_db
def test_strangers_message_ids_are_kept_only_if_they_are_some(promise: Promise) -> None:
    hostile = ["<a@x>", "<b@x>\r\nBcc: c@x", "<sem fim", "", "<" + "a" * 300 + "@x>", " <d@x> "]

    delivery = promise(in_reply_to="<a@x>\nBcc: c@x", references=hostile)

    assert (delivery.in_reply_to, delivery.references) == ("", ["<a@x>", "<d@x>"])


@pytest.mark.django_db
def test_a_long_thread_keeps_its_first_and_its_latest(promise: Promise) -> None:
    delivery = promise(references=[f"<{n}@x>" for n in range(50)])

    assert delivery.references == ["<0@x>", *[f"<{n}@x>" for n in range(31, 50)]]


@pytest.mark.django_db
@pytest.mark.parametrize("header", ["Bcc", "From", "Message-ID", "X-A\r\nBcc", "List-Id\n"])
def test_headers_that_are_ours_are_refused(promise: Promise, header: str) -> None:
    with pytest.raises(ValueError, match="cannot set the header"):
        promise(headers={header: "a@x"})

    assert promise(headers={"X-Prazo-Ticket": "1024"}).headers == {"X-Prazo-Ticket": "1024"}


@pytest.mark.django_db
def test_a_letter_is_a_folder_of_the_templates(promise: Promise) -> None:
    with pytest.raises(IntegrityError, match="delivery_letter_is_a_folder"), transaction.atomic():
        promise(letter="../secret")


@pytest.mark.django_db
def test_access_letters_are_secret_and_go_first(promise_access: Promise) -> None:
    delivery = promise_access()

    assert (delivery.secret, delivery.lane) == (True, Lane.ACCESS)
