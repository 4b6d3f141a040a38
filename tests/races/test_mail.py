"""L12 for mail, on real transactions: one effect whoever places it, and whatever dies meanwhile."""

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection

from accounts.models import Membership, OrganizationDomain, User
from interfaces.inbox.models import Door, InboundMail, Mailbox, Outcome, State, Strangers
from interfaces.inbox.place import place_waiting
from interfaces.inbox.reception import receive, store
from interfaces.inbox.strangers import confirm
from outbox.models import Delivery
from tests.cast import at
from tests.inbox.conftest import reply_to, write
from tests.races.test_L7 import at_once
from tickets import events
from tickets.models import Attachment, Message, Ticket, TicketEvent

pytestmark = pytest.mark.django_db(transaction=True)

LOG = ("log.txt", "text/plain", b"linha")


@pytest.fixture(autouse=True)
def use_followers(settings: Any, tmp_path: Any) -> Iterator[Callable[..., None]]:
    """Letters and surveys follow, unless told otherwise."""
    settings.MEDIA_ROOT = tmp_path / "media"

    def use(*paths: str) -> None:
        settings.TICKET_FOLLOWERS = list(paths)
        events.followers.cache_clear()

    use("surveys.followers.follow", "notifications.followers.follow")
    yield use
    events.followers.cache_clear()


@pytest.fixture
def boxes(queue: Any, product: Any) -> list[Mailbox]:
    """Three mailboxes of one queue; the last opens no tickets."""
    return [
        Mailbox.objects.create(
            name=name,
            address=f"{name}@prazo.example",
            queue=queue,
            product=product if name != "geral" else None,
            door=Door.PUSHED,
        )
        for name in ("suporte", "fiscal", "geral")
    ]


def test_L12_one_mail_20_times_by_3_mailboxes_and_8_workers_opens_one_ticket(
    boxes: list[Mailbox], ana: Any
) -> None:
    raw = write("Parou.", subject="Parado", files=[LOG])

    def deliver(n: int) -> None:
        if n % 5 == 4:
            place_waiting()
        elif n % 2:
            receive(raw, mailbox=boxes[n % 3])
        else:
            store(raw, mailbox=boxes[n % 3])

    at_once(deliver, range(20), threads=8)
    place_waiting()

    opened = Ticket.objects.get()
    assert (opened.messages.count(), TicketEvent.objects.count(), Attachment.objects.count()) == (
        1,
        1,
        1,
    )
    assert list(Delivery.objects.values_list("letter", flat=True)) == ["opened"]
    assert Counter(InboundMail.objects.values_list("state", "outcome", "ticket")) == {
        (State.PLACED, Outcome.OPENED, opened.pk): 1,
        (State.PLACED, Outcome.DUPLICATE, opened.pk): 2,
    }


def test_R1_ten_mails_at_once_of_a_new_member_make_one_person(
    boxes: list[Mailbox], organization: Any
) -> None:
    OrganizationDomain.objects.create(organization=organization, domain="vale.example")
    mails = [
        write(sender="Nádia <nadia@vale.example>", subject=f"Caso {n}", message_id=f"<{n}@x>")
        for n in range(10)
    ]

    at_once(lambda raw: receive(raw, mailbox=boxes[0]), mails, threads=10)
    place_waiting()

    nadia = User.objects.get(email="nadia@vale.example")
    assert Membership.objects.filter(user=nadia).count() == 1
    assert Ticket.objects.filter(requester=nadia).count() == 10


def test_L12_a_link_pressed_ten_times_at_once_makes_one_guest_and_one_ticket(
    boxes: list[Mailbox], organization: Any
) -> None:
    Mailbox.objects.filter(pk=boxes[0].pk).update(strangers=Strangers.GUEST, guests=organization)
    receive(write(sender="<x@x.example>"), mailbox=Mailbox.objects.get(pk=boxes[0].pk))
    token = str(Delivery.objects.get().context["url"]).rstrip("/").rpartition("/")[2]

    at_once(lambda _n: confirm(token), range(10), threads=10)

    assert (User.objects.filter(email="x@x.example").count(), Ticket.objects.count()) == (1, 1)


# --- What dies ----------------------------------------------------------------------------------

WORKER = """
import django
django.setup()
from django.conf import settings
settings.TICKET_FOLLOWERS, settings.MEDIA_ROOT = ["tests.races.dying.{how}"], "{media}"
from interfaces.inbox.place import place_waiting
place_waiting()
"""


def worker(how: str, media: Any) -> int:
    """A worker process that dies while it places what waits; how it ended."""
    url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}")
    return subprocess.run(
        [sys.executable, "-c", WORKER.format(how=how, media=media)],
        env={
            **os.environ,
            "DATABASE_URL": url.geturl(),
            "DJANGO_SETTINGS_MODULE": "helpdesk.settings",
        },
        check=False,
    ).returncode


@pytest.mark.parametrize(
    ("how", "is_done", "placed_after"), [("killed", False, 1), ("killed_later", True, 0)]
)
def test_a_killed_worker_delays_and_neither_loses_nor_doubles(
    ticket: Any, settings: Any, how: str, is_done: bool, placed_after: int
) -> None:
    mail = store(reply_to(ticket, files=[LOG]), at=at("2026-11-16T10:00"))

    ended = worker(how, settings.MEDIA_ROOT)
    mail.refresh_from_db()
    before = (mail.state == State.PLACED, mail.attempts)
    placed = place_waiting()

    mail.refresh_from_db()
    said = ticket.messages.exclude(pk=ticket.messages.first().pk)
    assert (ended, before, placed) == (-signal.SIGKILL, (is_done, 1), placed_after)
    assert (mail.state, mail.outcome, mail.published) == (
        State.PLACED,
        Outcome.REPLIED,
        said.get(),
    )
    assert (Message.objects.count(), Attachment.objects.count()) == (2, 1)


def test_a_database_that_goes_away_delays_and_neither_loses_nor_doubles(
    ticket: Any, use_followers: Callable[..., None], settings: Any
) -> None:
    use_followers("tests.races.dying.cut_off")
    raw = reply_to(ticket, files=[LOG])

    first = receive(raw, at=at("2026-11-16T10:00"))
    waiting = (first.mail.state, Message.objects.count(), Attachment.objects.count())
    left = [each for each in settings.MEDIA_ROOT.rglob("*") if each.is_file()]
    use_followers()
    placed = place_waiting()

    mail = InboundMail.objects.get()
    assert waiting == (State.RECEIVED, 1, 0)
    assert left == []
    assert (placed, mail.outcome, Message.objects.count()) == (1, Outcome.REPLIED, 2)
