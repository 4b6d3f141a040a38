"""The desk's page of mail that waits for a person: who sees it, what it says, what it does (R1)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Membership
from common import links
from interfaces.inbox import mime, place
from interfaces.inbox.models import InboundMail, Outcome, State
from interfaces.inbox.reception import receive, store
from tests.cast import at, by, make_person
from tests.desk.reading import CASE, text
from tests.inbox.conftest import reply_to, write
from tickets import actions
from tickets.errors import Refused
from tickets.models import Ticket

LIST = "/mesa/quarentena/"
ACTS = ["accept", "reject", "restore", "retry"]
READ = ["quarantined", "raw"]
Login = Callable[[Any], Any]
Get = Callable[..., str]


@pytest.fixture(autouse=True)
def _now(standing_still: None) -> None:
    """At a moment that stands still."""


@pytest.fixture
def from_bruno(ticket: Any, bruno: Any) -> InboundMail:
    """Bruno's, who does not take part in Ana's ticket."""
    raw = reply_to(
        ticket,
        "Comigo também.\n\nEm 12/11/2026, Suporte escreveu:\n> Qual é a versão?",
        sender=f"Bruno Sakamoto <{bruno.email}>",
        files=[("log.txt", "text/plain", b"539"), ("vai.exe", "application/x-exe", b"MZ\0")],
        Cc="carla@serraazul.example",
    )
    return receive(raw, at=at("2026-11-13T11:00")).mail


@pytest.fixture
def from_stranger(mailbox: Any) -> InboundMail:
    raw = write(
        "Quero saber o preço.",
        sender="Zeca <zeca@longe.example>",
        subject="Orçamento",
        message_id="<z@longe.example>",
        Authentication_Results="mx.prazo.example; dmarc=pass header.from=longe.example",
    )
    return receive(raw, mailbox=mailbox, at=at("2026-11-13T12:00")).mail


@pytest.fixture
def failed(mailbox: Any) -> InboundMail:
    mail = store(write(message_id="<f@x.example>"), mailbox=mailbox, at=at("2026-11-13T13:00"))
    error = "RuntimeError: tenho segredos"
    InboundMail.objects.filter(pk=mail.pk).update(state=State.FAILED, attempts=8, error=error)
    mail.refresh_from_db()
    return mail


def url(name: str, mail: InboundMail, *more: int) -> str:
    return reverse(f"mail:{name}", args=[mail.pk, *more])


def fate(mail: InboundMail) -> tuple[str, str, Ticket | None, Any]:
    mail.refresh_from_db()
    return mail.state, mail.outcome, mail.ticket, mail.settled_by


def listed(html: str) -> list[str]:
    """The subjects of the rows, in their order."""
    rows = html.split('<li class="row row--mail">')[1:]
    return [text(row[row.index('hx-push-url="true">') + 19 : row.index("</a>")]) for row in rows]


# --- Who -----------------------------------------------------------------------------------------


def test_R1_the_list_holds_what_the_reader_may_decide(
    get: Get, from_bruno: Any, from_stranger: Any, elisa: Any, fabio: Any, gil: Any
) -> None:
    receive(write(subject="De ninguém", message_id="<n@x.example>"), at=at("2026-11-13T09:00"))

    seen = {person.first_name: listed(get(person, LIST)) for person in (elisa, fabio, gil)}

    assert seen == {
        "Elisa": ["Re: NF-e rejeitada", "Orçamento"],
        "Fábio": ["De ninguém", "Re: NF-e rejeitada", "Orçamento"],
        "Gil": [],
    }


def test_the_list_is_for_the_desk(client: Any, login: Login, ana: Any) -> None:
    asked = client.get(LIST)

    assert asked.headers["Location"] == f"/conta/login/?next={LIST}"
    assert login(ana).get(LIST).status_code == 404


def test_what_acts_is_posted_and_what_is_read_is_not(
    login: Login, from_bruno: InboundMail, elisa: Any
) -> None:
    desk = login(elisa)

    assert {desk.get(url(name, from_bruno)).status_code for name in ACTS} == {405}
    assert {desk.post(url(name, from_bruno)).status_code for name in READ} == {405}
    assert desk.post(LIST).status_code == 405


def test_R1_a_mail_that_has_its_effect_is_no_longer_here(
    login: Login, ticket: Any, elisa: Any
) -> None:
    placed = receive(reply_to(ticket)).mail

    codes = [login(elisa).get(url(name, placed)).status_code for name in READ]

    assert codes == [404, 404]


# --- What it shows -------------------------------------------------------------------------------


def test_a_mail_says_who_wrote_it_why_it_waits_and_what_it_says(
    get: Get, from_bruno: InboundMail, ticket: Any, elisa: Any
) -> None:
    page = get(elisa, url("quarantined", from_bruno))
    read = text(page)

    assert "Bruno Sakamoto &lt;bruno@serraazul.example&gt;" in read
    assert "Remetente não verificado: O e-mail não traz assinatura (DKIM)." in read
    assert "Por que ele espera O remetente não participa deste ticket." in read
    assert (
        f"Ao aceitar, entra no ticket {ticket.number} , “NF-e rejeitada com o código 539”" in read
    )
    assert "Comigo também." in read
    assert "Com cópia carla@serraazul.example" in read
    assert "Não entra no ticket: “vai.exe” é um programa ou script" in read
    assert url("file", from_bruno, 0) in page
    assert url("file", from_bruno, 1) not in page


def test_a_suspect_one_warns(get: Get, mailbox: Any, elisa: Any) -> None:
    verdict = "mx.prazo.example; dmarc=fail header.from=longe.example"
    raw = write(sender="zeca@longe.example", Authentication_Results=verdict)
    mail = receive(raw, mailbox=mailbox).mail

    read = text(get(elisa, url("quarantined", mail)))

    assert "O servidor não confirmou o remetente (dmarc). Na dúvida, pergunte à pessoa" in read


def test_R1_the_links_of_a_quoted_letter_are_not_shown(
    get: Get, ticket: Any, bruno: Any, elisa: Any
) -> None:
    token = links.sign("portal.by_letter", "1")
    body = f"Sim.\n\nEm 12/11/2026, Suporte escreveu:\n> https://prazo.example/carta/{token}/"
    mail = receive(reply_to(ticket, body, sender=bruno.email)).mail

    page = get(elisa, url("quarantined", mail))

    assert token not in page
    assert "https://prazo.example/carta/…/" in page


def test_L8_the_links_of_a_letter_are_for_supervisors_alone_in_what_is_downloaded(
    login: Login, ticket: Any, bruno: Any, elisa: Any, fabio: Any
) -> None:
    token = links.sign("portal.by_letter", "1")
    letter = f"https://prazo.example/carta/{token}/".encode()
    files = [("carta.txt", "text/plain", letter)]
    raw = reply_to(ticket, f"> {letter.decode()}", sender=bruno.email, files=files)
    mail = receive(raw).mail

    def downloaded(who: Any, name: str, *more: int) -> bytes:
        return b"".join(login(who).get(url(name, mail, *more)).streaming_content)

    assert downloaded(elisa, "file", 0) == b"https://prazo.example/carta/.../"
    assert token.encode() not in mime.parse(downloaded(elisa, "raw")).attachments[0].content
    assert token not in mime.parse(downloaded(elisa, "raw")).text
    assert downloaded(fabio, "raw") == raw


def test_a_failed_one_keeps_the_programs_words_from_the_desk(
    get: Get, failed: InboundMail, elisa: Any
) -> None:
    page = get(elisa, url("quarantined", failed))

    assert "O sistema tentou 8 vezes e não conseguiu tratar este e-mail." in text(page)
    assert "segredos" not in page
    assert "Aceitar" not in page


def test_hostile_words_are_shown_harmless(get: Get, mailbox: Any, elisa: Any) -> None:
    raw = write(
        "<script>alert(1)</script>",
        sender='"<b>Zé</b>" <ze@longe.example>',
        subject="<img src=x onerror=alert(1)>",
    )
    mail = receive(raw, mailbox=mailbox).mail

    page = get(elisa, url("quarantined", mail))

    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "<b>Zé" not in page


def test_htmx_gets_the_pane_alone(get: Get, from_bruno: InboundMail, elisa: Any) -> None:
    pane = get(elisa, url("quarantined", from_bruno), headers=CASE)

    assert '<article class="case"' in pane
    assert "<html" not in pane


def test_files_and_the_original_are_only_ever_downloaded(
    login: Login, from_bruno: InboundMail, elisa: Any
) -> None:
    desk = login(elisa)

    file, raw = desk.get(url("file", from_bruno, 0)), desk.get(url("raw", from_bruno))
    refused, missing = desk.get(url("file", from_bruno, 1)), desk.get(url("file", from_bruno, 2))

    assert b"".join(file.streaming_content) == b"539"
    assert b"".join(raw.streaming_content) == bytes(from_bruno.raw)
    assert [refused.status_code, missing.status_code] == [404, 404]
    for answer, name in ((file, "log.txt"), (raw, f"email-{from_bruno.pk}.eml")):
        assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
        assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert answer["X-Content-Type-Options"] == "nosniff"


def test_the_empty_list_says_that_nothing_waits(get: Get, elisa: Any, queue: Any) -> None:
    read = text(get(elisa, LIST))

    assert "Nenhum e-mail espera por você" in read
    assert listed(get(elisa, f"{LIST}?list=rejected")) == []


def test_pages_follow_by_key_and_say_where_they_stand(get: Get, mailbox: Any, elisa: Any) -> None:
    for n in range(30):
        raw = write(sender="x@y.example", subject=f"N {n}", message_id=f"<{n}@y.example>")
        receive(raw, mailbox=mailbox, at=at(f"2026-11-13T10:{n:02}"))

    first = get(elisa, LIST)
    onward = first[first.index('rel="next"') - 90 : first.index('rel="next"')]
    second = get(elisa, LIST + onward[onward.index("?") : onward.rindex('"')])

    assert listed(first) == [f"N {n}" for n in range(25)]
    assert listed(second) == [f"N {n}" for n in range(25, 30)]
    assert "1–25 de 30" in text(first)
    assert "26–30 de 30" in text(second)


@pytest.mark.parametrize("count", [1, 25])
def test_the_pages_cost_the_same_for_one_mail_and_for_many(
    login: Login, mailbox: Any, elisa: Any, count: int
) -> None:
    from tickets.models import Heartbeat

    Heartbeat.objects.create(name="beat", at=by(None).at)
    for n in range(count):
        raw = write(sender="x@y.example", message_id=f"<{n}@y.example>")
        mail = receive(raw, mailbox=mailbox).mail
    desk = login(elisa)

    asked = []
    for page in (LIST, url("quarantined", mail)):
        with CaptureQueriesContext(connection) as queries:
            desk.get(page)
        whole = [each for each in queries if '"inbox_inboundmail"."raw"' in each["sql"]]
        asked.append((len(queries), len(whole)))

    # The frame's five and two of the list. Also the mail, its sender, twice, the customer of its
    # domain; customers and products to choose from. No other mail is read whole.
    assert asked == [(7, 0), (13, 1)]


# --- What it does --------------------------------------------------------------------------------


def test_accepted_with_one_click_it_is_in_the_ticket_that_it_names(
    login: Login, from_bruno: InboundMail, from_stranger: InboundMail, ticket: Any, elisa: Any
) -> None:
    desk = login(elisa)

    answer = desk.post(url("accept", from_bruno), {"where": "named"})
    told = text(desk.get(answer["Location"]).content.decode())

    said = ticket.messages.get(entered_by=elisa)
    assert fate(from_bruno) == (State.PLACED, Outcome.REPLIED, ticket, elisa)
    assert said.author.first_name == "Bruno"
    assert said.body_text.startswith("Comigo também.")
    assert answer["Location"] == f"{url('quarantined', from_stranger)}?settled={from_bruno.pk}"
    assert f"O e-mail de bruno@serraazul.example está no ticket {ticket.number}." in told


def test_after_the_last_one_comes_the_empty_list(
    login: Login, from_bruno: InboundMail, elisa: Any
) -> None:
    answer = login(elisa).post(url("accept", from_bruno), {"where": "named"})

    assert answer["Location"] == f"{LIST}?settled={from_bruno.pk}"


def test_accepted_as_a_new_ticket_as_the_mail_suggests_it(
    login: Login, mailbox: Any, product: Any, elisa: Any, organization: Any, ana: Any
) -> None:
    mail = receive(
        write("Não imprime.", subject="Resposta automática: férias"), mailbox=mailbox
    ).mail
    desk = login(elisa)

    page = desk.get(url("quarantined", mail)).content.decode()
    desk.post(url("accept", mail), {"where": "new", "product": product.pk})

    assert (
        "abre o ticket “Resposta automática: férias” de Metalúrgica Serra Azul , produto "
        "Nota fiscal eletrônica." in text(page)
    )
    assert f'<option value="{product.pk}" selected>' in page
    assert 'name="organization"' not in page
    opened = Ticket.objects.get(title="Resposta automática: férias")
    assert (opened.organization, opened.product, opened.queue, opened.requester) == (
        organization,
        product,
        mailbox.queue,
        ana,
    )


def test_an_unknown_sender_is_somebodys_once_the_analyst_says_whose(
    login: Login,
    from_stranger: InboundMail,
    elisa: Any,
    organization: Any,
    product: Any,
    mailbox: Any,
) -> None:
    desk, person = login(elisa), get_user_model().objects.filter(email="zeca@longe.example")

    unsaid = desk.post(url("accept", from_stranger), {"where": "new", "product": product.pk})
    nobody = person.exists()
    said = {"where": "new", "product": product.pk, "organization": organization.pk}
    desk.post(url("accept", from_stranger), said)

    opened = Ticket.objects.get(title="Orçamento")
    assert (unsaid.status_code, nobody) == (422, False)
    assert "Escolha a empresa do remetente." in unsaid.content.decode()
    assert fate(from_stranger) == (State.PLACED, Outcome.OPENED, opened, elisa)
    assert (opened.requester, opened.organization) == (person.get(), organization)
    assert Membership.objects.filter(user=person.get(), organization=organization).exists()


def test_accepted_into_another_ticket_that_the_analyst_sees(
    login: Login, from_bruno: InboundMail, opened: Any, gil: Any, bruno: Any, elisa: Any
) -> None:
    other = opened(title="Outra", user=bruno)
    desk = login(elisa)

    unknown = desk.post(url("accept", from_bruno), {"where": "other", "number": "1"})
    desk.post(url("accept", from_bruno), {"where": "other", "number": f"#{other.number}"})

    assert unknown.status_code == 422
    assert "Não há ticket com esse número." in unknown.content.decode()
    assert fate(from_bruno)[2] == other


def test_R1_a_ticket_of_another_queue_cannot_be_chosen(
    login: Login, from_bruno: InboundMail, ticket: Any, fabio: Any, elisa: Any, gil: Any
) -> None:
    hidden = Ticket.objects.get(pk=ticket.pk)
    actions.move(hidden, to=gil.queues.get(), by=by(fabio, channel="desk"))
    mail = InboundMail.objects.get(pk=from_bruno.pk)
    mail.about = None
    mail.mailbox = None
    mail.save()

    answer = login(elisa).post(url("accept", mail), {"where": "other", "number": hidden.number})

    assert answer.status_code == 404


def test_R1_the_sender_of_another_customer_is_not_offered_the_ticket_that_he_names(
    login: Login, ticket: Any, davi: Any, elisa: Any, product: Any
) -> None:
    mail = receive(reply_to(ticket, sender=davi.email)).mail
    desk = login(elisa)

    page = desk.get(url("quarantined", mail)).content.decode()
    forced = desk.post(url("accept", mail), {"where": "named"})
    refused = desk.post(url("accept", mail), {"where": "other", "number": ticket.number})
    desk.post(url("accept", mail), {"where": "new", "product": product.pk})

    assert 'value="named"' not in page
    assert (forced.status_code, refused.status_code) == (422, 409)
    assert "O remetente não é do cliente deste ticket." in refused.content.decode()
    opened = Ticket.objects.get(requester=davi)
    assert fate(mail) == (State.PLACED, Outcome.OPENED, opened, elisa)


def test_R1_another_guests_ticket_is_not_offered(
    login: Login, opened: Callable[..., Ticket], guests: Any, elisa: Any
) -> None:
    iara = make_person("Iara", "iara@fora.example", guests)
    make_person("Joel", "joel@fora.example", guests)
    ticket = opened(user=iara, organization=guests)
    desk = login(elisa)

    for number, sender in enumerate(["joel@fora.example", "lia@fora.example"]):
        raw = reply_to(ticket, sender=sender, message_id=f"<{number}@fora.example>")
        mail = receive(raw).mail
        page = desk.get(url("quarantined", mail)).content.decode()
        refused = desk.post(url("accept", mail), {"where": "other", "number": ticket.number})

        assert 'value="named"' not in page
        assert refused.status_code == 409
        assert "O ticket é de outro visitante" in refused.content.decode()


def test_rejected_it_goes_and_can_be_taken_back(
    login: Login, from_bruno: InboundMail, elisa: Any, ticket: Any
) -> None:
    desk = login(elisa)

    gone = desk.post(url("reject", from_bruno))
    after = fate(from_bruno)
    told = text(desk.get(gone["Location"]).content.decode())
    among = listed(desk.get(f"{LIST}?list=rejected").content.decode())
    page = text(desk.get(url("quarantined", from_bruno)).content.decode())
    back = desk.post(url("restore", from_bruno))

    assert after == (State.PLACED, Outcome.REJECTED, None, elisa)
    assert "O e-mail de bruno@serraazul.example foi rejeitado. Desfazer" in told
    assert among == ["Re: NF-e rejeitada"]
    assert "Rejeitado por Elisa Prado" in page
    assert back["Location"] == url("quarantined", from_bruno)
    assert fate(from_bruno) == (State.QUARANTINED, Outcome.QUARANTINED, None, None)
    assert ticket.messages.count() == 1


def test_two_who_decide_at_once_the_second_is_told(
    login: Login, from_bruno: InboundMail, elisa: Any, fabio: Any
) -> None:
    place.reject(from_bruno.pk, by=fabio)

    answer = login(elisa).post(url("accept", from_bruno), {"where": "named"})

    assert answer.status_code == 409
    assert "Este e-mail já foi tratado." in answer.content.decode()
    assert fate(from_bruno)[3] == fabio


def test_what_the_system_rejected_is_not_taken_back(ticket: Any, elisa: Any, mailbox: Any) -> None:
    mailbox.strangers = "refuse"
    mailbox.save()
    raw = write(sender="x@longe.example")
    mail = receive(raw, mailbox=mailbox).mail

    with pytest.raises(Refused) as refused:
        place.restore(mail.pk, by=elisa)

    assert (refused.value.code, mail.outcome) == ("not_rejected", Outcome.REJECTED)


def test_a_failed_one_is_tried_again_or_rejected(
    login: Login, failed: InboundMail, elisa: Any
) -> None:
    desk = login(elisa)

    desk.post(url("retry", failed))
    again = fate(failed)[0], failed.attempts, failed.error
    twice = desk.post(url("retry", failed)).status_code
    InboundMail.objects.filter(pk=failed.pk).update(state=State.FAILED, attempts=8, error="x")
    desk.post(url("reject", failed))

    assert again == (State.RECEIVED, 0, "")
    assert twice == 404
    assert fate(failed) == (State.PLACED, Outcome.REJECTED, None, elisa)
