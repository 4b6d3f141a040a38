"""Defects on the desk: write down, change, link tickets, release with one previewed text (M2)."""

import pytest
from django.urls import reverse

from knowledge.models import Defect
from tests.cast import by
from tests.desk.reading import CASE, DIALOG, part, text, toast, url
from tests.desk.test_incidents import hidden
from tickets import actions
from tickets.actions import bulk
from tickets.models import BulkAnswer, DefectTicket, Ticket

TOLD = {
    "code": "NFE-2041",
    "title": "Rejeição 539 ao retransmitir",
    "text": "Envie uma por vez.",
    "state": "confirmed",
    "version": "",
    "is_public": "on",
}


@pytest.fixture
def defect(product, elisa):
    return actions.record_defect(
        by=by(elisa, "2026-11-12T10:00", "desk"),
        code="NFE-2041",
        product=product,
        title="Rejeição 539 ao retransmitir",
        text="Envie uma por vez.",
    )


def page(defect, name="defect"):
    return reverse(f"desk:{name}", args=[defect.pk])


def test_M2_a_defect_is_written_down_with_code_state_and_version(login, elisa, product):
    told = TOLD | {"product": product.pk, "state": "in_correction", "version": "12.1"}

    response = login(elisa).post("/mesa/defeitos/novo/", told)

    defect = Defect.objects.get()
    assert response["Location"] == page(defect)
    assert (defect.code, defect.state, defect.fixed_in.name, defect.is_public) == (
        "NFE-2041",
        "in_correction",
        "12.1",
        True,
    )


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"code": ""}, "Dê o código pelo qual a correção é conhecida."),
        ({"code": "nfe-2041"}, "Já há um defeito com este código."),
        ({"title": ""}, "Dê um título que o cliente reconheça."),
        ({"state": "released"}, "Escolha a situação."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    login, elisa, product, defect, wrong, says
):
    told = TOLD | {"code": "NFE-1", "product": product.pk, "text": "Como contornar."} | wrong

    response = login(elisa).post("/mesa/defeitos/novo/", told)

    read = response.content.decode()
    assert response.status_code == 422
    assert says in read
    assert "Como contornar." in read
    assert Defect.objects.count() == 1


def test_the_list_holds_what_is_to_correct_and_what_is_not_by_product(get, elisa, product, defect):
    told = {"product": product, "title": "Lentidão ao abrir"}
    other = actions.record_defect(by=by(elisa, channel="desk"), code="NFE-1", **told)
    Defect.objects.filter(pk=other.pk).update(state="wont_fix")

    pages = [get(elisa, f"/mesa/defeitos/{query}") for query in ("", "?state=wont_fix")]

    assert [("NFE-2041" in read, "NFE-1<" in read) for read in pages] == [
        (True, False),
        (False, True),
    ]
    assert "NFE-2041" in get(elisa, f"/mesa/defeitos/?product={product.pk}")
    assert "NFE-2041" in get(elisa, "/mesa/defeitos/?state=nothing")  # as if not chosen


def test_M2_its_state_and_version_change_until_it_is_released(login, elisa, defect):
    desk = login(elisa)

    desk.post(page(defect, "change_defect"), TOLD | {"state": "wont_fix", "version": "13"})
    defect.refresh_from_db()
    changed = (defect.state, defect.fixed_in.name)
    actions.release_defect(defect, by=by(elisa, channel="desk"), version="12.1", text="Atualize.")
    asked = desk.get(page(defect, "change_defect")).content.decode()
    desk.post(page(defect, "change_defect"), TOLD | {"state": "confirmed", "title": "Outro"})

    defect.refresh_from_db()
    assert changed == ("wont_fix", "13")
    assert 'name="state"' not in asked
    assert (defect.state, defect.fixed_in.name, defect.title) == ("released", "12.1", "Outro")


def test_M2_tickets_are_linked_by_their_numbers_and_from_their_own_page(
    login, get, elisa, opened, defect
):
    first, second = opened(), opened()
    desk = login(elisa)

    asked = desk.get(url(second, "of_defects"), headers=DIALOG).content.decode()
    by_number = desk.post(page(defect, "link_defect"), {"numbers": f"{first.number} 999999999"})
    by_code = desk.post(url(second, "of_defects"), {"code": "nfe-2041"}, headers=CASE)
    wrong = desk.post(url(second, "of_defects"), {"code": "NADA"}, headers=CASE)
    linked = set(DefectTicket.objects.values_list("ticket", flat=True))
    facts = part(get(elisa, url(second)), "Incidente e defeitos", "</section>")
    from_the_page = login(elisa).post(page(defect, "unlink_defect"), {"number": first.number})
    from_the_ticket = login(elisa).post(url(second, "of_defects"), {"unlink": str(defect.pk)})

    assert "999999999: não há ticket com esse número." in text(by_number.content.decode())
    assert "A corrigir neste produto: NFE-2041: Rejeição 539 ao retransmitir." in text(asked)
    assert (by_code.status_code, wrong.status_code) == (302, 409)
    assert linked == {first.pk, second.pk}
    assert "NFE-2041 Rejeição 539 ao retransmitir Confirmado" in facts
    assert (from_the_page["Location"], from_the_ticket.status_code) == (page(defect), 302)
    assert not DefectTicket.objects.exists()


def test_R1_no_ticket_of_another_queue_is_linked_by_its_number(login, gil, ticket, defect):
    response = login(gil).post(page(defect, "link_defect"), {"numbers": ticket.number})

    assert f"{ticket.number}: não há ticket com esse número." in text(response.content.decode())
    assert not DefectTicket.objects.exists()


# --- The release --------------------------------------------------------------------------------


def test_M2_the_release_is_previewed_with_text_code_and_version(
    login, elisa, ana, opened, ticket, defect
):
    over = opened()
    for each in (ticket, over):
        actions.link_defect(each, defect=defect, by=by(elisa, "2026-11-13T10:00", "desk"))
    actions.cancel(over, by=by(ana, "2026-11-13T11:00"))
    actions.follow_defect(defect, who=ana)
    told = {"version": "12.1", "text": "Atualize e teste."}

    read = login(elisa).post(page(defect, "release_defect"), told).content.decode()

    assert (
        "Atualize e teste. Corrigido na versão 12.1 (defeito NFE-2041: Rejeição 539 ao "
        "retransmitir)." in part(read, 'id="previa"', "</section>")
    )
    effect = part(read, 'id="efeito"', "</section>")
    assert "1 ticket recebe esta solução e vai para Validação Cliente" in effect
    assert f"Fica de fora o {over.number}: Encerrado (cancelado pelo cliente)." in effect
    assert "1 pessoa que pediu aviso recebe um e-mail." in text(read)
    defect.refresh_from_db()
    assert (defect.state, BulkAnswer.objects.count()) == ("confirmed", 0)


def test_M2_what_was_agreed_to_is_released_once(login, elisa, ticket, defect):
    actions.link_defect(ticket, defect=defect, by=by(elisa, channel="desk"))
    desk, told = login(elisa), {"version": "12.1", "text": "Atualize e teste."}
    previewed = desk.post(page(defect, "release_defect"), told)
    fields = hidden(previewed.content.decode()) | told | {"confirm": "1"}

    first = desk.post(page(defect, "release_defect"), fields)
    second = desk.post(page(defect, "release_defect"), fields)
    other = desk.post(page(defect, "release_defect"), told | {"confirm": "1"})  # already out
    bulk.sweep_answers()

    answer = BulkAnswer.objects.get()
    assert [first["Location"], second["Location"]] == [f"/mesa/respostas/{answer.key}/"] * 2  # L12
    assert toast(first) == ["Correção liberada. Os avisos estão saindo."]
    assert other.status_code == 409
    assert Ticket.objects.get(pk=ticket.pk).status == "validation"


def test_M2_only_the_version_and_text_that_were_shown_are_released(login, elisa, ticket, defect):
    actions.link_defect(ticket, defect=defect, by=by(elisa, channel="desk"))
    desk, told = login(elisa), {"version": "12.1", "text": "Atualize.", "confirm": "1"}
    shown = hidden(desk.post(page(defect, "release_defect"), told).content.decode())

    def release(**said):
        response = desk.post(page(defect, "release_defect"), told | said)
        return response.status_code, "Confira-a e confirme." in response.content.decode()

    assert [
        release(),
        release(previewed="x"),
        release(**shown, version="12.2"),
        release(**shown, text="Outro."),
        release(**shown),
    ] == [(409, True)] * 4 + [(302, False)]


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ({"version": "", "text": "Atualize."}, "Diga em que versão a correção saiu."),
        ({"version": "12.1", "text": " "}, "Escreva o que os clientes devem fazer."),
    ],
)
def test_a_release_without_version_or_text_is_refused(login, elisa, defect, said, says):
    response = login(elisa).post(page(defect, "release_defect"), said | {"confirm": "1"})

    assert response.status_code == 422
    assert says in response.content.decode()


@pytest.mark.parametrize("count", [1, 25])
def test_each_page_asks_the_same_for_one_and_for_25(
    login, elisa, ana, defect, opened, product, count, django_assert_num_queries
):
    for n in range(count):
        actions.link_defect(opened(), defect=defect, by=by(elisa, channel="desk"))
        told = {"product": product, "title": f"Outro {n}"}
        actions.record_defect(by=by(elisa, channel="desk"), code=f"NFE-{n}", **told)
    actions.follow_defect(defect, who=ana)
    desk = login(elisa)
    # The session, the person, the counts of the views, the mail that waits, the beat.
    frame = 5

    with django_assert_num_queries(frame + 3):  # how many, the rows, the products
        desk.get("/mesa/defeitos/")
    # The defect, its tickets, whether there are others, who waits.
    with django_assert_num_queries(frame + 4):
        desk.get(page(defect))
