"""reports/returns.py: how often tickets go back for data, by completeness at opening (E4)."""

import pytest

from catalog.intake import Field, Kind
from common import clock
from reports import returns
from reports.returns import Share
from tests.cast import by
from tickets import actions
from tickets.intake import Told

FULL = Told(version="12.3", steps="1. Emitir", expected="Autorizada", base="Produção")


@pytest.fixture
def tickets(opened, elisa):
    """Two told in full, one of them sent back twice; one of which nothing was told, sent back."""
    made = [opened(intake=FULL), opened(intake=FULL), opened()]
    for ticket, when in ((made[0], "10:00"), (made[0], "11:00"), (made[2], "10:00")):
        asks = by(elisa, f"2026-11-13T{when}", "desk")
        actions.request_information(ticket, by=asks, body="Versão?")
    return made


def test_E4_a_ticket_counts_once_by_product_and_completeness(
    tickets, product, django_assert_num_queries
):
    with django_assert_num_queries(1):
        found = returns.by_product(clock.now())

    assert [(each.product, each.all, list(each.by_completeness)) for each in found] == [
        (product.name, Share(3, 2), [Share(), Share(2, 1), Share(), Share(1, 1)])
    ]


def test_E4_what_is_told_when_asked_for_was_not_told_at_opening(tickets, product, ana, elisa):
    asks = by(elisa, "2026-11-13T12:00", "desk")
    field = Field("batch", Kind.NUMBER, "Lote")
    event = actions.request_information(tickets[2], by=asks, body="E:", fields=[field])
    actions.answer_fields(
        tickets[2],
        event.message.field_request,
        by=by(ana, "2026-11-13T13:00"),
        answers={"batch": "12"},
    )

    found = returns.by_product(clock.now())

    assert [list(each.by_completeness) for each in found] == [
        [Share(), Share(2, 1), Share(), Share(1, 1)]
    ]


def test_E4_supervisors_read_it_and_analysts_do_not(get, tickets, fabio, elisa):
    page = get(fabio, "/mesa/equipe/")

    assert "67 % (2 de 3)" in " ".join(page.split())
    get(elisa, "/mesa/equipe/", status=404)
