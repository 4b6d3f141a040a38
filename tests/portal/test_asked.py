"""E2: what support asks for by fields is answered in the ticket itself, with or without words."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from catalog.intake import Field, Kind
from interfaces.web import drafts
from notifications import acts
from notifications.acts import Act, Offer
from tests.cast import by, key
from tests.portal.reading import stored, text, toast, url
from tickets import actions
from tickets.models import FieldRequest, Intake, Ticket

HTMX = {"HX-Request": "true"}
PRINTS = Field("prints", Kind.YES_NO, "Imprime o DANFE?", why="Separa impressão de emissão.")
BATCH = Field("batch", Kind.NUMBER, "Lote")
XML = Field("xml", Kind.FILE, "XML da nota")


@pytest.fixture
def pending(ticket, elisa):
    """Ana's ticket, in which Elisa asks three questions."""
    return ask(ticket, elisa, PRINTS, BATCH, XML)


def ask(ticket, elisa, *fields, when="2026-11-13T10:00"):
    asks = by(elisa, when, "desk")
    return actions.request_information(ticket, by=asks, body="Faltou:", fields=fields).ticket


def form_of(ticket, **more):
    """What the page's form sends."""
    request = FieldRequest.objects.filter(message__ticket=ticket).latest("pk")
    return {"asked": str(request.pk), "body": "", "request_key": str(key(1)), **more}


def send(login, person, ticket, form, **headers):
    return login(person).post(url(ticket, "reply"), form, **headers)


def questions(html):
    """What the reply box asks."""
    return re.findall(r'<div id="pergunta-(\w+)"', html)


def now(ticket):
    """Its status, how many messages it has, and what was told in it."""
    fresh = Ticket.objects.get(pk=ticket.pk)
    kept = Intake.objects.filter(ticket=ticket).first()
    return fresh.status, fresh.messages.count(), kept.answers if kept else None


def test_E2_the_questions_stand_in_the_reply_box(get, ana, pending):
    html = get(ana, url(pending))

    assert questions(html) == ["prints", "batch", "xml"]
    assert "O suporte precisa saber" in text(html)
    assert "Separa impressão de emissão." in text(html)


def test_E2_answers_and_a_text_are_one_reply(login, ana, pending):
    xml = stored(ana, "nota.xml", b"<nfe/>")
    form = form_of(
        pending,
        body="É isso.",
        **{"answer-prints": "yes", "answer-batch": "12,5", "answer-xml": str(xml.key)},
    )

    response = send(login, ana, pending, form)

    message = pending.messages.latest("pk")
    assert (response.status_code, response["Location"]) == (302, url(pending))
    assert toast(response) == ["Resposta enviada. O ticket voltou para o suporte."]
    assert message.body_text == (
        "Imprime o DANFE?\nSim\n\nLote\n12,5\n\nXML da nota\n1 arquivo\n\nÉ isso."
    )
    assert [each.key for each in message.attachments.all()] == [xml.key]
    answers = {"prints": True, "batch": "12.5", "xml": [str(xml.key)]}
    assert now(pending) == ("open", 3, answers)


def test_E2_answers_need_no_text(login, ana, pending):
    send(login, ana, pending, form_of(pending, **{"answer-batch": "12"}))

    assert pending.messages.latest("pk").body_text == "Lote\n12"
    assert now(pending) == ("open", 3, {"batch": "12"})


def test_E2_a_file_that_comes_with_the_form_answers_its_question(login, ana, pending):
    log = SimpleUploadedFile("nota.xml", b"<nfe/>")

    send(login, ana, pending, form_of(pending, **{"uploads-answer-xml": log}))

    file = pending.messages.latest("pk").attachments.get()
    assert file.name == "nota.xml"
    assert now(pending) == ("open", 3, {"xml": [str(file.key)]})


def test_E2_a_text_alone_is_a_plain_reply(login, get, ana, pending):
    send(login, ana, pending, form_of(pending, body="Não sei ainda."))

    assert now(pending) == ("open", 3, None)
    assert FieldRequest.objects.get().answered_by is None
    assert questions(get(ana, url(pending))) == []


def test_neither_answers_nor_text_is_refused(login, ana, pending):
    response = send(login, ana, pending, form_of(pending))

    assert response.status_code == 409
    assert "Escreva a mensagem antes de enviar." in response.content.decode()


def test_L12_sent_twice_has_one_effect(login, ana, pending):
    form = form_of(pending, **{"answer-batch": "12"})

    sent = [send(login, ana, pending, form).status_code for _time in range(2)]

    assert (sent, now(pending)) == ([302, 302], ("open", 3, {"batch": "12"}))


def test_for_htmx_the_box_comes_back_without_questions(login, ana, pending):
    response = send(login, ana, pending, form_of(pending, **{"answer-batch": "12"}), headers=HTMX)

    html = response.content.decode()
    assert (response.status_code, questions(html)) == (200, [])
    assert 'id="caixa" value="reply"' in html


def test_a_wrong_answer_is_said_at_its_question_and_nothing_is_lost(login, get, ana, pending):
    xml = stored(ana, "nota.xml", b"<nfe/>")
    typed = {"answer-prints": "no", "answer-batch": "doze", "answer-xml": str(xml.key)}

    response = send(login, ana, pending, form_of(pending, body="Veja.", **typed))

    html = response.content.decode()
    assert (response.status_code, now(pending)) == (409, ("pending", 2, None))
    assert "Escreva só um número, por exemplo 1250 ou 12,5." in html
    for page in (html, get(ana, url(pending))):
        assert 'value="doze"' in page
        assert "nota.xml" in page
        assert ">Veja.</textarea>" in page
        assert re.search(r'name="answer-prints" value="no"[^>]* checked', page)


def test_the_draft_keeps_the_answers_until_they_are_sent(login, get, ana, pending):
    place = f"ticket:{pending.number}:reply"
    login(ana).post(f"/rascunhos/{place}/", form_of(pending, **{"answer-batch": "12"}))

    assert drafts.load(ana, place) == {"body": "", "answer-batch": "12"}
    assert 'value="12"' in get(ana, url(pending))
    send(login, ana, pending, form_of(pending, **{"answer-batch": "12"}))
    assert drafts.load(ana, place) == {}


def test_answered_meanwhile_is_refused_and_what_was_typed_becomes_text(
    login, get, ana, bruno, pending
):
    actions.watch(pending, who=bruno, by=by(ana, "2026-11-13T11:00"))
    send(login, bruno, pending, form_of(pending, **{"answer-batch": "7"}))

    late = form_of(pending, body="E mais.", request_key=str(key(2)), **{"answer-batch": "12"})
    response = send(login, ana, pending, late)

    html = response.content.decode()
    assert (response.status_code, now(pending)) == (409, ("open", 3, {"batch": "7"}))
    assert "Estas perguntas já foram respondidas" in html
    for page in (html, get(ana, url(pending))):
        assert questions(page) == []
        assert ">Lote\n12\n\nE mais.</textarea>" in page


def test_L7_a_ticket_that_has_ended_keeps_what_was_typed_for_the_follow_up(login, ana, pending):
    form = form_of(pending, **{"answer-batch": "12"})
    actions.cancel(pending, by=by(ana, "2026-11-13T11:00"))

    response = send(login, ana, pending, form)

    html = response.content.decode()
    assert (response.status_code, questions(html)) == (409, [])
    assert ">Lote\n12</textarea>" in html
    assert url(pending, "follow_up") in html


def test_a_colleagues_mail_supersedes_the_questions_and_late_answers_still_count(
    login, get, ana, bruno, pending
):
    actions.watch(pending, who=bruno, by=by(ana, "2026-11-13T10:30"))
    actions.reply(pending, by=by(bruno, "2026-11-13T11:00", "email"), body="Segue.")

    assert questions(get(ana, url(pending))) == []
    send(login, ana, pending, form_of(pending, **{"answer-batch": "12"}))
    assert now(pending) == ("open", 4, {"batch": "12"})


def test_only_what_was_asked_last_is_shown(get, ana, elisa, pending):
    actions.reply(pending, by=by(ana, "2026-11-13T11:00"), body="Já vejo.")
    again = Ticket.objects.get(pk=pending.pk)
    ask(again, elisa, PRINTS, when="2026-11-13T12:00")
    assert questions(get(ana, url(pending))) == ["prints"]

    actions.reply(pending, by=by(ana, "2026-11-13T13:00"), body="Já vejo.")
    solves = by(elisa, "2026-11-13T14:00", "desk")
    actions.propose_solution(pending, by=solves, body="Atualize.")
    assert questions(get(ana, url(pending))) == []


def test_a_page_that_is_open_is_told_that_something_is_asked(get, ana, pending):
    asked = form_of(pending)["asked"]

    before = get(ana, f"{url(pending)}?box=reply", headers=HTMX)
    same = get(ana, f"{url(pending)}?box=reply:{asked}", headers=HTMX)

    assert "O ticket mudou enquanto esta página estava aberta" in before
    assert "O ticket mudou enquanto esta página estava aberta" not in same


def test_R1_strangers_and_requests_of_other_tickets_are_404(login, ana, davi, opened, pending):
    other = opened()
    form = form_of(pending, **{"answer-batch": "12"})

    found = [
        send(login, davi, pending, form),
        send(login, ana, other, form),
        send(login, ana, pending, {**form, "asked": "x"}),
    ]

    assert [each.status_code for each in found] == [404, 404, 404]
    assert now(pending) == ("pending", 2, None)


@pytest.mark.parametrize("count", [1, 25])
def test_the_questions_cost_no_statement(
    login, ana, elisa, ticket, count, django_assert_num_queries
):
    fields = [Field(f"f{n}", Kind.TEXT, f"N.º {n}") for n in range(count)]
    pending, customer = ask(ticket, elisa, *fields), login(ana)
    file = stored(ana)
    draft = {"answer-f0": "12", "files": [str(file.key)]}
    customer.post(f"/rascunhos/ticket:{pending.number}:reply/", draft)

    with django_assert_num_queries(11):  # with the draft's file
        html = customer.get(url(pending)).content.decode()
    assert (len(questions(html)), file.name in html) == (count, True)


# --- By the button of a letter, without signing in ------------------------------------------------


@pytest.fixture
def by_letter(client, pending, ana):
    """`by_letter(body="…")` sends the page that the letter's button leads to; without, shows it."""
    address = acts.path(Offer(Act.ANSWER, pending.number, ana.pk, acts.count_of(pending)))

    def page(**form):
        if not form:
            return client.get(address)
        return client.post(address, {"body": "", "request_key": str(key(1)), **form})

    return page


def test_E2_the_questions_are_answered_from_the_letter_too(by_letter, pending):
    shown = by_letter().content.decode()

    assert questions(shown) == ["prints", "batch"]  # files come in an answer to the e-mail
    sent = by_letter(**{"answer-prints": "yes", "answer-batch": "12", "answer-xml": "x"})

    assert sent.status_code == 302
    assert now(pending) == ("open", 3, {"prints": True, "batch": "12"})
    reply = pending.messages.last()
    assert (reply.channel, reply.body_text) == ("email", "Imprime o DANFE?\nSim\n\nLote\n12")
    assert FieldRequest.objects.get().answered_by == reply


def test_E2_a_text_alone_answers_the_letter_and_none_of_the_questions(by_letter, pending):
    assert by_letter(body="Depois eu vejo.").status_code == 302

    assert now(pending) == ("open", 3, None)
    assert FieldRequest.objects.get().answered_by is None


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({"answer-batch": "doze", "body": "Oi"}, "Escreva só um número"),
        ({"body": " "}, "Escreva a mensagem antes de enviar."),
    ],
)
def test_E2_what_is_wrong_is_said_by_the_letters_page_and_kept(by_letter, pending, form, says):
    refused = by_letter(**form)

    html = refused.content.decode()
    assert refused.status_code == 422
    assert says in html
    assert form.get("answer-batch", "") in html
    assert now(pending) == ("pending", 2, None)


def test_E2_answers_to_what_is_asked_no_more_become_the_text_of_a_follow_up(
    by_letter, pending, ana
):
    actions.cancel(pending, by=by(ana, "2026-11-13T11:00"))

    late = by_letter(**{"answer-batch": "12", "body": "É isso."})

    assert late.status_code == 409
    assert "Lote\n12\n\nÉ isso." in late.content.decode()
