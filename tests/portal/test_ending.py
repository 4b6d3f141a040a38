"""Confirming and cancelling: asked once, done once, by whom the rules let (L8)."""

import pytest

from tests.cast import by, key
from tests.portal.reading import text, url
from tickets import actions
from tickets.models import Ticket, TicketEvent


@pytest.mark.parametrize("who", ["ana", "carla"])
def test_L8_confirming_ends_the_ticket_at_once(request, login, solved, who):
    response = login(request.getfixturevalue(who)).post(url(solved, "confirmation"))

    solved = Ticket.objects.get(pk=solved.pk)
    assert (response.status_code, response["Location"]) == (302, url(solved))
    assert (solved.status, solved.end_reason) == ("closed", "confirmed")


@pytest.mark.parametrize("who", ["ana", "carla"])
def test_L8_cancelling_ends_the_ticket_at_once(request, login, asked, who):
    response = login(request.getfixturevalue(who)).post(url(asked, "cancellation"))

    asked = Ticket.objects.get(pk=asked.pk)
    assert (response.status_code, response["Location"]) == (302, url(asked))
    assert (asked.status, asked.end_reason) == ("closed", "cancelled")


def test_both_questions_are_pages_too(get, ana, asked, elisa):
    cancels = text(get(ana, url(asked, "cancellation")))
    actions.propose_solution(asked, by=by(elisa, "2026-11-13T12:00", "desk"), body="Pronto.")
    confirms = text(get(ana, url(asked, "confirmation")))

    assert f"O ticket {asked.number} será encerrado agora , sem solução" in cancels
    assert f"O ticket {asked.number} será encerrado agora e não receberá mais" in confirms


@pytest.mark.parametrize("method", ["get", "post"])
def test_L8_who_only_watches_neither_confirms_nor_cancels(login, ana, bruno, solved, method):
    actions.watch(solved, who=bruno, by=by(ana, "2026-11-13T11:00"))

    response = getattr(login(bruno), method)(url(solved, "confirmation"))

    assert response.status_code == 409
    assert "Só quem abriu o ticket ou a administração do cliente pode fazer isto." in text(
        response.content.decode()
    )
    assert Ticket.objects.get(pk=solved.pk).status == "validation"


@pytest.mark.parametrize(
    ("name", "state", "sentence"),
    [
        ("confirmation", "ticket", "Com o ticket em Aberto isto não é possível."),
        ("cancellation", "solved", "Com o ticket em Validação Cliente isto não é possível."),
        ("cancellation", "ended", "Este ticket já foi encerrado e não recebe mais mensagens."),
    ],
)
def test_L1_what_does_not_fit_is_refused_on_the_ticket_as_it_stands(
    request, login, ana, name, state, sentence
):
    ticket = request.getfixturevalue(state)

    responses = [login(ana).get(url(ticket, name)), login(ana).post(url(ticket, name))]

    assert [response.status_code for response in responses] == [409, 409]
    assert [sentence in text(response.content.decode()) for response in responses] == [True, True]


def test_L12_confirmed_twice_by_the_same_form_is_confirmed_once(login, ana, solved):
    form = {"request_key": str(key(1))}

    answers = [login(ana).post(url(solved, "confirmation"), form) for _ in range(2)]

    assert [answer["Location"] for answer in answers] == [url(solved)] * 2
    assert TicketEvent.objects.filter(verb="confirm_solution").count() == 1


def test_only_what_is_allowed_is_offered(get, ana, bruno, asked):
    actions.watch(asked, who=bruno, by=by(ana, "2026-11-13T11:00"))

    offered = {
        who.first_name: [name in get(who, url(asked)) for name in ("cancellation/", "messages/")]
        for who in (ana, bruno)
    }

    assert offered == {"Ana": [True, True], "Bruno": [False, True]}
