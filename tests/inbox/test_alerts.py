"""interfaces/inbox/alerts.py: mail that waits for a person is counted for those who decide it."""

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from interfaces.inbox import alerts
from interfaces.inbox.models import InboundMail, State
from interfaces.inbox.reception import receive, store
from tests.inbox.conftest import reply_to, write

pytestmark = pytest.mark.django_db

PAGE = "/mesa/quarentena/"


def failed() -> InboundMail:
    mail = store(write(message_id="<f@x.example>"))
    InboundMail.objects.filter(pk=mail.pk).update(state=State.FAILED, attempts=8, error="x")
    return mail


def test_what_goes_nowhere_without_a_person_is_counted(
    ticket: Any, fabio: Any, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    receive(reply_to(ticket, message_id="<1@x.example>"))
    store(reply_to(ticket, message_id="<2@x.example>"))
    none = alerts.line(fabio)
    receive(write(message_id="<3@x.example>"))
    one = alerts.line(fabio)
    failed()

    with django_assert_num_queries(1):
        two = alerts.line(fabio)

    assert [none, one, two] == [("Quarentena", PAGE, "mail", count) for count in (0, 1, 2)]


def test_R1_each_counts_what_he_or_she_decides(
    ticket: Any, bruno: Any, mailbox: Any, elisa: Any, fabio: Any, ana: Any
) -> None:
    receive(reply_to(ticket, sender=bruno.email, message_id="<1@x.example>"))
    receive(write(sender="x@y.example", message_id="<2@x.example>"), mailbox=mailbox)
    receive(write(sender="x@y.example", message_id="<3@x.example>"))

    counted = {person.first_name: alerts.line(person)[-1] for person in (elisa, fabio, ana)}

    assert counted == {"Elisa": 2, "Fábio": 3, "Ana": 0}
