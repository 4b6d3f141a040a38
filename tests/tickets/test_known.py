"""tickets/actions: incidents, defects, and one answer for all of their tickets (M2)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from accounts.models import Organization, User
from knowledge.models import Defect, Incident
from tests.cast import at, by, key, make_desk, make_person, make_queue
from tickets import actions
from tickets.actions import bulk
from tickets.errors import Refused
from tickets.history import lines
from tickets.known import SIMILAR, defects_for, incidents_for, similar_incident
from tickets.models import (
    BulkAnswer,
    DefectFollower,
    IncidentTicket,
    Message,
    ProductQueue,
    Ticket,
)

DOWN = "SEFAZ-SP fora do ar: notas não são autorizadas"
pytestmark = pytest.mark.django_db


def desk(person: Any, when: str = "2026-11-13T10:00", **more: Any) -> Any:
    return by(person, when, "desk", **more)


def code_of(act: Callable[[], Any]) -> str:
    """ "done", or the code of the refusal."""
    try:
        act()
    except Refused as refused:
        return refused.code
    return "done"


@pytest.fixture
def incident(product: Any, elisa: Any) -> Incident:
    return actions.start_incident(
        by=desk(elisa, "2026-11-13T08:30"),
        product=product,
        title=DOWN,
        text="A SEFAZ-SP não responde. Emita em contingência.",
    )


@pytest.fixture
def defect(product: Any, elisa: Any) -> Defect:
    return actions.record_defect(
        by=desk(elisa),
        code="NFE-2041",
        product=product,
        title="Rejeição 539 ao retransmitir",
        text="Apague o lote e transmita de novo.",
        state="in_correction",
    )


@pytest.fixture
def other_queue_ticket(opened: Any, calendar_sp: Any) -> Ticket:
    """One that Elisa does not see."""
    found: Ticket = opened(title="Holerite em branco")
    Ticket.objects.filter(pk=found.pk).update(queue=make_queue("Folha", calendar_sp))
    return found


@pytest.fixture
def other_product_ticket(opened: Any, queue: Any) -> Ticket:
    from catalog.models import Product

    payroll = Product.objects.create(name="Folha")
    ProductQueue.objects.create(product=payroll, queue=queue)
    return opened(product=payroll, title="Holerite em branco")


# --- Incidents --------------------------------------------------------------------------------


def test_M2_an_incident_is_the_desks_to_begin(product: Any, ana: Any, elisa: Any) -> None:
    def begin(person: Any) -> str:
        told = {"product": product, "title": DOWN, "text": "Sem resposta."}
        return code_of(lambda: actions.start_incident(by=by(person), **told))

    assert [begin(ana), begin(elisa)] == ["desk_only", "done"]


def test_L12_one_form_begins_one_incident_and_another_of_that_title_is_refused(
    product: Any, elisa: Any, fabio: Any
) -> None:
    told = {"product": product, "title": DOWN, "text": "Sem resposta."}
    first = actions.start_incident(by=desk(elisa), **told)

    assert actions.start_incident(by=desk(elisa), **told) == first
    assert code_of(lambda: actions.start_incident(by=desk(fabio), **told)) == "goes_on"
    assert Incident.objects.count() == 1


@pytest.mark.parametrize(
    ("said", "refused"),
    [
        ({"title": "  "}, "no_title"),
        ({"text": "\n"}, "no_text"),
        ({"text": "x" * 10_001}, "too_long"),
        ({"started_at": at("2026-11-13T10:01")}, "not_begun"),
        ({"started_at": at("2026-11-13T07:00")}, "done"),
    ],
)
def test_what_customers_read_of_an_incident_is_checked(
    product: Any, elisa: Any, said: dict[str, Any], refused: str
) -> None:
    told = {"product": product, "title": DOWN, "text": "Sem resposta."} | said

    assert code_of(lambda: actions.start_incident(by=desk(elisa), **told)) == refused


def test_more_is_told_of_an_incident_until_it_ends(incident: Incident, elisa: Any) -> None:
    changed = actions.change_incident(
        incident, by=desk(elisa, "2026-11-13T09:15"), title=DOWN, text="Voltando aos poucos."
    )
    actions.end_incident(incident, by=desk(elisa), text="")

    assert (changed.text, changed.updated_at) == ("Voltando aos poucos.", at("2026-11-13T09:15"))
    late = {"title": DOWN, "text": "Tarde demais."}
    assert (
        code_of(lambda: actions.change_incident(incident, by=desk(elisa), **late))
        == "incident_over"
    )


def test_M2_a_ticket_joins_one_incident_and_leaves_it(
    ticket: Ticket, incident: Incident, elisa: Any, ana: Any
) -> None:
    joined = actions.join_incident(ticket, incident=incident, by=desk(elisa))
    again = code_of(lambda: actions.join_incident(ticket, incident=incident, by=desk(elisa)))
    left = actions.leave_incident(ticket, by=desk(elisa))
    twice = code_of(lambda: actions.leave_incident(ticket, by=desk(elisa)))

    assert [again, twice] == ["in_incident", "in_no_incident"]
    assert [line.what for line in lines([joined, left], elisa.zone)] == [
        f"ligou o ticket ao incidente {incident.pk}",
        f"retirou o ticket do incidente {incident.pk}",
    ]
    assert (joined.is_internal, joined.data) == (False, {"incident": incident.pk})  # L9
    assert code_of(lambda: actions.join_incident(ticket, incident=incident, by=by(ana))) == (
        "desk_only"
    )


def test_an_incident_that_is_over_takes_no_ticket(
    ticket: Ticket, incident: Incident, elisa: Any
) -> None:
    actions.end_incident(incident, by=desk(elisa), text="")

    assert code_of(lambda: actions.join_incident(ticket, incident=incident, by=desk(elisa))) == (
        "incident_over"
    )


def test_L12_the_same_request_joins_once(ticket: Ticket, incident: Incident, elisa: Any) -> None:
    first = actions.join_incident(ticket, incident=incident, by=desk(elisa, request_key=key(1)))
    second = actions.join_incident(ticket, incident=incident, by=desk(elisa, request_key=key(1)))

    assert first == second


@pytest.mark.parametrize(
    ("title", "attached"),
    [
        ("Nota não autoriza, Sefaz SP fora do ar", True),
        ("NOTAS NAO SAO AUTORIZADAS - SEFAZ SP FORA DO AR", True),
        ("Servidor fora do ar", False),
        ("Notas autorizadas não aparecem no relatório", False),
    ],
)
def test_M2_a_similar_new_ticket_is_attached_by_the_system(
    opened: Callable[..., Ticket], incident: Incident, title: str, attached: bool
) -> None:
    ticket = opened(title=title)

    told = [(event.verb, event.actor) for event in ticket.events.all()][1:]
    assert told == ([("join_incident", None)] if attached else [])
    assert IncidentTicket.objects.filter(ticket=ticket).exists() == attached


def test_M2_different_codes_tell_different_occurrences(product: Any, elisa: Any) -> None:
    incident = actions.start_incident(
        by=desk(elisa), product=product, title="Rejeição 539 em todas as NF-e", text="Em análise."
    )

    found = [
        similar_incident(product.pk, title)
        for title in (
            "Rejeição 539 na NF-e",
            "Rejeição 204 em todas as NF-e",
            "Rejeição em todas as NF-e",
        )
    ]

    assert 0 < SIMILAR < 1
    assert found == [incident, None, incident]


def test_M2_of_another_product_nothing_is_attached(
    opened: Callable[..., Ticket], incident: Incident, other_product_ticket: Ticket
) -> None:
    ticket = opened(title=DOWN, product=other_product_ticket.product)

    assert not IncidentTicket.objects.filter(ticket=ticket).exists()


def test_M2_who_names_the_incident_is_taken_at_his_word(
    opened: Callable[..., Ticket], incident: Incident, ana: Any, other_product_ticket: Ticket
) -> None:
    ticket = opened(title="Parou tudo", incident=incident)
    elsewhere = opened(title="Parou tudo", incident=incident, product=other_product_ticket.product)

    assert [(event.verb, event.actor) for event in ticket.events.all()] == [
        ("open", ana),
        ("join_incident", ana),
    ]
    assert elsewhere.events.count() == 1


def test_M2_a_ticket_is_opened_all_the_same_once_the_incident_is_over(
    opened: Callable[..., Ticket], incident: Incident, elisa: Any
) -> None:
    actions.end_incident(incident, by=desk(elisa), text="")

    assert opened(title=DOWN, incident=incident).events.count() == 1


def test_mail_that_was_there_before_us_is_attached_to_nothing(
    incident: Incident, ana: Any, organization: Any, product: Any
) -> None:
    event = actions.open_ticket(
        by=by(ana, channel="email", quietly=True),
        organization=organization,
        product=product,
        title=DOWN,
        body="?",
    )

    assert event.ticket.events.count() == 1


# --- The end of an incident: one answer for all -------------------------------------------------


@pytest.fixture
def three(opened: Callable[..., Ticket], incident: Incident, elisa: Any) -> list[Ticket]:
    """In the incident: one in Aberto, one in Pendente, one in Validação."""
    tickets = [opened(title=DOWN) for _ in range(3)]
    actions.request_information(tickets[1], by=desk(elisa, "2026-11-13T09:10"), body="Qual UF?")
    actions.propose_solution(tickets[2], by=desk(elisa, "2026-11-13T09:20"), body="Tente de novo.")
    return tickets


def texts(ticket: Ticket) -> list[str]:
    return list(ticket.messages.filter(kind="solution").values_list("body_text", flat=True))


def test_M2_the_end_answers_every_ticket_that_has_not_ended(
    three: list[Ticket], incident: Incident, opened: Any, elisa: Any, ana: Any
) -> None:
    ended = opened(title=DOWN)
    actions.cancel(ended, by=by(ana, "2026-11-13T09:30"))

    answer = actions.end_incident(incident, by=desk(elisa), text="A SEFAZ-SP voltou.")
    assert answer is not None
    assert [row.ticket for row in answer.rows.all()] == three
    assert bulk.answer_in_bulk(answer.pk) == 3

    incident.refresh_from_db()
    answer.refresh_from_db()
    assert incident.ended_at == at("2026-11-13T10:00")
    assert answer.finished_at is not None
    assert {Ticket.objects.get(pk=each.pk).status for each in three} == {"validation"}
    assert [texts(each)[-1] for each in three] == ["A SEFAZ-SP voltou."] * 3
    assert texts(ended) == []
    told = three[0].events.get(verb="propose_solution")
    assert (told.actor, told.channel) == (elisa, "desk")
    assert set(told.data) == {"deadline", "closes"}  # L10: a new count, and its two dates


def test_L12_run_again_and_again_it_answers_once(
    three: list[Ticket], incident: Incident, elisa: Any
) -> None:
    answer = actions.end_incident(incident, by=desk(elisa), text="Voltou.")
    assert answer is not None

    runs = [bulk.answer_in_bulk(answer.pk), bulk.answer_in_bulk(answer.pk), bulk.sweep_answers()]

    assert runs == [3, 0, 0]
    assert [texts(each).count("Voltou.") for each in three] == [1, 1, 1]


def test_L12_the_same_form_ends_once_and_another_is_refused(
    three: list[Ticket], incident: Incident, elisa: Any, fabio: Any
) -> None:
    def end(person: Any, request: int) -> Any:
        said = desk(person, request_key=key(request))
        return actions.end_incident(incident, by=said, text="Voltou.")

    assert end(elisa, 1) == end(elisa, 1)
    assert code_of(lambda: end(fabio, 2)) == "incident_over"
    assert BulkAnswer.objects.count() == 1


def test_an_end_without_tickets_needs_no_text_and_one_with_them_does(
    incident: Incident, opened: Any, elisa: Any
) -> None:
    ticket = opened(title=DOWN)
    assert code_of(lambda: actions.end_incident(incident, by=desk(elisa), text=" ")) == "empty"
    incident.refresh_from_db()
    assert incident.ended_at is None

    actions.leave_incident(ticket, by=desk(elisa))
    assert actions.end_incident(incident, by=desk(elisa), text="") is None


def test_M2_only_tickets_of_its_product_join_an_incident_or_a_defect(
    incident: Incident, defect: Defect, ticket: Ticket, other_product_ticket: Ticket, elisa: Any
) -> None:
    def tied(which: Ticket) -> list[str]:
        return [
            code_of(lambda: actions.join_incident(which, incident=incident, by=desk(elisa))),
            code_of(lambda: actions.link_defect(which, defect=defect, by=desk(elisa))),
        ]

    assert tied(other_product_ticket) == ["other_product", "other_product"]
    assert tied(ticket) == ["done", "done"]


def test_R1_nobody_answers_tickets_that_he_may_not_see(
    incident: Incident, other_queue_ticket: Ticket, elisa: Any, fabio: Any
) -> None:
    actions.join_incident(other_queue_ticket, incident=incident, by=desk(fabio))

    by_an_analyst = code_of(lambda: actions.end_incident(incident, by=desk(elisa), text="Voltou."))
    by_a_supervisor = actions.end_incident(incident, by=desk(fabio), text="Voltou.")

    assert by_an_analyst == "not_all_seen"
    assert by_a_supervisor is not None


def test_M2_a_ticket_that_ended_meanwhile_says_why_and_stops_no_other(
    three: list[Ticket], incident: Incident, elisa: Any, ana: Any
) -> None:
    answer = actions.end_incident(incident, by=desk(elisa), text="Voltou.")
    assert answer is not None
    actions.cancel(three[0], by=by(ana, "2026-11-13T10:05"))

    bulk.answer_in_bulk(answer.pk)

    rows = [(bool(row.done_at), row.refusal) for row in answer.rows.all()]
    assert rows == [
        (
            False,
            "Este ticket já foi encerrado e não recebe mais mensagens. Continue em Acompanhamento.",
        ),
        (True, ""),
        (True, ""),
    ]


def test_M2_an_error_of_one_ticket_is_noted_and_stops_no_other(
    three: list[Ticket], incident: Incident, elisa: Any, use_followers: Any
) -> None:
    use_followers(f"{__name__}.stumbles")
    STUMBLES_AT.append(three[1].pk)
    answer = actions.end_incident(incident, by=desk(elisa), text="Voltou.")
    assert answer is not None

    bulk.answer_in_bulk(answer.pk)
    refusals = [row.refusal for row in answer.rows.all()]
    STUMBLES_AT.clear()
    actions.retry_answers(answer, by=desk(elisa))
    bulk.answer_in_bulk(answer.pk)

    assert refusals == ["", "Algo falhou, e nada foi enviado. Tente de novo.", ""]
    assert [texts(each).count("Voltou.") for each in three] == [1, 1, 1]


STUMBLES_AT: list[int] = []


def stumbles(event: Any) -> None:
    if event.ticket_id in STUMBLES_AT:
        raise RuntimeError("a follower failed")


def test_M2_who_left_the_desk_answers_nobody_and_another_goes_on_in_his_own_name(
    three: list[Ticket], incident: Incident, elisa: Any, fabio: Any
) -> None:
    answer = actions.end_incident(incident, by=desk(elisa), text="Voltou.")
    assert answer is not None
    User.objects.filter(pk=elisa.pk).update(is_active=False)

    bulk.answer_in_bulk(answer.pk)
    assert {row.refusal for row in answer.rows.all()} == {
        "Quem começou a resposta deixou o suporte. Tente de novo."
    }
    actions.retry_answers(answer, by=desk(fabio))
    bulk.answer_in_bulk(answer.pk)

    authors = Message.objects.filter(body_text="Voltou.").values_list("author__name", flat=True)
    assert list(authors) == [fabio.name] * 3


def test_R1_who_sees_a_ticket_no_more_answers_it_no_more(
    three: list[Ticket], incident: Incident, elisa: Any, fabio: Any, calendar_sp: Any
) -> None:
    answer = actions.end_incident(incident, by=desk(elisa), text="Voltou.")
    assert answer is not None
    Ticket.objects.filter(pk=three[1].pk).update(queue=make_queue("Folha", calendar_sp))

    bulk.answer_in_bulk(answer.pk)

    gone = "Quem começou a resposta não atende mais esta fila. Tente de novo em seu nome."
    assert [row.refusal for row in answer.rows.all()] == ["", gone, ""]
    assert [texts(each).count("Voltou.") for each in three] == [1, 0, 1]
    assert code_of(lambda: actions.retry_answers(answer, by=desk(elisa))) == "not_all_seen"
    actions.retry_answers(answer, by=desk(fabio))
    bulk.answer_in_bulk(answer.pk)
    assert texts(three[1]).count("Voltou.") == 1


def test_M2_a_newer_message_of_the_customer_keeps_no_answer_back(
    three: list[Ticket], incident: Incident, elisa: Any, ana: Any
) -> None:
    seen = at("2026-11-13T09:50")
    actions.reply(three[0], by=by(ana, "2026-11-13T09:55"), body="Voltou aqui?")

    answer = actions.end_incident(incident, by=desk(elisa), text="Voltou.", previewed_at=seen)
    assert answer is not None
    bulk.answer_in_bulk(answer.pk)

    assert answer.previewed_at == seen
    assert texts(three[0]) == ["Voltou."]


# --- Defects ------------------------------------------------------------------------------------


def test_M2_a_defect_is_recorded_once_by_its_code(
    defect: Defect, product: Any, elisa: Any, fabio: Any, ana: Any
) -> None:
    told = {
        "code": "NFE-2041",
        "product": product,
        "title": defect.title,
        "text": defect.text,
    }

    assert actions.record_defect(by=desk(elisa), **told) == defect
    assert code_of(lambda: actions.record_defect(by=desk(fabio), **told)) == "code_taken"
    assert code_of(
        lambda: actions.record_defect(by=desk(elisa), **told | {"code": "nfe-2041"})
    ) == ("done")
    assert code_of(lambda: actions.record_defect(by=by(ana), **told)) == "desk_only"
    assert Defect.objects.count() == 1


def test_M2_only_the_release_makes_a_defect_corrected(
    defect: Defect, product: Any, elisa: Any
) -> None:
    def change(state: str) -> str:
        said = {"title": "Rejeição 539", "text": "", "state": state, "version": "12.1"}
        return code_of(lambda: actions.change_defect(defect, by=desk(elisa), **said))

    assert [change("released"), change("wont_fix")] == ["not_by_hand", "done"]
    defect.refresh_from_db()
    assert (defect.state, defect.fixed_in.name) == ("wont_fix", "12.1")


def test_M2_a_ticket_is_linked_to_defects(
    ticket: Ticket, defect: Defect, elisa: Any, ana: Any
) -> None:
    linked = actions.link_defect(ticket, defect=defect, by=desk(elisa))
    again = code_of(lambda: actions.link_defect(ticket, defect=defect, by=desk(elisa)))
    unlinked = actions.unlink_defect(ticket, defect=defect, by=desk(elisa))
    twice = code_of(lambda: actions.unlink_defect(ticket, defect=defect, by=desk(elisa)))

    assert [again, twice] == ["linked", "not_linked"]
    assert [line.what for line in lines([linked, unlinked], elisa.zone)] == [
        "ligou o ticket ao defeito NFE-2041",
        "retirou a ligação com o defeito NFE-2041",
    ]
    assert linked.data == {"defect": defect.pk, "code": "NFE-2041"}  # L9
    assert code_of(lambda: actions.link_defect(ticket, defect=defect, by=by(ana))) == "desk_only"


def test_M2_the_release_puts_its_tickets_to_the_customers_with_text_and_version(
    ticket: Ticket, defect: Defect, elisa: Any
) -> None:
    actions.link_defect(ticket, defect=defect, by=desk(elisa))

    answer = actions.release_defect(
        defect, by=desk(elisa, "2026-11-16T10:00"), version="12.1.2411", text="Atualize e teste."
    )
    bulk.answer_in_bulk(answer.pk)

    defect.refresh_from_db()
    assert (defect.state, defect.fixed_in.name, defect.released_at) == (
        "released",
        "12.1.2411",
        at("2026-11-16T10:00"),
    )
    assert Ticket.objects.get(pk=ticket.pk).status == "validation"
    assert texts(ticket) == [
        "Atualize e teste.\n\n"
        "Corrigido na versão 12.1.2411 (defeito NFE-2041: Rejeição 539 ao retransmitir)."
    ]
    again = {"version": "12.2", "text": "De novo."}
    assert code_of(lambda: actions.release_defect(defect, by=desk(elisa), **again)) == "released"


@pytest.mark.parametrize(
    ("said", "refused"), [({"version": " "}, "no_version"), ({"text": ""}, "empty"), ({}, "done")]
)
def test_a_release_says_version_and_text(
    defect: Defect, elisa: Any, said: dict[str, str], refused: str
) -> None:
    told = {"version": "12.1", "text": "Atualize."} | said

    assert code_of(lambda: actions.release_defect(defect, by=desk(elisa), **told)) == refused


def test_R1_a_release_is_for_who_sees_all_of_its_tickets(
    defect: Defect, other_queue_ticket: Ticket, elisa: Any, fabio: Any
) -> None:
    actions.link_defect(other_queue_ticket, defect=defect, by=desk(fabio))
    told = {"version": "12.1", "text": "Atualize."}

    assert code_of(lambda: actions.release_defect(defect, by=desk(elisa), **told)) == "not_all_seen"
    assert code_of(lambda: actions.release_defect(defect, by=desk(fabio), **told)) == "done"


def test_M2_who_waits_for_the_correction_is_told_once_with_or_without_a_ticket(
    defect: Defect, elisa: Any, ana: Any, bruno: Any, davi: Any
) -> None:
    from outbox.models import Delivery

    for person in (ana, bruno, davi, elisa):
        actions.follow_defect(defect, who=person)
    actions.follow_defect(defect, who=ana)  # L12
    actions.unfollow_defect(defect, who=bruno)
    davi.memberships.update(is_active=False)  # has left: is told nothing (R1)
    answer = actions.release_defect(defect, by=desk(elisa), version="12.1", text="Atualize.")

    bulk.answer_in_bulk(answer.pk)
    bulk.answer_in_bulk(answer.pk)

    letters = Delivery.objects.filter(letter="defect_released").order_by("pk")
    said = [(each.to_address, each.context["version"], each.context["text"]) for each in letters]
    assert said == [(ana.email, "12.1", "Atualize."), (elisa.email, "12.1", "Atualize.")]
    told = DefectFollower.objects.filter(defect=defect)
    assert {each.person: bool(each.told_at) for each in told} == {ana: True, elisa: True}
    answer.refresh_from_db()
    assert answer.finished_at is not None


def test_R1_who_takes_the_product_no_more_is_not_told_of_its_correction(
    defect: Defect, elisa: Any, ana: Any, bruno: Any, other_product_ticket: Ticket
) -> None:
    from outbox.models import Delivery

    for person in (ana, bruno):
        actions.follow_defect(defect, who=person)
    bruno.memberships.get().products.set([other_product_ticket.product])
    answer = actions.release_defect(defect, by=desk(elisa), version="12.1", text="Atualize.")

    bulk.answer_in_bulk(answer.pk)

    letters = Delivery.objects.filter(letter="defect_released")
    assert [each.to_address for each in letters] == [ana.email]


@pytest.mark.parametrize(("state", "code"), [("released", "released"), ("wont_fix", "wont_fix")])
def test_nobody_waits_for_what_does_not_come(
    defect: Defect, elisa: Any, ana: Any, state: str, code: str
) -> None:
    if state == "released":
        actions.release_defect(defect, by=desk(elisa), version="12.1", text="Atualize.")
    else:
        Defect.objects.filter(pk=defect.pk).update(state=state)

    assert code_of(lambda: actions.follow_defect(defect, who=ana)) == code


# --- Who reads of them --------------------------------------------------------------------------


def test_R1_incidents_are_read_by_who_may_open_tickets_for_the_product(
    incident: Incident, product: Any, ana: Any, bruno: Any, elisa: Any, other_product_ticket: Ticket
) -> None:
    bruno.memberships.get().products.set([other_product_ticket.product])
    stranger = make_person("Sem Empresa", "sem@nada.example")
    guests = Organization.objects.create(name="Visitantes", holds_guests=True)
    guest = make_person("Visitante", "v@nada.example", guests)
    everyone = (ana, bruno, elisa, stranger, guest)

    readers = {person.name for person in everyone if incidents_for(person).exists()}

    assert readers == {ana.name, elisa.name}
    bruno.memberships.get().products.add(product)
    assert list(incidents_for(User.objects.get(pk=bruno.pk))) == [incident]
    actions.end_incident(incident, by=desk(elisa), text="")
    assert list(incidents_for(ana)) == []


def test_R1_a_defect_that_is_not_public_is_read_by_those_of_its_tickets(
    defect: Defect, ticket: Ticket, ana: Any, bruno: Any, carla: Any, davi: Any, elisa: Any
) -> None:
    everyone = (ana, bruno, carla, davi, elisa)
    guests = Organization.objects.create(name="Visitantes", holds_guests=True)
    guest = make_person("Visitante", "v@nada.example", guests)
    before = [person.name for person in (*everyone, guest) if defects_for(person).exists()]
    Defect.objects.filter(pk=defect.pk).update(is_public=False)
    actions.link_defect(ticket, defect=defect, by=desk(elisa))

    after = [person.name for person in everyone if defects_for(person).exists()]

    assert before == [person.name for person in everyone]
    assert after == [ana.name, carla.name, elisa.name]
    assert code_of(lambda: actions.follow_defect(defect, who=bruno)) == "no_such_defect"


def test_the_sweep_goes_on_with_what_no_poke_delivered(
    three: list[Ticket], incident: Incident, elisa: Any
) -> None:
    answer = actions.end_incident(incident, by=desk(elisa), text="Voltou.")

    assert bulk.sweep_answers() == 3
    assert BulkAnswer.objects.get(pk=answer.pk if answer else 0).finished_at is not None


def test_only_the_desk_tries_again(three: list[Ticket], incident: Incident, elisa: Any) -> None:
    answer = actions.end_incident(incident, by=desk(elisa), text="Voltou.")
    assert answer is not None
    gil = make_desk("Gil Prates", "gil@prazo.example", "analyst")
    answer.rows.update(refusal="Algo falhou.")

    assert code_of(lambda: actions.retry_answers(answer, by=desk(gil))) == "not_all_seen"
    assert code_of(lambda: actions.retry_answers(answer, by=by(three[0].requester))) == "desk_only"
    assert code_of(lambda: actions.retry_answers(answer, by=desk(elisa))) == "done"


def test_a_moment_of_the_future_is_not_when_it_ended(incident: Incident, elisa: Any) -> None:
    early = desk(elisa, "2026-11-13T08:00")

    actions.end_incident(incident, by=early, text="")

    incident.refresh_from_db()
    assert incident.ended_at is not None
    assert incident.ended_at - incident.started_at == timedelta(0)
