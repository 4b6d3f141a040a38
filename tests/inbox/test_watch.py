"""Standing by a mailbox: a real server tells of mail, and it is read at once."""

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connections

from interfaces.inbox import watch
from interfaces.inbox.models import InboundMail, Mailbox
from tests.imap import Account
from tests.inbox.conftest import write
from tests.inbox.test_imap import make_mailbox

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def standing_by(monkeypatch: Any) -> Iterator[Callable[[], None]]:
    """Starts the watch beside the test; a pause lasts no longer than a test can wait."""
    monkeypatch.setattr(watch, "LOOK_AGAIN", 0.2)
    monkeypatch.setattr(watch, "FIRST_PAUSE", 0.1)
    monkeypatch.setattr(watch, "LONGEST_PAUSE", 0.2)
    over = threading.Event()

    def run() -> None:
        watch.watch(over)
        connections.close_all()

    thread = threading.Thread(target=run)
    yield thread.start
    over.set()
    thread.join(timeout=20)
    assert not thread.is_alive()


def soon(found: Callable[[], bool]) -> None:
    """Wait until it is so."""
    deadline = time.monotonic() + 20
    while not found():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def is_read(mailbox: Mailbox) -> bool:
    return Mailbox.objects.filter(pk=mailbox.pk, read_at__isnull=False).exists()


def has(count: int) -> Callable[[], bool]:
    return lambda: InboundMail.objects.count() == count


def test_new_mail_is_read_as_soon_as_the_server_tells(
    imap: Account, queue: Any, standing_by: Callable[[], None]
) -> None:
    mailbox = make_mailbox(queue, imap)
    standing_by()
    soon(lambda: is_read(mailbox))

    imap.deliver(write(message_id="<1@x.example>"))
    soon(has(1))
    imap.deliver(write(message_id="<2@x.example>"))
    soon(has(2))

    assert [seen for _subject, seen in imap.holds()] == [True, True]


def test_after_the_server_was_away_it_goes_on(
    mortal_imap: Account, queue: Any, standing_by: Callable[[], None]
) -> None:
    mailbox = make_mailbox(queue, mortal_imap)
    standing_by()
    soon(lambda: is_read(mailbox))

    mortal_imap.server.kill()
    soon(lambda: Mailbox.objects.get().last_error != "")
    mortal_imap.server.start()
    mortal_imap.deliver(write())

    soon(has(1))
    soon(lambda: Mailbox.objects.get().last_error == "")


def test_a_mailbox_that_is_added_or_switched_off_is_noticed(
    imap: Account, queue: Any, standing_by: Callable[[], None]
) -> None:
    standing_by()
    mailbox = make_mailbox(queue, imap)
    soon(lambda: is_read(mailbox))

    Mailbox.objects.update(is_active=False)
    soon(lambda: not any(each.name == f"mailbox {mailbox.pk}" for each in threading.enumerate()))
    imap.deliver(write())

    assert InboundMail.objects.count() == 0
