"""interfaces/inbox: a mail finds its ticket, or waits in quarantine, and never has two effects."""

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import FileSystemStorage
from django.db import connection
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from accounts.models import Membership, OrganizationDomain
from common import clock
from interfaces.inbox import place, queries, tasks
from interfaces.inbox.decision import Choice
from interfaces.inbox.models import InboundMail, Mailbox, Outcome, State
from interfaces.inbox.reception import receive, store
from outbox.models import Delivery
from tests.cast import at, by, make_desk, make_person, make_queue
from tests.inbox.conftest import reply_to, vouched, write
from tickets import actions, correspondence
from tickets.lifecycle import DiscardReason, Status
from tickets.models import Attachment, Channel, Message, Ticket, TicketEvent, Watcher

Opened = Callable[..., Any]

pytestmark = pytest.mark.django_db


def settled(raw: bytes, when: str = "2026-11-16T10:00", **more: Any) -> InboundMail:
    """The mail as it stands after it came in at `when`."""
    return receive(raw, at=at(when), **more).mail


def fate(mail: InboundMail) -> tuple[str, str, Ticket | None]:
    return mail.state, mail.outcome, mail.ticket


def messages(ticket: Ticket) -> list[tuple[str, str, str]]:
    found = ticket.messages.select_related("author").order_by("pk")
    return [(each.author.name, each.channel, each.body_text) for each in found]


def test_L5_a_reply_by_mail_takes_the_ball_back(ticket: Any, ana: Any, elisa: Any) -> None:
    actions.request_information(ticket, by=by(elisa, "2026-11-13T10:00"), body="Qual versão?")

    mail = settled(reply_to(ticket, "Versão 12.1.33."))

    ticket.refresh_from_db()
    assert fate(mail) == (State.PLACED, Outcome.REPLIED, ticket)
    assert (ticket.status, ticket.deadline_at) == (Status.OPEN, None)
    assert messages(ticket)[-1] == ("Ana Nogueira", Channel.EMAIL, "Versão 12.1.33.")
    assert mail.published is not None
    assert mail.published.received_at == at("2026-11-16T10:00")


@pytest.mark.parametrize("header", ["Delivered_To", "X_Original_To", "Cc"])
def test_the_signed_address_is_found_wherever_it_stands(ticket: Any, header: str) -> None:
    address = correspondence.reply_address(ticket.number).upper()

    mail = settled(write("Segue.", **{header: address}))

    assert fate(mail) == (State.PLACED, Outcome.REPLIED, ticket)


def test_a_letters_own_message_id_finds_its_ticket(ticket: Any) -> None:
    letter = Delivery.objects.create(
        key="replied:1:ana",
        letter="replied",
        topic=correspondence.topic(ticket.number),
        to_address="ana@serraazul.example",
        message_id="<6f1c@prazo.example>",
    )

    mail = settled(write("Segue.", References=f"<x@y.example> {letter.message_id}"))

    assert fate(mail) == (State.PLACED, Outcome.REPLIED, ticket)


@pytest.mark.parametrize(
    "names",
    [
        {},
        {"to": "ticket+1024kaaaaaaaaaaaaaaaa@prazo.example"},
        {"In_Reply_To": "<ticket-{number}@prazo.example>"},
        {"References": "<x@y.example> <ticket-{number}@prazo.example>"},
    ],
)
def test_what_names_no_ticket_or_could_be_guessed_is_quarantined(
    ticket: Any, names: dict[str, str]
) -> None:
    named = {name: value.format(number=ticket.number) for name, value in names.items()}

    mail = settled(write("Segue.", **named))

    assert fate(mail) == (State.QUARANTINED, Outcome.QUARANTINED, None)
    assert mail.why == "O e-mail não responde a nenhum ticket."
    assert len(messages(ticket)) == 1


def test_R1_who_may_write(ticket: Any, bruno: Any, carla: Any, davi: Any, elisa: Any) -> None:
    Watcher.objects.create(ticket=ticket, user=bruno)
    gone = make_person("Gil Faria", "gil@serraazul.example", ticket.organization)
    Watcher.objects.create(ticket=ticket, user=gone)
    gone.is_active = False
    gone.save()

    why = {
        sender: settled(reply_to(ticket, sender=f"<{sender}>", message_id=f"<{sender}>")).why
        for sender in (
            "ana@serraazul.example",
            "BRUNO@serraazul.example",
            "carla@serraazul.example",
            "davi@maremansa.example",
            "elisa@prazo.example",
            "gil@serraazul.example",
            "ninguem@serraazul.example",
        )
    }

    assert why == {
        "ana@serraazul.example": "Pelo endereço de resposta do ticket.",
        "BRUNO@serraazul.example": "Pelo endereço de resposta do ticket.",
        "carla@serraazul.example": "Pelo endereço de resposta do ticket.",
        "davi@maremansa.example": "O remetente não participa deste ticket.",
        "elisa@prazo.example": "É da equipe de suporte, mas não há prova de que o remetente é quem "
        "diz ser.",
        "gil@serraazul.example": "O remetente não tem mais acesso.",
        "ninguem@serraazul.example": "Ninguém está cadastrado com o endereço do remetente.",
    }
    assert [author for author, _channel, _text in messages(ticket)[1:]] == [
        "Ana Nogueira",
        "Bruno Sakamoto",
        "Carla Menezes",
    ]


def test_R1_a_colleague_who_does_not_take_part_is_quarantined(ticket: Any, bruno: Any) -> None:
    mail = settled(reply_to(ticket, sender="bruno@serraazul.example"))

    assert fate(mail) == (State.QUARANTINED, Outcome.QUARANTINED, None)


def test_L5_machines_never_count_as_a_reply(ticket: Any, elisa: Any) -> None:
    asked = actions.request_information(ticket, by=by(elisa, "2026-11-13T10:00"), body="Versão?")

    away = settled(reply_to(ticket, "Estou de férias.", Auto_Submitted="auto-replied"))
    lost = settled(reply_to(ticket, sender="MAILER-DAEMON@mx.example", message_id="<2@mx.example>"))

    ticket.refresh_from_db()
    assert fate(away) == (State.PLACED, Outcome.AUTO_REPLY, None)
    assert fate(lost) == (State.PLACED, Outcome.BOUNCE, None)
    assert (ticket.status, ticket.deadline_at) == (
        Status.PENDING_CUSTOMER,
        asked.ticket.deadline_at,
    )
    assert len(messages(ticket)) == 2


@pytest.mark.parametrize(
    "header", [{"Precedence": "list"}, {"X_Auto_Response_Suppress": "All"}, {"List_Id": "<x.y>"}]
)
def test_L5_a_persons_mail_by_a_list_or_exchange_counts(
    ticket: Any, fabio: Any, header: dict[str, str]
) -> None:
    said = settled(reply_to(ticket, "Segue.", **header))
    away = settled(
        reply_to(ticket, "Volto dia 30.", subject="Ausência", message_id="<2@x.example>", **header)
    )
    unknown = settled(
        reply_to(ticket, sender="<ninguem@x.example>", message_id="<3@x.example>", **header)
    )

    assert [fate(each) for each in (said, away, unknown)] == [
        (State.PLACED, Outcome.REPLIED, ticket),
        (State.QUARANTINED, Outcome.QUARANTINED, None),
        (State.QUARANTINED, Outcome.QUARANTINED, None),
    ]
    assert fate(place.accept(away.pk, by=fabio)) == (State.PLACED, Outcome.REPLIED, ticket)


def test_L6_a_reply_to_an_ended_ticket_makes_its_follow_up(ticket: Any, ana: Any) -> None:
    actions.cancel(ticket, by=by(ana, "2026-11-13T12:00"))

    mail = settled(reply_to(ticket, "Voltou a acontecer."))

    successor = Ticket.objects.get(predecessor=ticket)
    assert fate(mail) == (State.PLACED, Outcome.FOLLOWED_UP, successor)
    assert (mail.about, successor.channel) == (ticket, Channel.EMAIL)
    assert messages(successor) == [("Ana Nogueira", "email", "Voltou a acontecer.")]


def test_L7_a_second_reply_lands_in_the_successor(ticket: Any, ana: Any) -> None:
    actions.cancel(ticket, by=by(ana, "2026-11-13T12:00"))
    first = settled(reply_to(ticket, "Voltou a acontecer."))

    second = settled(reply_to(ticket, "E de novo.", message_id="<2@serraazul.example>"))

    assert fate(second) == (State.PLACED, Outcome.REPLIED, first.ticket)
    assert Ticket.objects.count() == 2


def test_L7_a_reply_to_a_merged_ticket_lands_in_its_target(opened: Opened, elisa: Any) -> None:
    duplicate, target = opened(title="Duplicado"), opened(title="Destino")
    actions.merge(duplicate, into=target, by=by(elisa, "2026-11-13T12:00"))

    mail = settled(reply_to(duplicate, "Mais um caso."))

    assert fate(mail) == (State.PLACED, Outcome.REPLIED, target)


def test_L8_a_reply_to_spam_is_quarantined(ticket: Any, elisa: Any) -> None:
    actions.discard(ticket, by=by(elisa, "2026-11-13T12:00"), reason=DiscardReason.SPAM)

    mail = settled(reply_to(ticket, files=[("log.txt", "text/plain", b"linha")]))

    assert fate(mail) == (State.QUARANTINED, Outcome.QUARANTINED, None)
    assert mail.why == "Este ticket foi descartado como spam e não pode continuar."
    assert Attachment.objects.count() == 0


def test_L11_received_in_time_and_placed_late_reinstates(ticket: Any, elisa: Any) -> None:
    actions.propose_solution(ticket, by=by(elisa, "2026-11-13T10:00"), body="Atualize.")
    mail = store(reply_to(ticket, "Não resolveu."), at=at("2026-11-25T23:59"))
    actions.advance(ticket.pk, now=at("2026-11-26T09:00"))
    assert Ticket.objects.get(pk=ticket.pk).status == Status.CLOSED

    place.place(mail.pk)

    ticket.refresh_from_db()
    assert (ticket.status, Ticket.objects.count()) == (Status.OPEN, 1)
    assert ticket.waiting_since == at("2026-11-25T23:59")


def test_L11_received_too_late_follows_up(ticket: Any, elisa: Any) -> None:
    actions.propose_solution(ticket, by=by(elisa, "2026-11-13T10:00"), body="Atualize.")
    actions.advance(ticket.pk, now=at("2026-11-26T00:05"))

    mail = settled(reply_to(ticket, "Não resolveu."), "2026-11-26T00:01")

    assert mail.outcome == Outcome.FOLLOWED_UP


def test_L12_delivered_again_it_is_the_same_mail(ticket: Any) -> None:
    raw = reply_to(ticket)

    first, again = receive(raw), receive(b"Received: by mx2.example\r\n" + raw)

    assert (first.again, again.again) == (False, True)
    assert first.mail.pk == again.mail.pk
    assert len(messages(ticket)) == 2


def test_L12_encoded_otherwise_on_the_way_it_is_the_same_mail(ticket: Any, mailbox: Any) -> None:
    raw = reply_to(ticket, "Não abre.", files=[("log.txt", "text/plain", b"linha")])
    words = base64.b64encode("Não abre.\n".encode()) + b"\r\n"
    other = raw.replace(b"Transfer-Encoding: 8bit", b"Transfer-Encoding: base64", 1)
    other = other.replace("Não abre.\r\n".encode(), words, 1)

    first, again = receive(raw), receive(other)
    elsewhere = receive(other, mailbox=mailbox)

    assert words in other
    assert (again.mail.pk, again.again) == (first.mail.pk, True)
    assert elsewhere.mail.outcome == Outcome.DUPLICATE
    assert ticket.messages.count() == 2


@pytest.mark.parametrize("is_elsewhere", [False, True])
@pytest.mark.parametrize(
    "more",
    [
        {"body": "Outra coisa."},
        {"sender": "<carla@serraazul.example>"},
        {"files": [("outro.txt", "text/plain", b"linha")]},
    ],
)
def test_L12_a_message_id_alone_makes_no_copy(
    ticket: Any, mailbox: Any, carla: Any, elisa: Any, more: dict[str, Any], is_elsewhere: bool
) -> None:
    first = receive(reply_to(ticket)).mail
    box = mailbox if is_elsewhere else None

    other = receive(reply_to(ticket, **more), mailbox=box).mail
    again = receive(reply_to(ticket, **more), mailbox=box)

    assert (other.outcome, other.why) == (
        Outcome.QUARANTINED,
        "O e-mail usa a identificação (Message-ID) de outro e-mail.",
    )
    assert (again.again, again.mail.pk) == (True, other.pk)
    assert receive(reply_to(ticket), mailbox=mailbox).mail.ticket == ticket
    accepted = place.accept(other.pk, by=elisa)
    assert (accepted.outcome, accepted.published == first.published) == (Outcome.REPLIED, False)
    assert ticket.messages.count() == 3


def test_L12_without_a_message_id_the_same_bytes_are_the_same_mail(ticket: Any) -> None:
    raw = reply_to(ticket, message_id="")

    receive(raw)
    receive(raw.replace(b"\r\n", b"\n"))
    receive(reply_to(ticket, "Outra coisa.", message_id=""))

    assert [text for _author, _channel, text in messages(ticket)[1:]] == [
        "Segue o log.",
        "Outra coisa.",
    ]


def test_L12_by_two_mailboxes_it_has_one_effect(ticket: Any, queue: Any) -> None:
    boxes = [
        Mailbox.objects.create(name=name, address=f"{name}@prazo.example", queue=queue)
        for name in ("suporte", "fiscal")
    ]

    fates = [fate(settled(reply_to(ticket), mailbox=box)) for box in boxes]

    assert fates == [
        (State.PLACED, Outcome.REPLIED, ticket),
        (State.PLACED, Outcome.DUPLICATE, ticket),
    ]
    assert len(messages(ticket)) == 2


def test_files_come_along_and_refused_ones_are_named(ticket: Any) -> None:
    mail = settled(
        reply_to(
            ticket,
            "Segue.",
            files=[
                ("log.txt", "text/plain", b"linha"),
                ("virus.exe", "application/octet-stream", b"MZ\x90\x00"),
            ],
        )
    )

    assert mail.published is not None
    assert mail.published.body_text == (
        "Segue.\n\nArquivo recusado: “virus.exe” é um programa ou script, e programas não são "
        "aceitos. Se ele for necessário para reproduzir o problema, envie-o em um arquivo .zip."
    )
    assert [each.name for each in mail.published.attachments.all()] == ["log.txt"]


def test_more_files_than_a_message_takes(ticket: Any, settings: Any) -> None:
    settings.MAX_FILES_A_MESSAGE = 2
    files = [(f"{n}.txt", "text/plain", b"linha") for n in range(3)]

    mail = settled(reply_to(ticket, "Segue.", files=files))

    assert mail.published is not None
    assert mail.published.body_text == (
        "Segue.\n\nArquivo recusado: “2.txt” passa do limite de 2 arquivos por mensagem."
    )
    assert mail.published.attachments.count() == 2


def test_an_endless_text_comes_as_a_file(ticket: Any) -> None:
    mail = settled(reply_to(ticket, "linha do log\n" * 10_000))

    assert mail.published is not None
    assert mail.published.body_text.endswith("\n\n(Continua no arquivo anexo.)")
    assert [(each.name, each.size) for each in mail.published.attachments.all()] == [
        ("mensagem-completa.txt", 129_999)
    ]


def test_an_empty_mail_is_quarantined(ticket: Any) -> None:
    mail = settled(reply_to(ticket, "\n"))

    assert (mail.state, mail.why) == (State.QUARANTINED, "O e-mail não traz texto nem arquivos.")


LOG = ("log.txt", "text/plain", b"linha")


def on_disk(settings: Any) -> list[Path]:
    return [each for each in settings.MEDIA_ROOT.rglob("*") if each.is_file()]


def test_nothing_is_left_of_the_files_of_a_refused_mail(
    ticket: Any, elisa: Any, settings: Any
) -> None:
    actions.discard(ticket, by=by(elisa, "2026-11-13T12:00"), reason=DiscardReason.SPAM)

    settled(reply_to(ticket, files=[LOG]))

    assert on_disk(settings) == []


class FullDisk(FileSystemStorage):
    """Has room for small files alone."""

    def _save(self, name: str, content: Any) -> str:
        if content.size > 100:
            raise OSError("No space left on device")
        return super()._save(name, content)


def test_nothing_is_left_of_the_files_of_a_mail_if_one_cannot_be_kept(
    ticket: Any, settings: Any
) -> None:
    disk = {"BACKEND": f"{__name__}.FullDisk"}
    settings.STORAGES = {**settings.STORAGES, "default": disk}
    long = ("longo.txt", "text/plain", b"linha" * 100)

    mail = settled(reply_to(ticket, files=[LOG, long]))

    assert (mail.state, mail.published) == (State.RECEIVED, None)
    assert on_disk(settings) == []


def test_nothing_is_left_of_the_files_of_a_mail_that_cannot_be_settled(
    ticket: Any, settings: Any
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION refuse() RETURNS trigger AS "
            "$$ BEGIN RAISE EXCEPTION 'no'; END $$ LANGUAGE plpgsql;"
            "CREATE TRIGGER refuse BEFORE UPDATE ON inbox_inboundmail FOR EACH ROW "
            "WHEN (NEW.state = 'placed') EXECUTE FUNCTION refuse();"
        )

    mail = settled(reply_to(ticket, files=[LOG]))

    assert (mail.state, Attachment.objects.count()) == (State.RECEIVED, 0)
    assert on_disk(settings) == []


def test_accepted_from_quarantine_it_is_published_as_its_sender(
    ticket: Any, bruno: Any, fabio: Any
) -> None:
    mail = settled(reply_to(ticket, "Comigo também.", sender="bruno@serraazul.example"))

    accepted = place.accept(mail.pk, by=fabio)

    assert fate(accepted) == (State.PLACED, Outcome.REPLIED, ticket)
    assert accepted.settled_by == fabio
    published = Message.objects.get(pk=accepted.published_id)
    assert (published.author, published.entered_by, published.channel) == (bruno, fabio, "email")
    assert Ticket.objects.visible_to(bruno).get() == ticket


@pytest.mark.parametrize(
    ("sender", "names_it", "why"),
    [
        ("davi@maremansa.example", True, "O remetente não é do cliente deste ticket."),
        ("elisa@prazo.example", False, "A equipe de suporte abre tickets pela mesa."),
        (
            "ninguem@serraazul.example",
            True,
            "Ninguém está cadastrado com o endereço do remetente.",
        ),
        ("bruno@serraazul.example", False, "A caixa não diz de que produto é um ticket novo."),
    ],
)
def test_what_can_not_be_accepted(
    ticket: Any, bruno: Any, davi: Any, fabio: Any, sender: str, names_it: bool, why: str
) -> None:
    raw = reply_to(ticket, sender=sender) if names_it else write(sender=sender)
    mail = settled(raw)

    with pytest.raises(place.Refused) as refused:
        place.accept(mail.pk, by=fabio)

    mail.refresh_from_db()
    assert (str(refused.value), mail.state) == (why, State.QUARANTINED)
    assert len(messages(ticket)) == 1


def test_rejected_it_has_no_effect_and_is_decided(ticket: Any, bruno: Any, fabio: Any) -> None:
    mail = settled(reply_to(ticket, sender="bruno@serraazul.example"))

    rejected = place.reject(mail.pk, by=fabio)

    assert fate(rejected) == (State.PLACED, Outcome.REJECTED, None)
    with pytest.raises(place.Refused):
        place.accept(mail.pk, by=fabio)


def breaks(event: TicketEvent) -> None:
    """A follower that fails for one ticket."""
    if event.ticket.title == "Quebra":
        raise RuntimeError("quebrou")


def test_one_bad_mail_never_stops_the_others(
    opened: Opened, use_followers: Callable[..., None]
) -> None:
    bad, good = opened(title="Boa"), opened()
    Ticket.objects.filter(pk=bad.pk).update(title="Quebra")
    first = store(reply_to(bad, message_id="<1@x.example>"), at=at("2026-11-16T10:00"))
    second = store(reply_to(good, message_id="<2@x.example>"), at=at("2026-11-16T10:01"))
    use_followers(f"{__name__}.breaks")

    placed = place.place_waiting()

    first.refresh_from_db()
    second.refresh_from_db()
    assert placed == 1
    assert (first.state, first.attempts, first.error) == (
        State.RECEIVED,
        1,
        "RuntimeError: quebrou",
    )
    assert fate(second) == (State.PLACED, Outcome.REPLIED, good)


def test_the_beats_task_places_what_waits(ticket: Any) -> None:
    store(reply_to(ticket))

    assert (tasks.place.name, tasks.place(), tasks.place()) == ("inbox.tasks.place", 1, 0)


def test_after_many_tries_it_waits_for_a_person(
    ticket: Any, use_followers: Callable[..., None]
) -> None:
    mail = store(reply_to(ticket, files=[("log.txt", "text/plain", b"linha")]))
    Ticket.objects.filter(pk=ticket.pk).update(title="Quebra")
    use_followers(f"{__name__}.breaks")
    for _ in range(place.MOST_ATTEMPTS + 1):
        place.place_waiting()
    mail.refresh_from_db()
    assert (mail.state, mail.attempts) == (State.FAILED, place.MOST_ATTEMPTS)
    use_followers()

    again = place.try_again([mail.pk])
    placed = place.place_waiting()

    mail.refresh_from_db()
    assert (again, placed, fate(mail)) == (1, 1, (State.PLACED, Outcome.REPLIED, ticket))
    assert Attachment.objects.count() == 1


def test_a_mail_that_killed_its_workers_is_given_up(ticket: Any) -> None:
    mail = store(reply_to(ticket))
    InboundMail.objects.filter(pk=mail.pk).update(attempts=place.MOST_ATTEMPTS)

    place.place_waiting()

    mail.refresh_from_db()
    assert mail.state == State.FAILED


def test_the_date_header_says_nothing(ticket: Any) -> None:
    before = clock.now()

    mail = receive(reply_to(ticket, Date="Mon, 01 Jan 2001 00:00:00 +0000")).mail

    assert before <= mail.received_at <= clock.now()


@hypothesis_settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50, deadline=None
)
@given(st.binary(max_size=300), st.binary(max_size=300))
def test_whatever_comes_is_stored_and_decided(ticket: Any, head: bytes, body: bytes) -> None:
    address = correspondence.reply_address(ticket.number).encode()
    raw = b"To: %s\r\nFrom: ana@serraazul.example\r\nSubject: %s\r\n\r\n%s" % (address, head, body)

    mail = receive(raw).mail

    kept = bytes(InboundMail.objects.get(pk=mail.pk).raw)
    assert kept.replace(b"\r\n", b"\n") == raw.replace(b"\r\n", b"\n")
    assert (mail.state, mail.error) in [(State.PLACED, ""), (State.QUARANTINED, "")]


def test_L12_what_is_decided_stays_as_it_is(ticket: Any, bruno: Any) -> None:
    placed = settled(reply_to(ticket))
    waiting = settled(reply_to(ticket, sender="<bruno@serraazul.example>", message_id="<2@x>"))

    again = [place.place(placed.pk), place.reconsider(placed.pk), place.place(waiting.pk)]

    assert [fate(each) for each in again] == [fate(placed), fate(placed), fate(waiting)]
    assert fate(place.reconsider(waiting.pk)) == fate(waiting)
    assert len(messages(ticket)) == 2


# --- Out of quarantine --------------------------------------------------------------------------


def test_R1_an_analyst_settles_what_concerns_his_queues_alone(
    ticket: Any, bruno: Any, elisa: Any, mailbox: Any, calendar_sp: Any
) -> None:
    other = make_desk("Gustavo", "gustavo@prazo.example", "analyst")
    make_queue("Folha", calendar_sp, other)
    about = settled(reply_to(ticket, sender="bruno@serraazul.example"))
    new = settled(write(sender="<x@x.example>", message_id="<2@x>"), mailbox=mailbox)
    nobodys = settled(write(sender="<x@x.example>", message_id="<3@x>"))

    may = {
        person.name: [queries.may_settle(person, mail) for mail in (about, new, nobodys)]
        for person in (elisa, other, bruno)
    }

    assert may == {
        "Elisa Prado": [True, True, False],
        "Gustavo": [False, False, False],
        "Bruno Sakamoto": [False, False, False],
    }
    for act in (place.accept, place.reject):
        with pytest.raises(place.Refused) as refused:
            act(about.pk, by=other)
        assert refused.value.code == "not_yours"


def test_one_click_opens_what_named_no_ticket(
    mailbox: Any, elisa: Any, product: Any, organization: Any
) -> None:
    OrganizationDomain.objects.create(organization=organization, domain="vale.example")
    forged = vouched("vale.example", "fail")
    mail = settled(
        write("Parou.", sender="Nádia <nadia@vale.example>", subject="Parado", **forged),
        mailbox=mailbox,
    )
    assert place.suggested(mail) == Choice(None, organization, product)

    accepted = place.accept(mail.pk, by=elisa)

    opened = Ticket.objects.get()
    said = opened.messages.get()
    assert fate(accepted) == (State.PLACED, Outcome.OPENED, opened)
    assert (opened.requester.email, opened.organization) == ("nadia@vale.example", organization)
    assert (said.entered_by, said.sender_check) == (elisa, "failed")


def test_an_analyst_chooses_what_the_mail_does_not_say(
    mailbox: Any, elisa: Any, product: Any, other_organization: Any
) -> None:
    Mailbox.objects.update(product=None)
    mail = settled(
        write(sender="Nádia <nadia@x.example>", subject="Parado"), mailbox=Mailbox.objects.get()
    )
    assert place.suggested(mail) == Choice()
    with pytest.raises(place.Refused) as refused:
        place.accept(mail.pk, by=elisa)

    place.accept(mail.pk, by=elisa, organization=other_organization, product=product)

    opened = Ticket.objects.get()
    assert refused.value.code == "unknown_sender"
    assert (opened.organization, opened.product, opened.requester.name) == (
        other_organization,
        product,
        "Nádia",
    )


def test_R1_an_analyst_puts_it_into_a_ticket_that_he_sees(
    opened: Opened, bruno: Any, elisa: Any, queue: Any
) -> None:
    named, other = opened(), opened()
    mail = settled(reply_to(named, "É do outro.", sender="bruno@serraazul.example"))

    accepted = place.accept(mail.pk, by=elisa, ticket=other)

    assert fate(accepted) == (State.PLACED, Outcome.REPLIED, other)

    second = settled(reply_to(named, sender="bruno@serraazul.example", message_id="<2@x>"))
    Ticket.objects.filter(pk=other.pk).update(queue=make_queue("Folha", queue.policy.calendar))
    with pytest.raises(place.Refused) as refused:
        place.accept(second.pk, by=elisa, ticket=other)
    assert refused.value.code == "no_such_ticket"


def test_one_that_names_a_ticket_may_be_opened_as_new(
    ticket: Any, bruno: Any, elisa: Any, mailbox: Any
) -> None:
    raw = write(subject=f"Pedido [{ticket.number}] parado", sender="bruno@serraazul.example")
    mail = settled(raw, mailbox=mailbox)

    accepted = place.accept(mail.pk, by=elisa, as_new=True)

    assert accepted.outcome == Outcome.OPENED
    assert Ticket.objects.exclude(pk=ticket.pk).get().requester == bruno


def test_R1_a_newcomer_is_of_the_tickets_customer_or_stays_out(
    ticket: Any, elisa: Any, organization: Any, other_organization: Any
) -> None:
    mail = settled(reply_to(ticket, "Sou o novo.", sender="Novo <novo@x.example>"))

    with pytest.raises(place.Refused) as refused:
        place.accept(mail.pk, by=elisa, organization=other_organization)
    accepted = place.accept(mail.pk, by=elisa, organization=organization)

    assert refused.value.code == "other_organization"
    assert fate(accepted) == (State.PLACED, Outcome.REPLIED, ticket)
    assert list(Membership.objects.filter(user__email="novo@x.example").values_list("role")) == [
        ("member",)
    ]


def test_R1_a_guest_is_let_into_no_other_guests_ticket(
    opened: Opened, guests: Any, elisa: Any
) -> None:
    iara, joel = (
        make_person(name, f"{name.lower()}@fora.example", guests) for name in ("Iara", "Joel")
    )
    ticket = opened(user=iara, organization=guests)
    known = settled(reply_to(ticket, sender="joel@fora.example"))
    unknown = settled(reply_to(ticket, sender="lia@fora.example", message_id="<2@fora.example>"))

    for mail in (known, unknown):
        with pytest.raises(place.Refused) as refused:
            place.accept(mail.pk, by=elisa, organization=guests)
        assert refused.value.code == "other_guest"
    assert Membership.objects.filter(organization=guests).count() == 2

    actions.watch(ticket, who=joel, by=by(elisa))
    assert fate(place.accept(known.pk, by=elisa)) == (State.PLACED, Outcome.REPLIED, ticket)


def test_staffs_mail_is_accepted_as_the_reply_that_it_is(
    ticket: Any, elisa: Any, fabio: Any
) -> None:
    mail = settled(reply_to(ticket, "Atualize.", sender="elisa@prazo.example"))

    accepted = place.accept(mail.pk, by=fabio)

    said = Message.objects.get(pk=accepted.published_id)
    assert (said.author, said.entered_by, said.by_customer, said.body_text) == (
        elisa,
        fabio,
        False,
        "Atualize.",
    )


def test_L12_of_two_copies_in_quarantine_one_is_decided(
    ticket: Any, bruno: Any, fabio: Any, mailbox: Any
) -> None:
    raw = reply_to(ticket, "Comigo também.", sender="bruno@serraazul.example")
    first, second = settled(raw), settled(raw, mailbox=mailbox)

    place.accept(second.pk, by=fabio)

    first.refresh_from_db()
    assert fate(first) == (State.PLACED, Outcome.DUPLICATE, ticket)
    assert len(messages(ticket)) == 2


def test_L12_what_waits_by_one_mailbox_is_placed_by_another(mailbox: Any, ana: Any) -> None:
    raw = write(subject="Parado")
    waiting = settled(raw)

    placed = settled(raw, mailbox=mailbox)

    waiting.refresh_from_db()
    assert placed.outcome == Outcome.OPENED
    assert fate(waiting) == (State.PLACED, Outcome.DUPLICATE, placed.ticket)
