"""R5: the organization's administrator brings 500 people in from a sheet and lets one go, by the
keyboard alone."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Locator, Page, expect

from accounts.models import Membership
from outbox.models import Delivery
from tests.company.test_imports import five_hundred
from tests.journeys.conftest import accessible, sign_in
from tests.journeys.test_intake import SCREENS, focus_by_tab
from tickets.models import Ticket


@pytest.fixture(params=SCREENS)
def screen(request: pytest.FixtureRequest) -> dict[str, Any]:
    return SCREENS[request.param]


def press(page: Page, wanted: Locator) -> None:
    """Walk to `wanted` and press it."""
    focus_by_tab(page, wanted)
    page.keyboard.press("Enter")


def arrives(page: Page, heading: str) -> None:
    """At the page of `heading`: nothing to be scrolled sideways, and nothing that axe finds."""
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    accessible(page)


def test_R5_500_people_of_a_sheet_with_20_bad_rows_are_invited_once_it_is_accepted(
    carla: Any,
    organization: Any,
    open_browser: Callable[[dict[str, Any]], Page],
    screen: dict[str, Any],
) -> None:
    people = Membership.objects.filter(organization=organization)
    before = people.count()
    page = open_browser(screen)
    sign_in(page, carla)
    press(page, page.get_by_role("link", name="Empresa", exact=True))
    expect(page.get_by_role("heading", level=1)).to_have_text("Pessoas")
    press(page, page.get_by_role("link", name="Convidar por planilha"))
    arrives(page, "Convidar por planilha")
    with page.expect_file_chooser() as chooser:
        press(page, page.locator("input[type=file]"))
    sheet = {"name": "pessoas.csv", "mimeType": "text/csv", "buffer": five_hundred()}
    chooser.value.set_files([sheet])
    press(page, page.get_by_role("button", name="Conferir a planilha"))

    # What is wrong of which row, and nothing of it written.
    expect(page.get_by_text("480 pessoas prontas para o convite")).to_be_visible()
    expect(page.get_by_text("20 linhas têm erro e ficam de fora. Nada foi gravado")).to_be_visible()
    wrong = page.get_by_role("listitem").filter(has=page.get_by_text(re.compile(r"^Linha \d+$")))
    expect(wrong).to_have_count(20)
    expect(wrong.first).to_contain_text("Linha 482")
    expect(wrong.first).to_contain_text("nome: Falta o nome.")
    expect(wrong.last).to_contain_text("Repete o e-mail da linha 6.")
    arrives(page, "Conferir a planilha")
    with page.expect_download() as errors:
        press(page, page.get_by_role("link", name="Baixar as linhas com erro"))
    assert errors.value.suggested_filename == "pessoas-a-corrigir.csv"
    assert (people.count(), Delivery.objects.count()) == (before, 0)

    press(page, page.get_by_role("button", name="Convidar 480 pessoas"))

    arrives(page, "Planilha aceita")
    assert people.count() == before + 480
    assert Delivery.objects.filter(letter="access_welcome").count() == 480
    press(page, page.get_by_role("link", name="Pessoas", exact=True).first)
    expect(page.get_by_text(f"1–50 de {before + 480}")).to_be_visible()
    arrives(page, "Pessoas")


def test_R5_a_leaver_is_let_go_and_a_colleague_has_the_tickets(
    ana: Any,
    bruno: Any,
    carla: Any,
    opened: Any,
    open_browser: Callable[[dict[str, Any]], Page],
    screen: dict[str, Any],
) -> None:
    titles = ["Nota rejeitada", "Guia sem valor"]
    for title in titles:
        opened(title=title)
    of_ana = Client()
    of_ana.force_login(ana)
    page = open_browser(screen)
    sign_in(page, carla)
    press(page, page.get_by_role("link", name="Empresa", exact=True))
    expect(page.get_by_role("heading", level=1)).to_have_text("Pessoas")
    press(page, page.get_by_role("link", name="Ana Nogueira"))
    arrives(page, "Ana Nogueira")
    press(page, page.get_by_role("link", name="Encerrar o acesso"))

    # What will happen is said before; who takes the tickets has to be.
    expect(page.get_by_text("2 tickets em andamento passam")).to_be_visible()
    for title in titles:
        expect(page.get_by_text(title)).to_be_visible()
    arrives(page, "Encerrar o acesso de Ana Nogueira?")
    focus_by_tab(page, page.get_by_label("Quem fica com os tickets"))
    page.keyboard.type("Bruno")
    press(page, page.get_by_role("button", name="Encerrar o acesso e passar os tickets"))

    expect(page.get_by_text("Ana Nogueira não tem mais acesso por")).to_be_visible()
    assert set(Ticket.objects.values_list("title", "requester")) == {
        (title, bruno.pk) for title in titles
    }
    assert of_ana.get("/").headers["Location"].startswith("/conta/login/")
    press(page, page.get_by_role("link", name="Saíram 1"))
    expect(page.get_by_role("link", name="Ana Nogueira")).to_be_visible()
    arrives(page, "Pessoas")
