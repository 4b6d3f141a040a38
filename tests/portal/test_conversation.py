"""Replies and follow-ups from the portal: once each, and nothing typed is ever lost."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from interfaces.web import drafts
from tests.cast import by, key
from tests.portal.reading import stored, text, toast, url
from tickets import actions
from tickets.models import Attachment, Message, Ticket, TicketEvent

HTMX = {"HX-Request": "true"}


def bodies(ticket):
    return list(ticket.messages.values_list("body_text", flat=True))


def test_L5_a_reply_gives_the_ball_back_to_support(login, ana, asked):
    response = login(ana).post(url(asked, "reply"), {"body": "É a 12.1."})

    asked = Ticket.objects.get(pk=asked.pk)
    assert (response.status_code, response["Location"]) == (302, url(asked))
    assert (asked.status, asked.deadline_at) == ("open", None)
    assert toast(response) == ["Resposta enviada. O ticket voltou para o suporte."]


def test_L5_a_message_in_aberto_moves_nothing(login, ana, ticket):
    response = login(ana).post(url(ticket, "reply"), {"body": "Mais uma coisa."})

    assert Ticket.objects.get(pk=ticket.pk).status == "open"
    assert toast(response) == ["Mensagem enviada ao suporte."]


@pytest.mark.parametrize("who", ["bruno", "carla"])
def test_L5_whoever_sees_the_ticket_may_answer(request, login, ana, asked, who):
    person = request.getfixturevalue(who)
    actions.watch(asked, who=person, by=by(ana, "2026-11-13T11:00"))

    login(person).post(url(asked, "reply"), {"body": "Respondo eu."})

    asked = Ticket.objects.get(pk=asked.pk)
    assert (asked.status, asked.last_by) == ("open", person)


def test_L12_the_same_form_sent_twice_has_one_effect(login, ana, asked):
    form = {"body": "É a 12.1.", "request_key": str(key(1))}

    first = login(ana).post(url(asked, "reply"), form)
    second = login(ana).post(url(asked, "reply"), form)

    assert [first.status_code, second.status_code] == [302, 302]
    assert bodies(asked).count("É a 12.1.") == 1


def test_L11_what_counts_is_when_the_request_came(login, ana, asked):
    login(ana).post(url(asked, "reply"), {"body": "É a 12.1."})

    event = TicketEvent.objects.latest("pk")
    assert event.at == event.message.received_at
    assert event.channel == "portal"


def test_an_empty_reply_is_refused_in_words_and_keeps_its_files(login, ana, asked):
    stored(ana)

    response = login(ana).post(url(asked, "reply"), {"body": " "})

    assert response.status_code == 409
    assert "Ainda não foi enviado Escreva a mensagem antes de enviar." in text(
        response.content.decode()
    )


def test_files_sent_ahead_go_with_the_reply(login, ana, asked):
    log = stored(ana)

    login(ana).post(url(asked, "reply"), {"body": "Segue.", "files": [str(log.key)]})

    assert [each.name for each in Message.objects.latest("pk").attachments.all()] == ["tela.txt"]


def test_files_go_with_the_form_where_there_is_no_script(login, ana, asked):
    upload = SimpleUploadedFile("log.txt", b"erro")

    login(ana).post(url(asked, "reply"), {"body": "Segue.", "uploads": [upload]})

    assert [each.name for each in Message.objects.latest("pk").attachments.all()] == ["log.txt"]


def test_a_refused_file_loses_neither_the_text_nor_the_other_files(login, ana, asked):
    ahead = stored(ana, "antes.txt")
    uploads = [SimpleUploadedFile("v.exe", b"MZ\0\0"), SimpleUploadedFile("depois.txt", b"erro")]
    form = {"body": "Segue o log.", "files": [str(ahead.key)], "uploads": uploads}

    response = login(ana).post(url(asked, "reply"), form)

    html = response.content.decode()
    assert response.status_code == 409
    assert "é um programa ou script" in html
    assert "Segue o log.</textarea>" in html
    assert [name in html for name in ("antes.txt", "depois.txt")] == [True, True]
    assert bodies(asked) == ["Ao retransmitir, a SEFAZ rejeita a nota.", "Qual é a versão?"]


def test_another_persons_upload_is_not_sent(login, ana, bruno, asked):
    foreign = stored(bruno)

    response = login(ana).post(url(asked, "reply"), {"body": "x", "files": [str(foreign.key)]})

    assert response.status_code == 409
    assert "Um dos arquivos não está mais disponível." in response.content.decode()
    assert Attachment.objects.get(pk=foreign.pk).message is None


# --- By htmx -------------------------------------------------------------------------------------


def test_htmx_gets_a_fresh_box_and_what_changed(login, ana, asked):
    response = login(ana).post(url(asked, "reply"), {"body": "É a 12.1."}, headers=HTMX)

    html = response.content.decode()
    assert response.status_code == 200
    assert html.index('id="resposta"') < html.index('id="ticket-situacao"')
    assert "É a 12.1.</textarea>" not in html
    assert "É a 12.1." in html
    assert "Com o suporte" in html
    assert "Resposta enviada. O ticket voltou para o suporte." in html


def test_htmx_gets_the_refusal_in_the_box_with_the_text(login, ana, ended):
    response = login(ana).post(url(ended, "reply"), {"body": "Voltou."}, headers=HTMX)

    html = response.content.decode()
    assert response.status_code == 409
    assert "Voltou.</textarea>" in html
    assert "<html" not in html


# --- L7 ------------------------------------------------------------------------------------------


def test_L7_a_reply_to_a_ticket_just_ended_keeps_its_text_under_the_follow_up(login, ana, ended):
    log = stored(ana)
    form = {"body": "Voltou a falhar.", "files": [str(log.key)]}

    response = login(ana).post(url(ended, "reply"), form)

    html = response.content.decode()
    assert response.status_code == 409
    assert "Este ticket já foi encerrado e não recebe mais mensagens." in html
    assert "Continuar em Acompanhamento" in html
    assert f'action="{url(ended, "follow_up")}"' in html
    assert "Voltou a falhar.</textarea>" in html
    assert str(log.key) in html


def test_L7_a_reply_to_a_ticket_that_already_goes_on_is_offered_to_that_one(login, ana, ended):
    successor = actions.follow_up(ended, by=by(ana, "2026-11-13T12:00"), body="Voltou.").ticket

    refused = login(ana).post(url(ended, "reply"), {"body": "Mais."}).content.decode()
    sent = login(ana).post(url(ended, "follow_up"), {"body": "Mais."})

    assert f"Continuar no ticket {successor.number}" in refused
    assert "Mais.</textarea>" in refused
    assert sent["Location"] == url(successor)
    assert bodies(successor) == ["Voltou.", "Mais."]
    assert toast(sent) == [
        f"Sua mensagem entrou no ticket {successor.number}, que continua o {ended.number}."
    ]


def test_L8_a_reply_to_a_merged_ticket_is_offered_to_the_other(login, ana, fabio, ticket, opened):
    target = opened("2026-11-13T10:00", title="Outro")
    actions.merge(ticket, into=target, by=by(fabio, "2026-11-13T11:00", "desk"))

    refused = login(ana).post(url(ticket, "reply"), {"body": "Mais."}).content.decode()
    sent = login(ana).post(url(ticket, "follow_up"), {"body": "Mais."})

    assert f"Continuar no ticket {target.number}" in refused
    assert sent["Location"] == url(target)


def test_L8_what_was_typed_to_spam_is_given_back(login, ana, fabio, ticket):
    actions.discard(ticket, by=by(fabio, "2026-11-13T11:00", "desk"), reason="spam")

    html = login(ana).post(url(ticket, "reply"), {"body": "Não era."}).content.decode()

    assert "Não era.</textarea>" in html
    assert url(ticket, "follow_up") not in html


def test_L6_a_follow_up_is_a_new_ticket_with_the_message(login, ana, ended):
    response = login(ana).post(url(ended, "follow_up"), {"body": "Voltou a falhar."})

    successor = Ticket.objects.get(predecessor=ended)
    assert response["Location"] == url(successor)
    assert bodies(successor) == ["Voltou a falhar."]
    assert toast(response) == [
        f"Acompanhamento {successor.number} aberto, com todo o histórico. "
        "O suporte responde por aqui."
    ]


def test_L7_the_same_follow_up_sent_twice_makes_one(login, ana, ended):
    form = {"body": "Voltou.", "request_key": str(key(2))}

    answers = [login(ana).post(url(ended, "follow_up"), form)["Location"] for _ in range(2)]

    successor = Ticket.objects.get(predecessor=ended)
    assert answers == [url(successor)] * 2
    assert bodies(successor) == ["Voltou."]


def test_L6_an_active_ticket_has_no_follow_up_and_the_text_goes_to_the_reply(login, ana, asked):
    response = login(ana).post(url(asked, "follow_up"), {"body": "É a 12.1."})

    html = response.content.decode()
    assert response.status_code == 409
    assert "Este ticket ainda está ativo." in html
    assert f'action="{url(asked, "reply")}"' in html
    assert "É a 12.1.</textarea>" in html


# --- Drafts --------------------------------------------------------------------------------------


def place(ticket, kind="reply"):
    return reverse("web:draft", args=[f"ticket:{ticket.number}:{kind}"])


def test_a_draft_and_its_files_survive_reload(login, get, ana, asked):
    log = stored(ana)
    login(ana).post(place(asked), {"body": "Ainda escrevo", "files": [str(log.key)]})

    html = get(ana, url(asked))

    assert "Ainda escrevo</textarea>" in html
    assert f'name="files" value="{log.key}"' in html
    assert "Rascunho guardado" in text(html)


def test_a_draft_is_its_writers_alone(login, get, ana, carla, asked):
    login(ana).post(place(asked), {"body": "Ainda escrevo"})

    assert "Ainda escrevo" not in get(carla, url(asked))


def test_a_draft_is_forgotten_once_sent(login, ana, asked):
    login(ana).post(place(asked), {"body": "Ainda escrevo"})

    login(ana).post(url(asked, "reply"), {"body": "Ainda escrevo"})

    assert drafts.load(ana, f"ticket:{asked.number}:reply") == {}


def test_what_was_refused_is_the_draft(login, ana, asked):
    login(ana).post(place(asked), {"body": "Ainda"})
    program = SimpleUploadedFile("v.exe", b"MZ\0\0")

    login(ana).post(url(asked, "reply"), {"body": "Ainda escrevo", "uploads": program})

    kept = drafts.load(ana, f"ticket:{asked.number}:reply")
    assert kept == {"body": "Ainda escrevo", "files": []}


def test_L7_a_draft_of_a_reply_goes_on_as_a_follow_up(login, get, ana, ended):
    login(ana).post(place(ended), {"body": "Ainda escrevo"})

    html = get(ana, url(ended))
    login(ana).post(url(ended, "follow_up"), {"body": "Ainda escrevo"})

    assert "Continuar em Acompanhamento" in html
    assert "Ainda escrevo</textarea>" in html
    assert drafts.load(ana, f"ticket:{ended.number}:reply") == {}
