"""A consultant of two customers in a real browser: the chooser and the figures, by the keyboard."""

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import BrowserContext, Page, expect

from accounts.models import Membership
from tests.cast import by, make_person
from tickets import actions


@pytest.fixture(autouse=True)
def _now() -> None:
    """Browsers live in real time: here it does not stand still."""


def accessible(page: Page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize(
    ("width", "scheme"), [(1440, "light"), (390, "dark")], ids=["wide", "phone"]
)
def test_R2_one_chooses_a_customer_and_reads_its_figures(
    live: str,
    new_context: Callable[..., BrowserContext],
    organization: Any,
    other_organization: Any,
    opened: Any,
    elisa: Any,
    width: int,
    scheme: str,
) -> None:
    paulo = make_person("Paulo Reis", "paulo@consultoria.example")
    for each in (organization, other_organization):
        Membership.objects.create(user=paulo, organization=each, role="org_admin", is_partner=True)
    asked = opened(user=paulo, title="Da metalúrgica")
    actions.request_information(asked, by=by(elisa, channel="desk"), body="Qual é a versão?")
    opened(user=paulo, title="Da têxtil", organization=other_organization)
    client = Client()
    client.force_login(paulo)
    context = new_context(viewport={"width": width, "height": 844}, color_scheme=scheme)
    session = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": live}])
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: said.type == "error" and complaints.append(said.text))

    page.goto(f"{live}/tickets/")
    chooser = page.get_by_role("button", name="Empresa em uso")
    chooser.focus()
    page.keyboard.press("Enter")
    accessible(page)
    page.get_by_role("button", name="Metalúrgica Serra Azul Como parceiro").focus()
    page.keyboard.press("Enter")

    expect(page.get_by_text("Da metalúrgica")).to_be_visible()
    expect(page.get_by_text("Da têxtil")).to_have_count(0)
    expect(chooser).to_have_accessible_name("Empresa em uso: Metalúrgica Serra Azul. Trocar")

    page.goto(f"{live}/empresa/{organization.pk}/numeros/")
    drawing = page.get_by_role("img", name="Em aberto, por situação")
    expect(drawing).to_have_accessible_description(
        "Aberto: 0; Pendente Cliente: 1; Validação Cliente: 0."
    )
    page.get_by_text("Ver os números em tabela").first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("rowheader", name="Pendente Cliente")).to_be_visible()
    accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert complaints == []
