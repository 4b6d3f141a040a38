"""The admin in a real browser: its scripts run, and nothing complains, under the strict CSP."""

from typing import Any

import pytest

from accounts.models import User
from calendars.models import Calendar, CalendarException
from tests.cast import by
from tickets import actions
from tickets.models import Queue, Ticket


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])
def test_B3_an_administrator_changes_a_policy_and_a_calendar(
    width: int,
    scheme: str,
    live: str,
    new_context: Any,
    gil: User,
    queue: Queue,
    calendar_sp: Calendar,
    ticket: Ticket,
    elisa: User,
) -> None:
    actions.request_information(ticket, by=by(elisa, channel="desk"), body="Envie o XML.")
    context = new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    page.set_default_timeout(10_000)
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))

    page.goto(f"{live}/admin/tickets/queue/{queue.pk}/change/")
    page.get_by_label("E-mail").fill(gil.email)
    page.get_by_label("Senha", exact=True).fill("senha-de-teste")
    page.get_by_role("button", name="Entrar").click()
    page.get_by_role("spinbutton", name="Dias em Pendente Cliente").fill("8")
    page.get_by_role("button", name="Salvar", exact=True).click()
    page.get_by_text("Esta mudança altera as datas de 1 ticket ativo.").wait_for()
    page.get_by_role("button", name="Voltar").click()
    typed = page.get_by_role("spinbutton", name="Dias em Pendente Cliente").input_value()
    page.get_by_role("button", name="Salvar", exact=True).click()
    page.get_by_role("button", name="Confirmar").click()
    page.get_by_text("foi modificado com sucesso").or_(
        page.get_by_text("foi alterado com sucesso")
    ).wait_for()

    page.goto(f"{live}/admin/calendars/calendarexception/add/")
    page.get_by_label("Data").fill("25/01/2040")
    page.get_by_label("Nome").fill("Aniversário de São Paulo")
    page.locator(".field-calendar .select2-selection").click()
    page.locator(".select2-search__field").fill("sao")
    page.get_by_role("option", name="São Paulo").click()
    page.get_by_role("button", name="Salvar", exact=True).click()
    page.locator(".messagelist").wait_for()

    queue.policy.refresh_from_db()
    assert (typed, queue.policy.pending_days) == ("8", 8)
    assert list(CalendarException.objects.values_list("calendar", flat=True)) == [calendar_sp.pk]
    assert complaints == []
