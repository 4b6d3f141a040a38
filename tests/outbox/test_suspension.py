"""Suspended addresses: no letter goes there, none is lost, and staff let them go again."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from outbox import ledger
from outbox.models import Delivery, State, Suspension
from outbox.tasks import deliver, sweep
from tests.cast import at
from tests.mail import MailServer

Promise = Callable[..., Delivery]

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def suspended() -> Suspension:
    return Suspension.objects.create(
        address="ANA@cliente.example", since=at("2026-11-12T10:00"), why="Devolvida (5.1.1)."
    )


def state(delivery: Delivery) -> tuple[str, str, bool]:
    row = Delivery.objects.get(pk=delivery.pk)
    return row.state, row.last_error, row.suspended


def test_a_letter_to_a_suspended_address_fails_and_says_why(
    suspended: Suspension, promise: Promise, mail_server: MailServer
) -> None:
    ana, bruno = promise(), promise(key="news:1:bruno", to="bruno@cliente.example", name="Bruno")

    deliver(ana.pk)
    deliver(bruno.pk)

    assert state(ana) == (State.FAILED, "O endereço está suspenso desde 12/11/2026.", True)
    assert state(bruno) == (State.SENT, "", False)
    assert [each["To"] for each in mail_server.taken] == ["Bruno <bruno@cliente.example>"]


def test_an_access_letter_is_tried_since_its_reader_asked_for_it(
    suspended: Suspension, promise_access: Promise, mail_server: MailServer
) -> None:
    access = promise_access()

    deliver(access.pk)

    assert state(access) == (State.SENT, "", False)


def test_resumed_what_failed_for_it_goes_and_nothing_else(
    suspended: Suspension, promise: Promise, mail_server: MailServer
) -> None:
    mail_server.rcpt = ["550 5.1.1 no such user"]
    Suspension.objects.all().delete()
    refused_before = promise(key="news:0:ana")
    deliver(refused_before.pk)
    suspended.pk = None
    suspended.save()
    kept = [promise(key=f"news:{n}:ana") for n in (1, 2)]
    assert sweep() == 2
    other = Suspension.objects.create(address="bruno@cliente.example", why="Devolvida.")
    others = promise(key="news:1:bruno", to="bruno@cliente.example")
    deliver(others.pk)

    back = ledger.resume(Suspension.objects.exclude(pk=other.pk))
    swept = sweep()

    assert (back, swept) == (2, 2)
    assert [state(each)[0] for each in kept] == [State.SENT, State.SENT]
    assert state(refused_before)[0] == State.FAILED
    assert state(others)[2] is True
    assert list(Suspension.objects.all()) == [other]


def test_tried_again_while_suspended_it_fails_again(
    suspended: Suspension, promise: Promise, mail_server: MailServer
) -> None:
    delivery = promise()
    deliver(delivery.pk)

    ledger.try_again(Delivery.objects.all())
    assert state(delivery) == (State.WAITING, "", False)
    deliver(delivery.pk)

    assert state(delivery)[0] == State.FAILED
    assert mail_server.offered == []


def test_an_administrator_lifts_it(
    staff: Client, suspended: Suspension, promise: Promise, mail_server: MailServer
) -> None:
    deliver(promise().pk)
    url = reverse("admin:outbox_suspension_changelist")
    assert "Endereços que devolveram uma carta" in staff.get(url).content.decode()

    response = staff.post(
        url, {"action": "resume", "_selected_action": [suspended.pk]}, follow=True
    )

    assert (
        "1 endereço volta a receber cartas. 1 carta parada voltou para a fila."
        in response.content.decode()
    )
    assert (Suspension.objects.count(), Delivery.objects.get().state) == (0, State.WAITING)
    assert staff.get(reverse("admin:outbox_suspension_add")).status_code == 403
