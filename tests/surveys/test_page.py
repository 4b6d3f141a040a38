"""surveys/views.py: the public page behind the signed link (S2, S3); GET answers nothing."""

import re
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from common import links as signed
from surveys import links
from surveys.actions import answer
from surveys.models import Survey
from tests.cast import at, by
from tests.surveys.conftest import again, end_by, words
from tickets import actions
from tickets.models import Ticket, TicketEvent


@pytest.fixture(autouse=True)
def _on_the_day() -> Any:
    with time_machine.travel(at("2026-11-13T12:00"), tick=False):
        yield


def address(survey: Survey) -> str:
    return reverse("surveys:answer", args=[links.token(survey.ticket.number)])


def test_S3_opens_with_no_sign_in(client: Client, survey: Survey) -> None:
    response = client.get(address(survey))

    n = survey.ticket.number
    assert response.status_code == 200
    assert words(response) == (
        "Prazo "
        "Como foi o atendimento de Elisa Prado? "
        f"No ticket {n}, “NF-e rejeitada com o código 539”. "
        f"Avaliar não reabre nem muda o ticket . Para continuar a conversa, vá ao ticket {n} . "
        "O ticket ainda está em Validação Cliente. Recomendamos responder depois do encerramento, "
        "quando dá para avaliar tudo. "
        "Aguardando sua validação até qua., 25/11, 23:59 . Sem retorno, será encerrado. "
        "Sua nota 1 Muito ruim 2 Ruim 3 Regular 4 Bom 5 Muito bom "
        "O que pesou na nota? (opcional) "
        "Rapidez Clareza Conhecimento Cordialidade Solução Outro motivo "
        "Comentário (opcional) Elisa e a supervisão leem o que você escreve aqui. "
        "Enviar avaliação "
        "Você pode mudar sua resposta até 30 dias depois do encerramento, por este mesmo link."
    )
    assert f'href="http://127.0.0.1:8000/tickets/{n}/"' in response.content.decode()


@pytest.mark.parametrize("method", ["get", "head"])
def test_a_scanner_that_opens_the_link_answers_nothing(
    client: Client, survey: Survey, method: str
) -> None:
    getattr(client, method)(address(survey), {"score": "1", "comment": "x"})

    assert again(survey).answered_at is None


def test_S4_an_answer_is_kept_and_shown(client: Client, survey: Survey, elisa: Any) -> None:
    response = client.post(
        address(survey),
        {"score": "4", "reasons": ["clarity", "speed"], "comment": "Ótimo."},
        follow=True,
    )

    saved = again(survey)
    assert (saved.score, saved.reasons, saved.comment, saved.rated) == (
        4,
        ["speed", "clarity"],
        "Ótimo.",
        elisa,
    )
    assert response.redirect_chain == [(address(survey), 302)]
    page = response.content.decode()
    assert "Sua avaliação está registrada: 4, Bom . Você pode mudá-la aqui mesmo. " in words(
        response
    )
    assert "Mudar avaliação" in words(response)
    assert "Avaliação registrada. Obrigado!" in page
    assert re.search(r'<input[^>]*value="4"[^>]*checked', page)
    assert re.search(r'<input[^>]*value="speed"[^>]*checked', page)


def test_S3_it_can_be_changed(client: Client, survey: Survey) -> None:
    client.post(address(survey), {"score": "4"})
    client.post(address(survey), {"score": "2", "comment": "Voltou."})

    assert (again(survey).score, again(survey).comment) == (2, "Voltou.")


def test_S2_answering_leaves_the_ticket_as_it_is(client: Client, survey: Survey) -> None:
    before = Ticket.objects.values().get(pk=survey.ticket_id), TicketEvent.objects.count()

    client.post(address(survey), {"score": "1", "comment": "Reabram!"})

    after = Ticket.objects.values().get(pk=survey.ticket_id), TicketEvent.objects.count()
    assert after == before


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"comment": "Bom."}, "Escolha uma nota de 1 a 5."),
        ({"score": "9", "comment": "Bom."}, "9 não é uma das escolhas disponíveis"),
        ({"score": "4", "reasons": "charme", "comment": "Bom."}, "charme não é uma"),
    ],
)
def test_what_is_missing_is_said_and_nothing_typed_is_lost(
    client: Client, survey: Survey, form: dict[str, str], said: str
) -> None:
    response = client.post(address(survey), form)

    assert response.status_code == 422
    assert said in words(response)
    assert ">\nBom.</textarea>" in response.content.decode()
    assert again(survey).answered_at is None


def test_S3_after_30_days_it_says_so(client: Client, survey: Survey, ana: Any) -> None:
    actions.confirm_solution(survey.ticket, by=by(ana, "2026-11-13T11:00"))

    with time_machine.travel(at("2026-12-13T23:59")):
        before = client.get(address(survey))
    with time_machine.travel(at("2026-12-14T00:00")):
        page = client.get(address(survey))
        refused = client.post(address(survey), {"score": "5"})

    assert (
        "Você pode responder e mudar a resposta até dom., 13/12, 23:59 , por este mesmo link."
        in words(before)
    )
    for response, status in [(page, 200), (refused, 409)]:
        assert response.status_code == status
        assert "O prazo para avaliar este atendimento terminou em dom., 13/12, 23:59." in words(
            response
        )
        assert "Enviar avaliação" not in words(response)
    assert again(survey).answered_at is None


def test_S6_of_a_cancelled_ticket_the_unanswered_link_says_so(
    client: Client, survey: Survey, ana: Any, elisa: Any
) -> None:
    ticket = actions.reply(survey.ticket, by=by(ana, "2026-11-13T11:00"), body="Não.").ticket
    end_by("cancelled", ticket, ana=ana, elisa=elisa, other=ticket)

    response = client.get(address(survey))

    assert "Este ticket foi cancelado, e por isso não há atendimento a avaliar." in words(response)
    assert "Enviar avaliação" not in words(response)


def test_S6_of_a_cancelled_ticket_the_answer_stays_and_says_that_it_does_not_count(
    client: Client, survey: Survey, ana: Any, elisa: Any
) -> None:
    answer(survey, score=5, now=at("2026-11-13T10:30"))
    ticket = actions.reply(survey.ticket, by=by(ana, "2026-11-13T11:00"), body="Não.").ticket
    end_by("cancelled", ticket, ana=ana, elisa=elisa, other=ticket)

    assert "por isso ela não entra nas médias." in words(client.get(address(survey)))


def test_S6_with_nobody_assigned_it_asks_about_the_queue(
    client: Client, ticket: Ticket, propose: Any
) -> None:
    survey = Survey.objects.get(ticket=propose(ticket))

    said = words(client.get(address(survey)))

    assert "Como foi o atendimento da fila Fiscal?" in said
    assert "A supervisão lê o que você escreve aqui." in said


def test_S3_the_link_is_signed_and_single_ticket(client: Client, survey: Survey) -> None:
    good = links.token(survey.ticket.number)
    for token in [
        "xyz",
        good[:-1],
        good + "A",
        signed.sign("reset", str(survey.ticket.number)),
        signed.sign("survey", "999999999"),
    ]:
        response = client.get(reverse("surveys:answer", args=[token]))

        assert response.status_code == 404
        assert "Este link de pesquisa não vale" in words(response)


def test_a_ticket_with_no_survey_yet_has_no_page(client: Client, ticket: Ticket) -> None:
    response = client.get(reverse("surveys:answer", args=[links.token(ticket.number)]))

    assert response.status_code == 404


def test_the_link_does_not_leak(client: Client, survey: Survey) -> None:
    for response in [
        client.get(address(survey)),
        client.post(address(survey), {"score": "4"}),
        client.get(reverse("surveys:answer", args=["xyz"])),
    ]:
        assert response["Referrer-Policy"] == "same-origin"
        assert response["X-Robots-Tag"] == "noindex, nofollow"
        assert "no-store" in response["Cache-Control"]


def test_a_form_of_another_site_is_refused(survey: Survey) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(address(survey), {"score": "1"}).status_code == 403

    page = strict.get(address(survey)).content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert token is not None
    form = {"score": "5", "csrfmiddlewaretoken": token[1]}
    assert strict.post(address(survey), form).status_code == 302
    assert again(survey).score == 5


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_other_methods_are_not_allowed(client: Client, survey: Survey, method: str) -> None:
    assert getattr(client, method)(address(survey)).status_code == 405


def test_a_machine_that_answers_over_and_over_is_stopped(client: Client, survey: Survey) -> None:
    for n in range(30):
        client.post(address(survey), {"score": "4", "comment": str(n)})

    response = client.post(address(survey), {"score": "1", "comment": "mais uma"})

    assert response.status_code == 409
    assert "São mudanças demais em pouco tempo. Espere uma hora." in words(response)
    assert (again(survey).score, again(survey).comment) == (4, "29")


def test_it_costs_one_statement(
    client: Client, survey: Survey, django_assert_num_queries: Any
) -> None:
    link = address(survey)

    with django_assert_num_queries(1):
        client.get(link)
