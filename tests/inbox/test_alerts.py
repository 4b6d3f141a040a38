"""interfaces/inbox/alerts.py: mail that waits for a person is counted, and found in one step."""

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from interfaces.inbox import alerts
from interfaces.inbox.models import InboundMail, State
from interfaces.inbox.reception import receive, store
from tests.inbox.conftest import reply_to, write

pytestmark = pytest.mark.django_db

PAGE = "/admin/inbox/inboundmail/?state__in=failed%2Cquarantined"


def failed() -> InboundMail:
    mail = store(write(message_id="<f@x.example>"))
    InboundMail.objects.filter(pk=mail.pk).update(state=State.FAILED, attempts=8, error="x")
    return mail


def test_what_goes_nowhere_without_a_person_is_counted(
    ticket: Any, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    receive(reply_to(ticket, message_id="<1@x.example>"))
    store(reply_to(ticket, message_id="<2@x.example>"))
    none = alerts.waiting()
    receive(write(message_id="<3@x.example>"))
    one = alerts.waiting()
    failed()

    with django_assert_num_queries(1):
        two = alerts.waiting()

    assert [none, one, two] == [
        (0, "0 e-mails esperam uma decisão.", PAGE),
        (1, "1 e-mail espera uma decisão.", PAGE),
        (2, "2 e-mails esperam uma decisão.", PAGE),
    ]


def test_the_page_shows_these_and_no_others(client: Client, ticket: Any) -> None:
    receive(reply_to(ticket, message_id="<1@x.example>"))
    quarantined = receive(write(message_id="<2@x.example>")).mail
    given_up = failed()
    client.force_login(get_user_model().objects.create_superuser("a@prazo.example", "A", "x-1"))

    page = client.get(alerts.waiting()[2])

    shown = {each.pk for each in page.context["cl"].result_list}
    assert shown == {quarantined.pk, given_up.pk}
