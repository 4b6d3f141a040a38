"""interfaces/inbox/report.py and rehearsals: what became of a mail, or what would."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from accounts.models import OrganizationDomain, User
from common import later
from interfaces.inbox.models import InboundMail, Mailbox, Strangers
from interfaces.inbox.reception import receive, rehearse
from interfaces.inbox.report import report
from outbox.models import Delivery
from tests.cast import at, by
from tests.inbox.conftest import reply_to, write
from tickets import actions
from tickets.models import Attachment, Message, Ticket, TicketEvent

KEYS = ["outcome", "ticket", "from", "subject", "visible_text", "attachments", "why"]
LOG = ("log.txt", "text/plain", b"linha")

pytestmark = pytest.mark.django_db


def told(raw: bytes, **more: Any) -> dict[str, Any]:
    received = receive(raw, at=at("2026-11-16T10:00"), **more)
    return report(received.mail, again=received.again, content=received.content)


def test_it_has_these_keys_and_no_others(ticket: Any) -> None:
    said = told(reply_to(ticket, "Segue.", files=[LOG]))

    assert list(said) == KEYS
    assert said == {
        "outcome": "replied",
        "ticket": ticket.number,
        "from": "ana@serraazul.example",
        "subject": "Re: NF-e rejeitada",
        "visible_text": "Segue.",
        "attachments": [{"name": "log.txt", "type": "text/plain", "size": 5}],
        "why": "Pelo endereço de resposta do ticket.",
    }
    assert report(InboundMail.objects.get()) == said


def test_L12_of_a_repeated_mail_it_says_first_that_it_is_one(ticket: Any) -> None:
    first, again = (told(reply_to(ticket)) for _delivery in range(2))

    assert again == first | {
        "outcome": "duplicate",
        "why": "Este e-mail já tinha chegado antes: nada foi feito de novo. "
        "Pelo endereço de resposta do ticket.",
    }


def test_each_outcome_is_told(ticket: Any, mailbox: Any, ana: Any) -> None:
    opened = told(write(subject="Parado", message_id="<1@x>"), mailbox=mailbox)
    again = told(write(subject="Parado", message_id="<1@x>"), mailbox=mailbox)
    actions.cancel(ticket, by=by(ana, "2026-11-13T12:00"))
    followed = told(reply_to(ticket, message_id="<2@x>"))
    machine = told(reply_to(ticket, message_id="<3@x>", Auto_Submitted="auto-replied"))
    waiting = told(write(message_id="<4@x>", sender="<x@x.example>"), mailbox=mailbox)
    Mailbox.objects.update(strangers=Strangers.REFUSE)
    refused = told(write(message_id="<5@x>", sender="<x@x.example>"), mailbox=Mailbox.objects.get())

    new, successor = Ticket.objects.exclude(pk=ticket.pk).order_by("number")
    all_told = [opened, again, followed, machine, waiting, refused]
    assert [(each["outcome"], each["ticket"]) for each in all_told] == [
        ("opened", new.number),
        ("duplicate", new.number),
        ("followed_up", successor.number),
        ("auto_reply", None),
        ("quarantined", None),
        ("rejected", None),
    ]


# --- Rehearsals ---------------------------------------------------------------------------------


def rows() -> dict[str, int]:
    models = (Attachment, Delivery, InboundMail, Message, Ticket, TicketEvent, User)
    return {model.__name__: model._default_manager.count() for model in models}


@pytest.fixture
def pokes(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What workers were asked for."""
    asked: list[Any] = []
    monkeypatch.setattr(later, "_publish", lambda task, args: asked.append((task.name, args)))
    return asked


def rehearsed(raw: bytes, **more: Any) -> dict[str, Any]:
    received = rehearse(raw, at=at("2026-11-16T10:00"), **more)
    return report(received.mail, again=received.again, content=received.content)


def test_a_rehearsal_says_what_would_become_of_it_and_leaves_nothing(
    ticket: Any,
    mailbox: Any,
    guests: Any,
    organization: Any,
    use_followers: Callable[..., None],
    settings: Any,
    pokes: list[Any],
    django_capture_on_commit_callbacks: Any,
) -> None:
    use_followers("surveys.followers.follow", "notifications.followers.follow")
    OrganizationDomain.objects.create(organization=organization, domain="vale.example")
    Mailbox.objects.update(strangers=Strangers.GUEST, guests=guests)
    box, before = Mailbox.objects.get(), rows()
    mails = [
        reply_to(ticket, "Segue.", files=[LOG, ("x.exe", "application/octet-stream", b"MZ\x90")]),
        write(subject="Parado", files=[LOG]),
        write(sender="<nova@vale.example>", subject="Parado"),
        write(sender="<x@x.example>"),
    ]

    with django_capture_on_commit_callbacks(execute=True) as asked:
        said = [rehearsed(raw, mailbox=box) for raw in mails]

    assert [(each["outcome"], each["ticket"]) for each in said] == [
        ("replied", ticket.number),
        ("opened", None),
        ("opened", None),
        ("quarantined", None),
    ]
    root: Path = settings.MEDIA_ROOT
    assert rows() == before
    assert [each for each in root.rglob("*") if each.is_file()] == []
    assert (asked, pokes) == ([], [])


def test_a_rehearsal_says_the_same_as_the_real_thing(ticket: Any, mailbox: Any) -> None:
    raw = reply_to(ticket, "Segue.", files=[LOG])

    assert rehearsed(raw, mailbox=mailbox) == told(raw, mailbox=mailbox)
    assert rehearsed(raw, mailbox=mailbox)["outcome"] == "duplicate"
