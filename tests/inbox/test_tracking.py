"""interfaces/inbox/tracking.py, over HTTP: what a provider tells of our letters is noted (L5)."""

import hashlib
import hmac
from typing import Any

import pytest

from common import clock
from interfaces.inbox.models import InboundMail
from outbox.models import Delivery, State, Suspension, real_now
from tests.inbox.conftest import Posted
from tickets import correspondence
from tickets.models import TicketEvent, Verb

pytestmark = pytest.mark.urls("tests.inbox.hooks_urls")

ANA = "ana@serraazul.example"
OURS = "<6f1c@prazo.example>"
THEIRS = "883953f4-6105-42a2-a16a-77a8eac79483"
CODE = "Devolvida pelo servidor do destinatário (5.1.1)."


@pytest.fixture
def letter(ticket: Any) -> Delivery:
    """One about the ticket, to Ana, that a provider took under an id of its own."""
    return Delivery.objects.create(
        key="replied:1:ana",
        letter="replied",
        topic=correspondence.topic(ticket.number),
        to_address=ANA,
        message_id=OURS,
        state=State.SENT,
        sent_at=real_now(),
        sent_as=THEIRS,
    )


def postmark(kind: str, details: str = "", record: str = "Bounce", **more: Any) -> dict[str, Any]:
    """An event as Postmark posts it."""
    return {
        "RecordType": record,
        "ID": 42,
        "Type": kind,
        "MessageID": THEIRS,
        "Details": details,
        "Email": ANA,
        "BouncedAt": "2026-11-16T10:00:00Z",
        **more,
    }


def mailgun(event: str, message_id: str, **more: Any) -> dict[str, Any]:
    """An event as Mailgun signs and posts it."""
    stamp, token = str(int(clock.now().timestamp())), "t" * 50
    signature = hmac.new(b"chave", f"{stamp}{token}".encode(), hashlib.sha256).hexdigest()
    data = {
        "event": event,
        "timestamp": float(stamp),
        "recipient": ANA,
        "message": {"headers": {"message-id": message_id}},
        **more,
    }
    signed = {"timestamp": stamp, "token": token, "signature": signature}
    return {"signature": signed, "event-data": data}


def noted(letter: Delivery) -> tuple[str, bool, list[str], list[str]]:
    """What stands on the letter, whether it came back, the suspended, the ticket's codes."""
    letter.refresh_from_db()
    told = TicketEvent.objects.filter(verb=Verb.BOUNCE).order_by("pk")
    return (
        letter.bounce,
        letter.bounced_at is not None,
        list(Suspension.objects.values_list("address", flat=True)),
        [event.data["code"] for event in told],
    )


def test_L5_a_letter_that_came_back_for_good(post: Posted, letter: Delivery, ana: Any) -> None:
    event = postmark("HardBounce", "smtp;550 5.1.1 no such user")

    answers = [post("postmark/tracking", json=event).status_code for _ in range(2)]

    assert answers == [200, 200]
    assert noted(letter) == (CODE, True, [ANA], ["5.1.1"])
    assert TicketEvent.objects.get(verb=Verb.BOUNCE).data == {
        "delivery": letter.pk,
        "person": ana.pk,
        "code": "5.1.1",
    }


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (
            postmark("BadEmailAddress"),
            ("Devolvida pelo servidor do destinatário (5.0.0).", True, [ANA], ["5.0.0"]),
        ),
        (
            postmark("Blocked"),
            ("Devolvida pelo servidor do destinatário (4.0.0).", True, [], ["4.0.0"]),
        ),
        (
            postmark("SoftBounce", "smtp;552 5.2.2 mailbox full"),
            ("Devolvida pelo servidor do destinatário (5.2.2).", True, [], ["5.2.2"]),
        ),
        (
            postmark("Transient", "smtp;451 4.4.1 no answer"),
            ("O servidor ainda tenta entregar (4.4.1).", False, [], []),
        ),
        (
            postmark("SpamComplaint", record="SpamComplaint"),
            ("O destinatário a marcou como spam.", True, [ANA], ["spam"]),
        ),
        (
            postmark("HardBounce", Email="davi@maremansa.example"),
            ("Devolvida pelo servidor do destinatário (5.0.0).", True, [], ["5.0.0"]),
        ),
        (postmark("HardBounce", MessageID="outra"), ("", False, [], [])),
        (postmark("", record="Delivery"), ("", False, [], [])),
        (postmark("", record="Open"), ("", False, [], [])),
    ],
)
def test_L5_each_event_has_the_effect_that_it_would_have_by_mail(
    post: Posted,
    letter: Delivery,
    event: dict[str, Any],
    expected: tuple[str, bool, list[str], list[str]],
) -> None:
    assert post("postmark/tracking", json=event).status_code == 200

    assert noted(letter) == expected


def test_mailgun_names_the_letter_by_its_message_id(post: Posted, letter: Delivery) -> None:
    status = {"message": "5.1.1 No such user", "code": 550}
    event = mailgun("failed", OURS.strip("<>"), severity="permanent", **{"delivery-status": status})

    assert post("mailgun/tracking", json=event).status_code == 200

    assert noted(letter) == (CODE, True, [ANA], ["5.1.1"])


def test_without_the_secret_or_the_signature_nothing_is_noted(
    post: Posted, letter: Delivery
) -> None:
    forged = mailgun("complained", OURS)
    forged["signature"]["signature"] = "0" * 64

    refused = [
        post("postmark/tracking", secret="", json=postmark("HardBounce")).status_code,
        post("postmark/tracking", secret="outro:segredo", json=postmark("HardBounce")).status_code,
        post("mailgun/tracking", json=forged).status_code,
    ]

    assert refused == [400, 400, 400]
    assert noted(letter) == ("", False, [], [])


def test_an_event_that_cannot_be_read_is_no_mail(post: Posted, letter: Delivery) -> None:
    answer = post("postmark/tracking", data=b"{")

    assert answer.status_code == 500
    assert InboundMail.objects.count() == 0
