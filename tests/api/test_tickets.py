"""GET and POST /api/v1/tickets/: list and open."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import DjangoAssertNumQueries

from accounts.models import Membership, Organization
from tests.api.conftest import TICKETS, Program, problem
from tests.cast import by, make_queue
from tickets import actions
from tickets.models import Channel, Ticket, Watcher

As = Callable[..., Program]
Opened = Callable[..., Any]

pytestmark = pytest.mark.django_db


def numbers(answer: Any) -> list[int]:
    assert answer.status_code == 200
    return [each["number"] for each in answer.json()["results"]]


def wanted(offered: Any, **more: Any) -> dict[str, Any]:
    """What it takes to open a ticket about a product; `more` goes over it."""
    return {
        "product": offered.pk,
        "title": "NF-e rejeitada",
        "body": "Ao retransmitir, a SEFAZ rejeita.",
    } | more


def test_a_ticket_in_the_list(as_person: As, ticket: Any, ana: Any, elisa: Any) -> None:
    actions.request_information(ticket, by=by(elisa, "2026-11-13T10:00"), body="Versão?")

    answer = as_person(ana).get(TICKETS)

    assert answer.json() == {
        "next": None,
        "previous": None,
        "results": [
            {
                "number": ticket.number,
                "title": "NF-e rejeitada com o código 539",
                "status": "pending",
                "status_label": "Pendente Cliente",
                "severity": 3,
                "organization": {
                    "id": ticket.organization_id,
                    "name": "Metalúrgica Serra Azul",
                },
                "product": {"id": ticket.product_id, "name": "Nota fiscal eletrônica"},
                "queue": {"id": ticket.queue_id, "name": "Fiscal"},
                "requester": {"id": ana.pk, "name": "Ana Nogueira"},
                "assignee": None,
                "opened_at": "2026-11-13T09:00:00-03:00",
                "waiting_since": "2026-11-13T10:00:00-03:00",
                "deadline_at": "2026-11-23T23:59:59-03:00",
                "closes_at": "2026-12-02T23:59:59-03:00",
                "ended_at": None,
                "end_reason": "",
                "last_at": "2026-11-13T10:00:00-03:00",
            }
        ],
    }


def test_R1_everyone_lists_what_they_may_see(
    as_person: As,
    opened: Opened,
    ana: Any,
    bruno: Any,
    carla: Any,
    davi: Any,
    elisa: Any,
    fabio: Any,
) -> None:
    of_ana, of_bruno = opened().number, opened(user=bruno)
    watched = opened(user=carla)
    Watcher.objects.create(ticket=watched, user=ana)

    seen = {
        person.first_name: numbers(as_person(person).get(TICKETS))
        for person in (ana, bruno, carla, davi, elisa, fabio)
    }

    every = [watched.number, of_bruno.number, of_ana]
    assert seen == {
        "Ana": [watched.number, of_ana],
        "Bruno": [of_bruno.number],
        "Carla": every,
        "Davi": [],
        "Elisa": every,
        "Fábio": every,
    }


def test_filters_narrow_the_list(
    as_person: As, opened: Opened, elisa: Any, fabio: Any, calendar_sp: Any
) -> None:
    opened()
    asked = opened(title="Férias não calculam")
    actions.request_information(asked, by=by(elisa, "2026-11-13T10:00"), body="Versão?")
    moved = opened(title="Outra fila")
    other = make_queue("Folha", calendar_sp, elisa)
    actions.move(moved, by=by(fabio, "2026-11-13T10:00"), to=other)
    elisas = as_person(elisa)

    assert numbers(elisas.get(TICKETS, status="pending")) == [asked.number]
    assert numbers(elisas.get(TICKETS, status=["pending", "open"], queue=other.pk)) == [
        moved.number
    ]
    assert numbers(elisas.get(TICKETS, q="ferias")) == [asked.number]
    assert numbers(elisas.get(TICKETS, q=str(moved.number))) == [moved.number]


def test_L13_a_search_finds_no_note_for_a_customer(
    as_person: As, ticket: Any, ana: Any, elisa: Any
) -> None:
    actions.note(ticket, by=by(elisa, "2026-11-13T10:00"), body="cliente impaciente")

    assert numbers(as_person(ana).get(TICKETS, q="impaciente")) == []
    assert numbers(as_person(elisa).get(TICKETS, q="impaciente")) == [ticket.number]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"status": "aberto"}, "status"),
        ({"queue": "fiscal"}, "queue"),
        ({"queue": 2**70}, "queue"),
        ({"q": "x\x00"}, "q"),
    ],
)
def test_nonsense_filters_are_told(
    as_person: As, ana: Any, query: dict[str, Any], field: str
) -> None:
    answer = as_person(ana).get(TICKETS, **query)

    assert problem(answer) == (400, "invalid", "Há campos a corrigir.")
    assert list(answer.json()["errors"]) == [field]


def test_the_list_is_paged_by_key(as_person: As, opened: Opened, ana: Any) -> None:
    made = [opened().number for _ in range(27)]

    first = as_person(ana).get(TICKETS)
    second = as_person(ana).get(first.json()["next"])

    assert numbers(first) + numbers(second) == made[::-1]
    assert (len(numbers(first)), second.json()["next"]) == (25, None)


@pytest.mark.parametrize("count", [1, 25])
def test_the_list_costs_the_same_statements(
    count: int,
    as_person: As,
    opened: Opened,
    ana: Any,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(count):
        opened()
    program = as_person(ana)

    with django_assert_num_queries(4):  # session, person, memberships, the list
        program.get(TICKETS)


def test_open(as_person: As, ana: Any, product: Any, organization: Any) -> None:
    answer = as_person(ana).post(TICKETS, wanted(product, severity=2))

    ticket = Ticket.objects.get()
    assert (answer.status_code, answer.json()["ticket"]["number"]) == (201, ticket.number)
    assert answer.json()["message"]["body"] == "Ao retransmitir, a SEFAZ rejeita."
    assert (ticket.requester, ticket.organization, ticket.severity, ticket.channel) == (
        ana,
        organization,
        2,
        Channel.API,
    )


def test_open_with_files(as_person: As, ana: Any, product: Any) -> None:
    files = [SimpleUploadedFile(f"{n}.log", b"linha") for n in range(2)]

    answer = as_person(ana).post(TICKETS, wanted(product, files=files), form=True)

    assert [each["name"] for each in answer.json()["message"]["files"]] == ["0.log", "1.log"]


def test_L12_the_same_key_opens_once(as_person: As, ana: Any, bruno: Any, product: Any) -> None:
    for person in (ana, ana, bruno):
        as_person(person).post(TICKETS, wanted(product), key="pedido-1")
    as_person(ana).post(TICKETS, wanted(product), key="pedido-2")

    assert Ticket.objects.count() == 3


def test_R2_who_belongs_to_several_says_for_which(
    as_person: As, ana: Any, product: Any, organization: Any, other_organization: Any
) -> None:
    Membership.objects.create(user=ana, organization=other_organization)
    program = as_person(ana)

    undecided = program.post(TICKETS, wanted(product))
    decided = program.post(TICKETS, wanted(product, organization=other_organization.pk))

    assert problem(undecided)[:2] == (400, "invalid")
    assert list(undecided.json()["errors"]) == ["organization"]
    assert decided.json()["ticket"]["organization"]["name"] == "Têxtil Maré Mansa"


def test_R1_another_organization_does_not_exist(
    as_person: As, davi: Any, product: Any, organization: Organization
) -> None:
    program = as_person(davi)

    answers = [
        program.post(TICKETS, wanted(product, organization=pk)) for pk in (organization.pk, 10**12)
    ]

    assert [problem(each) for each in answers] == [(404, "not_found", "Não encontrado.")] * 2
    assert Ticket.objects.count() == 0


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"product": 10**12}, "product"),
        ({"product": "x"}, "product"),
        ({"severity": 9}, "severity"),
        ({"title": ""}, "title"),
        ({"title": None}, "title"),
        ({"body": 3 * [1]}, "body"),
        ({"files": ["não é arquivo"]}, "files"),
    ],
)
def test_what_makes_no_sense_is_told_by_field(
    as_person: As, ana: Any, product: Any, change: dict[str, Any], field: str
) -> None:
    answer = as_person(ana).post(TICKETS, wanted(product, **change))

    assert problem(answer) == (400, "invalid", "Há campos a corrigir.")
    assert list(answer.json()["errors"]) == [field]


def test_what_the_rules_refuse_is_a_conflict(as_person: As, ana: Any, product: Any) -> None:
    answer = as_person(ana).post(TICKETS, wanted(product, body=" "))

    assert problem(answer) == (409, "empty", "Escreva a mensagem antes de enviar.")
    assert Ticket.objects.count() == 0


def test_a_refused_file_says_why(as_person: As, ana: Any, product: Any) -> None:
    program = SimpleUploadedFile("virus.exe", b"MZ\x90\x00")

    answer = as_person(ana).post(TICKETS, wanted(product, files=[program]), form=True)

    assert problem(answer)[:2] == (400, "file_refused")
    assert Ticket.objects.count() == 0
