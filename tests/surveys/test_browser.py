"""The survey and the page of answers in a real browser: keyboard, phone, no script, axe."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page, expect

from surveys import links
from surveys.actions import answer
from surveys.models import Survey
from tests.cast import at
from tests.surveys.conftest import again

WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


@pytest.fixture
def visit(
    live: str, new_context: Callable[..., BrowserContext], client: Client
) -> Iterator[Callable[..., Page]]:
    """`visit(url, user=…, viewport=…, …)`: the page, whose console must stay silent."""
    complaints: list[str] = []

    def visit(url: str, user: Any = None, **options: Any) -> Page:
        context = new_context(**options)
        if user is not None:
            client.force_login(user)
            session = client.cookies["sessionid"].value
            context.add_cookies([{"name": "sessionid", "value": session, "url": live}])
        page = context.new_page()
        page.on("console", lambda said: complaints.append(said.text) if _is_bad(said) else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(url)
        return page

    yield visit
    assert complaints == []


def _is_bad(said: Any) -> bool:
    return said.type in ("error", "warning")


def fits(page: Page) -> bool:
    """Nothing sticks out at the side."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [WIDE, PHONE])
def test_it_is_answered_by_keyboard_and_axe_finds_nothing(
    visit: Callable[..., Page], survey: Survey, viewport: Any, color_scheme: str
) -> None:
    address = links.address(survey.ticket.number)
    page = visit(address, viewport=viewport, color_scheme=color_scheme)
    assert Axe().run(page).response["violations"] == []

    page.get_by_role("radio", name="1 Muito ruim").focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.get_by_label("Comentário").fill("Ótimo.")
    page.get_by_role("button", name="Enviar avaliação").press("Enter")

    expect(page.get_by_role("button", name="Mudar avaliação")).to_be_visible()
    assert Axe().run(page).response["violations"] == []
    saved = again(survey)
    assert (saved.score, saved.reasons, saved.comment) == (4, ["speed"], "Ótimo.")
    assert fits(page)


def test_it_works_without_script(visit: Callable[..., Page], survey: Survey) -> None:
    address = links.address(survey.ticket.number)
    page = visit(address, viewport=PHONE, java_script_enabled=False)

    page.get_by_role("radio", name="2 Ruim").check()
    page.get_by_role("button", name="Enviar avaliação").click()

    expect(page.get_by_role("button", name="Mudar avaliação")).to_be_visible()
    assert again(survey).score == 2


@pytest.mark.parametrize(
    ("who", "viewport", "color_scheme"), [("fabio", WIDE, "light"), ("elisa", PHONE, "dark")]
)
def test_S4_axe_finds_nothing_on_the_page_of_answers(
    visit: Callable[..., Page],
    live: str,
    survey: Survey,
    request: Any,
    who: str,
    viewport: Any,
    color_scheme: str,
) -> None:
    answer(survey, score=4, reasons=["speed"], comment="Bom.", now=at("2026-11-14T10:00"))

    page = visit(
        live + reverse("surveys:answers") + "?period=all",
        request.getfixturevalue(who),
        viewport=viewport,
        color_scheme=color_scheme,
    )

    expect(page.get_by_text("4, Bom")).to_be_visible()
    assert Axe().run(page).response["violations"] == []
    assert fits(page)
