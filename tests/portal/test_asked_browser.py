"""What support asks for by fields is ticked and answered in real browsers (E2)."""

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from catalog.intake import Field, Kind
from catalog.models import Checklist, ChecklistVersion
from tests.desk.reading import url as desks_url
from tests.desk.test_browser import PHONE, WIDE
from tests.desk.test_browser import visit as visit
from tests.portal.reading import url

SCREENS = {
    "desktop-light": {"viewport": WIDE, "color_scheme": "light"},
    "phone-dark": {"viewport": PHONE, "color_scheme": "dark"},
}
FIELDS = [
    Field("prints", Kind.YES_NO, "Imprime o DANFE?", why="Separa impressão de emissão."),
    Field("batch", Kind.NUMBER, "Lote"),
    Field("where", Kind.CHOICES, "Onde ocorre", choices=("Produção", "Testes")),
    Field("xml", Kind.FILE, "XML da nota", why="Mostra o que a SEFAZ recebeu."),
]


@pytest.fixture(autouse=True)
def _now() -> None:
    """Browsers live in real time: here it does not stand still."""


def accessible(page: Page) -> None:
    """axe finds nothing, WCAG 2.2 AA and best practice."""
    results = Axe().run(page, options={"preload": False})
    assert results.violations_count == 0, results.generate_report()


@pytest.mark.parametrize("screen", SCREENS.values(), ids=SCREENS)
def test_E2_questions_are_ticked_on_the_desk_and_answered_in_the_ticket(
    visit: Callable[..., Page],
    ticket: Any,
    product: Any,
    elisa: Any,
    ana: Any,
    screen: dict[str, Any],
) -> None:
    ChecklistVersion.objects.create(
        checklist=Checklist.objects.create(product=product),
        number=1,
        fields=[each.as_json() for each in FIELDS],
    )
    desk = visit(elisa, desks_url(ticket), **screen)
    asks = desk.get_by_text("Pedir perguntas do checklist")
    expect(asks).to_be_hidden()
    desk.get_by_role("radio", name="Pedir informações").press("Space")
    asks.click()
    for label in ("Imprime o DANFE?", "Lote", "XML da nota"):
        desk.get_by_role("checkbox", name=label).check()
    accessible(desk)
    desk.get_by_role("button", name="Pedir informações").click()
    expect(desk.get_by_text("Pedido enviado.")).to_be_visible()

    customer = visit(ana, url(ticket), **screen)
    asked = customer.get_by_role("region", name="O suporte precisa saber")
    asked.get_by_role("radio", name="Sim").check()
    asked.get_by_label("Lote").fill("doze")
    asked.locator("input[type=file]").set_input_files(
        {"name": "nota.xml", "mimeType": "text/xml", "buffer": b"<nfe/>"}
    )
    expect(asked.get_by_text("nota.xml", exact=True)).to_be_visible()
    accessible(customer)

    customer.get_by_role("button", name="Enviar resposta").click()
    expect(customer.get_by_text("Escreva só um número")).to_be_visible()
    expect(asked.get_by_role("radio", name="Sim")).to_be_checked()
    expect(asked.get_by_text("nota.xml", exact=True)).to_be_visible()
    accessible(customer)
    asked.get_by_label("Lote").fill("12")
    customer.get_by_role("button", name="Enviar resposta").click()
    expect(customer.get_by_text("Resposta enviada.")).to_be_visible()
    expect(asked).to_have_count(0)

    desk.reload()
    expect(desk.get_by_role("row", name="XML da nota").get_by_role("link")).to_have_text("nota.xml")
