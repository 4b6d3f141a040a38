"""interfaces/inbox/route.py: a mail finds its ticket by three signs, of which two are proof."""

from collections.abc import Callable
from typing import Any

import pytest

from interfaces.inbox import mime, route
from interfaces.inbox.models import InboundMail, Outcome, State
from interfaces.inbox.reception import receive
from interfaces.inbox.route import By
from outbox.models import Delivery
from tests.cast import at, by
from tests.inbox.conftest import reply_to, vouched, write
from tickets import actions, correspondence
from tickets.lifecycle import Status
from tickets.models import Message, Ticket

Opened = Callable[..., Any]

pytestmark = pytest.mark.django_db


def named(raw: bytes) -> tuple[Ticket, By] | None:
    found = route.named(mime.parse(raw))
    return found and (found.ticket, found.by)


def letter_about(ticket: Any, message_id: str = "<6f1c@prazo.example>") -> str:
    """The Message-ID of a letter that went out about `ticket`."""
    Delivery.objects.create(
        key=message_id,
        letter="replied",
        topic=correspondence.topic(ticket.number),
        to_address="ana@serraazul.example",
        message_id=message_id,
    )
    return message_id


def settled(raw: bytes, **more: Any) -> InboundMail:
    return receive(raw, at=at("2026-11-16T10:00"), **more).mail


def fate(mail: InboundMail) -> tuple[str, Ticket | None, str]:
    return mail.outcome, mail.ticket, mail.why


def test_the_signs_are_asked_in_their_order(opened: Opened) -> None:
    token, thread, code = opened(), opened(), opened()
    letter = letter_about(thread)
    subject = f"Re: [{code.number}] NF-e"
    address = correspondence.reply_address(token.number)

    assert named(write(to=address, subject=subject, In_Reply_To=letter)) == (token, By.ADDRESS)
    assert named(write(subject=subject, In_Reply_To=letter)) == (thread, By.LETTER)
    assert named(write(subject=subject)) == (code, By.CODE)
    assert named(write()) is None


def test_of_a_thread_the_nearest_letter_of_ours(opened: Opened) -> None:
    old, new = opened(), opened()
    first, second = letter_about(old, "<1@prazo.example>"), letter_about(new, "<2@prazo.example>")

    raw = write(References=f"{first} <x@y.example> {second} <z@y.example>")

    assert named(raw) == (new, By.LETTER)


@pytest.mark.parametrize(
    ("sent_as", "answered"),
    [
        (
            "0102018f2c3d4e5f-6a7b@us.provedor.example",
            "<0102018f2c3d4e5f-6a7b@us.provedor.example>",
        ),
        (
            "0102018f2c3d4e5f-6a7b8c9d-1e2f-4a5b",
            "<0102018f2c3d4e5f-6a7b8c9d-1e2f-4a5b@us.provedor.example>",
        ),
    ],
)
def test_the_id_that_a_provider_gave_our_letter_names_its_ticket(
    ticket: Any, sent_as: str, answered: str
) -> None:
    letter_about(ticket)
    Delivery.objects.update(sent_as=sent_as)

    assert named(write(In_Reply_To=answered)) == (ticket, By.LETTER)
    assert named(write(In_Reply_To="<outra@us.provedor.example>")) is None


@pytest.mark.parametrize(
    "subject",
    [
        "[{n}] Elisa respondeu: NF-e rejeitada",
        "Re: [{n}] NF-e rejeitada",
        "RES: ENC: [{n}] NF-e rejeitada",
        "[#{n}]",
        "#{n}",
        "Re: #{n} NF-e",
        "Dúvida sobre o #{n}",
        "Ticket {n}",
        "sobre o ticket nº {n}, de novo",
        "Chamado #{n}: NF-e",
        "OCORRÊNCIA {n}",
        "[2024] Chamado {n}",
    ],
)
def test_a_ticket_is_named_by_its_number_in_the_subject(ticket: Any, subject: str) -> None:
    assert named(write(subject=subject.format(n=ticket.number))) == (ticket, By.CODE)


@pytest.mark.parametrize(
    "subject",
    [
        "{n}",
        "Nota {n} rejeitada",
        "Pedido #{n} parado",
        "NF-e #{n}",
        "Ticket {n}0",
        "Ticket {n},50",
        "Ticket {n}/2026",
        "[{n}-2]",
        "[0{n}]",
        "[999999999999999999999999]",
        "Ticket",
    ],
)
def test_any_other_number_names_none(ticket: Any, subject: str) -> None:
    assert named(write(subject=subject.format(n=ticket.number))) is None


def test_R1_by_the_number_alone_those_who_take_part_may_write(
    ticket: Any, bruno: Any, carla: Any, davi: Any, mailbox: Any
) -> None:
    subject = f"[{ticket.number}] NF-e"
    senders = [
        "ana@serraazul.example",
        "carla@serraazul.example",
        "bruno@serraazul.example",
        "davi@maremansa.example",
        "ninguem@x.example",
    ]

    fates = {
        sender: fate(
            settled(
                write(subject=subject, sender=f"<{sender}>", message_id=f"<{sender}>"),
                mailbox=mailbox,
            )
        )
        for sender in senders
    }

    by_code = "Pelo número do ticket no assunto."
    apart = "O remetente não participa deste ticket."
    assert fates == {
        "ana@serraazul.example": (Outcome.REPLIED, ticket, by_code),
        "carla@serraazul.example": (Outcome.REPLIED, ticket, by_code),
        "bruno@serraazul.example": (Outcome.QUARANTINED, None, apart),
        "davi@maremansa.example": (Outcome.QUARANTINED, None, apart),
        "ninguem@x.example": (
            Outcome.QUARANTINED,
            None,
            "Ninguém está cadastrado com o endereço do remetente.",
        ),
    }
    assert set(InboundMail.objects.values_list("about", flat=True)) == {ticket.pk}


def test_C3_a_forged_sender_needs_a_letter_of_ours(ticket: Any, mailbox: Any) -> None:
    forged = vouched("serraazul.example", "fail")
    by_code = write(subject=f"[{ticket.number}] NF-e", message_id="<1@x.example>", **forged)
    by_token = reply_to(ticket, message_id="<2@x.example>", **forged)

    fates = [fate(settled(raw, mailbox=mailbox)) for raw in (by_code, by_token)]

    assert fates == [
        (
            Outcome.QUARANTINED,
            None,
            "O remetente não foi confirmado: o e-mail pode ser forjado.",
        ),
        (Outcome.REPLIED, ticket, "Pelo endereço de resposta do ticket."),
    ]


# --- Staff --------------------------------------------------------------------------------------

STAFF = "Elisa Prado <elisa@prazo.example>"
PROVEN = vouched("prazo.example")
NO_PROOF = "É da equipe de suporte, mas não há prova de que o remetente é quem diz ser."


def test_staff_reply_by_mail_and_the_customer_is_told(
    ticket: Any, mailbox: Any, use_followers: Callable[..., None]
) -> None:
    use_followers("notifications.followers.follow")
    raw = reply_to(ticket, "Atualize a tabela.", sender=STAFF, **PROVEN)

    mail = settled(raw, mailbox=mailbox)

    said = Message.objects.get(pk=mail.published_id)
    assert fate(mail) == (Outcome.REPLIED, ticket, "Pelo endereço de resposta do ticket.")
    assert (said.author.name, said.channel, said.by_customer, said.is_internal, said.body_text) == (
        "Elisa Prado",
        "email",
        False,
        False,
        "Atualize a tabela.",
    )
    assert list(Delivery.objects.values_list("letter", "to_address")) == [
        ("replied", "ana@serraazul.example")
    ]


def test_a_letters_message_id_is_proof_for_staff_too(ticket: Any, mailbox: Any) -> None:
    letter = letter_about(ticket)

    mail = settled(write(sender=STAFF, In_Reply_To=letter, **PROVEN), mailbox=mailbox)

    assert mail.outcome == Outcome.REPLIED


@pytest.mark.parametrize(
    ("by_token", "headers", "why"),
    [
        (True, {}, NO_PROOF),
        (True, vouched("prazo.example", "fail"), NO_PROOF),
        (True, vouched("prazo.example", "none"), NO_PROOF),
        (False, PROVEN, NO_PROOF),
        (None, PROVEN, "A equipe de suporte abre tickets pela mesa."),
    ],
)
def test_staff_without_both_proofs_wait_in_quarantine(
    ticket: Any, mailbox: Any, by_token: bool | None, headers: dict[str, str], why: str
) -> None:
    subject = f"[{ticket.number}] NF-e" if by_token is False else "NF-e"
    raw = (
        reply_to(ticket, sender=STAFF, subject=subject, **headers)
        if by_token
        else write(sender=STAFF, subject=subject, **headers)
    )

    mail = settled(raw, mailbox=mailbox)

    assert fate(mail) == (Outcome.QUARANTINED, None, why)
    assert Message.objects.count() == 1


def test_R1_staff_of_another_queue_wait_in_quarantine(
    ticket: Any, mailbox: Any, queue: Any, elisa: Any
) -> None:
    queue.analysts.remove(elisa)

    mail = settled(reply_to(ticket, sender=STAFF, **PROVEN), mailbox=mailbox)

    assert fate(mail) == (Outcome.QUARANTINED, None, "O remetente não participa deste ticket.")


def test_L6_staff_cannot_answer_an_ended_ticket_by_mail(
    ticket: Any, mailbox: Any, ana: Any
) -> None:
    actions.cancel(ticket, by=by(ana, "2026-11-13T12:00"))

    mail = settled(reply_to(ticket, sender=STAFF, **PROVEN), mailbox=mailbox)

    ticket.refresh_from_db()
    assert (mail.state, mail.why) == (
        State.QUARANTINED,
        "Este ticket já foi encerrado e não recebe mais mensagens. Continue em Acompanhamento.",
    )
    assert (ticket.status, Ticket.objects.count()) == (Status.CLOSED, 1)


# --- Names --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sender", "name"),
    [
        ("Nadia Reis <nadia@x.example>", "Nadia Reis"),
        ('"Reis, Nadia" <nadia@x.example>', "Reis, Nadia"),
        ("=?utf-8?q?N=C3=A1dia=2C_Reis?= <nadia@x.example>", "Nádia, Reis"),
        ("<nadia@x.example>", "nadia"),
        ("nadia@x.example", "nadia"),
        ('"<b>Nadia</b>" <nadia@x.example>', "<b>Nadia</b>"),
        ("=?utf-8?q?Na=E2=80=AEdia=0D=0ABcc=3A_x?= <nadia@x.example>", "Nadia Bcc: x"),
    ],
)
def test_what_a_sender_goes_by(sender: str, name: str) -> None:
    raw = f"From: {sender}\r\n\r\nOi.\r\n".encode()

    assert route.sender_name(mime.parse(raw)) == name


def test_a_sender_is_found_in_any_case(ana: Any) -> None:
    ana.email = "Ana@SerraAzul.example"
    ana.save()

    assert route.sender(mime.parse(write(sender="<ANA@serraazul.EXAMPLE>"))) == ana
