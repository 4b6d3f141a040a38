"""What is done to a ticket besides writing on it: asked first, by dialog or page, then done."""

import pytest

from accounts.models import Organization
from tests.cast import by, key, make_queue
from tests.desk.reading import CASE, DIALOG, text, toast, url
from tickets import actions
from tickets.models import Severity, Ticket, TicketEvent

QUESTIONS = {
    "assign": "Mudar o responsável",
    "move": "Mover para outra fila",
    "severity": "Mudar a severidade",
    "requester": "Mudar o solicitante",
    "discard": "Descartar este ticket?",
    "merge": "Unir a outro ticket",
    "watchers": "Incluir quem acompanha",
    "record": "Registrar o que o cliente disse",
}


def fresh(ticket):
    return Ticket.objects.get(pk=ticket.pk)


@pytest.mark.parametrize("name", QUESTIONS)
def test_without_scripts_a_page_asks(get, elisa, ticket, name):
    page = get(elisa, url(ticket, name))

    assert "<html" in page
    assert f"<h1>{QUESTIONS[name]}</h1>" in page
    assert f'href="{url(ticket)}"' in page


@pytest.mark.parametrize("name", QUESTIONS)
def test_with_scripts_a_dialog_asks(get, elisa, ticket, name):
    html = get(elisa, url(ticket, name), headers=DIALOG)

    assert "<html" not in html
    assert f'id="ato-titulo">{QUESTIONS[name]}</h2>' in html
    assert 'hx-target="#ticket"' in html or name == "merge"


def test_taking_a_ticket(login, elisa, ticket):
    response = login(elisa).post(url(ticket, "assign"), {"take": "1"})

    assert (response.status_code, fresh(ticket).assignee) == (302, elisa)
    assert toast(response) == ["O ticket é seu."]


def test_somebody_else_was_faster(login, elisa, helena, ticket):
    actions.take(ticket, by=by(helena, channel="desk"))

    response = login(elisa).post(url(ticket, "assign"), {"take": "1"}, headers=CASE)

    assert (response.status_code, response["HX-Retarget"]) == (409, "#ato")
    assert "Helena Sardinha já assumiu este ticket." in response.content.decode()
    assert fresh(ticket).assignee == helena


def test_giving_a_ticket_to_somebody_and_to_nobody(login, elisa, helena, ticket):
    desk = login(elisa)

    desk.post(url(ticket, "assign"), {"to": helena.pk})
    given = fresh(ticket).assignee
    desk.post(url(ticket, "assign"), {"to": ""})

    assert (given, fresh(ticket).assignee) == (helena, None)


def test_only_those_who_work_the_queue_are_offered(login, get, elisa, helena, gil, fabio, ticket):
    page = get(elisa, url(ticket, "assign"))
    response = login(elisa).post(url(ticket, "assign"), {"to": gil.pk})

    assert [p.name in page for p in (elisa, helena, fabio, gil)] == [True, True, True, False]
    assert response.status_code == 422
    assert "Esta pessoa não atende esta fila." in response.content.decode()
    assert fresh(ticket).assignee is None


def test_R3_a_move_leads_to_the_list_where_one_no_longer_sees_the_ticket(
    login, elisa, ticket, calendar_sp
):
    payroll = make_queue("Folha", calendar_sp)

    response = login(elisa).post(url(ticket, "move") + "?view=mine", {"to": payroll.pk})

    assert (response.status_code, response["Location"]) == (302, "/mesa/fila/?view=mine")
    assert fresh(ticket).queue == payroll


def test_R3_by_htmx_the_list_is_loaded_whole(login, elisa, ticket, calendar_sp):
    payroll = make_queue("Folha", calendar_sp)

    response = login(elisa).post(url(ticket, "move"), {"to": payroll.pk}, headers=CASE)

    assert (response.status_code, response["HX-Redirect"]) == (200, "/mesa/fila/")


def test_a_move_of_ones_own_ticket_leads_back_to_it(login, fabio, ticket, calendar_sp):
    payroll = make_queue("Folha", calendar_sp)

    response = login(fabio).post(url(ticket, "move"), {"to": payroll.pk}, headers=CASE)

    assert (response.status_code, response["Location"]) == (302, url(ticket))


def test_R3_the_severity_changes_with_a_reason(login, elisa, ticket):
    desk = login(elisa)

    silent = desk.post(url(ticket, "severity"), {"to": Severity.HIGH, "reason": ""})
    same = desk.post(url(ticket, "severity"), {"to": Severity.MEDIUM, "reason": "Igual."})
    done = desk.post(url(ticket, "severity"), {"to": Severity.HIGH, "reason": "Parou a filial."})

    assert [silent.status_code, same.status_code, done.status_code] == [422, 409, 302]
    assert "Diga ao cliente por que a severidade muda." in silent.content.decode()
    assert "A severidade já é esta." in same.content.decode()
    assert (fresh(ticket).severity, ticket.messages.latest("pk").body_text) == (
        Severity.HIGH,
        "Parou a filial.",
    )


def test_discarding_asks_why(login, elisa, ticket):
    desk = login(elisa)

    asked = desk.post(url(ticket, "discard"), {}, headers=CASE)
    done = desk.post(url(ticket, "discard"), {"reason": "test"})

    assert (asked.status_code, asked["HX-Retarget"], asked["HX-Reswap"]) == (
        422,
        "#ato",
        "innerHTML",
    )
    assert done.status_code == 302
    assert (fresh(ticket).end_reason, fresh(ticket).discard_reason) == ("discarded", "test")


def test_a_refused_question_says_why(get, elisa, asked):
    page = get(elisa, url(asked, "discard"), status=409)

    assert "Só um ticket em Aberto pode ser descartado." in page
    assert "Descartar o ticket" not in page


def test_a_merge_that_cannot_be_asks_for_no_number(get, elisa, solved):
    page = get(elisa, url(solved, "merge"), status=409)

    assert "Com o ticket em Validação Cliente isto não é possível." in page
    assert 'name="into"' not in page


def test_a_leavers_ticket_goes_to_a_colleague(login, elisa, ticket, bruno, davi):
    desk = login(elisa)

    stranger = desk.post(url(ticket, "requester"), {"to": davi.pk})
    desk.post(url(ticket, "requester"), {"to": bruno.pk})

    assert stranger.status_code == 422
    assert fresh(ticket).requester == bruno


def test_watchers_are_included_and_taken_off(login, get, elisa, ticket, bruno, davi, helena):
    desk = login(elisa)

    stranger = desk.post(url(ticket, "watchers"), {"person": davi.pk})
    desk.post(url(ticket, "watchers"), {"person": bruno.pk})
    desk.post(url(ticket, "watchers"), {"follow": "1"})
    watching = set(ticket.watchers.values_list("user", flat=True))
    off = desk.post(url(ticket, "unwatch"), {"person": bruno.pk})

    assert stranger.status_code == 422
    assert watching == {bruno.pk, elisa.pk}
    assert toast(off)[-1] == "Bruno Sakamoto não acompanha mais este ticket."
    assert set(ticket.watchers.values_list("user", flat=True)) == {elisa.pk}


def test_R1_of_the_desk_only_who_sees_the_ticket_is_offered(
    login, get, elisa, fabio, helena, gil, ticket
):
    page = get(elisa, url(ticket, "watchers"))
    other = login(elisa).post(url(ticket, "watchers"), {"person": gil.pk})

    people = (elisa, fabio, helena, gil)
    assert [f'value="{each.pk}"' in page for each in people] == [True, True, True, False]
    assert other.status_code == 422
    assert ticket.watchers.count() == 0


@pytest.mark.parametrize("person", ["", "x", "0", "9" * 30])
def test_nobody_is_taken_off_who_does_not_watch(login, elisa, ticket, person):
    assert login(elisa).post(url(ticket, "unwatch"), {"person": person}).status_code == 404


def test_L12_an_act_sent_twice_has_one_effect(login, elisa, helena, ticket):
    form = {"to": helena.pk, "request_key": str(key(1))}

    for _ in range(2):
        login(elisa).post(url(ticket, "assign"), form)

    assert TicketEvent.objects.filter(verb="assign").count() == 1


def test_only_what_may_be_done_is_in_the_menu(get, elisa, ticket, asked, solved, ended):
    page = get(elisa, url(ended))

    names = ("assign", "move", "severity", "requester", "discard", "merge", "unmerge")
    assert [url(ended, name) in page for name in names] == [False] * 7


def test_in_aberto_all_but_the_way_back_is_in_the_menu(get, elisa, ticket):
    page = get(elisa, url(ticket))

    names = ("assign", "move", "severity", "requester", "discard", "merge", "unmerge")
    assert [url(ticket, name) in page for name in names] == [True] * 6 + [False]


class TestMerging:
    """L8: choose, see what will happen, do it, and the way back for a day."""

    @pytest.fixture
    def duplicate(self, opened, bruno, elisa):
        import io

        stored = actions.upload(bruno, "tela.txt", io.BytesIO(b"539"), 3)
        ticket = opened(
            "2026-11-13T12:00",
            user=bruno,
            title="A nota não sai",
            body="É o mesmo?",
            files=[stored.key],
        )
        actions.note(ticket, by=by(elisa, channel="desk"), body="Parece que sim.")
        return ticket

    def test_the_likely_targets_are_the_customers_own(
        self, get, elisa, duplicate, ticket, davi, other_organization, opened
    ):
        foreign = opened(user=davi, organization=other_organization)

        page = get(elisa, url(duplicate, "merge"))

        assert f"?into={ticket.number}" in page
        assert f"?into={foreign.number}" not in page

    def test_the_preview_says_what_will_happen_and_does_nothing(
        self, get, elisa, duplicate, solved
    ):
        before = TicketEvent.objects.count()

        read = text(get(elisa, url(duplicate, "merge") + f"?into={solved.number}"))

        assert "1 mensagem deste passa a aparecer no outro" in read
        assert "1 nota interna vai junto" in read
        assert "1 arquivo vai junto." in read
        assert "Passam a acompanhar o outro: Bruno Sakamoto." in read
        assert "O outro sai de Validação Cliente e volta para Aberto" in read
        assert (TicketEvent.objects.count(), fresh(duplicate).status) == (before, "open")
        assert fresh(solved).status == "validation"

    def test_the_preview_of_an_older_duplicate_leaves_the_target_alone(
        self, get, elisa, opened, solved
    ):
        older = opened("2026-11-13T08:00")

        read = text(get(elisa, url(older, "merge") + f"?into={solved.number}"))

        assert "O outro continua em Validação Cliente." in read
        assert "Ninguém novo passa a acompanhar o outro." in read

    def test_it_is_done_as_previewed(self, login, elisa, duplicate, solved, bruno):
        response = login(elisa).post(url(duplicate, "merge"), {"into": solved.number})

        assert (response.status_code, response["Location"]) == (302, url(duplicate))
        assert toast(response) == [
            f"Ticket unido ao {solved.number}. Dá para desfazer por 24 horas."
        ]
        assert (fresh(duplicate).merged_into, fresh(solved).status) == (solved, "open")
        assert solved.watchers.get().user == bruno

    @pytest.mark.parametrize("into", ["nada", "99", "{own}", "{foreign}"])
    @pytest.mark.parametrize("method", ["get", "post"])
    def test_what_cannot_be_merged_is_said(
        self, login, elisa, duplicate, davi, other_organization, opened, into, method
    ):
        foreign = opened(user=davi, organization=other_organization)
        typed = into.format(own=duplicate.number, foreign=foreign.number)

        response = getattr(login(elisa), method)(url(duplicate, "merge"), {"into": typed})

        sentence = {
            "{own}": "Escolha outro ticket: este é o próprio.",
            "{foreign}": "Só se unem tickets do mesmo cliente.",
        }.get(into, "Não há ticket com esse número.")
        assert response.status_code == 409
        assert sentence in response.content.decode()
        assert fresh(duplicate).status == "open"

    def test_R1_a_target_that_one_may_not_see_does_not_exist(
        self, login, elisa, gil, duplicate, ticket
    ):
        actions.move(ticket, to=gil.queues.get(), by=by(elisa, channel="desk"))

        response = login(elisa).post(url(duplicate, "merge"), {"into": ticket.number})

        assert "Não há ticket com esse número." in response.content.decode()

    def test_R1_another_guests_ticket_is_not_offered(self, login, elisa, ticket, bruno, opened):
        own, other = opened(title="Do mesmo"), opened(user=bruno, title="Do outro")
        Organization.objects.update(holds_guests=True)

        page = login(elisa).get(url(ticket, "merge")).content.decode()

        assert (own.title in page, other.title in page) == (True, False)

    def test_the_way_back_for_a_day(self, login, get, elisa, duplicate, ticket):
        merged = actions.merge(duplicate, into=ticket, by=by(elisa, channel="desk")).ticket
        page = get(elisa, url(merged))

        response = login(elisa).post(url(merged, "unmerge"))

        assert url(merged, "unmerge") in page
        assert f"Unido ao ticket {ticket.number}" in text(page)
        assert toast(response) == ["União desfeita: o ticket está em Aberto."]
        assert (fresh(duplicate).status, fresh(duplicate).merged_into) == ("open", None)

    def test_after_a_day_there_is_none(self, login, elisa, duplicate, ticket):
        merged = actions.merge(
            duplicate, into=ticket, by=by(elisa, "2026-11-12T13:00", "desk")
        ).ticket
        Ticket.objects.filter(pk=merged.pk).update(ended_at=by(elisa, "2026-11-12T13:59").at)

        response = login(elisa).post(url(merged, "unmerge"))

        assert response.status_code == 409
        assert "A união só pode ser desfeita em até 24 horas." in response.content.decode()
