"""Secrets in the database: unreadable there, readable here, also after a change of the key."""

from typing import Any

import pytest
from django.db import connection

from interfaces.inbox.models import Mailbox
from tickets.models import Queue


@pytest.fixture
def box(queue: Queue) -> Mailbox:
    return Mailbox.objects.create(
        name="Fiscal", address="fiscal@prazo.example", queue=queue, imap_password="segredo ção"
    )


def stored(box: Mailbox) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT imap_password FROM inbox_mailbox WHERE id = %s", [box.pk])
        return str(cursor.fetchone()[0])


def test_the_column_does_not_show_the_secret(db: None, box: Mailbox) -> None:
    assert "segredo" not in stored(box)
    assert Mailbox.objects.get().imap_password == "segredo ção"


def test_a_replaced_key_still_opens_it_and_a_lost_one_empties_it(
    db: None, box: Mailbox, settings: Any
) -> None:
    before = settings.SECRET_KEY

    settings.SECRET_KEY = "another"
    settings.SECRET_KEY_FALLBACKS = [before]
    assert Mailbox.objects.get().imap_password == "segredo ção"

    settings.SECRET_KEY_FALLBACKS = []
    assert Mailbox.objects.get().imap_password == ""


def test_no_secret_is_stored_as_none(db: None, queue: Queue) -> None:
    box = Mailbox.objects.create(name="Vazia", address="vazia@prazo.example", queue=queue)

    assert (stored(box), box.imap_password) == ("", "")
