"""Incidents on the desk: begin, tell more, put tickets in, end with one previewed answer (M2)."""

import re

import pytest
from django.urls import reverse

from knowledge.models import Incident
from tests.cast import by, make_queue
from tests.desk.reading import CASE, DIALOG, part, text, toast, url
from tickets import actions
from tickets.actions import bulk
from tickets.models import BulkAnswer, IncidentTicket, Ticket

DOWN = "SEFAZ-SP fora do ar: notas não são autorizadas"


@pytest.fixture
def incident(product, elisa):
    return actions.start_incident(
        by=by(elisa, "2026-11-13T08:30", "desk"),
        product=product,
        title=DOWN,
        text="A SEFAZ-SP não responde. Emita em contingência.",
    )


@pytest.fixture
def three(opened, incident, elisa, ana):
    """In the incident: in Aberto, in Pendente, cancelled."""
    tickets = [opened(title=DOWN) for _ in range(3)]
    asks = by(elisa, "2026-11-13T10:00", "desk")
    actions.request_information(tickets[1], by=asks, body="Qual UF?")
    actions.cancel(tickets[2], by=by(ana, "2026-11-13T11:00"))
    return tickets


def page(incident, name="incident"):
    return reverse(f"desk:{name}", args=[incident.pk])


def hidden(html):
    """The fields by which the form below a preview agrees to it."""
    form = html[html.rindex("<form", 0, html.index('name="previewed"')) :]
    fields = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form)
    return {name: value for name, value in fields if name in ("request_key", "previewed")}


def test_M2_an_incident_is_begun_and_customers_are_said_to_read_it(login, elisa, product):
    told = {
        "product": product.pk,
        "title": DOWN,
        "text": "Sem resposta.",
        "started_at": "2026-11-13T08:30",
    }

    response = login(elisa).post("/mesa/incidentes/novo/", told)

    incident = Incident.objects.get()
    assert response["Location"] == page(incident)
    assert toast(response) == ["Incidente registrado: os clientes do produto já leem."]
    assert incident.started_at == by(None, "2026-11-13T08:30").at


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"title": ""}, "Dê um título que o cliente reconheça."),
        ({"started_at": "2026-11-14T08:30"}, "O começo não pode estar no futuro."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(login, elisa, product, wrong, says):
    told = {"product": product.pk, "title": DOWN, "text": "Sem resposta do órgão."} | wrong

    response = login(elisa).post("/mesa/incidentes/novo/", told)

    assert response.status_code == 422
    assert says in response.content.decode()
    assert "Sem resposta do órgão." in response.content.decode()
    assert Incident.objects.count() == 0


def test_the_list_holds_what_goes_on_and_what_has_ended_by_product(
    get, elisa, incident, three, product
):
    over = actions.start_incident(
        by=by(elisa, "2026-11-12T08:00", "desk"), product=product, title="Lentidão", text="?"
    )
    actions.end_incident(over, by=by(elisa, "2026-11-12T09:00", "desk"), text="")

    going, ended = get(elisa, "/mesa/incidentes/"), get(elisa, "/mesa/incidentes/?state=ended")

    assert (DOWN in going, "Lentidão" in going) == (True, False)
    assert (DOWN in ended, "Lentidão" in ended) == (False, True)
    assert part(going, "<tbody", "</tbody").endswith("3")
    assert DOWN in get(elisa, f"/mesa/incidentes/?product={product.pk}")
    assert DOWN in get(elisa, "/mesa/incidentes/?product=0")  # as if not chosen


def test_R1_a_count_is_of_the_tickets_that_the_reader_sees(get, gil, incident, three):
    assert part(get(gil, "/mesa/incidentes/"), "<tbody", "</tbody").endswith(" 0")


def test_more_is_told_of_an_incident(login, elisa, incident):
    response = login(elisa).post(
        page(incident, "change_incident"), {"title": DOWN, "text": "Voltando aos poucos."}
    )

    incident.refresh_from_db()
    assert response["Location"] == page(incident)
    assert (incident.text, incident.started_at) == (
        "Voltando aos poucos.",
        by(None, "2026-11-13T08:30").at,
    )


def test_tickets_join_by_their_numbers_and_each_that_cannot_says_why(
    login, elisa, opened, incident, three
):
    other = opened(title="Parou tudo")
    typed = f"{other.number}, {three[0].number} 999999999"

    response = login(elisa).post(page(incident, "join_incident"), {"numbers": typed})

    read = text(response.content.decode())
    assert response.status_code == 409
    assert "999999999: não há ticket com esse número." in read
    assert f"{three[0].number}: Este ticket já faz parte do incidente {incident.pk}" in read
    assert IncidentTicket.objects.filter(ticket=other, incident=incident).exists()


def test_R1_no_ticket_of_another_queue_joins_by_its_number(login, gil, opened, incident):
    ticket = opened(title="Parou tudo")

    response = login(gil).post(page(incident, "join_incident"), {"numbers": ticket.number})

    assert f"{ticket.number}: não há ticket com esse número." in text(response.content.decode())
    assert not IncidentTicket.objects.exists()


def test_M2_what_the_system_attached_is_taken_off_by_one_click(login, elisa, three, incident):
    desk = login(elisa)

    from_the_incident = desk.post(page(incident, "leave_incident"), {"number": three[0].number})
    from_the_ticket = desk.post(url(three[1], "in_incident"), {"leave": "1"}, headers=CASE)

    assert from_the_incident["Location"] == page(incident)
    assert from_the_ticket.status_code == 302
    assert list(IncidentTicket.objects.values_list("ticket", flat=True)) == [three[2].pk]
    assert desk.post(page(incident, "leave_incident"), {"number": "1"}).status_code == 404


def test_a_ticket_joins_from_its_own_page(login, get, elisa, opened, incident):
    ticket = opened(title="Parou tudo")
    desk = login(elisa)

    asked = desk.get(url(ticket, "in_incident"), headers=DIALOG).content.decode()
    desk.post(url(ticket, "in_incident"), {"incident": incident.pk})
    again = desk.post(url(ticket, "in_incident"), {"incident": incident.pk}, headers=CASE)

    assert f'<option value="{incident.pk}" selected>' in asked  # of the ticket's own product
    assert again.status_code == 409
    facts = part(get(elisa, url(ticket)), "Incidente e defeitos", "</section>")
    assert DOWN in facts
    assert "ligou o ticket ao incidente" in text(get(elisa, url(ticket)))


# --- The end ------------------------------------------------------------------------------------


def test_M2_the_preview_is_what_the_customer_will_read_and_writes_nothing(
    login, elisa, incident, three
):
    response = login(elisa).post(page(incident, "end_incident"), {"text": "A SEFAZ **voltou**."})

    html = response.content.decode()
    assert part(html, 'id="previa"', "</section>") == (
        f'id="previa">Como o cliente vai ler Exemplo: o ticket {three[0].number}, de Ana Nogueira '
        "(Metalúrgica Serra Azul). A SEFAZ **voltou**. Aguardando sua validação até "
        "qua., 25/11, 23:59. Sem retorno, será encerrado."
    )
    assert part(html, 'id="efeito"', "</section>") == (
        'id="efeito">O que vai acontecer 2 tickets recebem esta solução e vão para Validação '
        "Cliente, cada um com prazo novo. 1 está em Aberto. 1 está em Pendente Cliente. "
        f"Fica de fora o {three[2].number}: Encerrado (cancelado pelo cliente). Se um cliente "
        "escrever antes de a resposta sair, ele a recebe assim mesmo, e você vê quais foram."
    )
    incident.refresh_from_db()
    assert incident.ended_at is None
    assert not BulkAnswer.objects.exists()
    assert Ticket.objects.get(pk=three[0].pk).status == "open"


def test_M2_what_was_previewed_is_what_is_sent_once(login, elisa, ana, incident, three):
    desk = login(elisa)
    previewed = desk.post(page(incident, "end_incident"), {"text": "A SEFAZ voltou."})
    fields = hidden(previewed.content.decode()) | {"text": "A SEFAZ voltou.", "confirm": "1"}
    actions.reply(three[0], by=by(ana, "2026-11-13T14:00"), body="E agora?")

    first = desk.post(page(incident, "end_incident"), fields)
    second = desk.post(page(incident, "end_incident"), fields)

    answer = BulkAnswer.objects.get()
    assert [first["Location"], second["Location"]] == [f"/mesa/respostas/{answer.key}/"] * 2  # L12
    assert answer.previewed_at == by(None, "2026-11-13T14:00").at
    assert [row.ticket for row in answer.rows.all()] == three[:2]


def test_M2_only_the_text_that_oneself_was_shown_for_this_incident_is_sent(
    login, elisa, fabio, product, incident, three
):
    told = {"text": "Voltou.", "confirm": "1"}
    other = actions.start_incident(
        by=by(elisa, channel="desk"), product=product, title="Lentidão", text="Lento."
    )
    actions.leave_incident(three[0], by=by(elisa, channel="desk"))
    actions.join_incident(three[0], incident=other, by=by(elisa, channel="desk"))

    def shown(person, row):
        return hidden(login(person).post(page(row, "end_incident"), told).content.decode())

    def end(**said):
        response = login(elisa).post(page(incident, "end_incident"), told | said)
        return response.status_code, "Confira-a e confirme." in response.content.decode()

    own = shown(elisa, incident)

    assert [
        end(),
        end(previewed="2026-11-13T10:00:00+00:00"),
        end(**shown(fabio, incident)),
        end(**shown(elisa, other)),
        end(**own, text="Outro texto."),
    ] == [(409, True)] * 5
    assert (BulkAnswer.objects.count(), Incident.objects.get(pk=incident.pk).ended_at) == (0, None)
    assert end(**own) == (302, False)


def test_M2_two_who_end_it_at_once_are_told_apart(login, elisa, fabio, incident, three):
    told = {"text": "Voltou.", "confirm": "1"}

    def previewed(person):
        return hidden(login(person).post(page(incident, "end_incident"), told).content.decode())

    by_elisa, by_fabio = previewed(elisa), previewed(fabio)
    first = login(elisa).post(page(incident, "end_incident"), told | by_elisa)
    second = login(fabio).post(page(incident, "end_incident"), told | by_fabio)

    assert (first.status_code, second.status_code) == (302, 409)
    assert "Este incidente já terminou." in second.content.decode()
    assert BulkAnswer.objects.count() == 1


def test_an_empty_answer_is_refused_where_tickets_wait(login, elisa, incident, three):
    response = login(elisa).post(page(incident, "end_incident"), {"text": " ", "confirm": "1"})

    assert response.status_code == 422
    assert "Escreva o que os clientes vão ler." in response.content.decode()


def test_an_incident_without_tickets_ends_with_one_button(login, elisa, incident):
    desk = login(elisa)
    asked = desk.get(page(incident, "end_incident")).content.decode()

    ended = desk.post(page(incident, "end_incident"), {"text": "", "confirm": "1"})

    assert "Nenhum ticket deste incidente espera resposta." in asked
    assert ended["Location"] == page(incident)
    incident.refresh_from_db()
    assert incident.ended_at is not None


def test_R1_who_does_not_see_all_of_them_ends_nothing(
    login, elisa, fabio, incident, three, opened, calendar_sp
):
    hidden_one = opened(title="Holerite")
    Ticket.objects.filter(pk=hidden_one.pk).update(queue=make_queue("Folha", calendar_sp))
    actions.join_incident(hidden_one, incident=incident, by=by(fabio, channel="desk"))

    refused = login(elisa).post(page(incident, "end_incident"), {"text": "Voltou."})
    seen = login(elisa).get(page(incident)).content.decode()
    allowed = login(fabio).post(page(incident, "end_incident"), {"text": "Voltou."})

    assert refused.status_code == 409
    assert "Peça a um supervisor" in refused.content.decode()
    assert str(hidden_one.number) not in seen
    assert "supervisores veem todos" in seen
    assert allowed.status_code == 200
    assert "3 tickets recebem" in allowed.content.decode()


def test_M2_the_progress_says_who_was_not_answered_and_who_wrote_meanwhile(
    login, elisa, ana, incident, three, opened
):
    late = opened(title=DOWN)
    answer = actions.end_incident(
        incident,
        by=by(elisa, "2026-11-13T12:30", "desk"),
        text="Voltou.",
        previewed_at=by(None, "2026-11-13T12:00").at,
    )
    place = reverse("desk:answer", args=[answer.key])
    desk = login(elisa)
    actions.cancel(three[0], by=by(ana, "2026-11-13T13:00"))
    actions.reply(late, by=by(ana, "2026-11-13T13:00"), body="Ainda não.")
    before = desk.get(place, headers={"HX-Request": "true"}).content.decode()

    bulk.answer_in_bulk(answer.pk)
    after = desk.get(place).content.decode()

    assert "0 de 3 tickets respondidos" in text(before)
    assert 'hx-trigger="every 2s"' in before
    assert "Terminou. 2 de 3 tickets respondidos; 1 não pôde ser." in text(after)
    assert "every 2s" not in after
    assert f"{three[0].number} (Metalúrgica Serra Azul): Este ticket já foi encerrado" in text(
        after
    )
    assert part(after, "Receberam a resposta assim mesmo", "</ul>").endswith(
        f"{late.number} {DOWN}"
    )


def test_M2_what_was_refused_is_tried_again(login, elisa, incident, three):
    answer = actions.end_incident(incident, by=by(elisa, channel="desk"), text="Voltou.")
    answer.rows.update(refusal="Algo falhou.")
    bulk.answer_in_bulk(answer.pk)

    response = login(elisa).post(reverse("desk:retry_answer", args=[answer.key]))
    bulk.answer_in_bulk(answer.pk)

    assert response["Location"] == reverse("desk:answer", args=[answer.key])
    assert {row.refusal for row in answer.rows.all()} == {""}
    answer.refresh_from_db()
    assert answer.finished_at is not None


@pytest.mark.parametrize("count", [1, 25])
def test_each_page_asks_the_same_for_one_and_for_25(
    login, elisa, incident, opened, product, count, django_assert_num_queries
):
    for n in range(count):
        opened(title=DOWN)
        if n:
            told = {"product": product, "title": f"Outro {n}", "text": "?"}
            actions.start_incident(by=by(elisa, channel="desk"), **told)
    desk = login(elisa)
    # The session, the person, the counts of the views, the mail that waits, the beat.
    frame = 5

    with django_assert_num_queries(frame + 3):  # how many, the rows, the products
        desk.get("/mesa/incidentes/")
    with django_assert_num_queries(frame + 3):  # the incident, its tickets, whether there are more
        desk.get(page(incident))
    answer = actions.end_incident(incident, by=by(elisa, channel="desk"), text="Voltou.")
    # The answer, how many, those refused, those who wrote meanwhile.
    with django_assert_num_queries(frame + 4):
        desk.get(reverse("desk:answer", args=[answer.key]))
