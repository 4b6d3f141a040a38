"""interfaces/inbox/answers.py: what a sender is told of the mail itself, kindly and clearly."""

from typing import Any

import pytest

from accounts.models import OrganizationDomain, User
from interfaces.inbox import answers
from interfaces.inbox.models import InboundMail, Mailbox, Outcome, State, Strangers
from interfaces.inbox.place import place
from interfaces.inbox.reception import receive, store
from outbox import letters
from outbox.models import Delivery
from tests.cast import at
from tests.inbox.conftest import reply_to, vouched, write
from tickets import correspondence
from tickets.models import Ticket

VIRUS = ("virus.exe", "application/octet-stream", b"MZ\x90\x00")
EMPTY = ("vazio.txt", "text/plain", b"")

pytestmark = pytest.mark.django_db


def settled(raw: bytes, **more: Any) -> InboundMail:
    return receive(raw, at=at("2026-11-16T10:00"), **more).mail


def told() -> list[str]:
    """The text parts of all letters, as they go out, without the foot that all share."""
    bodies = (str(letters.write(each).body) for each in Delivery.objects.order_by("pk"))
    return [body.removesuffix("Prazo: http://127.0.0.1:8000\n").strip() for body in bodies]


def test_files_that_were_refused_are_told_to_the_sender(ticket: Any) -> None:
    settled(reply_to(ticket, files=[VIRUS, EMPTY, ("log.txt", "text/plain", b"linha")]))

    letter = Delivery.objects.get()
    assert (letter.letter, letter.to_address, letter.to_name, letter.reply_to) == (
        "mail_files_refused",
        "ana@serraazul.example",
        "Ana Nogueira",
        correspondence.reply_address(ticket.number),
    )
    assert (letter.in_reply_to, letter.references) == (
        "<1@serraazul.example>",
        [correspondence.root_id(ticket.number), "<1@serraazul.example>"],
    )
    subject = str(letters.write(letter).subject)
    assert subject == (
        f"[{ticket.number}] Nem todos os arquivos foram recebidos: NF-e rejeitada com o código 539"
    )
    assert told()[0] == (
        f"##- responda acima desta linha -##\n\n{subject}\n\nOlá, Ana.\n\n"
        "O texto do e-mail que você enviou em seg., 16/11, 10:00 está no ticket, mas nem todos os "
        "arquivos:\n\n"
        "- Arquivo recusado: “virus.exe” é um programa ou script, e programas não são aceitos. Se "
        "ele for necessário para reproduzir o problema, envie-o em um arquivo .zip.\n"
        "- Arquivo recusado: “vazio.txt” está vazio. Confira o arquivo e anexe-o de novo.\n\n"
        f"Ver o ticket:\nhttp://127.0.0.1:8000/tickets/{ticket.number}/\n\n"
        "Se eles forem necessários, corrija-os e envie-os em resposta a esta mensagem ou pela "
        "página do ticket.\n\n"
        "Você recebeu esta mensagem porque enviou arquivos por e-mail."
    )


def test_L12_once_a_mail_by_however_many_mailboxes(ticket: Any, mailbox: Any) -> None:
    for box in (mailbox, None):
        settled(reply_to(ticket, files=[VIRUS]), mailbox=box)

    assert Delivery.objects.count() == 1


@pytest.mark.parametrize(
    "more", [vouched("serraazul.example", "fail"), {"Auto_Submitted": "auto-replied"}]
)
def test_forged_and_automatic_mail_is_told_nothing(
    ticket: Any, mailbox: Any, more: dict[str, str]
) -> None:
    settled(reply_to(ticket, files=[VIRUS], **more), mailbox=mailbox)

    assert Delivery.objects.count() == 0


def test_above_the_cap_nobody_is_told_anything(mailbox: Any, settings: Any) -> None:
    settings.MAIL_MOST_AN_HOUR = 2
    Mailbox.objects.update(strangers=Strangers.REFUSE)
    box = Mailbox.objects.get()

    outcomes = [
        settled(write(sender="<x@x.example>", message_id=f"<{n}@x.example>"), mailbox=box).outcome
        for n in range(4)
    ]

    assert outcomes == ["rejected", "rejected", "quarantined", "quarantined"]
    assert Delivery.objects.count() == 1


@pytest.fixture
def two_strangers(monkeypatch: pytest.MonkeyPatch) -> None:
    """A mailbox writes to no more in an hour."""
    monkeypatch.setattr(answers, "MOST_STRANGERS_AN_HOUR", 2)


@pytest.mark.usefixtures("two_strangers")
@pytest.mark.parametrize("policy", [Strangers.REFUSE, Strangers.GUEST])
def test_a_mailbox_writes_to_so_many_strangers_an_hour(
    mailbox: Any, guests: Any, policy: Strangers
) -> None:
    Mailbox.objects.update(strangers=policy, guests=guests)
    box = Mailbox.objects.get()
    senders = ["a@x.example", "b@x.example", "c@y.example", "a@x.example"]

    for n, sender in enumerate(senders):
        settled(write(sender=f"<{sender}>", message_id=f"<{n}@x.example>"), mailbox=box)
    later = write(sender="<d@x.example>", message_id="<9@x.example>")
    receive(later, at=at("2026-11-16T11:00"), mailbox=box)

    addresses = list(Delivery.objects.order_by("pk").values_list("to_address", flat=True))
    assert addresses == ["a@x.example", "b@x.example", "d@x.example"]
    third = InboundMail.objects.get(from_address="c@y.example")
    assert (third.state, third.why) == (
        State.QUARANTINED,
        "A caixa já escreveu a 2 endereços desconhecidos em uma hora.",
    )


@pytest.mark.usefixtures("two_strangers")
def test_whom_the_domain_admits_counts_as_a_stranger(mailbox: Any, organization: Any) -> None:
    OrganizationDomain.objects.create(organization=organization, domain="vale.example")

    outcomes = [
        settled(
            write(sender=f"<p{n}@vale.example>", message_id=f"<{n}@x.example>"), mailbox=mailbox
        ).outcome
        for n in range(3)
    ]

    assert outcomes == [Outcome.OPENED, Outcome.OPENED, Outcome.QUARANTINED]
    assert Delivery.objects.filter(letter="access_welcome").count() == 2
    assert not User.objects.filter(email="p2@vale.example").exists()


@pytest.mark.usefixtures("two_strangers")
def test_old_mail_of_strangers_reaches_nobody_and_has_no_cap(
    mailbox: Any, organization: Any
) -> None:
    OrganizationDomain.objects.create(organization=organization, domain="vale.example")

    outcomes = [
        settled(
            write(sender=f"<p{n}@vale.example>", message_id=f"<{n}@x.example>"),
            mailbox=mailbox,
            quiet=True,
        ).outcome
        for n in range(3)
    ]

    assert outcomes == [Outcome.OPENED] * 3
    assert Delivery.objects.count() == 0


# --- Too big ------------------------------------------------------------------------------------


@pytest.fixture
def small_limit(settings: Any) -> None:
    settings.MAX_MAIL_BYTES = 2**20


BIG = "linha do log\n" * 100_000


@pytest.mark.usefixtures("small_limit")
def test_a_mail_that_is_too_big_is_refused_and_its_sender_told(ticket: Any, mailbox: Any) -> None:
    mail = settled(reply_to(ticket, BIG), mailbox=mailbox)

    assert (mail.outcome, mail.why, ticket.messages.count()) == (
        Outcome.REJECTED,
        "O e-mail passa de 1 MB; o remetente foi avisado.",
        1,
    )
    assert len(bytes(InboundMail.objects.get().raw)) < 2_000
    assert told() == [
        "O seu e-mail passa de 1 MB e não foi recebido\n\nOlá.\n\n"
        "O e-mail que você enviou em seg., 16/11, 10:00 tem 2 MB, e recebemos até 1 MB por e-mail, "
        "com os anexos. Por isso nada dele chegou ao suporte.\n\n"
        "Envie-o de novo com os arquivos compactados ou divididos em mais de um e-mail. No portal "
        "cabe mais: são 1 MB para cada arquivo.\n\n"
        "Se não foi você que escreveu, ignore esta mensagem."
    ]


@pytest.mark.usefixtures("small_limit")
def test_of_each_mail_that_is_too_big_a_person_we_know_is_told(ticket: Any) -> None:
    for n in range(2):
        settled(reply_to(ticket, BIG, message_id=f"<{n}@x.example>"))
        settled(write(BIG, sender="<x@x.example>", message_id=f"<{n}@y.example>"))

    assert sorted(Delivery.objects.values_list("to_address", flat=True)) == [
        "ana@serraazul.example",
        "ana@serraazul.example",
        "x@x.example",
    ]


@pytest.mark.usefixtures("small_limit")
@pytest.mark.parametrize(
    ("more", "outcome"),
    [
        (vouched("serraazul.example", "fail"), Outcome.QUARANTINED),
        ({"Auto_Submitted": "auto-replied"}, Outcome.AUTO_REPLY),
        ({"sender": "suporte@prazo.example"}, Outcome.QUARANTINED),
    ],
)
def test_too_big_and_nobody_to_tell_a_person_has_to_look(
    ticket: Any, mailbox: Any, more: dict[str, str], outcome: str
) -> None:
    mail = settled(reply_to(ticket, BIG, **more), mailbox=mailbox)

    assert (mail.outcome, Delivery.objects.count()) == (outcome, 0)


def test_a_door_gives_the_head_alone(ticket: Any) -> None:
    head = reply_to(ticket).partition(b"\r\n\r\n")[0] + b"\r\n\r\n"

    mail = place(store(head, at=at("2026-11-16T10:00"), whole_size=31 * 2**20).pk)

    assert (mail.outcome, mail.state) == (Outcome.REJECTED, State.PLACED)
    assert "tem 31 MB, e recebemos até 25 MB" in told()[0]


# --- Words --------------------------------------------------------------------------------------


def test_the_letters_to_strangers(mailbox: Any, guests: Any) -> None:
    Mailbox.objects.update(strangers=Strangers.GUEST, guests=guests)
    settled(write(sender="<x@x.example>"), mailbox=Mailbox.objects.get())
    Mailbox.objects.update(strangers=Strangers.REFUSE)
    settled(
        write(sender="<y@x.example>", message_id="<2@x.example>"), mailbox=Mailbox.objects.get()
    )

    confirm = Delivery.objects.get(letter="mail_confirm")
    assert told() == [
        "Confirme o seu endereço para abrirmos o seu ticket\n\nOlá.\n\n"
        "Recebemos o e-mail que você enviou a suporte-fiscal@prazo.example em seg., 16/11, 10:00. "
        "É a primeira vez que você nos escreve deste endereço: confirme que ele é seu, e abrimos o "
        "ticket na hora, sem que você precise escrever de novo.\n\nO link vale por 7 dias.\n\n"
        f"Confirmar o meu endereço:\n{confirm.context['url']}\n\n"
        "Se não foi você que escreveu, ignore esta mensagem: nada será aberto.",
        "O seu e-mail não abriu um ticket\n\nOlá.\n\n"
        "O e-mail que você enviou a suporte-fiscal@prazo.example em seg., 16/11, 10:00 não abriu "
        "um ticket, porque o seu endereço não está no nosso cadastro de clientes.\n\n"
        "Se a sua empresa é cliente, escreva do endereço que está cadastrado, ou peça a quem "
        "administra a conta da empresa que inclua este. Depois, envie o e-mail de novo.\n\n"
        "Se não foi você que escreveu, ignore esta mensagem: nada foi aberto.",
    ]
    assert Ticket.objects.count() == 0
    assert answers.DAYS_TO_CONFIRM == 7


@pytest.mark.parametrize("part", ["html", "text"])
def test_a_hard_file_name_is_harmless_in_the_letter(ticket: Any, part: str) -> None:
    name = "<img src=x onerror=alert(1)>\u202efdp.exe"
    settled(reply_to(ticket, files=[(name, "application/octet-stream", b"MZ\x90\x00")]))

    letter = letters.write(Delivery.objects.get())
    shown = str(letter.alternatives[0][0]) if part == "html" else str(letter.body)
    assert "<img" not in shown
    assert "\u202e" not in shown
