"""Pages of rows by keys, and all of them a few at a time: the same rows in the same order."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F

from accounts.models import User
from common.lookups import AnyOf, CountOf
from interfaces.web.paging import every, page
from tests.cast import at
from tickets.models import Ticket


@pytest.fixture
def seven(opened: Any) -> None:
    """Seven tickets, of which some were opened at the same moment."""
    for minutes in (0, 1, 1, 2, 5, 5, 5):
        opened(f"{at('2026-11-13T09:00') + timedelta(minutes=minutes):%Y-%m-%dT%H:%M}")


@pytest.mark.usefixtures("seven")
@pytest.mark.parametrize("at_once", [1, 3, 6, 7, 8])
@pytest.mark.parametrize("order", ["opened", "severity", "deadline", "last"])
def test_every_row_comes_once_and_as_on_the_pages(order: str, at_once: int) -> None:
    found, paged, after = Ticket.objects.all(), [], ""
    while True:
        shown = page(found, order, after=after, rows=2)
        paged += shown.rows
        after = shown.after
        if not after:
            break

    assert list(every(found, order, at_once=at_once)) == paged
    assert len(set(paged)) == len(paged) == 7


@pytest.mark.usefixtures("seven")
def test_they_are_read_so_many_a_statement(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(3):
        assert len(list(every(Ticket.objects.all(), "opened", at_once=3))) == 7
    with django_assert_num_queries(1):
        assert list(every(Ticket.objects.filter(title="Outro"), "opened")) == []


@pytest.mark.usefixtures("seven")
def test_the_rows_of_an_array_and_how_many_there_are(ana: Any) -> None:
    first = Ticket.objects.order_by("-pk").values("pk")[:2]

    found = Ticket.objects.filter(AnyOf(F("pk"), ArraySubquery(first)))

    assert [each.pk for each in found.order_by("-pk")] == [each["pk"] for each in first]
    counted = {"two": CountOf(found), "all": CountOf(Ticket.objects.all())}
    none = {"none": CountOf(Ticket.objects.filter(status="closed"))}
    assert User.objects.values(**counted, **none).get(pk=ana.pk) == {"two": 2, "all": 7, "none": 0}
