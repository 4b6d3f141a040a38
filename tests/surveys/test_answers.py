"""surveys/desk_views.py and queries.py: an analyst's own answers, a supervisor's all (S4, S6)."""

from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from surveys import queries
from surveys.actions import answer
from surveys.models import Survey
from surveys.queries import Group, Rates
from tests.cast import SAO_PAULO, at, by, make_desk, make_queue
from tests.surveys.conftest import again, end_by, words
from tickets import actions
from tickets.models import Ticket

ANSWERS = "surveys:answers"
Sent = Callable[..., Survey]


@pytest.fixture(autouse=True)
def _on_the_day() -> Any:
    with time_machine.travel(at("2026-12-20T12:00"), tick=False):
        yield


@pytest.fixture
def gil(queue: Any) -> Any:
    """Another analyst of the queue."""
    gil = make_desk("Gil Ramos", "gil@prazo.example", "analyst")
    queue.analysts.add(gil)
    return gil


@pytest.fixture
def sent(opened: Callable[..., Ticket], elisa: Any) -> Sent:
    """`sent("2026-11-16T10:00", to=elisa, score=4)`: a survey sent then, and answered or not."""

    def make(when: str, *, to: Any = None, score: int | None = None, **more: Any) -> Survey:
        with time_machine.travel(at(when), tick=False):
            ticket = opened(when)
            if to is not None:
                ticket = actions.assign(ticket, to=to, by=by(elisa, when, "desk")).ticket
            actions.propose_solution(ticket, by=by(elisa, when, "desk"), body="Atualize.")
            survey = Survey.objects.get(ticket=ticket)
            if score is not None:
                answer(survey, score=score, now=at(when), **more)
        return again(survey)

    return make


def as_(client: Client, user: Any) -> Client:
    client.force_login(user)
    return client


def shown(response: Any) -> list[int]:
    """The numbers of the tickets in the list of answers."""
    return [survey.ticket.number for survey in response.context["rows"]]


def test_S4_analysts_see_those_that_rate_themselves_supervisors_all(
    sent: Sent, elisa: Any, gil: Any, fabio: Any, ana: Any, davi: Any
) -> None:
    hers = sent("2026-11-16T10:00", to=elisa, score=5)
    his = sent("2026-11-16T11:00", to=gil, score=2)
    nobodys = sent("2026-11-16T12:00", score=3)
    waiting = sent("2026-11-16T13:00", to=elisa)

    seen = {
        user.first_name: set(Survey.objects.visible_to(user))
        for user in (elisa, gil, fabio, ana, davi)
    }

    assert seen == {
        "Elisa": {hers, waiting},
        "Gil": {his},
        "Fábio": {hers, his, nobodys, waiting},
        "Ana": set(),
        "Davi": set(),
    }


def test_S6_an_answer_stays_with_whom_it_rated(sent: Sent, ana: Any, elisa: Any, gil: Any) -> None:
    survey = sent("2026-11-16T10:00", to=elisa, score=5)
    actions.assign(survey.ticket, to=gil, by=by(gil, "2026-11-16T11:00", "desk"))
    actions.propose_solution(survey.ticket, by=by(gil, "2026-11-16T12:00", "desk"), body="Ou isto.")

    assert set(Survey.objects.visible_to(elisa)) == {survey}
    assert set(Survey.objects.visible_to(gil)) == set()


def test_S4_rates_and_trends(sent: Sent, elisa: Any, gil: Any, queue: Any) -> None:
    sent("2026-11-30T23:30", to=elisa, score=5)
    sent("2026-11-16T10:00", to=elisa)
    sent("2026-12-01T00:30", to=elisa, score=2)
    sent("2026-12-02T10:00", to=gil, score=4)
    sent("2026-12-03T10:00", score=4)
    every = Survey.objects.all()

    assert queries.rates(every) == Rates(sent=5, answered=4, good=3, average=3.75)
    assert queries.by_month(every, SAO_PAULO) == [
        Group(at("2026-12-01T00:00"), "", Rates(3, 3, 2, 10 / 3)),
        Group(at("2026-11-01T00:00"), "", Rates(2, 1, 1, 5.0)),
    ]
    assert queries.by_person(every) == [
        Group(elisa.pk, "Elisa Prado", Rates(3, 2, 1, 3.5)),
        Group(gil.pk, "Gil Ramos", Rates(1, 1, 1, 4.0)),
        Group(None, "", Rates(1, 1, 1, 4.0)),
    ]
    assert queries.by_queue(every) == [Group(queue.pk, "Fiscal", Rates(5, 4, 3, 3.75))]
    rates = queries.rates(every)
    assert (rates.answered_percent, rates.good_percent) == (80, 75)


def test_rates_of_nothing() -> None:
    nothing = Rates(0, 0, 0, None)

    assert (nothing.answered_percent, nothing.good_percent) == (0, 0)


def test_S6_what_was_cancelled_after_the_sending_is_out_of_the_rates_but_listed(
    client: Client, sent: Sent, ana: Any, elisa: Any, fabio: Any
) -> None:
    survey = sent("2026-11-13T10:00", to=elisa, score=1, comment="Demorou.")
    ticket = actions.reply(survey.ticket, by=by(ana, "2026-11-13T11:00"), body="Não.").ticket
    end_by("cancelled", ticket, ana=ana, elisa=elisa, other=ticket)

    response = as_(client, fabio).get(reverse(ANSWERS))

    assert response.context["rates"] == Rates(0, 0, 0, None)
    assert shown(response) == [ticket.number]
    assert "fora das taxas: cancelado pelo cliente" in words(response)


def test_S6_never_sent_is_never_counted(ticket: Ticket, ana: Any, elisa: Any, fabio: Any) -> None:
    ana.memberships.update(is_active=False)
    actions.propose_solution(ticket, by=by(elisa, "2026-11-16T10:00", "desk"), body="Atualize.")

    assert queries.rates(Survey.objects.all()) == Rates(0, 0, 0, None)


def test_the_supervisor_s_page(client: Client, sent: Sent, elisa: Any, fabio: Any) -> None:
    survey = sent(
        "2026-11-16T10:00", to=elisa, score=4, reasons=["speed", "clarity"], comment="Boa & rápida."
    )
    sent("2026-11-17T10:00", to=elisa)

    said = words(as_(client, fabio).get(reverse(ANSWERS)))

    assert (
        "No período 2 enviadas 1 respondidas 50 % taxa de resposta 4,0 média, de 1 a 5 "
        "1 notas 4 e 5 100 % com nota 4 ou 5"
    ) in said
    assert "Por mês de envio" in said
    assert "11/2026 2 1 50 % 50 4,0 100 % 100" in said
    assert "Elisa Prado 2 1 50 % 50 4,0 100 % 100" in said
    assert "Fiscal 2 1 50 % 50 4,0 100 % 100" in said
    assert (
        f"4, Bom Boa & rápida. Rapidez, Clareza {survey.ticket.number} · Metalúrgica Serra Azul · "
        "Elisa Prado · Fiscal 16/11, 10:00"
    ) in said


def test_the_analyst_s_page_compares_nobody(
    client: Client, sent: Sent, elisa: Any, gil: Any
) -> None:
    hers = sent("2026-11-16T10:00", to=elisa, score=4)
    sent("2026-11-17T10:00", to=gil, score=1, comment="Péssimo.")

    response = as_(client, elisa).get(reverse(ANSWERS))

    said = words(response)
    assert said.split(" Baixar")[0] == "Minhas avaliações"
    assert shown(response) == [hers.ticket.number]
    assert response.context["rates"] == Rates(1, 1, 1, 4.0)
    assert all(each not in said for each in ("Gil", "Péssimo", "Por analista", "Por fila"))


def test_the_filters_stand_in_the_address(
    client: Client, sent: Sent, elisa: Any, gil: Any, fabio: Any, calendar_sp: Any
) -> None:
    old = sent("2026-07-01T10:00", to=elisa, score=3)
    hers = sent("2026-12-01T10:00", to=elisa, score=5)
    his = sent("2026-12-02T10:00", to=gil, score=4)
    other = make_queue("Folha", calendar_sp)
    as_(client, fabio)

    found = {
        query: shown(client.get(reverse(ANSWERS) + query))
        for query in [
            "",
            "?period=30",
            f"?analyst={elisa.pk}",
            f"?analyst={elisa.pk}&period=90",
            f"?queue={other.pk}",
            f"?queue={hers.rated_queue_id}&analyst={gil.pk}",
            "?period=nunca&analyst=x&queue=9999",
        ]
    }

    every = [each.ticket.number for each in (his, hers, old)]
    assert list(found.values()) == [
        every,
        every[:2],
        [hers.ticket.number, old.ticket.number],
        [hers.ticket.number],
        [],
        [his.ticket.number],
        every,
    ]


def test_S4_an_analyst_cannot_ask_for_another_s(
    client: Client, sent: Sent, elisa: Any, gil: Any
) -> None:
    sent("2026-12-02T10:00", to=gil, score=4)

    response = as_(client, elisa).get(reverse(ANSWERS), {"analyst": gil.pk})

    assert shown(response) == []


def test_pages_of_25_by_key(client: Client, sent: Sent, elisa: Any, fabio: Any) -> None:
    numbers = [sent(f"2026-12-01T10:{n:02}", to=elisa, score=4).ticket.number for n in range(27)][
        ::-1
    ]
    as_(client, fabio)

    first = client.get(reverse(ANSWERS), {"period": "90"})
    second = client.get(reverse(ANSWERS) + first.context["next"])

    assert (shown(first), shown(second)) == (numbers[:25], numbers[25:])
    assert first.context["next"].startswith("?period=90&before=")
    assert (first.context["first"], second.context["first"]) == ("", "?period=90")
    assert second.context["next"] == ""


def test_it_costs_the_same_for_1_and_for_25_answers(
    client: Client, sent: Sent, elisa: Any, fabio: Any
) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse(ANSWERS))
        return len(captured)

    as_(client, fabio)
    sent("2026-12-01T10:00", to=elisa, score=4, comment="Bom.")
    for_one = statements()
    for n in range(1, 25):
        sent(f"2026-12-01T10:{n:02}", to=elisa, score=4, comment="Bom.")

    assert for_one == statements() <= 12


@pytest.mark.parametrize("before", ["9" * 5000, "9" * 19, "x", "-1"])
def test_nonsense_as_a_page_is_the_first_page(
    client: Client, sent: Sent, fabio: Any, before: str
) -> None:
    only = sent("2026-11-16T10:00", score=5)

    page = as_(client, fabio).get(reverse(ANSWERS), {"before": before})

    assert (page.status_code, page.context["rows"]) == (200, [only])


def test_the_csv_holds_what_the_page_shows(
    client: Client, sent: Sent, elisa: Any, gil: Any, fabio: Any
) -> None:
    hers = sent("2026-11-16T10:00", to=elisa, score=4, reasons=["speed"], comment='=1+1;"x"')
    his = sent("2026-11-17T10:00", to=gil, score=1)
    sent("2026-11-18T10:00", to=elisa)

    response = as_(client, fabio).get(reverse("surveys:export"))

    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="pesquisas.csv"'
    assert response.content.decode() == (
        "\ufeffTicket;Cliente;Enviada;Respondida;Nota;O que pesou;Comentário;Analista;Fila;"
        "Conta nas taxas\r\n"
        f"{his.ticket.number};Metalúrgica Serra Azul;17/11/2026 10:00;17/11/2026 10:00;1;;;"
        "Gil Ramos;Fiscal;sim\r\n"
        f"{hers.ticket.number};Metalúrgica Serra Azul;16/11/2026 10:00;16/11/2026 10:00;4;Rapidez;"
        '"\'=1+1;""x""";Elisa Prado;Fiscal;sim\r\n'
    )
    own = as_(client, elisa).get(reverse("surveys:export")).content.decode()
    assert "Gil" not in own
    assert own.count("\r\n") == 2


@pytest.mark.parametrize("name", [ANSWERS, "surveys:export"])
def test_R1_customers_find_no_such_page_and_strangers_sign_in(
    client: Client, ana: Any, carla: Any, davi: Any, name: str
) -> None:
    stranger = client.get(reverse(name))
    assert (stranger.status_code, stranger["Location"]) == (
        302,
        f"{reverse('account_login')}?next={reverse(name)}",
    )

    for customer in (ana, carla, davi):
        assert as_(client, customer).get(reverse(name)).status_code == 404


@pytest.mark.parametrize("name", [ANSWERS, "surveys:export"])
def test_nothing_is_written_there(client: Client, fabio: Any, name: str) -> None:
    assert as_(client, fabio).post(reverse(name)).status_code == 405


def test_the_admin_shows_surveys_and_changes_none(
    admin_of_surveys: Client, sent: Sent, elisa: Any
) -> None:
    survey = sent("2026-11-16T10:00", to=elisa, score=4, reasons=["speed"])
    one = reverse("admin:surveys_survey_change", args=[survey.pk])

    listed = admin_of_surveys.get(reverse("admin:surveys_survey_changelist"))
    page = admin_of_surveys.get(one)
    posted = admin_of_surveys.post(one, {"score": 1})

    assert (listed.status_code, page.status_code, posted.status_code) == (200, 200, 403)
    assert "Rapidez" in page.content.decode()
    assert again(survey).score == 4
    assert admin_of_surveys.get(reverse("admin:surveys_survey_add")).status_code == 403


@pytest.fixture
def admin_of_surveys(client: Client, fabio: Any) -> Client:
    fabio.is_staff = fabio.is_superuser = True
    fabio.save()
    return as_(client, fabio)


def test_R1_a_stranger_in_the_middle_of_a_page_keeps_it(client: Client) -> None:
    part = client.get(reverse(ANSWERS), headers={"HX-Request": "true"})

    assert part.status_code == 401
