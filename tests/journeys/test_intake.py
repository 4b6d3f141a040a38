"""E2: a ticket that needs no second question: a checklist with conditions, three pasted files, and
a connection that dies in the middle, by the keyboard alone."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from catalog.intake import Field, Kind
from catalog.models import Checklist, ChecklistVersion, Pattern, Routine, Version
from tests.journeys.conftest import accessible, sign_in
from tickets.models import Intake, Ticket

SCREENS = {
    "1440-light": {"viewport": {"width": 1440, "height": 900}, "color_scheme": "light"},
    "390-dark": {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"},
}
QUESTIONS = [
    Field("code", Kind.TEXT, "Código do erro", why="Diz se a causa já é conhecida."),
    Field("contingency", Kind.YES_NO, "A nota passou por contingência?"),
    Field(
        "mode",
        Kind.CHOICE,
        "Qual contingência",
        choices=("SVC", "EPEC"),
        is_required=True,
        shown_if="contingency",
        shown_values=("Sim",),
    ),
    Field("xml", Kind.FILE, "XML da nota"),
    Field("log", Kind.LOG, "Log de transmissão"),
]
PASTE = """([name, content]) => {
  const clipboardData = new DataTransfer();
  clipboardData.items.add(new File([content], name, { type: "text/plain" }));
  document.activeElement.dispatchEvent(
    new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
}"""


@pytest.fixture(params=SCREENS)
def screen(request: pytest.FixtureRequest) -> dict[str, Any]:
    return SCREENS[request.param]


@pytest.fixture
def asked(product: Any) -> None:
    """What the product asks, and what is recognised of it."""
    Routine.objects.create(product=product, name="Faturamento", code="FAT0120")
    Version.objects.create(product=product, name="12.3.1")
    checklist = Checklist.objects.create(product=product)
    rows = [each.as_json() for each in QUESTIONS]
    ChecklistVersion.objects.create(checklist=checklist, number=1, fields=rows)
    Pattern.objects.create(
        name="Versão", finds="version", expression=r"versão ([\d.]+)", example="versão 1"
    )


def focus_by_tab(page: Page, wanted: Any) -> None:
    """Walk on by the Tab key until `wanted`, or what is in it, has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if wanted.evaluate("(each) => each.contains(document.activeElement)"):
            return
    raise AssertionError(f"Tab does not reach {wanted}")


def pasted(page: Page, name: str, content: str) -> None:
    page.evaluate(PASTE, [name, content])


def test_E2_a_checklist_with_conditions_and_three_pasted_files(
    asked: None,
    ana: Any,
    open_browser: Callable[[dict[str, Any]], Page],
    screen: dict[str, Any],
    watch: Any,
) -> None:
    page = open_browser(screen)
    sign_in(page, ana)
    page.goto("/tickets/novo/")
    accessible(page)

    # The product, by the keyboard, brings its routines, versions and questions.
    focus_by_tab(page, page.get_by_label("Produto"))
    page.keyboard.type("Nota")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Código do erro")).to_be_visible()
    expect(page.get_by_role("group", name="Qual contingência")).to_have_count(0)
    focus_by_tab(page, page.get_by_label("Título"))
    page.keyboard.type("Nota rejeitada ao retransmitir")
    focus_by_tab(page, page.get_by_label("O que aconteceu"))
    page.keyboard.type("A SEFAZ recusa a nota, versão 12.3.1")
    pasted(page, "tela.txt", "erro")
    expect(page.get_by_text("tela.txt", exact=True)).to_be_visible()
    page.keyboard.press("Tab")

    # The version is recognised, and taken over by its button.
    version = page.get_by_role("button", name="Versão 12.3.1")
    expect(version).to_be_visible()
    expect(page.get_by_label("Versão")).to_have_value("")
    version.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Versão")).to_have_value("12.3.1")
    expect(version).to_be_hidden()

    # An answer brings another question; what is typed meanwhile stays.
    contingency = page.get_by_role("group", name="A nota passou por contingência?")
    focus_by_tab(page, page.get_by_label("Código do erro"))
    page.keyboard.type("539")
    focus_by_tab(page, contingency)
    page.keyboard.press("Space")
    mode = page.get_by_role("group", name="Qual contingência")
    expect(mode).to_be_visible()
    accessible(page)

    # The connection dies: nothing is lost, and nothing is left to be done when it is back.
    expect(page.get_by_text("Rascunho guardado às")).to_be_visible()
    page.context.set_offline(True)
    focus_by_tab(page, mode)
    page.keyboard.press("Space")
    focus_by_tab(page, page.get_by_label("Escolher arquivos: XML da nota"))
    pasted(page, "nota.xml", "<nfe/>")
    expect(page.locator("[data-file-reason]")).to_be_visible()
    focus_by_tab(page, page.get_by_label("Log de transmissão"))
    page.keyboard.type("retorno 539")
    pasted(page, "emissor.log", "09:12 erro")
    expect(page.get_by_text("Sem conexão: guardamos assim que voltar")).to_be_visible()
    page.context.set_offline(False)
    expect(page.get_by_text("Enviado ·")).to_have_count(3, timeout=15_000)
    expect(page.get_by_text("Rascunho guardado às")).to_be_visible(timeout=15_000)
    # The browser itself tells of what the dead connection did to it.
    watch.errors[:] = [each for each in watch.errors if "ERR_INTERNET_DISCONNECTED" not in each]

    # It survives a reload, as it would a sign-out.
    page.reload()
    expect(page.get_by_label("Log de transmissão")).to_have_value("retorno 539")
    expect(page.get_by_text("Enviado ·")).to_have_count(3)
    accessible(page)

    button = page.get_by_role("button", name="Abrir o ticket")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Nota rejeitada ao retransmitir")
    ticket = Ticket.objects.get()
    intake = Intake.objects.get(ticket=ticket)
    (xml,) = intake.answers.pop("xml")
    assert intake.version == "12.3.1"
    assert intake.answers == {
        "code": "539",
        "contingency": True,
        "mode": "SVC",
        "log": "retorno 539",
    }
    files = {each.name: str(each.key) for each in ticket.messages.get().attachments.all()}
    assert set(files) == {"tela.txt", "nota.xml", "emissor.log"}
    assert files["nota.xml"] == xml
