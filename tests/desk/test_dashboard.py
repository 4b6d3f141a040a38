"""The desk's first page, and the supervisor's: what there is to do, by whom, and what stumbled."""

import re

import pytest
from django.utils.http import urlencode

from interfaces.inbox.reception import receive
from tests.cast import by, key, make_queue
from tests.desk.reading import numbers, part, text, toast
from tickets import actions
from tickets.models import ClockFault, Ticket

BOARD = {"HX-Request": "true", "HX-Target": "painel"}


def fault(ticket, times=3):
    at = by(None, "2026-11-13T10:00").at
    return ClockFault.objects.create(
        ticket=ticket, error="BeyondHorizon", first_at=at, last_at=at, times=times
    )


def failed_letter():
    from outbox.models import Delivery, State

    return Delivery.objects.create(
        key="x",
        letter="opened",
        to_address="x@x.example",
        message_id="<x@x>",
        state=State.FAILED,
        last_error="550",
    )


@pytest.fixture
def work(opened, elisa, helena):
    """Elisa has one overdue and one new, Helena one, and one is nobody's."""
    for when, who in (("2026-11-02T09:00", elisa), ("2026-11-12T09:00", elisa)):
        actions.take(opened(when), by=by(who, when, "desk"))
    actions.take(opened("2026-11-11T12:00"), by=by(helena, "2026-11-12T10:00", "desk"))
    opened("2026-11-13T09:00")


def test_what_falls_due_first_comes_first(get, elisa, work):
    listed = numbers(get(elisa, "/mesa/"))

    assert listed == list(Ticket.objects.order_by("attention_at").values_list("number", flat=True))


def test_nothing_to_do_says_so(get, elisa):
    assert "Nada em andamento" in get(elisa, "/mesa/")


def test_supervisors_see_who_has_how_much(get, fabio, elisa, work):
    table = part(get(fabio, "/mesa/"), 'aria-labelledby="carga"', "</table>")

    assert "EP Elisa Prado 2 2 0 1" in table
    assert "HS Helena Sardinha 1 1 0 0" in table
    assert "Sem responsável 1 1 0 0" in table
    assert "Carga por analista" not in get(elisa, "/mesa/")


def links(html, start):
    """The addresses that a table's numbers lead to, with the number that each shows."""
    table = html[html.index(start) : html.index("</table>", html.index(start))]
    found = re.findall(r'<td class="table__number">\s*<a href="([^"]+)"[^>]*>(\d+)</a>', table)
    return {url.replace("&amp;", "&"): int(number) for url, number in found}


@pytest.mark.parametrize("table", ['aria-labelledby="carga"', 'aria-labelledby="idade"'])
def test_each_number_of_the_team_leads_to_the_tickets_that_it_counts(get, fabio, work, table):
    shown = links(get(fabio, "/mesa/equipe/"), table)

    assert shown
    assert {url: len(numbers(get(fabio, url))) for url in shown} == shown


def test_numbers_of_the_team_are_by_analyst_and_by_nobody(get, fabio, elisa, helena, work):
    shown = links(get(fabio, "/mesa/equipe/"), 'aria-labelledby="carga"')

    queue = "/mesa/fila/?assignee="
    assert shown == {
        f"{queue}{elisa.pk}": 2,
        f"{queue}{elisa.pk}&view=overdue": 1,
        f"{queue}{helena.pk}": 1,
        f"{queue}none": 1,
    }


def test_tickets_of_who_left_the_desk_are_counted_too(get, fabio, elisa, work):
    elisa.is_active = False
    elisa.save()

    assert "EP Elisa Prado 2 2 0 1" in part(get(fabio, "/mesa/"), 'aria-labelledby="carga"', "</ta")


def test_R4_the_last_day_of_customers_counts_what_it_lists_and_no_day_of_the_desk(
    get, fabio, opened, elisa
):
    opened("2026-11-11T09:00")  # the desk's own last day is today
    asks = by(elisa, "2026-11-06T10:00", "desk")
    actions.request_information(opened("2026-11-04T09:00"), by=asks, body="Versão?")

    board, listed = get(fabio, "/mesa/"), get(fabio, "/mesa/fila/?view=due-today")

    assert "1 Cliente até hoje" in part(board, 'aria-labelledby="agora"', "</section>")
    assert len(numbers(listed)) == 1
    assert "Do suporte (Aberto) e do cliente (Pendente e Validação)" in text(board)


def test_R1_analysts_see_the_clocks_faults_of_their_own_queues(get, elisa, gil, fabio, ticket):
    fault(ticket)

    told = f"O relógio não conseguiu mover o ticket {ticket.number} (BeyondHorizon, 3 vezes)."
    assert [told in text(get(who, "/mesa/")) for who in (elisa, fabio, gil)] == [True, True, False]


def test_letters_that_failed_are_told_and_led_to_by_administrators(get, elisa, fabio):
    failed_letter()
    fabio.is_staff = True
    fabio.save()

    staff, analyst = get(fabio, "/mesa/"), get(elisa, "/mesa/")

    assert "1 e-mail não pôde ser enviado." in text(staff)
    assert "/admin/outbox/delivery/?state__exact=failed" in staff
    assert "Avise quem administra a instalação." in analyst
    assert "/admin/outbox/" not in analyst


def test_htmx_gets_the_board_alone(get, elisa, work):
    html = get(elisa, "/mesa/", headers=BOARD)

    assert "<html" not in html
    assert html.strip().startswith('<div class="board__inner"')


def test_the_team_by_age(get, fabio, elisa, work):
    table = part(get(fabio, "/mesa/equipe/"), 'aria-labelledby="idade"', "</table>")

    assert "Analista 0–1 2–3 4–5 6–10 11–20 21 ou mais Total" in table
    assert "EP Elisa Prado 1 0 0 0 1 0 2" in table
    assert "HS Helena Sardinha 0 1 0 0 0 0 1" in table


HAND_OVER = "/mesa/equipe/passagem/"


@pytest.fixture
def folha(calendar_sp, elisa, gil, opened):
    """Another queue, worked by Elisa and Gil, with one ticket of Elisa's."""
    folha = make_queue("Folha de SP", calendar_sp, elisa, gil)
    desk = by(elisa, "2026-11-12T10:00", "desk")
    ticket = actions.take(opened("2026-11-12T09:30"), by=desk).ticket
    actions.move(ticket, to=folha, by=desk)
    return folha


def test_handing_over_asks_first_whose_then_who_gets_each_queue(
    get, fabio, elisa, helena, gil, queue, work, folha
):
    page = get(fabio, f"{HAND_OVER}?leaver={elisa.pk}")

    assert "Quem fica com os tickets de Elisa Prado" in text(page)
    heirs = {each: part(page, f'name="to_{each.pk}"', "</select>") for each in (queue, folha)}
    assert [name in heirs[queue] for name in ("Helena Sardinha", "Gil Prates")] == [True, False]
    assert [name in heirs[folha] for name in ("Helena Sardinha", "Gil Prates")] == [False, True]
    assert "Elisa Prado" not in heirs[queue]
    assert "O que vai acontecer" not in text(page).replace("Ver o que vai acontecer", "")


def test_handing_over_shows_first_what_goes(get, fabio, elisa, helena, gil, queue, work, folha):
    heirs = f"to_{queue.pk}={helena.pk}&to_{folha.pk}={gil.pk}"
    page = get(fabio, f"{HAND_OVER}?leaver={elisa.pk}&{heirs}")

    assert "Fiscal: 2 tickets de Elisa Prado passam para Helena Sardinha" in text(page)
    assert "Folha de SP: 1 ticket de Elisa Prado passa para Gil Prates" in text(page)
    assert "Passar todos" in page
    assert Ticket.objects.filter(assignee=elisa).count() == 3


def test_R3_handing_over_gives_each_queues_tickets_to_its_own_heir(
    login, fabio, elisa, helena, gil, queue, work, folha
):
    heirs = {f"to_{queue.pk}": helena.pk, f"to_{folha.pk}": gil.pk}
    form = {"leaver": elisa.pk, "request_key": str(key(1)), **heirs}

    response = login(fabio).post(HAND_OVER, form)
    again = login(fabio).post(HAND_OVER, form)

    assert (response.status_code, response["Location"]) == (302, "/mesa/equipe/")
    assert again.status_code == 422
    assert toast(response) == [
        "2 tickets de Elisa Prado passaram para Helena Sardinha. "
        "1 ticket de Elisa Prado passou para Gil Prates."
    ]
    assert Ticket.objects.filter(assignee=helena).count() == 3
    assert [t.queue for t in Ticket.objects.filter(assignee=gil)] == [folha]


def test_handing_over_to_nobody(login, fabio, elisa, queue, work):
    form = {"leaver": elisa.pk, f"to_{queue.pk}": ""}
    response = login(fabio).post(HAND_OVER, form)

    assert toast(response) == ["2 tickets de Elisa Prado ficaram sem responsável."]
    assert Ticket.objects.filter(assignee=None).count() == 3


def test_R3_whoever_does_not_work_a_queue_cannot_take_its_tickets(
    login, get, fabio, elisa, gil, queue, work
):
    form = {"leaver": elisa.pk, f"to_{queue.pk}": gil.pk}
    page = get(fabio, f"{HAND_OVER}?{urlencode(form)}")
    response = login(fabio).post(HAND_OVER, form)

    assert "Esta pessoa não atende esta fila." in text(page)
    assert "Passar todos" not in page
    assert response.status_code == 422
    assert Ticket.objects.filter(assignee=elisa).count() == 2


def test_a_queue_that_was_not_asked_about_is_not_handed_over(
    login, fabio, elisa, helena, queue, work, folha
):
    response = login(fabio).post(HAND_OVER, {"leaver": elisa.pk, f"to_{queue.pk}": helena.pk})

    assert response.status_code == 422
    assert Ticket.objects.filter(assignee=elisa).count() == 3


def test_only_who_has_tickets_hands_over(get, fabio, elisa, helena, work):
    page = get(fabio, HAND_OVER)

    leavers = part(page, 'name="leaver"', "</select>")
    assert ("Elisa Prado" in leavers, "Fábio Quintela" in leavers) == (True, False)


def test_the_surveys_are_a_link_away(login, fabio):
    assert login(fabio).get("/mesa/pesquisas/")["Location"] == "/pesquisa/respostas/"


def test_people_of_the_desk_say_who_they_are(login, get, elisa):
    desk = login(elisa)

    wrong = desk.post("/mesa/perfil/", {"name": "", "time_zone": "Terra/Média"})
    said = {"name": "Elisa P.", "phone": "4002-0190", "time_zone": "America/Manaus"}
    right = desk.post("/mesa/perfil/", {**said, "letters": "mine"})

    elisa.refresh_from_db()
    assert (wrong.status_code, right.status_code) == (422, 302)
    assert "Diga como você se chama." in wrong.content.decode()
    assert (elisa.name, elisa.time_zone) == ("Elisa P.", "America/Manaus")


def test_R1_mail_that_waits_is_counted_for_those_who_may_decide_it(get, elisa, fabio, queue):
    for number in range(2):
        receive(f"From: x@y.example\nMessage-ID: <{number}@y>\n\nOlá".encode())

    supervisor, analyst = get(fabio, "/mesa/"), get(elisa, "/mesa/")

    assert "Quarentena 2" in text(supervisor)
    assert 'href="/mesa/quarentena/"' in supervisor
    assert "Quarentena 0" in text(analyst)
