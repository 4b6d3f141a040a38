"""interfaces/desk/asks.py: a request for information names questions of the checklists (E2)."""

import re

import pytest

from catalog.intake import Field, Kind
from catalog.models import Checklist, Routine
from catalog.queries import Published
from interfaces.web import drafts
from tests.cast import by, key
from tests.desk.reading import CASE, text, url
from tests.desk.test_told import PRINTS, SERIES, XML, make, rows
from tests.portal.reading import stored
from tickets import actions
from tickets.intake import Told
from tickets.models import FieldRequest, Message

BATCH = Field("batch", Kind.NUMBER, "Lote", is_required=True, shown_if="prints")


@pytest.fixture
def checklist(product):
    return make(product, 1, PRINTS, SERIES, XML)


@pytest.fixture
def told(opened, checklist):
    """Ana's ticket, which says the series and nothing else."""
    return opened(intake=Told(checklists=Published(checklist), answers={"series": "1"}))


def offered(html):
    """The questions that can be ticked, with what was answered; those that are ticked have a *."""
    found = re.findall(r'<label class="choice choice--plain">(<input.*?>)(.*?)</label>', html)
    return [("* " if " checked" in box else "") + text(said) for box, said in found]


def test_E2_the_checklists_questions_are_offered_unanswered_first(
    get, elisa, told, product, checklist
):
    make(product, 2, PRINTS, SERIES, XML, BATCH, checklist=checklist.checklist)

    html = get(elisa, url(told))

    assert offered(html) == [
        "Imprime o DANFE?",
        "XML da nota",
        "Lote",
        "Série Já respondeu: 1",
    ]
    assert "3 sem resposta" in html


def test_E2_the_routines_questions_too_and_of_no_other(get, elisa, opened, product, checklist):
    routine = Routine.objects.create(product=product, name="Faturamento", code="FAT0120")
    other = Routine.objects.create(product=product, name="Boleto", code="BOL")
    for each, field in ((routine, BATCH), (other, PRINTS)):
        make(product, 1, field, checklist=Checklist.objects.create(product=product, routine=each))

    assert offered(get(elisa, url(opened(routine=routine)))) == [
        "Imprime o DANFE?",
        "Série",
        "XML da nota",
        "Lote",
    ]


def test_where_nothing_is_asked_nothing_is_offered(get, elisa, ticket):
    assert "composer__asks" not in get(elisa, url(ticket))


def test_E2_what_is_ticked_is_asked_once(login, elisa, told):
    form = {
        "kind": "request",
        "body": "Faltou:",
        "ask-xml": "1",
        "ask-prints": "1",
        "request_key": str(key(1)),
    }

    for _time in range(2):
        assert login(elisa).post(url(told, "write"), form).status_code == 302

    request = FieldRequest.objects.get()
    assert [row["key"] for row in request.fields] == ["prints", "xml"]
    assert request.message.kind == Message.Kind.REQUEST


def test_ticked_questions_go_with_no_other_kind(login, elisa, told):
    login(elisa).post(url(told, "write"), {"kind": "reply", "body": "Oi.", "ask-xml": "1"})

    assert FieldRequest.objects.count() == 0


def test_a_question_that_left_the_checklist_is_refused_and_nothing_is_lost(
    login, elisa, told, product, checklist
):
    make(product, 2, PRINTS, checklist=checklist.checklist)
    form = {"kind": "request", "body": "Faltou:", "ask-xml": "1", "ask-prints": "1"}

    response = login(elisa).post(url(told, "write"), form, headers=CASE)

    html = response.content.decode()
    assert (response.status_code, told.messages.count()) == (409, 1)
    assert "Uma das perguntas saiu do checklist" in html
    assert "Faltou:" in html
    assert offered(html) == ["* Imprime o DANFE?"]


def test_the_draft_keeps_what_is_ticked(login, get, elisa, told):
    draft = {"kind": "request", "body": "", "ask-xml": "1", "ask-prints": "1"}
    login(elisa).post(f"/rascunhos/ticket:{told.number}:desk/", draft)

    html = get(elisa, url(told))

    assert offered(html)[:2] == ["* Imprime o DANFE?", "* XML da nota"]
    assert '<details class="composer__asks" data-for="request" open>' in html
    login(elisa).post(url(told, "write"), {**draft, "body": "Faltou:"})
    assert drafts.load(elisa, f"ticket:{told.number}:desk") == {}


@pytest.mark.parametrize("count", [1, 25])
def test_the_questions_cost_no_statement(
    login, elisa, opened, product, checklist, count, django_assert_num_queries
):
    fields = [Field(f"f{n}", Kind.TEXT, f"N.º {n}") for n in range(count)]
    make(product, 2, *fields, checklist=checklist.checklist)
    ticket, desk = opened(), login(elisa)
    desk.get(url(ticket), headers=CASE)

    # Session, person, the ticket with all around it; its history's tickets, messages, files,
    # events; the calendar. None for the questions.
    with django_assert_num_queries(8):
        html = desk.get(url(ticket), headers=CASE).content.decode()
    assert len(offered(html)) == count


def test_E2_what_was_answered_later_is_in_the_table(get, ana, elisa, told, checklist, product):
    xml = stored(ana, "nota.xml", b"<nfe/>")
    asks = by(elisa, "2026-11-13T10:00", "desk")
    event = actions.request_information(told, by=asks, body="E:", fields=[BATCH, XML])
    actions.answer_fields(
        told,
        event.message.field_request,
        by=by(ana, "2026-11-13T11:00"),
        answers={"batch": "12.5", "xml": [str(xml.key)]},
    )

    assert rows(get(elisa, url(told))) == [
        ["Série", "1"],
        ["XML da nota", "nota.xml"],
        ["Lote", "12,5"],
    ]


def test_E2_of_a_ticket_that_told_nothing_too(get, ana, elisa, ticket):
    asks = by(elisa, "2026-11-13T10:00", "desk")
    event = actions.request_information(ticket, by=asks, body="E:", fields=[BATCH])
    actions.answer_fields(
        ticket,
        event.message.field_request,
        by=by(ana, "2026-11-13T11:00"),
        answers={"batch": "12"},
    )

    html = get(elisa, url(ticket))

    assert rows(html) == [["Lote", "12"]]
    assert "completo ao abrir" not in html
