"""E1, K6: a suggestion that spares a ticket, and a colleague's ticket that is followed instead, by
the keyboard alone; and how seldom the page asks."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Request, Route, expect

from catalog.models import Routine
from knowledge import actions as knowledge
from knowledge.models import Article, Category, Incident, Inquiry
from tests.journeys.conftest import accessible, sign_in
from tests.journeys.test_intake import SCREENS, focus_by_tab
from tickets.models import IncidentTicket, Ticket, Watcher

OPEN = "/tickets/novo/"
ASK = "/tickets/novo/sugestoes/?"
WAIT = 150
# When each key was pressed and each question sent, by the page's own clock.
CLOCK = """
window.times = [];
document.addEventListener("input", () => times.push(["key", performance.now()]), true);
const { fetch } = window;
window.fetch = (url, more) => {
  if (String(url).includes("/sugestoes/")) {
    times.push(["asked", performance.now()]);
    more.signal.addEventListener("abort", () => times.push(["aborted", performance.now()]));
  }
  return fetch(url, more);
};
"""


@pytest.fixture(params=SCREENS)
def screen(request: pytest.FixtureRequest) -> dict[str, Any]:
    return SCREENS[request.param]


@pytest.fixture
def article(elisa: Any) -> Article:
    placing = knowledge.Placing(category=Category.objects.create(name="Notas", slug="notas"))
    body = "<p>Consulte a chave no portal da SEFAZ.</p>"
    draft = knowledge.create(
        by=elisa, title="Rejeição 539: nota em duplicidade", body_html=body, placing=placing
    )
    return knowledge.publish(draft, by=elisa)


@pytest.fixture
def opening(
    open_browser: Callable[[dict[str, Any]], Page], screen: dict[str, Any]
) -> Callable[[Any], Page]:
    """`opening(bruno)` is the page of a new ticket, with the focus in its title."""

    def at_title(person: Any) -> Page:
        page = open_browser(screen)
        sign_in(page, person)
        page.goto(OPEN)
        focus_by_tab(page, page.get_by_label("Título"))
        return page

    return at_title


def questions(page: Page) -> list[Request]:
    """What the page asks from now on."""
    asked: list[Request] = []
    page.on("request", lambda each: asked.append(each) if ASK in each.url else None)
    return asked


def test_E1_K6_a_suggestion_prevents_a_ticket(
    article: Article, bruno: Any, opening: Callable[[Any], Page], watch: Any
) -> None:
    page = opening(bruno)

    page.keyboard.type("rejeicao 539", delay=10)
    link = page.get_by_role("link", name="Rejeição 539: nota em duplicidade")
    expect(link).to_be_visible()
    expect(page.locator("#sugestoes-quantas")).to_have_text(
        "1 sugestão para este título, abaixo dele."
    )
    accessible(page)

    # It is opened beside the form, and read.
    focus_by_tab(page, link)
    with page.context.expect_page() as opened:
        page.keyboard.press("Enter")
    watch.over(opened.value)
    expect(opened.value.get_by_role("heading", level=1)).to_have_text(article.title)
    accessible(opened.value)
    opened.value.close()

    focus_by_tab(page, page.get_by_role("button", name="Isto resolveu, não preciso abrir"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("Que bom! Nenhum ticket foi aberto")).to_be_visible()
    inquiry = Inquiry.objects.get()
    assert (inquiry.outcome, inquiry.read, inquiry.person) == (
        Inquiry.Outcome.SOLVED,
        [["article", article.pk]],
        bruno,
    )
    assert Ticket.objects.count() == 0


def test_E1_a_colleagues_ticket_is_followed_instead(
    ticket: Ticket, bruno: Any, opening: Callable[[Any], Page]
) -> None:
    page = opening(bruno)

    page.keyboard.type("nota rejeitada 539")
    follow = page.get_by_role("button", name="Acompanhar este")
    expect(follow).to_be_visible()
    accessible(page)
    focus_by_tab(page, follow)
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text(ticket.title)
    expect(page.get_by_text("Nenhum outro ticket foi aberto.")).to_be_visible()
    accessible(page)
    assert list(Watcher.objects.values_list("ticket", "user")) == [(ticket.pk, bruno.pk)]
    assert (Ticket.objects.count(), Inquiry.objects.get().outcome) == (1, "followed")


@pytest.fixture
def timed(open_browser: Callable[[dict[str, Any]], Page], bruno: Any) -> Page:
    """Bruno's page of a new ticket, which notes its times."""
    page = open_browser(SCREENS["1440-light"])
    sign_in(page, bruno)
    page.add_init_script(CLOCK)
    page.goto(OPEN)
    page.get_by_label("Título").focus()
    return page


def test_E1_the_page_asks_150_ms_after_the_last_key_and_drops_what_is_superseded(
    article: Article, timed: Page
) -> None:
    held: list[Route] = []
    timed.route(f"**{ASK}*", lambda route: held.append(route), times=1)
    asked = questions(timed)

    # Two letters ask nothing; long after them the draft is stored.
    timed.keyboard.type("re")
    expect(timed.get_by_text("Rascunho guardado às")).to_be_visible()
    assert asked == []

    # A burst of keys asks once they rest; typed on meanwhile, that is dropped for what is typed.
    with timed.expect_request(f"**{ASK}*"):
        timed.keyboard.type("jeicao")
    timed.keyboard.type(" 539", delay=10)
    expect(timed.get_by_role("link", name="Rejeição 539")).to_be_visible()
    times = timed.evaluate("times")
    rests = [
        moment - max(then for what, then in times if what == "key" and then < moment)
        for what, moment in times
        if what == "asked"
    ]
    whats = [what for what, _moment in times]
    assert min(rests) >= WAIT - 1  # as a browser rounds
    assert whats.count("aborted") == whats.count("asked") - 1 >= 1
    held[0].abort()

    # Too few letters again: what was suggested goes, and nothing is asked.
    timed.get_by_label("Título").fill("re")
    expect(timed.get_by_role("link", name="Rejeição 539")).to_have_count(0)
    assert len(asked) == whats.count("asked")


def test_E1_M2_suggestions_survive_the_forms_growing_and_an_incident_is_chosen(
    article: Article, product: Any, elisa: Any, timed: Page
) -> None:
    Routine.objects.create(product=product, name="Faturamento", code="FAT0120")
    more = {"product": product, "created_by": elisa}
    incident = Incident.objects.create(title="SEFAZ fora do ar", text="Aguarde.", **more)
    chosen = timed.get_by_label("É este incidente")

    timed.keyboard.type("rejeição e sefaz")
    expect(timed.get_by_role("link", name="Rejeição 539")).to_be_visible()
    expect(chosen).to_have_count(0)
    timed.get_by_label("Produto").select_option(str(product.pk))
    expect(timed.get_by_label("Rotina")).to_be_visible()
    expect(timed.get_by_role("link", name="Rejeição 539")).to_be_visible()
    chosen.check()
    with timed.expect_response("**/rascunhos/open/"):
        timed.get_by_label("Título").fill("rejeição e sefaz hoje")
    expect(timed.get_by_role("link", name="Rejeição 539")).to_be_visible()
    expect(chosen).to_be_checked()

    # It survives a reload as what is typed does.
    timed.reload()
    expect(chosen).to_be_checked()
    accessible(timed)
    timed.get_by_label("O que aconteceu").fill("Nada sai.")
    timed.get_by_role("button", name="Abrir o ticket").last.click()
    expect(timed.get_by_role("heading", level=1)).to_have_text("rejeição e sefaz hoje")
    assert IncidentTicket.objects.get().incident == incident
