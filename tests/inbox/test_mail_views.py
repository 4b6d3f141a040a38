"""The mail behind a message: who reads it whole, and what the conversation says of it (R1, L13)."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from accounts.models import User
from common import clock, links
from interfaces.inbox import place
from interfaces.inbox.answers import CONFIRMS, DAYS_TO_CONFIRM
from interfaces.inbox.models import InboundMail, Mailbox, State, Strangers
from interfaces.inbox.reception import receive
from outbox.models import Delivery
from tests.cast import by
from tests.desk.reading import text, url
from tests.inbox.conftest import reply_to, write
from tickets import actions
from tickets.actors import Actor
from tickets.models import Heartbeat, Message, SenderCheck, Ticket

Get = Callable[..., str]
QUOTED = "\n\nEm sex., 13 de nov. de 2026, Suporte <s@prazo.example> escreveu:\n> Segredo?"
VERDICT = "mx.prazo.example; dmarc={} header.from={}"


@pytest.fixture(autouse=True)
def _now(standing_still: None) -> None:
    """At a moment that stands still."""


@pytest.fixture
def said(ticket: Any) -> Message:
    """What Ana answered by mail."""
    return published(receive(reply_to(ticket, f"Segue o log.{QUOTED}")).mail)


@pytest.fixture
def by_support(ticket: Any, elisa: Any, mailbox: Any) -> Message:
    """What Elisa answered by mail, an internal letter quoted below."""
    verdict = VERDICT.format("pass", "prazo.example")
    raw = reply_to(
        ticket,
        f"Atualize.{QUOTED}",
        sender=elisa.email,
        message_id="<e@prazo.test>",
        Authentication_Results=verdict,
    )
    return published(receive(raw, mailbox=mailbox).mail)


def published(mail: InboundMail) -> Message:
    assert mail.published is not None, mail.why
    return mail.published


def page(name: str, message: Message) -> str:
    return reverse(f"mail:{name}", args=[message.pk])


# --- The whole mail ------------------------------------------------------------------------------


def test_R1_who_reads_the_message_reads_the_mail_and_the_desk_has_the_original(
    login: Any, said: Message, ana: Any, bruno: Any, carla: Any, davi: Any, elisa: Any, gil: Any
) -> None:
    people = (ana, carla, elisa, bruno, davi, gil)

    codes = {
        who.first_name: [
            login(who).get(page(name, said)).status_code for name in ("full", "original")
        ]
        for who in people
    }

    assert codes == {
        "Ana": [200, 404],
        "Carla": [200, 404],
        "Elisa": [200, 200],
        "Bruno": [404, 404],
        "Davi": [404, 404],
        "Gil": [404, 404],
    }


def test_the_whole_text_holds_what_it_quotes(
    get: Get, said: Message, ticket: Any, ana: Any, elisa: Any
) -> None:
    conversation = text(get(ana, f"/tickets/{ticket.number}/"))
    customer, desk = get(ana, page("full", said)), get(elisa, page("full", said))

    assert "Segredo?" not in conversation
    assert "Segredo?" in text(customer)
    assert f'href="/tickets/{ticket.number}/#mensagem-{said.pk}"' in customer
    assert f'href="/mesa/tickets/{ticket.number}/#mensagem-{said.pk}"' in desk
    assert "Remetente não verificado" in text(desk)
    assert "verificado" not in text(customer)
    assert "ticket+" not in customer


def test_L13_what_support_quotes_by_mail_is_for_the_desk_alone(
    login: Any, get: Get, by_support: Message, ticket: Any, ana: Any, elisa: Any
) -> None:
    codes = [login(who).get(page("full", by_support)).status_code for who in (ana, elisa)]

    assert codes == [404, 200]
    assert page("full", by_support) not in get(ana, f"/tickets/{ticket.number}/")
    assert page("full", by_support) in get(elisa, url(ticket))


def test_a_message_that_did_not_come_by_mail_has_none(
    login: Any, get: Get, ticket: Any, elisa: Any
) -> None:
    opening = ticket.messages.get()

    assert login(elisa).get(page("full", opening)).status_code == 404
    assert "/email/" not in get(elisa, url(ticket))


def test_L8_from_a_merged_ticket_it_leads_back_to_the_page_that_the_reader_sees(
    get: Get, said: Message, ticket: Any, opened: Any, ana: Any, bruno: Any, elisa: Any
) -> None:
    other = opened(user=bruno)
    actions.merge(ticket, into=other, by=by(elisa, channel="desk"))

    shown = get(bruno, page("full", said))

    assert f'href="/tickets/{other.number}/#mensagem-{said.pk}"' in shown


def test_hostile_words_are_shown_harmless(get: Get, ticket: Any, elisa: Any) -> None:
    raw = reply_to(ticket, "<script>alert(1)</script>", subject="<b>x</b>\u202e")
    message = published(receive(raw).mail)

    shown = get(elisa, page("full", message))

    assert "<script>alert" not in shown
    assert "<b>x</b>" not in shown


# --- In the conversation -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("check", "mark"),
    [
        (SenderCheck.PASSED, ""),
        (SenderCheck.UNKNOWN, "Remetente não verificado"),
        (SenderCheck.FAILED, "Remetente não confirmado"),
    ],
)
def test_the_desk_alone_is_told_of_a_sender_that_was_not_confirmed(
    get: Get, said: Message, ticket: Any, ana: Any, elisa: Any, check: str, mark: str
) -> None:
    Message.objects.filter(pk=said.pk).update(sender_check=check)

    desk, customer = text(get(elisa, url(ticket))), text(get(ana, f"/tickets/{ticket.number}/"))

    marks = ("Remetente confirmado", "Remetente não verificado", "Remetente não confirmado")
    assert [each for each in marks if each in desk] == ([mark] if mark else [])
    assert "Remetente" not in customer
    assert "agora · e-mail" in desk
    assert "agora · e-mail" in customer


def test_a_picture_of_the_mail_stands_in_place_and_is_no_attachment_besides(
    get: Get, said: Message, ticket: Any, ana: Any, elisa: Any
) -> None:
    png = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
    key = actions.upload(ana, "tela.png", BytesIO(png), len(png)).key
    actions.reply(ticket, by=by(ana), body="Veja.", files=[key])
    newest = ticket.messages.order_by("-pk").first()
    file = reverse("web:file", args=[key])
    picture = f'<img src="{file}" alt="tela.png">'
    linked = f'<p>{picture}</p><a href="https://x.example">{picture}</a>'
    Message.objects.filter(pk=newest.pk).update(body_html=linked)

    shown = get(ana, f"/tickets/{ticket.number}/")
    body = shown[shown.index(f'id="mensagem-{newest.pk}"') :]
    body = body[: body.index("</article>")]

    assert f'<a href="{file}">{picture}</a>' in body
    assert f'<a href="https://x.example">{picture}</a>' in body
    assert 'class="attachments"' not in body
    assert "tela.png" in get(elisa, url(ticket))


def test_marks_and_links_cost_no_statement_a_message(
    login: Any, ticket: Any, elisa: Any, mailbox: Any, django_assert_num_queries: Any
) -> None:
    Heartbeat.objects.create(name="beat", at=by(None).at)
    for n in range(20):
        receive(reply_to(ticket, f"Linha {n}.", message_id=f"<{n}@x.example>"))
    desk = login(elisa)
    desk.get(url(ticket))

    with django_assert_num_queries(11):
        desk.get(url(ticket))


def test_L13_a_letter_that_came_back_is_told_to_the_desk_and_led_to_for_administrators(
    get: Get, ticket: Any, ana: Any, elisa: Any, fabio: Any
) -> None:
    letter = Delivery.objects.create(
        key="x", letter="replied", to_address=ana.email, message_id="<x@prazo.example>"
    )
    system = Actor.system(clock.now())
    actions.note_bounce(ticket, by=system, delivery=letter.pk, person=ana, code="5.1.1")
    fabio.is_staff = True
    fabio.save()
    there = reverse("admin:outbox_delivery_change", args=[letter.pk])
    told = "recebeu de volta uma carta para Ana Nogueira (5.1.1)"

    analyst, supervisor = get(elisa, url(ticket)), get(fabio, url(ticket))
    customer = get(ana, f"/tickets/{ticket.number}/")

    assert [told in text(each) for each in (analyst, supervisor, customer)] == [True, True, False]
    assert [there in each for each in (analyst, supervisor)] == [False, True]


# --- A stranger's link ---------------------------------------------------------------------------


@pytest.fixture
def asked(mailbox: Any, guests: Any) -> InboundMail:
    """Nádia's mail, which waits for her to confirm her address."""
    Mailbox.objects.filter(pk=mailbox.pk).update(strangers=Strangers.GUEST, guests=guests)
    raw = write("Parou.", sender="Nádia <nadia@vale.example>", subject="<i>Sistema</i> parado")
    return receive(raw, mailbox=Mailbox.objects.get(pk=mailbox.pk)).mail


def link(mail: InboundMail, purpose: str = CONFIRMS) -> str:
    return reverse("mail:confirm", args=[links.sign(purpose, str(mail.pk))])


def test_the_link_shows_what_it_would_do_and_does_nothing(client: Any, asked: InboundMail) -> None:
    for method in (client.get, client.head):
        answer = method(link(asked))

    page = client.get(link(asked)).content.decode()

    assert "Recebemos um e-mail de nadia@vale.example para" in text(page)
    assert "&lt;i&gt;Sistema&lt;/i&gt; parado" in page
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert "no-store" in answer["Cache-Control"]
    assert not Ticket.objects.exists()
    assert not User.objects.filter(email="nadia@vale.example").exists()


def test_posted_it_opens_the_ticket_once(client: Any, asked: InboundMail) -> None:
    answers = [client.post(link(asked)) for _ in range(2)]
    told = text(client.get(link(asked)).content.decode())

    opened = Ticket.objects.get()
    assert [each["Location"] for each in answers] == [link(asked)] * 2
    assert opened.requester.email == "nadia@vale.example"
    assert f"É o ticket {opened.number} , “&lt;i&gt;Sistema&lt;/i&gt; parado”." in told


def test_a_link_of_another_purpose_a_stale_or_a_broken_one_is_told_kindly(
    client: Any, asked: InboundMail
) -> None:
    addresses = [link(asked, "surveys.answer"), reverse("mail:confirm", args=["abc"])]
    codes = [client.post(each).status_code for each in addresses]
    fresh = link(asked)
    with time_machine.travel(clock.now() + timedelta(days=DAYS_TO_CONFIRM, seconds=2)):
        late = client.post(fresh)

    asked.refresh_from_db()
    assert [*codes, late.status_code] == [404, 404, 404]
    assert "Este link não vale mais." in late.content.decode()
    assert asked.state == State.QUARANTINED


def test_a_mailbox_that_takes_no_guests_any_more_says_so(client: Any, asked: InboundMail) -> None:
    Mailbox.objects.update(strangers=Strangers.QUARANTINE, guests=None)

    answer = client.post(link(asked))

    assert answer.status_code == 404
    assert "Esta caixa não recebe mais visitantes." in answer.content.decode()


def test_confirmed_where_a_person_still_has_to_look(client: Any, asked: InboundMail) -> None:
    Mailbox.objects.update(product=None)

    told = text(client.post(link(asked), follow=True).content.decode())

    assert "O seu endereço está confirmado" in told
    assert "Uma pessoa do suporte vai ler o seu e-mail" in told


def test_what_was_rejected_meanwhile_has_nothing_to_confirm(
    client: Any, asked: InboundMail, fabio: Any
) -> None:
    place.reject(asked.pk, by=fabio)

    assert "Este e-mail já foi tratado" in text(client.get(link(asked)).content.decode())
