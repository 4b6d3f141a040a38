"""interfaces/inbox/loops.py: no two machines write to each other for ever (L5)."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from accounts.access import send_welcome_letter
from common import links
from interfaces.inbox.models import InboundMail, Mailbox, Outcome
from interfaces.inbox.reception import receive
from outbox import letters
from outbox.models import Delivery
from tests.cast import at, by, make_person
from tests.inbox.conftest import reply_to, vouched, write
from tickets import actions, correspondence
from tickets.models import Message, Ticket

pytestmark = pytest.mark.django_db


def settled(raw: bytes, when: str = "2026-11-16T10:00", **more: Any) -> InboundMail:
    return receive(raw, at=at(when), **more).mail


# --- Our own letters ----------------------------------------------------------------------------

# What a server on the way may take off a letter.
STRIPPED = re.compile(rb"^(?:Auto-Submitted|X-Auto-Response-Suppress): .*\r?\n", re.MULTILINE)


def sent(delivery: Delivery) -> bytes:
    """The letter as it goes over the wire."""
    return letters.write(delivery).message().as_bytes(linesep="\r\n")


@pytest.fixture
def letter(ticket: Any, use_followers: Callable[..., None], elisa: Any) -> bytes:
    """Elisa's reply, as it goes to Ana."""
    use_followers("notifications.followers.follow")
    actions.reply(ticket, by=by(elisa, "2026-11-13T10:00", "desk"), body="Atualize.")
    return sent(Delivery.objects.get(letter="replied"))


def test_our_own_letter_that_comes_back_has_no_effect(letter: bytes, ticket: Any) -> None:
    whole = settled(letter)
    InboundMail.objects.all().delete()
    stripped = settled(STRIPPED.sub(b"", letter))

    assert [(each.outcome, each.ticket) for each in (whole, stripped)] == [
        (Outcome.AUTO_REPLY, None)
    ] * 2
    assert Message.objects.count() == 2


def test_a_letter_that_nobody_answers_is_known_by_its_message_id(ana: Any) -> None:
    send_welcome_letter(ana)
    raw = sent(Delivery.objects.get(letter="access_welcome"))

    mail = settled(STRIPPED.sub(b"", raw))

    assert (mail.outcome, mail.why) == (Outcome.AUTO_REPLY, "É uma carta nossa que voltou.")


def test_a_persons_answer_to_our_letter_is_no_echo(letter: bytes, ticket: Any) -> None:
    quoted = "".join(f"> {line}\n" for line in letter.decode().splitlines())
    said = f"Segue.\n\nEm 16/11/2026, Prazo <suporte@prazo.example> escreveu:\n{quoted}"

    assert settled(reply_to(ticket, said)).outcome == Outcome.REPLIED


def test_an_answer_below_the_whole_letter_waits_for_a_person(letter: bytes, ticket: Any) -> None:
    body = letters.write(Delivery.objects.get(letter="replied")).body

    mail = settled(reply_to(ticket, f"{body}\n\nAtualizei, e o erro continua."))

    assert (mail.outcome, mail.about, mail.why) == (
        Outcome.QUARANTINED,
        ticket,
        "Começa como a carta de um sistema de tickets: confira se há resposta abaixo dela.",
    )
    assert Message.objects.count() == 2


def test_the_line_of_a_letter_and_nothing_else_is_no_answer(ticket: Any) -> None:
    mail = settled(reply_to(ticket, "##- responda acima desta linha -##\n\n"))

    assert (mail.outcome, mail.why) == (
        Outcome.AUTO_REPLY,
        "É a própria carta de um sistema de tickets, sem resposta.",
    )


@pytest.mark.parametrize(
    "sender",
    [
        "suporte@prazo.example",
        "SUPORTE@prazo.example",
        "suporte-fiscal@prazo.example",
        "ticket+{token}@prazo.example",
    ],
)
def test_what_one_of_our_own_addresses_sends_waits(
    ticket: Any, mailbox: Any, organization: Any, sender: str
) -> None:
    make_person("Caixa", "suporte-fiscal@prazo.example", organization, "org_admin")
    address = sender.format(token=links.mail_token(ticket.number))

    mail = settled(reply_to(ticket, sender=f"<{address}>"), mailbox=mailbox)

    assert (mail.outcome, mail.why) == (
        Outcome.QUARANTINED,
        "O remetente é um endereço deste próprio sistema.",
    )


# --- Two of our products ------------------------------------------------------------------------


@pytest.mark.parametrize("strip", [False, True])
def test_two_of_our_products_stop_after_one_exchange(
    mailbox: Any,
    organization: Any,
    settings: Any,
    use_followers: Callable[..., None],
    strip: bool,
) -> None:
    """Here and there are one database with the addresses changed between the placements: each is
    a customer of the other. Where the headers of machines get lost on the way, a person has to
    look, and no letter goes out either."""
    use_followers("notifications.followers.follow")
    make_person("Aqui", "suporte@aqui.example", organization, "org_admin")
    make_person("Lá", "suporte@la.example", organization, "org_admin")

    def turn(place: str) -> None:
        settings.MAIL_REPLY_DOMAIN = f"{place}.example"
        settings.MAIL_FROM = f"Suporte <suporte@{place}.example>"
        Mailbox.objects.update(address=f"suporte@{place}.example")

    def put(raw: bytes, place: str) -> tuple[str, list[bytes]]:
        """What became of it there, and the letters that this caused."""
        turn(place)
        before = list(Delivery.objects.values_list("pk", flat=True))
        mail = settled(STRIPPED.sub(b"", raw) if strip else raw, mailbox=mailbox)
        new = Delivery.objects.exclude(pk__in=before).order_by("pk")
        return mail.outcome, [sent(each) for each in new if each.to_address.startswith("suporte")]

    first = write("Parou tudo.", sender="Lá <suporte@la.example>", to="suporte@aqui.example")
    outcome, answers = put(first, "aqui")
    assert (outcome, len(answers)) == (Outcome.OPENED, 1)

    at_la = [put(each, "la") for each in answers]

    assert at_la == [(Outcome.QUARANTINED if strip else Outcome.AUTO_REPLY, [])]
    assert Ticket.objects.count() == 1


# --- The cap ------------------------------------------------------------------------------------


def test_above_the_cap_of_an_hour_mail_waits(
    ticket: Any, settings: Any, use_followers: Callable[..., None]
) -> None:
    settings.MAIL_MOST_AN_HOUR = 3
    use_followers("notifications.followers.follow")
    minutes = [0, 10, 20, 30, 59, 61]

    outcomes = [
        settled(
            reply_to(ticket, f"Nº {minute}", message_id=f"<{minute}@x.example>"),
            f"2026-11-16T{10 + minute // 60}:{minute % 60:02}",
        ).outcome
        for minute in minutes
    ]

    assert outcomes == [*["replied"] * 3, *["quarantined"] * 2, "quarantined"]
    later = settled(reply_to(ticket, "Nº 200", message_id="<200@x.example>"), "2026-11-16T13:20")
    assert later.outcome == Outcome.REPLIED
    waiting = InboundMail.objects.filter(outcome=Outcome.QUARANTINED)
    assert set(waiting.values_list("why", flat=True)) == {
        "O remetente passou de 3 e-mails em uma hora."
    }


def test_the_cap_of_one_sender_is_no_others(ticket: Any, carla: Any, settings: Any) -> None:
    settings.MAIL_MOST_AN_HOUR = 1
    settled(reply_to(ticket))

    other = settled(reply_to(ticket, sender="<carla@serraazul.example>", message_id="<2@x>"))

    assert other.outcome == Outcome.REPLIED


def test_forged_mail_takes_nothing_from_the_cap_of_the_real_sender(
    ticket: Any, mailbox: Any, settings: Any
) -> None:
    settings.MAIL_MOST_AN_HOUR = 2
    passed, failed = vouched("serraazul.example"), vouched("serraazul.example", "fail")

    outcomes = [
        settled(
            reply_to(ticket, f"{n}", message_id=f"<{n}@x.example>", **said), mailbox=mailbox
        ).outcome
        for n, said in enumerate([failed, {}, passed, passed, passed, failed])
    ]

    assert outcomes == [*["replied"] * 4, *["quarantined"] * 2]


def test_mail_that_was_there_before_us_has_no_cap(ticket: Any, settings: Any) -> None:
    settings.MAIL_MOST_AN_HOUR = 1

    outcomes = [
        settled(reply_to(ticket, f"{n}", message_id=f"<{n}@x.example>"), quiet=True).outcome
        for n in range(3)
    ]

    assert outcomes == [Outcome.REPLIED] * 3
    assert settled(reply_to(ticket, message_id="<9@x.example>")).outcome == Outcome.REPLIED


def test_letters_carry_what_keeps_machines_silent(letter: bytes, ticket: Any) -> None:
    head = letter.partition(b"\r\n\r\n")[0].decode()

    assert "Auto-Submitted: auto-generated" in head
    assert "X-Auto-Response-Suppress: All" in head
    assert correspondence.reply_address(ticket.number) in head
