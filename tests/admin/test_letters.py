"""tickets/admin/letters.py: each letter with the ticket that it is about."""

from collections.abc import Callable
from typing import Any

from django.test import Client
from django.urls import reverse

from outbox.models import Delivery
from outbox.post import post
from tickets import correspondence

LIST = "/admin/outbox/delivery/"


def promise(topic: str) -> Delivery:
    return post("replied", key=topic, to="a@b.example", name="Ana", context={}, topic=topic)


def test_the_ticket_of_a_letter_is_named_and_linked(admin: Client, ticket: Any) -> None:
    letter = promise(correspondence.topic(ticket.number))
    address = reverse("admin:tickets_ticket_change", args=[ticket.pk])
    link = f'<a href="{address}">Ticket {ticket.number}</a>'

    pages = [admin.get(LIST), admin.get(f"{LIST}{letter.pk}/change/")]

    assert [page.content.decode().count(link) for page in pages] == [1, 1]


def test_who_may_not_see_tickets_reads_the_number_alone(
    staff: Callable[..., Client], ticket: Any
) -> None:
    promise(correspondence.topic(ticket.number))

    page = staff("view_delivery").get(LIST).content.decode()

    assert f"Ticket {ticket.number}" in page
    assert "/admin/tickets/ticket/" not in page


def test_what_is_about_no_ticket_that_there_is_leads_nowhere(admin: Client, ticket: Any) -> None:
    promise("fatura:2026-11")
    promise("ticket:abc")
    promise(correspondence.topic(ticket.number + 1))

    page = admin.get(LIST).content.decode()

    assert "fatura:2026-11" in page
    assert f"/admin/tickets/ticket/{ticket.pk}/" not in page


def test_dates_are_figures_in_narrow_columns(admin: Client) -> None:
    promise("fatura:2026-11")

    assert ">13/11/2026 12:00</a>" in admin.get(LIST).content.decode()


def test_the_list_costs_the_same_for_one_letter_and_for_many(
    ticket: Any, statements: Callable[[str], int]
) -> None:
    promise(correspondence.topic(ticket.number))
    one = statements(LIST)
    for number in range(10):
        promise(correspondence.topic(number))

    assert statements(LIST) == one
