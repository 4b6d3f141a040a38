"""tickets/admin/tickets.py: tickets are read in the admin, and changed by the verbs alone (L1)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from catalog.models import Product
from tests.admin.reading import INLINE, told
from tests.cast import at, by
from tickets import actions, due
from tickets.models import ClockFault, Ticket, TicketEvent

LIST = "admin:tickets_ticket_changelist"


@pytest.fixture
def ticket_page(ticket: Ticket) -> str:
    return reverse("admin:tickets_ticket_change", args=[ticket.pk])


def listed(client: Client, **query: Any) -> list[int]:
    return [row.number for row in client.get(reverse(LIST), query).context["cl"].result_list]


# --- To be read ----------------------------------------------------------------------------------


def test_L1_nobody_writes_a_ticket_here(admin: Client, ticket: Ticket, ticket_page: str) -> None:
    before = Ticket.objects.values().get()

    answers = [
        admin.post(ticket_page, {"status": "closed", "title": "Outro"}),
        admin.get(reverse("admin:tickets_ticket_add")),
        admin.get(reverse("admin:tickets_ticket_delete", args=[ticket.pk])),
        admin.post(reverse("admin:tickets_ticket_delete", args=[ticket.pk]), {"post": "yes"}),
    ]
    acted = admin.post(
        reverse(LIST), {"action": "delete_selected", "_selected_action": [ticket.pk], "post": "yes"}
    )

    assert [answer.status_code for answer in answers] == [403, 403, 403, 403]
    assert acted.status_code == 200  # there is no action to choose
    assert Ticket.objects.values().get() == before
    assert TicketEvent.objects.count() == 1


def test_L9_the_page_tells_the_history_and_the_conversation(
    admin: Client, ticket: Ticket, ticket_page: str, elisa: Any
) -> None:
    actions.note(ticket, by=by(elisa, "2026-11-13T09:30", "desk"), body="Cliente <b>novo</b>.")
    actions.request_information(
        ticket, by=by(elisa, "2026-11-13T10:00", "desk"), body="Envie o XML."
    )

    response = admin.get(ticket_page)

    text = " ".join(response.text.split())
    assert response.status_code == 200
    assert "sex., 13/11/2026, 10:00 · Elisa Prado pediu informações → Pendente Cliente" in text
    assert "<p>Cliente &lt;b&gt;novo&lt;/b&gt;.</p>" in text
    assert 'name="status"' not in response.text
    assert INLINE.findall(response.text) == []


def test_L13_who_may_not_read_messages_sees_the_ticket_without_them(
    staff: Callable[..., Client], ticket: Ticket, ticket_page: str, elisa: Any
) -> None:
    actions.note(ticket, by=by(elisa, "2026-11-13T09:30", "desk"), body="Só entre nós.")

    response = staff("view_ticket").get(ticket_page)

    assert (response.status_code, "o que aconteceu" in response.text.lower()) == (200, True)
    assert "Só entre nós." not in response.text
    assert ticket.messages.first().body_text not in response.text


@pytest.mark.parametrize("codenames", [[], ["view_queue"]])
def test_staff_without_the_permission_see_no_ticket(
    staff: Callable[..., Client], ticket_page: str, codenames: list[str]
) -> None:
    client = staff(*codenames)

    assert [client.get(each).status_code for each in (ticket_page, reverse(LIST))] == [403, 403]


def test_people_of_the_desk_and_customers_have_no_admin(
    client: Client, ticket_page: str, ana: Any, fabio: Any
) -> None:
    answers = []
    for person in (ana, fabio):
        client.force_login(person)
        answers.append(client.get(ticket_page, follow=True).status_code)

    assert answers == [404, 404]


# --- The list ------------------------------------------------------------------------------------


def test_the_list_is_searched_as_everywhere_and_filtered(
    admin: Client,
    opened: Callable[..., Ticket],
    product: Product,
    other_organization: Any,
    davi: Any,
    ana: Any,
    elisa: Any,
) -> None:
    first = opened()
    second = opened(user=davi, organization=other_organization, title="Férias em dobro", body="Oi.")
    ended = opened(severity=1)
    actions.cancel(ended, by=by(ana, "2026-11-13T10:00"))

    assert listed(admin) == [ended.number, second.number, first.number]
    assert listed(admin, q=str(first.number)) == [first.number]
    assert listed(admin, q="ferias") == [second.number]
    assert listed(admin, q="textil mare") == [second.number]
    assert listed(admin, status__exact="closed") == [ended.number]
    assert listed(admin, end_reason__exact="cancelled") == [ended.number]
    assert listed(admin, severity__exact="1") == [ended.number]
    assert listed(admin, queue__id__exact=str(first.queue_id), q="SEFAZ rejeita") == [
        ended.number,
        first.number,
    ]


def test_the_deadline_is_told_by_its_day(
    admin: Client, opened: Callable[..., Ticket], elisa: Any
) -> None:
    opened()
    actions.request_information(
        opened(), by=by(elisa, "2026-11-13T10:00", "desk"), body="Envie o XML."
    )

    response = admin.get(reverse(LIST))

    assert response.text.count('<td class="field-until">23/11</td>') == 1


@pytest.mark.parametrize("count", [1, 25])
def test_the_list_takes_as_many_statements_for_one_row_as_for_25(
    statements: Callable[[str], int], opened: Callable[..., Ticket], elisa: Any, count: int
) -> None:
    for _ in range(count):
        actions.take(opened(), by=by(elisa, "2026-11-13T10:00", "desk"))

    assert statements(reverse(LIST)) == 6


@pytest.mark.parametrize("count", [1, 25])
def test_the_page_takes_as_many_statements_for_one_message_as_for_25(
    statements: Callable[[str], int], ticket: Ticket, ticket_page: str, elisa: Any, count: int
) -> None:
    for number in range(count):
        actions.note(ticket, by=by(elisa, "2026-11-13T10:00", "desk"), body=f"Nota {number}.")

    assert statements(ticket_page) == 9


# --- What the clock stumbled over ----------------------------------------------------------------


@pytest.fixture
def faults(opened: Callable[..., Ticket], elisa: Any) -> list[ClockFault]:
    """Two tickets whose deadline has passed since information was requested in October."""
    tickets = [
        actions.request_information(
            opened("2026-10-01T09:00"),
            by=by(elisa, "2026-10-01T10:00", "desk"),
            body="Envie o XML.",
        ).ticket
        for _ in range(2)
    ]
    return [
        ClockFault.objects.create(
            ticket=ticket,
            error="OperationalError",
            first_at=at("2026-10-14T00:00"),
            last_at=at("2026-11-13T11:59"),
        )
        for ticket in tickets
    ]


def retry(client: Client, faults: list[ClockFault]) -> Any:
    return client.post(
        reverse("admin:tickets_clockfault_changelist"),
        {"action": "retry", "_selected_action": [fault.pk for fault in faults]},
        follow=True,
    )


def test_L3_L4_a_fault_is_tried_again_and_gone(admin: Client, faults: list[ClockFault]) -> None:
    response = retry(admin, faults[:1])

    assert told(response) == ["1 ticket andou."]
    assert [fault.ticket.number for fault in ClockFault.objects.all()] == [faults[1].ticket.number]
    assert Ticket.objects.get(pk=faults[0].ticket_id).end_reason == "expired"


def test_one_that_still_fails_stays_and_stops_no_other(
    admin: Client, faults: list[ClockFault]
) -> None:
    # Beyond the years that any calendar knows, so that its count cannot be made.
    broken = faults[0].ticket
    Ticket.objects.filter(pk=broken.pk).update(
        waiting_since=at("2200-01-01T00:00"), policy_version=0
    )

    response = retry(admin, faults)

    assert told(response) == [
        f"O ticket {broken.number} ainda não anda: BeyondHorizon.",
        "1 ticket andou.",
    ]
    assert list(ClockFault.objects.all()) == faults[:1]


def held_back(ids: Any, now: Any) -> set[int]:
    """A gate that lets nobody through."""
    return set(ids)


def test_B8_what_a_gate_holds_back_waits(
    admin: Client, faults: list[ClockFault], settings: Any
) -> None:
    settings.TICKET_CLOCK_GATES = [f"{__name__}.held_back"]
    due.gates.cache_clear()

    response = retry(admin, faults)

    assert told(response) == ["2 tickets esperam um e-mail ser lido antes de andar."]
    assert list(ClockFault.objects.order_by("pk")) == faults


def test_who_may_only_look_retries_nothing(
    staff: Callable[..., Client], faults: list[ClockFault]
) -> None:
    retry(staff("view_clockfault"), faults)

    assert list(ClockFault.objects.order_by("pk")) == faults


def test_faults_are_found_by_the_tickets_number(admin: Client, faults: list[ClockFault]) -> None:
    def found(typed: object) -> list[ClockFault]:
        page = admin.get(reverse("admin:tickets_clockfault_changelist"), {"q": typed})
        return list(page.context["cl"].result_list)

    assert found(faults[0].ticket.number) == faults[:1]
    assert found("nada disso") == []


def break_the_gate(ids: object, now: object) -> set[int]:
    """A gate with a bug."""
    raise RuntimeError("stumbled")


def test_B8_nothing_is_tried_again_where_a_gate_fails(
    admin: Client, faults: list[ClockFault], settings: Any
) -> None:
    settings.TICKET_CLOCK_GATES = ["tests.admin.test_tickets.break_the_gate"]
    due.gates.cache_clear()

    page = retry(admin, faults)

    assert "Nada andou: a conferência dos e-mails recebidos falhou (RuntimeError)." in page.text
    assert list(ClockFault.objects.order_by("pk")) == faults
