"""The help center in a real browser: from the first word to a reader's "Sim"."""

import base64
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import BrowserContext, Page, expect

from knowledge.models import Article

WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
THEMES = [(WIDE, "light"), (PHONE, "dark")]
# A browser without a head says so in its name, and machines' readings do not count (K4).
READER = "Mozilla/5.0 (X11; Linux x86_64) Chrome/150.0"
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAIAAAACUFjqAAAAEklEQVR4nGP8z4APMOGVHbHSAEEsAROxCnMTAAAA"
    "AElFTkSuQmCC"
)


@pytest.fixture(autouse=True)
def _now() -> None:
    """Browsers live in real time: here it does not stand still."""


@pytest.fixture
def browse(live: str, new_context: Callable[..., BrowserContext]) -> Iterator[Callable[..., Page]]:
    """`browse(person, url, viewport=…)`: a page whose console must stay silent: no error, and
    nothing that the content security policy forbids."""
    complaints: list[str] = []

    def browse(person: Any, url: str, **options: Any) -> Page:
        context = new_context(base_url=live, **options)
        if person:
            client = Client()
            client.force_login(person)
            session = client.cookies["sessionid"].value
            context.add_cookies([{"name": "sessionid", "value": session, "url": live}])
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on(
            "console",
            lambda said: (
                complaints.append(said.text) if said.type in ("error", "warning") else None
            ),
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(url)
        return page

    yield browse
    assert complaints == []


def sound(page: Page) -> None:
    """axe finds nothing, and nothing sticks out at the side."""
    page.wait_for_load_state()
    found = Axe().run(page).response["violations"]
    assert [(each["id"], [n["html"] for n in each["nodes"]]) for each in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize(("viewport", "color_scheme"), THEMES)
def test_K1_written_with_a_picture_published_found_and_judged(
    browse: Callable[..., Page],
    shelf: Any,
    elisa: Any,
    ana: Any,
    viewport: Any,
    color_scheme: str,
) -> None:
    screen = {"viewport": viewport, "color_scheme": color_scheme}
    desk = browse(elisa, "/ajuda/editar/novo/", **screen)
    sound(desk)
    desk.get_by_role("textbox", name="Título").fill("Como cancelar uma nota")
    desk.get_by_label("Categoria").select_option(label="Notas fiscais")
    desk.get_by_role("button", name="Começar a escrever").press("Enter")

    # By keyboard: a heading, bold words and a list by the toolbar, then a picture.
    words = desk.get_by_role("textbox", name="Texto")
    bar = desk.get_by_role("toolbar", name="Formatação")
    expect(words).to_be_editable()
    sound(desk)
    words.focus()
    bar.get_by_role("button", name="Título", exact=True).press("Enter")
    expect(words).to_be_focused()
    desk.keyboard.type("Antes de cancelar")
    desk.keyboard.press("Enter")
    desk.keyboard.type("Abra o ")
    bar.get_by_role("button", name="Negrito").press("Enter")
    expect(bar.get_by_role("button", name="Negrito")).to_have_attribute("aria-pressed", "true")
    expect(words).to_be_focused()
    desk.keyboard.type("painel")
    bar.get_by_role("button", name="Imagem").press("Enter")
    asked = desk.get_by_role("dialog", name="Imagem")
    sound(desk)
    asked.get_by_label("Arquivo").set_input_files(
        {"name": "tela.png", "mimeType": "image/png", "buffer": PNG}
    )
    asked.get_by_label("O que ela mostra").fill("O botão Cancelar")
    asked.get_by_role("button", name="Inserir").press("Enter")
    expect(words.get_by_role("img", name="O botão Cancelar")).to_be_visible()
    desk.get_by_role("radio", name="Clientes, depois de entrar").check()
    desk.get_by_role("button", name="Publicar", exact=True).press("Enter")
    expect(desk.get_by_text("Publicado: os leitores já veem a revisão 2.")).to_be_visible()
    sound(desk)

    article = Article.objects.get()
    assert article.published is not None
    picture = article.files.get()
    assert article.published.body_html == (
        "<h2>Antes de cancelar</h2><p>Abra o <strong>painel</strong></p>"
        f'<img src="/ajuda/arquivos/{picture.key}/" alt="O botão Cancelar" width="10" height="10">'
    )
    desk.goto(f"/ajuda/editar/{article.pk}/revisoes/")
    expect(desk.get_by_text("[+## Antes de cancelar+]")).to_be_visible()
    sound(desk)

    # A stranger does not find it; Ana does, reads and answers.
    stranger = browse(None, "/ajuda/busca/?q=cancelar+nota", **screen)
    expect(stranger.get_by_text("Nenhum artigo fala de")).to_be_visible()
    reader = browse(ana, "/", user_agent=READER, **screen)
    reader.get_by_role("link", name="Ajuda", exact=True).click()
    expect(reader.get_by_role("heading", level=1)).to_have_text("Como podemos ajudar?")
    sound(reader)
    reader.get_by_role("searchbox").fill("cancelamento de notas")
    reader.keyboard.press("Enter")
    expect(reader.get_by_role("heading", level=1)).to_have_text("Busca na central de ajuda")
    sound(reader)
    reader.get_by_role("link", name=re.compile("Como cancelar uma nota")).press("Enter")
    shown = reader.get_by_role("img", name="O botão Cancelar")
    expect(shown).to_be_visible()
    expect(shown).to_have_js_property("naturalWidth", 10)
    sound(reader)
    reader.get_by_role("button", name="Sim").press("Enter")
    expect(reader.get_by_text("Você respondeu que sim. Obrigado!")).to_be_visible()
    sound(reader)
    article.refresh_from_db()
    assert (article.views, article.helped) == (1, 1)


def test_an_article_is_put_into_an_answer_by_keyboard(
    browse: Callable[..., Page], written: Callable[..., Any], elisa: Any, ticket: Any
) -> None:
    article = written("Cancelar uma nota")
    desk = browse(elisa, f"/mesa/tickets/{ticket.number}/", viewport=WIDE)
    text = desk.get_by_label("Mensagem")
    text.fill("Veja:")
    text.press("Escape")
    desk.keyboard.press("u")
    asked = desk.get_by_role("dialog", name="Usar um artigo")
    expect(asked.get_by_role("searchbox")).to_be_focused()
    sound(desk)
    desk.keyboard.type("cancelamento")
    asked.get_by_role("button", name="Inserir").press("Enter")

    expect(text).to_have_value(f"Veja:\nCancelar uma nota: {_address(article)}\n")
    expect(text).to_be_focused()
    expect(asked).to_be_hidden()


def _address(article: Article) -> str:
    from django.conf import settings

    return f"{settings.BASE_URL}/ajuda/{article.slug}/"
