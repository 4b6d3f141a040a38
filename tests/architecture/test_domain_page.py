"""docs/domain/DOMAIN.md against the code: what the page promises is what is declared."""

import re
from pathlib import Path

import pytest
from django.db import connection

from tickets.lifecycle import Status, guard_sql, moves
from tickets.models import QueuePolicy

PAGE = (Path(__file__).parents[2] / "docs/domain/DOMAIN.md").read_text()

NAMES = {
    "Aberto": Status.OPEN,
    "Pendente": Status.PENDING_CUSTOMER,
    "Validação": Status.CUSTOMER_VALIDATION,
    "Encerrado": Status.CLOSED,
    "Acompanhamento": Status.FOLLOWED_UP,
}


def table_of_the_page() -> set[tuple[str, str, str]]:
    """The rows `verb | from | to` of the lifecycle's table, one a source."""
    rows = set()
    for verb, sources, target in re.findall(r"^\| `(\w+)` \| ([^|]+) \| ([^|]+) \|", PAGE, re.M):
        for name, status in NAMES.items():
            if re.search(rf"\b{name}\b", sources):
                rows.add((verb, status.value, NAMES[target.split()[0]].value))
    return rows


def test_L1_the_page_and_the_machine_have_the_same_moves() -> None:
    declared = {(move.verb, move.source, move.target) for move in moves()}

    assert table_of_the_page() == declared


def test_L1_the_page_names_each_status_as_the_interface_does() -> None:
    named = dict(re.findall(r"^\| ([^|]+) \| `Status\.(\w+)`", PAGE, re.M))

    assert {name: Status[member].label for name, member in named.items()} == {
        name: name for name in named
    }
    assert len(named) == len(Status)


def test_L3_L4_the_default_policy_is_that_of_the_page() -> None:
    policy = QueuePolicy()

    assert f"**{policy.pending_days} business\n  days**" in PAGE
    assert f"**{policy.validation_days} business days**" in PAGE
    assert f"`lead` ({policy.reminder_lead})" in PAGE
    assert f"(default {policy.attention_days} business days)" in PAGE


@pytest.mark.django_db
def test_L1_the_installed_trigger_is_that_of_the_machine() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT prosrc FROM pg_proc JOIN pg_trigger ON tgfoid = pg_proc.oid"
            " WHERE tgrelid = 'tickets_ticket'::regclass AND NOT tgisinternal"
        )
        installed = cursor.fetchall()

    assert len(installed) == 1
    assert " ".join(guard_sql().split()) in " ".join(installed[0][0].split())
