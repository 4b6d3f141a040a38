"""interfaces/inbox/returns.py: a letter that came back is noted for staff; forged ones are not."""

from typing import Any

import pytest

from interfaces.inbox import returns
from interfaces.inbox.bounces import Bounce
from interfaces.inbox.content import Content
from interfaces.inbox.models import InboundMail, Outcome
from interfaces.inbox.reception import receive, store
from outbox.models import Delivery, State, Suspension, real_now
from tests.cast import at, by
from tests.inbox.conftest import vouched, write
from tickets import actions, correspondence, history
from tickets.deadlines import zone_of
from tickets.lifecycle import Status
from tickets.models import TicketEvent, Verb

pytestmark = pytest.mark.django_db

MESSAGE_ID = "<6f1c@prazo.example>"
NOTHING = "É um aviso de entrega, mas não prova ser de uma carta nossa."


@pytest.fixture
def letter(ticket: Any) -> Delivery:
    """One about the ticket, to Ana, that has gone out."""
    return Delivery.objects.create(
        key="replied:1:ana",
        letter="replied",
        topic=correspondence.topic(ticket.number),
        to_address="Ana@serraazul.example",
        message_id=MESSAGE_ID,
        state=State.SENT,
        sent_at=real_now(),
    )


def bounce(
    *,
    recipient: str = "ana@serraazul.example",
    message_id: str = MESSAGE_ID,
    status: str = "5.1.1",
    action: str = "",
) -> Bounce:
    return Bounce(
        final_recipient=recipient,
        original_message_id=message_id,
        status=status,
        diagnostic="550 no such user",
        action=action or ("failed" if status.startswith("5") else "delayed"),
    )


def noted(said: Bounce, box: Any = None, **headers: str) -> str:
    """What came of a mail server's notice that says so."""
    raw = write(sender="MAILER-DAEMON@serraazul.example", message_id="<b@x.example>", **headers)
    mail = store(raw, mailbox=box, at=at("2026-11-16T10:00"))
    return returns.note(mail, Content(raw), said)[0]


def suspended() -> list[tuple[str, str]]:
    return list(Suspension.objects.values_list("address", "why"))


def test_L5_for_good_it_is_noted_on_letter_address_and_ticket(
    letter: Delivery, ticket: Any, ana: Any, elisa: Any
) -> None:
    actions.request_information(ticket, by=by(elisa, "2026-11-13T10:00", "desk"), body="Qual?")

    why = noted(bounce())

    letter.refresh_from_db()
    ticket.refresh_from_db()
    event = ticket.events.get(verb=Verb.BOUNCE)
    code = "Devolvida pelo servidor do destinatário (5.1.1)."
    assert why == "Uma carta não pôde ser entregue (5.1.1)."
    assert (letter.bounce, letter.bounced_at) == (code, at("2026-11-16T10:00"))
    assert suspended() == [("ana@serraazul.example", code)]
    assert (event.data, event.is_internal, event.actor, event.message) == (
        {"delivery": letter.pk, "person": ana.pk, "code": "5.1.1"},
        True,
        None,
        None,
    )
    assert ticket.status == Status.PENDING_CUSTOMER


def test_L9_the_history_tells_staff_which_letter_came_back(letter: Delivery, ticket: Any) -> None:
    noted(bounce())

    line = history.lines(ticket.events.filter(verb=Verb.BOUNCE), zone_of(ticket))[0]

    assert f"{line.who} {line.what}" == (
        "O sistema recebeu de volta uma carta para Ana Nogueira (5.1.1)"
    )


def test_for_the_time_being_only_the_letter_shows_it(letter: Delivery, ticket: Any) -> None:
    why = noted(bounce(status="4.4.1"))

    letter.refresh_from_db()
    assert why == "A entrega de uma carta está atrasada (4.4.1)."
    assert (letter.bounce, letter.bounced_at) == ("O servidor ainda tenta entregar (4.4.1).", None)
    assert (suspended(), TicketEvent.objects.filter(verb=Verb.BOUNCE).count()) == ([], 0)


def test_given_up_after_days_of_trying_it_suspends_nobody(letter: Delivery, ticket: Any) -> None:
    noted(bounce(status="4.4.7", action="failed"))

    letter.refresh_from_db()
    assert (letter.bounced_at, suspended()) == (at("2026-11-16T10:00"), [])
    assert ticket.events.get(verb=Verb.BOUNCE).data["code"] == "4.4.7"


def test_a_letter_about_no_ticket_suspends_its_address_too(letter: Delivery) -> None:
    Delivery.objects.update(topic="")

    noted(bounce())

    assert [address for address, _why in suspended()] == ["ana@serraazul.example"]
    assert TicketEvent.objects.filter(verb=Verb.BOUNCE).count() == 0


@pytest.mark.parametrize(
    "said",
    [
        bounce(message_id=""),
        bounce(message_id="<outra@prazo.example>"),
        bounce(message_id="", recipient=""),
    ],
)
def test_a_bounce_that_proves_nothing_suspends_nobody(letter: Delivery, said: Bounce) -> None:
    assert noted(said) == NOTHING
    assert suspended() == []


def test_a_letter_that_came_back_from_another_address_is_noted_and_suspends_nobody(
    letter: Delivery, ticket: Any, davi: Any
) -> None:
    noted(bounce(recipient="davi@maremansa.example"))

    letter.refresh_from_db()
    assert (letter.bounced_at, suspended()) == (at("2026-11-16T10:00"), [])
    assert ticket.events.filter(verb=Verb.BOUNCE).count() == 1


@pytest.mark.parametrize("recipient", ["", "ANA@serraazul.example"])
def test_its_own_address_is_suspended_also_where_the_bounce_tells_none(
    letter: Delivery, recipient: str
) -> None:
    noted(bounce(recipient=recipient))

    assert [address for address, _why in suspended()] == ["ana@serraazul.example"]


@pytest.mark.parametrize(
    ("headers", "recipient", "addresses"),
    [
        (vouched("serraazul.example"), "ana@serraazul.example", ["ana@serraazul.example"]),
        (vouched("serraazul.example", "fail"), "ana@serraazul.example", []),
        ({}, "ana@serraazul.example", []),
        (vouched("serraazul.example"), "davi@maremansa.example", []),
    ],
)
def test_without_its_message_id_the_recipients_own_server_is_believed(
    letter: Delivery, mailbox: Any, headers: dict[str, str], recipient: str, addresses: list[str]
) -> None:
    noted(bounce(message_id="", recipient=recipient), mailbox, **headers)

    assert [address for address, _why in suspended()] == addresses


def test_a_colleague_who_writes_a_report_suspends_nobody(letter: Delivery, mailbox: Any) -> None:
    raw = write(
        sender="Davi <mailer-daemon-davi@serraazul.example>", **vouched("serraazul.example")
    )
    mail = store(raw, mailbox=mailbox, at=at("2026-11-16T10:00"))

    assert returns.note(mail, Content(raw), bounce(message_id=""))[0] == NOTHING
    assert suspended() == []


def test_twice_returned_it_is_told_once_and_a_person_may_have_lifted_it_since(
    letter: Delivery, ticket: Any
) -> None:
    noted(bounce())
    Suspension.objects.all().delete()

    again = noted(bounce())

    assert again == "A devolução desta carta já estava anotada (5.1.1)."
    assert suspended() == []
    assert ticket.events.filter(verb=Verb.BOUNCE).count() == 1


REPORT = """\
From: MAILER-DAEMON@mx.serraazul.example\r
To: ticket@prazo.example\r
Subject: Undelivered Mail Returned to Sender\r
Message-ID: <dsn{number}@mx.serraazul.example>\r
Auto-Submitted: auto-replied\r
MIME-Version: 1.0\r
Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r
\r
--b\r
Content-Type: text/plain\r
\r
The mail could not be delivered.\r
--b\r
Content-Type: message/delivery-status\r
\r
Reporting-MTA: dns; mx.serraazul.example\r
\r
Final-Recipient: rfc822; ana@serraazul.example\r
Action: failed\r
Status: 5.1.1\r
Diagnostic-Code: smtp; 550 5.1.1 no such user\r
\r
--b\r
Content-Type: text/rfc822-headers\r
\r
Message-ID: {message_id}\r
Subject: [1024] Elisa respondeu\r
--b--\r
"""


def test_L5_a_delivery_status_notification_has_its_effect_once(
    letter: Delivery, ticket: Any, mailbox: Any
) -> None:
    raw = REPORT.format(number=1, message_id=MESSAGE_ID).encode()

    outcomes = [receive(raw, mailbox=box).mail.outcome for box in (None, mailbox)]

    assert outcomes == [Outcome.BOUNCE, Outcome.DUPLICATE]
    assert [address for address, _why in suspended()] == ["ana@serraazul.example"]
    assert ticket.events.filter(verb=Verb.BOUNCE).count() == 1
    assert InboundMail.objects.exclude(published=None).count() == 0
