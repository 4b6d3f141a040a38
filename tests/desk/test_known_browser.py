"""An incident ends in real browsers: previewed, agreed to, answered while one watches (M2)."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from tests.cast import by
from tests.desk.test_browser import PHONE, WIDE
from tests.desk.test_browser import visit as visit
from tests.portal.reading import url as customers_url
from tickets import actions

DOWN = "SEFAZ-SP fora do ar: notas não são autorizadas"
SCREENS = {
    "desktop-light": {"viewport": WIDE, "color_scheme": "light"},
    "phone-dark": {"viewport": PHONE, "color_scheme": "dark"},
}


@pytest.fixture(autouse=True)
def _now() -> None:
    """Browsers live in real time: here it does not stand still."""


def accessible(page: Page) -> None:
    """axe finds nothing, WCAG 2.2 AA and best practice."""
    results = Axe().run(page, options={"preload": False})
    assert results.violations_count == 0, results.generate_report()


def press(thing: Locator) -> None:
    """By the keyboard."""
    thing.focus()
    thing.press("Enter")


@pytest.mark.parametrize("screen", SCREENS.values(), ids=SCREENS)
def test_M2_an_incident_ends_with_one_previewed_answer_and_its_progress(
    visit: Callable[..., Page],
    start_worker: Callable[..., Any],
    opened: Any,
    product: Any,
    elisa: Any,
    ana: Any,
    screen: dict[str, Any],
) -> None:
    told = {"product": product, "title": DOWN, "text": "Emita em contingência."}
    incident = actions.start_incident(by=by(elisa, channel="desk"), **told)
    tickets = [opened(title=DOWN) for _ in range(3)]
    customer = visit(ana, customers_url(tickets[0]), **screen)
    part = customer.get_by_text(f"Este ticket faz parte do incidente “{DOWN}”")
    expect(part).to_be_visible()
    accessible(customer)

    desk = visit(elisa, f"/mesa/incidentes/{incident.pk}/", **screen)
    accessible(desk)
    press(desk.get_by_role("link", name="Encerrar o incidente"))
    desk.get_by_label("Resposta aos tickets").fill("A SEFAZ-SP voltou. Transmita de novo.")
    press(desk.get_by_role("button", name="Ver como o cliente vai ler"))
    expect(desk.get_by_text("3 tickets recebem esta solução")).to_be_visible()
    accessible(desk)

    # Nobody answers yet: it waits, and says so.
    press(desk.get_by_role("button", name="Encerrar e responder a todos"))
    expect(desk.get_by_role("status").filter(has_text="0 de 3")).to_be_visible()
    accessible(desk)
    start_worker()
    done = desk.get_by_role("status").filter(has_text=re.compile("3 de 3 tickets respondidos"))
    expect(done).to_be_visible(timeout=60_000)
    expect(desk.get_by_text("Terminou.")).to_be_visible()
    accessible(desk)

    customer.reload()
    expect(customer.get_by_text("A SEFAZ-SP voltou. Transmita de novo.")).to_be_visible()
    expect(customer.get_by_text("Aguardando sua validação até")).to_be_visible()
    expect(part).to_have_count(0)
