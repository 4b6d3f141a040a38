"""The list of tickets as a file: what the list shows and no more (R1), nothing that runs."""

import csv
import io
from typing import Any

import pytest
from openpyxl import load_workbook

from accounts.models import User

URL = "/tickets/arquivo/"


def rows(browser: Any, query: str) -> list[list[str]]:
    response = browser.get(f"{URL}?{query}")
    if "format=xlsx" in query:
        sheet = load_workbook(io.BytesIO(response.content)).active
        return [[str(cell.value) for cell in row] for row in sheet.rows]
    text = response.getvalue().decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text), delimiter=";"))


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_administrator_takes_the_companys_tickets_and_strangers_none(
    login: Any, carla: Any, davi: Any, bruno: Any, opened: Any, kind: str
) -> None:
    ticket = opened(title="=HYPERLINK(1)")
    query = f"whose=company&format={kind}"

    own = rows(login(carla), query)

    assert own[1:] == [
        [
            str(ticket.number),
            "'=HYPERLINK(1)",
            ticket.organization.name,
            ticket.product.name,
            ticket.get_severity_display(),
            "Aberto",
            "Ana Nogueira",
            "13/11/2026 09:00",
            "13/11/2026 09:00",
        ]
    ]
    for other in (davi, bruno):
        assert rows(login(other), f"whose=all&format={kind}")[1:] == []


@pytest.mark.usefixtures("ticket")
def test_no_control_character_in_a_name_keeps_the_company_from_its_file(
    login: Any, carla: Any, ana: Any
) -> None:
    User.objects.filter(pk=ana.pk).update(name="Ana\x0b No\x1fgueira\tLima")
    browser = login(carla)

    found = [rows(browser, f"whose=company&format={kind}")[1][6] for kind in ("xlsx", "csv")]

    assert found == ["Ana Nogueira\tLima", "Ana\x0b No\x1fgueira\tLima"]


@pytest.mark.usefixtures("ticket", "asked")
def test_the_filters_of_the_list_count(login: Any, ana: Any) -> None:
    browser = login(ana)

    assert [len(rows(browser, f"stage={stage}")) - 1 for stage in ("awaiting", "ended")] == [1, 0]


def test_R5_the_administrators_filters_count_too(
    login: Any, carla: Any, ana: Any, bruno: Any, opened: Any
) -> None:
    opened("2026-11-12T09:00")
    opened("2026-11-13T09:00", user=bruno)
    browser = login(carla)

    counts = [
        len(rows(browser, f"whose=company&{query}")) - 1
        for query in ("", f"requester={ana.pk}", "since=2026-11-14", "until=2026-11-12")
    ]

    assert counts == [2, 1, 0, 1]


@pytest.mark.parametrize("count", [1, 25])
def test_a_file_asks_four_statements(
    login: Any, ana: Any, opened: Any, count: int, django_assert_num_queries: Any
) -> None:
    for _n in range(count):
        opened()
    browser = login(ana)

    with django_assert_num_queries(4):
        rows(browser, "")
