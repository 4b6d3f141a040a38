"""interfaces/web/sessions.py: who comes back stays signed in, at one write a day."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client

from tests.cast import at

SIGNED_IN = at("2026-11-02T09:00")


@pytest.fixture
def here(client: Client, ana: Any) -> Client:
    """Ana's browser, since Monday, 2 November 2026, 09:00."""
    with time_machine.travel(SIGNED_IN, tick=False):
        client.force_login(ana)
    return client


def status(here: Client, day: float) -> int:
    """What the first page answers so many days after Ana signed in."""
    with time_machine.travel(SIGNED_IN + timedelta(days=day), tick=False):
        return here.get("/").status_code


def test_who_comes_back_within_14_days_stays_signed_in(here: Client) -> None:
    assert [status(here, day) for day in (13, 26, 39)] == [200, 200, 200]


def test_who_stays_away_for_14_days_signs_in_again(here: Client) -> None:
    assert [status(here, day) for day in (13, 27)] == [200, 302]


def test_a_session_is_written_once_a_day(here: Client) -> None:
    ends = []
    for day in (0.1, 0.9, 1.0, 1.9):
        status(here, day)
        ends.append(Session.objects.get().expire_date - SIGNED_IN)

    assert ends == [timedelta(days=days) for days in (14, 14, 15, 15)]


def test_a_page_that_asks_for_nobody_reads_no_session(
    here: Client, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(0):
        here.get("/health/live")
