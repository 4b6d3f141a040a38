"""What the desk writes to a ticket, by the composer of its page."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from interfaces.web import drafts
from tests.cast import by, key
from tests.desk.reading import CASE, part, text, toast, url
from tickets import actions
from tickets.models import Message, Ticket

KINDS = {
    "reply": ("reply", "open", "Resposta enviada."),
    "note": ("note", "open", "Nota guardada: só a equipe vê."),
    "request": ("request", "pending", "Pedido enviado. O ticket está em Pendente Cliente."),
    "solution": (
        "solution",
        "validation",
        "Solução proposta. O ticket está em Validação Cliente.",
    ),
}


def last(ticket):
    return ticket.messages.latest("pk")


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_writes_its_message_and_moves_as_it_says(login, elisa, ticket, kind):
    response = login(elisa).post(url(ticket, "write"), {"kind": kind, "body": "Texto."})

    ticket = Ticket.objects.get(pk=ticket.pk)
    assert (response.status_code, response["Location"]) == (302, url(ticket))
    assert (last(ticket).kind, ticket.status, *toast(response)) == KINDS[kind]
    assert (last(ticket).author, last(ticket).channel) == (elisa, "desk")


def test_a_question_is_taken_back_with_a_reason(login, elisa, asked):
    response = login(elisa).post(url(asked, "write"), {"kind": "resume", "body": "Achei o log."})

    asked = Ticket.objects.get(pk=asked.pk)
    assert (asked.status, asked.deadline_at, last(asked).kind) == ("open", None, "reason")
    assert toast(response) == ["Ticket retomado: está em Aberto."]


def test_only_what_the_rules_allow_is_offered(get, elisa, ticket, asked, ended):
    page = get(elisa, url(ended))

    assert 'name="kind"' not in page
    assert "Este ticket terminou e não recebe mais mensagens" in page


def test_in_aberto_there_is_nothing_to_take_back(get, elisa, ticket):
    page = get(elisa, url(ticket))

    assert 'value="solution"' in page
    assert 'value="resume"' not in page


def test_L3_L4_each_kind_says_until_when(get, elisa, ticket):
    page = text(get(elisa, url(ticket)))

    assert (
        "Vai para Pendente Cliente. Ana tem até seg., 23/11, 23:59; sem retorno, "
        "vai para Validação Cliente."
    ) in page
    assert "Vai para Validação Cliente até qua., 25/11, 23:59; sem retorno, será encerrado." in page
    assert "Ana recebe por e-mail. O ticket continua em Aberto, com o suporte." in page


def test_the_reply_says_how_many_hear_it(get, elisa, asked, ana, bruno, carla):
    for person in (bruno, carla):
        actions.watch(asked, who=person, by=by(ana, "2026-11-13T11:00"))

    page = text(get(elisa, url(asked)))

    assert "Ana e mais 2 pessoas recebem. O ticket continua em Pendente Cliente" in page


def test_two_who_answer_at_once_lose_nothing(login, elisa, helena, ticket):
    seen = last(ticket).pk
    actions.reply(ticket, by=by(helena, channel="desk"), body="Já estou nisto.", seen=seen)
    form = {"kind": "solution", "body": "Atualize o pacote.", "seen": seen}

    refused = login(elisa).post(url(ticket, "write"), form)
    page = refused.content.decode()
    newest = last(ticket).pk
    again = login(elisa).post(url(ticket, "write"), form | {"seen": newest})

    assert refused.status_code == 409
    assert "Helena Sardinha escreveu enquanto você respondia." in page
    assert "Já estou nisto." in part(page, "Chegou enquanto você escrevia", "</ol>")
    assert ">Atualize o pacote.</textarea>" in page
    assert f'name="seen" value="{newest}"' in page
    assert (again.status_code, last(ticket).body_text) == (302, "Atualize o pacote.")


def test_the_refused_form_keeps_kind_and_files(login, elisa, ticket, ana):
    seen = last(ticket).pk
    actions.reply(ticket, by=by(ana, "2026-11-13T13:00"), body="Mais um detalhe.")
    upload = SimpleUploadedFile("monitor.log", b"erro 539")
    form = {"kind": "request", "body": "Qual a versão?", "seen": seen, "uploads": upload}

    page = login(elisa).post(url(ticket, "write"), form).content.decode()

    assert 'value="request" checked' in page
    assert "monitor.log" in part(page, "data-files", "</ul>")


def test_a_note_never_waits_for_what_came_meanwhile(login, elisa, helena, ticket):
    seen = last(ticket).pk
    actions.reply(ticket, by=by(helena, channel="desk"), body="Já estou nisto.")

    response = login(elisa).post(
        url(ticket, "write"), {"kind": "note", "body": "Vi.", "seen": seen}
    )

    assert (response.status_code, last(ticket).kind) == (302, Message.Kind.NOTE)


def test_htmx_gets_the_case_alone_with_what_was_refused(login, elisa, helena, ticket):
    seen = last(ticket).pk
    actions.reply(ticket, by=by(helena, channel="desk"), body="Já estou nisto.")

    response = login(elisa).post(
        url(ticket, "write"), {"kind": "reply", "body": "Oi.", "seen": seen}, headers=CASE
    )

    html = response.content.decode()
    assert response.status_code == 409
    assert html.count("<article") >= 1
    assert "<html" not in html
    assert ">Oi.</textarea>" in html


def test_L12_the_same_form_sent_twice_has_one_effect(login, elisa, ticket):
    form = {"kind": "reply", "body": "Estamos vendo.", "request_key": str(key(1))}

    codes = [login(elisa).post(url(ticket, "write"), form).status_code for _ in range(2)]

    assert codes == [302, 302]
    assert ticket.messages.filter(body_text="Estamos vendo.").count() == 1


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"kind": "reply", "body": " "}, "Escreva a mensagem antes de enviar."),
        ({"kind": "shout", "body": "Oi"}, "Escolha o tipo de mensagem antes de enviar."),
        ({"body": "Oi"}, "Escolha o tipo de mensagem antes de enviar."),
        ({"kind": "resume", "body": "Oi"}, "Com o ticket em Aberto isto não é possível."),
    ],
)
def test_what_cannot_be_sent_is_said_in_words(login, elisa, ticket, form, sentence):
    response = login(elisa).post(url(ticket, "write"), form)

    assert response.status_code == 409
    assert sentence in text(response.content.decode())
    assert ticket.messages.count() == 1


def test_L6_what_was_written_to_a_ticket_that_ended_is_given_back(login, elisa, ended):
    response = login(elisa).post(url(ended, "write"), {"kind": "reply", "body": "Tarde demais."})

    page = response.content.decode()
    assert response.status_code == 409
    assert ">Tarde demais.</textarea>" in page
    assert "Não foi enviado" in page


def test_a_file_that_is_refused_loses_nothing_typed(login, elisa, ticket):
    upload = SimpleUploadedFile("virus.exe", b"MZ\x90\x00" + b"\x00" * 64)

    response = login(elisa).post(
        url(ticket, "write"), {"kind": "reply", "body": "Segue.", "uploads": upload}
    )

    assert response.status_code == 409
    assert ">Segue.</textarea>" in response.content.decode()
    assert ticket.messages.count() == 1


def test_a_draft_is_shown_again_and_forgotten_once_sent(login, elisa, ticket):
    desk = login(elisa)
    place = f"ticket:{ticket.number}:desk"
    desk.post(f"/rascunhos/{place}/", {"kind": "note", "body": "Ainda penso"})
    page = desk.get(url(ticket)).content.decode()

    desk.post(url(ticket, "write"), {"kind": "note", "body": "Pensei."})

    assert ">Ainda penso</textarea>" in page
    assert 'value="note" checked' in page
    assert drafts.load(elisa, place) == {}


def test_the_list_stays_beside_the_ticket(login, elisa, ticket):
    response = login(elisa).post(
        url(ticket, "write") + "?view=mine&sort=last&nonsense=1", {"kind": "note", "body": "Oi."}
    )

    assert response["Location"] == f"{url(ticket)}?view=mine&sort=last"
