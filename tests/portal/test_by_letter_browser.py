"""The pages behind the buttons of letters in a real browser: phone and desk, both themes, axe."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from catalog.intake import Field, Kind
from notifications import acts
from notifications.acts import Act, Offer
from tests.cast import by
from tickets import actions
from tickets.models import Intake, Ticket

WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
THEMES = [(WIDE, "light"), (PHONE, "dark")]


@pytest.fixture
def visit(live: str, new_context: Callable[..., BrowserContext]) -> Iterator[Callable[..., Page]]:
    """`visit(url, viewport=…)`: a stranger's page, whose console must stay silent but for the
    statuses that pages answer with on purpose."""
    complaints: list[str] = []

    def visit(url: str, **options: Any) -> Page:
        page = new_context(**options).new_page()
        page.on(
            "console",
            lambda said: (
                complaints.append(said.text)
                if said.type in ("error", "warning") and "status of 4" not in said.text
                else None
            ),
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(url)
        return page

    yield visit
    assert complaints == []


def link(ticket: Any, person: Any, act: Act) -> str:
    return acts.address(Offer(act, ticket.number, person.pk, acts.count_of(ticket)))


def sound(page: Page) -> None:
    """axe finds nothing, and nothing sticks out at the side."""
    page.wait_for_load_state()  # its styles too: a link pressed may be under way
    assert Axe().run(page).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize(("viewport", "color_scheme"), THEMES)
def test_L5_not_solved_and_then_over(
    visit: Callable[..., Page], solved: Ticket, ana: Any, viewport: Any, color_scheme: str
) -> None:
    confirm = link(solved, ana, Act.CONFIRM)
    page = visit(confirm, viewport=viewport, color_scheme=color_scheme)
    sound(page)
    page.get_by_role("link", name="Não resolveu").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("O que ainda não funciona?")
    sound(page)

    page.get_by_label("O que aconteceu ao testar").fill("Ainda o erro 539.")
    page.get_by_role("button", name="Enviar ao suporte").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Pronto")
    sound(page)
    assert solved.messages.last().body_text == "Ainda o erro 539."

    page.goto(confirm)
    expect(page.get_by_role("heading", level=1)).to_have_text("O ticket já está com o suporte")
    sound(page)


@pytest.mark.parametrize("viewport", [WIDE, PHONE])
def test_L8_confirmed_without_script(
    visit: Callable[..., Page], solved: Ticket, ana: Any, viewport: Any
) -> None:
    page = visit(link(solved, ana, Act.CONFIRM), viewport=viewport, java_script_enabled=False)

    page.get_by_role("button", name="Confirmar e encerrar").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Pronto")
    assert Ticket.objects.get(pk=solved.pk).end_reason == "confirmed"


def test_RFC_8058_unsubscribing_by_the_page(
    visit: Callable[..., Page], ticket: Ticket, bruno: Any
) -> None:
    from tests.cast import by
    from tickets import actions

    actions.watch(ticket, who=bruno, by=by(bruno))
    page = visit(acts.unwatch_address(ticket.number, bruno), viewport=PHONE, color_scheme="dark")
    sound(page)

    page.get_by_role("button", name="Deixar de acompanhar").click()

    expect(page.get_by_text("Pronto: os e-mails deste ticket não chegam mais")).to_be_visible()
    sound(page)
    assert ticket.watchers.count() == 0


@pytest.mark.parametrize(("viewport", "color_scheme"), THEMES)
def test_E2_questions_are_answered_from_the_letter(
    visit: Callable[..., Page],
    ticket: Ticket,
    ana: Any,
    elisa: Any,
    viewport: Any,
    color_scheme: str,
) -> None:
    fields = [
        Field("prints", Kind.YES_NO, "Imprime o DANFE?", why="Separa impressão de emissão."),
        Field("batch", Kind.NUMBER, "Lote"),
    ]
    asks = by(elisa, channel="desk")
    asked = actions.request_information(ticket, by=asks, body="Faltou:", fields=fields).ticket
    page = visit(link(asked, ana, Act.ANSWER), viewport=viewport, color_scheme=color_scheme)
    sound(page)

    page.get_by_role("radio", name="Sim").check()
    page.get_by_label("Lote").fill("doze")
    page.get_by_role("button", name="Enviar resposta").press("Enter")
    expect(page.get_by_text("Escreva só um número")).to_be_visible()
    expect(page.get_by_role("radio", name="Sim")).to_be_checked()
    sound(page)

    page.get_by_label("Lote").fill("12")
    page.get_by_role("button", name="Enviar resposta").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Pronto")
    assert Intake.objects.get().answers == {"prints": True, "batch": "12"}
