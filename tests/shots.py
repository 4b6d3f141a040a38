"""What the pictures of the guides show; `tests/screenshots.py` takes them."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page

PICTURES = Path(__file__).parents[1] / "docs/images/guide"

ANA, CARLA = "ana@serraazul.example", "carla@serraazul.example"
ELISA = "elisa@prazo.example"


@dataclass(frozen=True)
class Shot:
    """`who` (nobody: not signed in) at `address`, after `then`; `part` is a CSS selector."""

    name: str
    who: str
    address: str
    then: Callable[[Page], None] | None = None
    part: str | None = None
    whole: bool = False
    width: int = 1180
    height: int = 780

    @property
    def path(self) -> Path:
        return PICTURES / f"{self.name}.png"


def _told(page: Page) -> None:
    """A new ticket about to be opened, as far as its questions."""
    page.get_by_label("Produto").select_option(label="Nota Fiscal Eletrônica")
    page.locator("#perguntas-titulo").wait_for()
    page.get_by_label("Título").fill("Rejeição 539 ao emitir NF-e")
    page.locator(".suggestions").wait_for()


def _asked(page: Page) -> None:
    _told(page)
    told = page.get_by_label("O que aconteceu", exact=True)
    told.fill("Ao transmitir a nota 4821 para um cliente do Paraná, volta a rejeição 539.")
    told.blur()
    page.locator(".meter__needed").wait_for(state="detached")
    page.evaluate("document.querySelector('#perguntas-titulo').scrollIntoView()")


def _sheet(page: Page) -> None:
    """A sheet with two mistakes, to be looked through."""
    sheet = """nome;e-mail;papel;vê
Lívia Torres;livia@serraazul.example;Membro;Próprios
Mateus Prado;mateus.serraazul.example;Membro;Próprios
Nádia Reis;nadia@serraazul.example;Administrador;Todos
Otávio Lima;otavio@serraazul.example;Chefe;Todos
"""
    page.get_by_label("Planilha", exact=True).set_input_files(
        [{"name": "pessoas.csv", "mimeType": "text/csv", "buffer": sheet.encode()}]
    )
    page.get_by_role("button", name="Conferir a planilha").click()
    page.get_by_text("Nada foi gravado ainda").wait_for()


def _second_revision(page: Page) -> None:
    """An article with other words than before, beside those."""
    page.get_by_role("textbox", name="Texto").click()
    page.keyboard.press("Control+Home")
    page.keyboard.type("Vale para a versão 12.4 em diante. ")
    page.get_by_role("button", name="Gravar sem publicar").click()
    page.get_by_role("link", name="2 revisões").click()
    page.locator("main").wait_for()


_ARTICLE = "/ajuda/cancelar-nfe-autorizada/"

SHOTS: tuple[Shot, ...] = (
    Shot("inicio", ANA, "/"),
    Shot("artigo", ANA, _ARTICLE),
    Shot("sugestoes", ANA, "/tickets/novo/", _told, part=".suggestions"),
    Shot("abrir", ANA, "/tickets/novo/", _asked),
    Shot("pessoas", CARLA, "/empresa/1/pessoas/"),
    Shot("planilha", CARLA, "/empresa/1/pessoas/planilha/", _sheet),
    Shot("numeros", CARLA, "/empresa/1/numeros/", height=900),
    Shot("editor", ELISA, "/ajuda/editar/1/", width=1360),
    Shot("revisoes", ELISA, "/ajuda/editar/1/", _second_revision, width=1360),
)
