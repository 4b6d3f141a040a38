"""A clock that stands still is told on every page of the admin, as at the desk."""

from datetime import timedelta

import pytest
from django.test import Client

from tests.admin.conftest import NOON
from tickets.models import Heartbeat

STOPPED = (
    "O relógio está parado desde sex., 13/11/2026, 11:57: prazos e e-mails esperam. "
    "Avise quem cuida da instalação."
)


@pytest.mark.parametrize(
    "page", ["/admin/", "/admin/tickets/ticket/", "/admin/calendars/calendar/"]
)
@pytest.mark.parametrize(("silent", "said"), [(120, False), (121, True)])
def test_a_clock_that_stopped_is_told(admin: Client, page: str, silent: int, said: bool) -> None:
    Heartbeat.objects.create(name="beat", at=NOON - timedelta(seconds=silent))

    assert (STOPPED in " ".join(admin.get(page).text.split())) == said
