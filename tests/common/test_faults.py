"""common/faults.py: what a task left undone is told to staff until it has done it."""

from typing import Any

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.test import Client

from common import faults
from common.models import TaskFault
from tests.cast import at

pytestmark = pytest.mark.django_db
PAGE = "/admin/common/taskfault/"


def test_a_fault_is_one_however_often_and_goes_when_the_work_is_done() -> None:
    with time_machine.travel(at("2026-11-13T10:00"), tick=False):
        faults.note("a", "Nada foi feito.", ValueError("segredo"))
    with time_machine.travel(at("2026-11-13T11:00"), tick=False):
        faults.note("a", "Quase tudo foi feito.", KeyError("segredo"))
        faults.note("b", "Nada foi feito.", "Sem rede.")
    faults.clear("b")

    assert list(
        TaskFault.objects.values_list("task", "undone", "error", "first_at", "last_at", "times")
    ) == [
        (
            "a",
            "Quase tudo foi feito.",
            "KeyError",
            at("2026-11-13T10:00"),
            at("2026-11-13T11:00"),
            2,
        )
    ]


def test_staff_are_told_how_many_in_one_statement(
    django_assert_num_queries: Any, fabio: Any, elisa: Any
) -> None:
    fabio.is_staff = True
    none = faults.waiting(fabio)
    faults.note("a", "Nada foi feito.", "x")
    one = faults.waiting(fabio)
    faults.note("b", "Nada foi feito.", "x")

    with django_assert_num_queries(1):
        two = faults.waiting(fabio)
    analysts = faults.waiting(elisa)

    assert analysts == (2, "2 tarefas do sistema não fizeram tudo o que deviam.", "")
    assert [none, one, two] == [
        (0, "0 tarefas do sistema não fizeram tudo o que deviam.", PAGE),
        (1, "1 tarefa do sistema não fez tudo o que devia.", PAGE),
        (2, "2 tarefas do sistema não fizeram tudo o que deviam.", PAGE),
    ]


def test_it_is_on_the_desks_first_page_and_in_the_admin(client: Client, fabio: Any) -> None:
    faults.note("a", "Os feriados faltam.", "ValueError")
    client.force_login(fabio)
    board = client.get("/mesa/")
    client.force_login(get_user_model().objects.create_superuser("a@prazo.example", "A", "x-1"))
    page = client.get(PAGE)

    assert "1 tarefa do sistema não fez tudo o que devia." in board.text
    assert "Os feriados faltam." in page.text
    assert client.post(f"{PAGE}add/").status_code == 403
