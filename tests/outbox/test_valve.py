"""The valve: closed it stops every worker, its cap holds across them, and nothing is lost."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction
from django.test import Client

from outbox import alerts, ledger
from outbox.models import Delivery, Lane, State, Valve, real_now
from outbox.tasks import deliver, sweep
from tests.mail import MailServer
from tests.outbox.test_tasks import at_once

Promise = Callable[..., Delivery]

pytestmark = pytest.mark.django_db(transaction=True)


def states() -> list[str]:
    return list(Delivery.objects.order_by("pk").values_list("state", flat=True))


def test_closed_it_stops_bulk_and_access_and_open_again_all_goes(
    promise: Promise, promise_access: Promise, mail_server: MailServer
) -> None:
    valve = Valve.objects.create(pk=1, is_open=False)
    promised = [promise(key=f"news:{n}:ana") for n in range(3)] + [promise_access()]

    for each in promised:
        deliver(each.pk)
    assert (sweep(), states()) == (0, [State.WAITING] * 4)

    valve.is_open = True
    valve.save()
    assert (sweep(), states()) == (4, [State.SENT] * 4)
    assert sorted(each["Message-ID"] for each in mail_server.taken) == sorted(
        each.message_id for each in promised
    )
    assert set(Delivery.objects.values_list("attempts", flat=True)) == {1}


def test_the_cap_holds_under_twenty_workers_at_once(
    promise: Promise, mail_server: MailServer
) -> None:
    Valve.objects.create(pk=1, per_hour=7)
    promised = [promise(key=f"news:{n}:ana").pk for n in range(20)]

    at_once(*[lambda pk=pk: deliver(pk) for pk in promised])  # type: ignore[misc]

    assert len(mail_server.taken) == 7
    assert (states().count(State.SENT), states().count(State.WAITING)) == (7, 13)


def test_two_sweeps_at_once_stop_at_the_cap_and_the_rest_goes_an_hour_later(
    promise: Promise, mail_server: MailServer
) -> None:
    Valve.objects.create(pk=1, per_hour=10)
    for n in range(15):
        promise(key=f"news:{n}:ana")

    assert sum(at_once(sweep, sweep)) == 10
    assert sweep() == 0
    with time_machine.travel(real_now() + timedelta(minutes=61), tick=False):
        assert sweep() == 5

    assert states() == [State.SENT] * 15


def test_access_letters_count_but_never_wait_for_the_cap(
    promise: Promise, promise_access: Promise, mail_server: MailServer
) -> None:
    Valve.objects.create(pk=1, per_hour=2)
    promise_access(key="access:1:ana")
    promise_access(key="access:2:ana")
    bulk = promise()
    assert sweep() == 2

    late = promise_access(key="access:3:ana")
    assert sweep() == 1

    assert Delivery.objects.get(pk=late.pk).state == State.SENT
    assert Delivery.objects.get(pk=bulk.pk).state == State.WAITING


def test_what_did_not_go_out_does_not_count(promise: Promise, mail_server: MailServer) -> None:
    Valve.objects.create(pk=1, per_hour=1)
    mail_server.rcpt = ["550 5.1.1 no such user"]
    promise(key="news:1:ana")
    promise(key="news:2:ana")

    assert sweep() == 2

    assert states() == [State.FAILED, State.SENT]


def test_once_the_closing_is_saved_no_worker_claims(promise: Promise) -> None:
    """A claim that came first ends before the closing is saved; one that comes later waits for
    the closing and then finds the valve closed."""
    Valve.objects.create(pk=1)
    delivery = promise()
    claimed: list[Any] = []

    def claim() -> None:
        claimed.append(ledger.claim(delivery.pk))
        connection.close()

    with transaction.atomic():
        valve = Valve.objects.select_for_update().get(pk=1)
        valve.is_open = False
        valve.save()
        worker = threading.Thread(target=claim)
        worker.start()
        worker.join(timeout=0.5)
        assert worker.is_alive()
    worker.join(timeout=10)

    assert claimed == [None]
    assert states() == [State.WAITING]


def test_an_access_letter_overtakes_a_thousand_others_whoever_is_poked(
    promise: Promise, promise_access: Promise, mail_server: MailServer
) -> None:
    first = promise(key="news:first:ana")
    Delivery.objects.bulk_create(
        Delivery(
            key=f"news:{n}",
            letter="news",
            to_address="ana@cliente.example",
            message_id=f"<{n}@prazo.example>",
            context=first.context,
        )
        for n in range(1000)
    )
    access = promise_access()

    deliver(first.pk)

    assert [each["Message-ID"] for each in mail_server.taken] == [
        access.message_id,
        first.message_id,
    ]


def test_access_letters_go_first_in_two_sweeps_under_load(
    promise: Promise, promise_access: Promise, mail_server: MailServer
) -> None:
    for n in range(60):
        promise(key=f"news:{n}:ana")
    access = {promise_access(key=f"access:{n}:ana").message_id for n in range(6)}

    at_once(sweep, sweep)

    sent = [each["Message-ID"] for each in mail_server.taken]
    assert len(sent) == 66
    # Two workers: a letter of the other's may be taken a moment before the last of these.
    assert access <= set(sent[:8])


def test_staff_are_told_of_a_closed_valve_in_one_statement(
    django_assert_num_queries: Any, fabio: Any
) -> None:
    fabio.is_staff = True
    assert alerts.waiting(fabio)[0] == 0
    Valve.objects.create(pk=1, is_open=False)

    with django_assert_num_queries(1):
        told = alerts.waiting(fabio)

    assert told == (1, "O envio de cartas está parado.", "/admin/outbox/valve/1/change/")


def test_an_administrator_closes_and_opens_it(
    staff: Client, promise: Promise, mail_server: MailServer
) -> None:
    assert staff.get("/admin/outbox/valve/").headers["Location"] == (
        "/admin/outbox/valve/1/change/"
    )
    page = staff.get("/admin/outbox/valve/1/change/").content.decode()
    assert "Desmarque para parar todo envio. Nada se perde: as cartas esperam na fila." in page
    assert "0 cartas na fila; 0 na última hora." in page

    staff.post("/admin/outbox/valve/1/change/", {"per_hour": "100"})
    valve = Valve.objects.get()
    assert (valve.is_open, valve.per_hour) == (False, 100)

    staff.post("/admin/outbox/valve/1/change/", {"is_open": "on", "per_hour": ""})
    valve = Valve.objects.get()
    assert (valve.is_open, valve.per_hour) == (True, None)
    assert staff.post("/admin/outbox/valve/1/delete/").status_code == 403
    assert staff.get("/admin/outbox/valve/add/").status_code == 403


def test_without_a_row_it_is_open() -> None:
    assert Valve.objects.count() == 0
    assert Lane.values == [1, 2]
