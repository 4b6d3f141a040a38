"""E2: what is told at opening is kept beside the ticket; E4: and how complete that was."""

import pytest

from catalog.intake import Field, Kind
from catalog.models import Checklist, ChecklistVersion, Product, Routine, Version
from catalog.queries import Published
from tests.cast import SAO_PAULO, by, key
from tests.portal.reading import stored
from tickets import actions
from tickets.errors import Refused
from tickets.history import lines
from tickets.intake import ROUTINE, VERSION, Told
from tickets.models import FieldRequest, Intake, Message

PRINTS = Field(key="prints", kind=Kind.YES_NO, label="Imprime o DANFE?", weight=2)
PRINTER = Field(
    key="printer",
    kind=Kind.TEXT,
    label="Impressora",
    is_required=True,
    shown_if="prints",
    shown_values=("Sim",),
)
XML = Field(key="xml", kind=Kind.FILE, label="XML da nota")


@pytest.fixture
def checklist(product):
    """The published checklist of the product."""
    asked = [PRINTS, PRINTER, XML]
    return ChecklistVersion.objects.create(
        checklist=Checklist.objects.create(product=product),
        number=1,
        fields=[each.as_json() for each in asked],
    )


@pytest.fixture
def routine(product):
    return Routine.objects.create(product=product, name="Faturamento", code="FAT0120")


def test_E2_all_that_was_told_is_kept_and_weighed(opened, ana, product, routine, checklist):
    Version.objects.create(product=product, name="12.3.1")
    xml = stored(ana, "nota.xml", b"<nfe/>")

    ticket = opened(
        routine=routine,
        intake=Told(
            version="12.3.1",
            expected="Autorizada",
            hosting="own",
            checklists=Published(product=checklist),
            answers={"prints": True, "printer": "HP", "xml": [str(xml.key)], "outra": "x"},
            offers=[ROUTINE, VERSION],
        ),
    )

    kept = Intake.objects.values(
        "version", "expected", "steps", "hosting", "product_checklist", "answers", "completeness"
    ).get(ticket=ticket)
    assert ticket.routine == routine
    assert kept == {
        "version": "12.3.1",
        "expected": "Autorizada",
        "steps": "",
        "hosting": "own",
        "product_checklist": checklist.pk,
        "answers": {"prints": True, "printer": "HP", "xml": [str(xml.key)]},
        # All but the steps, which weigh 2 of 16.
        "completeness": 87,
    }
    assert [each.name for each in ticket.messages.get().attachments.all()] == ["nota.xml"]


def test_what_was_hidden_again_is_not_kept(opened, checklist):
    told = Told(checklists=Published(product=checklist), answers={"prints": False, "printer": "HP"})

    ticket = opened(intake=told)

    assert ticket.intake.answers == {"prints": False}


def test_E2_a_required_question_is_refused_only_while_it_is_shown(opened, checklist):
    def told(prints):
        return Told(checklists=Published(product=checklist), answers={"prints": prints})

    with pytest.raises(Refused, match="Falta responder: Impressora"):
        opened(intake=told(True))

    assert opened(intake=told(False)).intake.completeness == 41


def test_a_routine_or_version_of_another_product_is_refused(opened, product, routine):
    other = Product.objects.create(name="Folha")
    Version.objects.create(product=product, name="12.3.1")
    Version.objects.create(product=other, name="9.1")
    foreign = Routine.objects.create(product=other, name="Férias")
    routine.is_active = False

    for more in (
        {"routine": foreign},
        {"routine": routine},
        {"intake": Told(version="9.1")},
    ):
        with pytest.raises(Refused, match=r"não é deste produto\. Escolha outra\."):
            opened(**more)


def test_a_version_is_free_where_the_product_names_none(opened):
    assert opened(intake=Told(version="R12")).intake.version == "R12"


def test_who_tells_nothing_leaves_no_row(opened):
    opened()

    assert Intake.objects.count() == 0


def test_L6_a_follow_up_is_of_the_same_routine(opened, ana, elisa, routine):
    ticket = opened(routine=routine)
    actions.cancel(ticket, by=by(ana, "2026-11-13T10:00"))

    successor = actions.follow_up(ticket, by=by(ana, "2026-11-13T11:00"), body="De novo.").ticket

    assert successor.routine == routine


# --- Asked for afterwards ------------------------------------------------------------------------


def test_E2_a_request_names_fields_and_asks_each_for_itself(ticket, elisa):
    asks = by(elisa, "2026-11-13T10:00", "desk")

    event = actions.request_information(ticket, by=asks, body="Faltou:", fields=[PRINTER, XML])

    kept = [Field.from_json(row) for row in event.message.field_request.fields]
    assert kept == [Field("printer", Kind.TEXT, "Impressora"), XML]
    assert event.message.body_text == (
        "Faltou:\n\nResponda, por favor:\n- Impressora\n- XML da nota"
    )
    assert event.data["asked"] == 2


def test_a_request_may_ask_by_its_fields_alone_or_by_words_alone(opened, elisa):
    asks = by(elisa, "2026-11-13T10:00", "desk")
    fields = actions.request_information(opened(), by=asks, body=" ", fields=[XML]).message
    actions.request_information(opened(), by=asks, body="E o XML?")

    assert fields.body_text == "Responda, por favor:\n- XML da nota"
    assert [each.message for each in FieldRequest.objects.all()] == [fields]


def test_E2_the_history_counts_questions_and_answers(ticket, ana, elisa):
    asks = by(elisa, "2026-11-13T10:00", "desk")
    event = actions.request_information(ticket, by=asks, body="Faltou:", fields=[PRINTS, XML])
    actions.answer_fields(
        event.ticket,
        event.message.field_request,
        by=by(ana, "2026-11-13T12:00"),
        answers={"prints": True},
    )

    assert [f"{each.who} {each.what}" for each in lines(ticket.events.all(), SAO_PAULO)][1:] == [
        "Elisa Prado pediu informações, com 2 perguntas do checklist",
        "Ana Nogueira respondeu 1 pergunta do checklist",
    ]


# --- Answered in place ---------------------------------------------------------------------------


@pytest.fixture
def request_for_fields(asked):
    """Elisa's request for information, which names three fields."""
    return FieldRequest.objects.create(
        message=asked.messages.get(kind=Message.Kind.REQUEST),
        fields=[each.as_json() for each in (PRINTS, PRINTER, XML)],
    )


def test_E2_fields_named_by_a_request_are_answered_as_a_reply(asked, ana, request_for_fields):
    xml = stored(ana, "nota.xml", b"<nfe/>")

    event = actions.answer_fields(
        asked,
        request_for_fields,
        by=by(ana, "2026-11-13T12:00"),
        answers={"prints": True, "printer": "HP", "xml": [str(xml.key)]},
        body="É isso.",
    )

    request_for_fields.refresh_from_db()
    assert (event.ticket.status, request_for_fields.answered_by) == ("open", event.message)
    assert event.message.body_text == (
        "Imprime o DANFE?\nSim\n\nImpressora\nHP\n\nXML da nota\n1 arquivo\n\nÉ isso."
    )
    assert [each.key for each in event.message.attachments.all()] == [xml.key]
    assert Intake.objects.get(ticket=asked).answers == {
        "prints": True,
        "printer": "HP",
        "xml": [str(xml.key)],
    }


def test_what_is_answered_later_leaves_the_other_answers(opened, ana, elisa, checklist):
    ticket = opened(intake=Told(checklists=Published(product=checklist), answers={"prints": False}))
    asks = by(elisa, "2026-11-13T10:00", "desk")
    message = actions.request_information(ticket, by=asks, body="E o XML?").message
    request = FieldRequest.objects.create(message=message, fields=[PRINTS.as_json()])

    actions.answer_fields(
        ticket, request, by=by(ana, "2026-11-13T12:00"), answers={"prints": True, "printer": "x"}
    )

    kept = Intake.objects.get(ticket=ticket)
    assert (kept.answers, kept.completeness) == ({"prints": True}, 41)


def test_a_request_is_answered_once(asked, ana, bruno, request_for_fields):
    first = by(ana, "2026-11-13T12:00", request_key=key(1))
    told = {"answers": {"prints": False}}
    done = actions.answer_fields(asked, request_for_fields, by=first, **told)

    assert actions.answer_fields(asked, request_for_fields, by=first, **told) == done
    with pytest.raises(Refused, match="Estas perguntas já foram respondidas"):
        actions.answer_fields(asked, request_for_fields, by=by(ana, "2026-11-13T13:00"), **told)


def test_neither_answers_nor_words_are_no_answer(asked, ana, request_for_fields):
    with pytest.raises(Refused, match="Escreva a mensagem"):
        actions.answer_fields(
            asked, request_for_fields, by=by(ana, "2026-11-13T12:00"), answers={"printer": "HP"}
        )
