"""The scripts of `static/js` and the look of every component, in a real browser under the CSP.

No server: the page, its static files and what it asks for are answered in this process.
"""

import json
import mimetypes
import re
import time
from collections.abc import Callable, Iterator
from itertools import chain, repeat
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from axe_playwright_python.sync_playwright import Axe
from csp.utils import build_policy
from django.contrib.staticfiles import finders
from playwright.sync_api import Browser, BrowserContext, Page, Request, Route, expect

from common import dates
from tests.cast import SAO_PAULO, at
from tests.common.test_ui_components import CASES, CONTEXT, sent_empty
from tests.common.test_ui_dates import AGO
from tests.common.test_ui_pages import DENSE, PORTAL, asked, drawn

pytestmark = pytest.mark.urls("tests.common.test_ui_pages")

HOST = "http://prazo.test"
NOW = at("2026-11-24T14:32")
MINUTE = 60_000

Answer = Callable[[Request], dict[str, Any]]


class Stage:
    """What the browser finds at `HOST`: a page at `/`, and `answers` by path."""

    def __init__(self, context: BrowserContext) -> None:
        self.page: Page = context.new_page()
        self.answers: dict[str, Answer] = {}
        self.asked: list[Request] = []
        self.complaints: list[str] = []
        self.page.on("console", self._listen)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        context.route("**/*", self._answer)

    def show(self, content: str, frame: str = PORTAL, **more: Any) -> Page:
        """Open a page with `content` in it."""
        if frame == DENSE:
            source = frame.replace("{% block content %}", "{% block content %}" + content)
        else:
            source = f"{frame}{{% block content %}}{content}{{% endblock %}}"
        with time_machine.travel(NOW, tick=False):
            body = drawn(source, asked(), **{**CONTEXT, **more})
        policy = build_policy(nonce="n0nce")
        self.answers["/"] = lambda request: {
            "body": body,
            "content_type": "text/html; charset=utf-8",
            "headers": {"content-security-policy": policy},
        }
        self.page.goto(f"{HOST}/")
        return self.page

    def posted(self, path: str) -> list[str]:
        return [
            request.post_data or ""
            for request in self.asked
            if request.method == "POST" and urlsplit(request.url).path == path
        ]

    def until(self, happened: Callable[[], bool]) -> None:
        """Let the browser go on until `happened`; it fails after five seconds."""
        deadline = time.monotonic() + 5
        while not happened():
            assert time.monotonic() < deadline
            self.page.wait_for_timeout(10)

    def _answer(self, route: Route) -> None:
        path = urlsplit(route.request.url).path
        self.asked.append(route.request)
        if path in self.answers:
            route.fulfill(**self.answers[path](route.request))
            return
        found = finders.find(path.removeprefix("/static/"))
        assert isinstance(found, str), path
        route.fulfill(path=found, content_type=mimetypes.guess_type(path)[0])

    def _listen(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)


@pytest.fixture
def context_options() -> dict[str, Any]:
    return {}


@pytest.fixture
def stage(
    browser: Browser, browser_context_args: dict[str, Any], context_options: dict[str, Any]
) -> Iterator[Stage]:
    context = browser.new_context(**{**browser_context_args, **context_options})
    stage = Stage(context)
    yield stage
    context.close()
    # Failures are asked for here; anything else is ours, a breach of the CSP above all.
    asked_for = re.compile("Failed to load resource|Response Status Error Code")
    assert [each for each in stage.complaints if not asked_for.search(each)] == []


def field(body: str, name: str) -> list[str]:
    """Values of a field in a multipart body."""
    return re.findall(rf'name="{name}"\r\n\r\n(.*?)\r\n--', body, re.S)


def says(status: int = 200, **body: Any) -> Answer:
    return lambda request: {"status": status, "json": body}


# --- Look ----------------------------------------------------------------------------------------

ALL = "<h1>Componentes</h1><h2>Todos</h2>" + "".join(
    source
    for name, source, _ in CASES
    # Shown by the page around them, or inside another one.
    if name not in ("account_menu", "brand", "keys", "theme", "field_notes", "demo_clock")
    and name not in ("composer_desk", "files", "file_row", "clip", "upload_words", "dialog_close")
)


@pytest.mark.parametrize(
    ("frame", "width", "height", "scheme"),
    [
        (PORTAL, 1440, 900, "light"),
        (PORTAL, 390, 844, "dark"),
        (PORTAL, 320, 700, "light"),
        (DENSE, 1440, 900, "dark"),
        (DENSE, 390, 844, "light"),
        (DENSE, 320, 700, "dark"),
    ],
    ids=["portal-1440", "portal-390", "portal-320", "dense-1440", "dense-390", "dense-320"],
)
def test_components_are_accessible_and_fit(
    browser: Browser,
    browser_context_args: dict[str, Any],
    frame: str,
    width: int,
    height: int,
    scheme: str,
) -> None:
    with browser.new_context(
        **{
            **browser_context_args,
            "color_scheme": scheme,
            "viewport": {"width": width, "height": height},
        }
    ) as context:
        stage = Stage(context)
        page = stage.show(ALL, frame, form=sent_empty())
        page.wait_for_load_state("networkidle")
        found = Axe().run(page, options={"preload": False}).response["violations"]
        too_wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")

    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found] == []
    assert not too_wide
    assert stage.complaints == []


def test_field_with_an_error_is_where_the_reader_begins(stage: Stage) -> None:
    page = stage.show("<form>{{ form }}</form>", form=sent_empty())

    expect(page.locator(".summary").first).to_be_focused()


# --- theme.js, reveal.js, dialog.js --------------------------------------------------------------


def test_theme_is_chosen_and_remembered_for_the_server(stage: Stage) -> None:
    page = stage.show("<h1>Início</h1>")

    page.get_by_label("Conta de Ana Nogueira").click()
    page.get_by_role("button", name="Escuro").click()

    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.get_by_role("button", name="Escuro")).to_have_attribute("aria-pressed", "true")
    assert [(c["name"], c["value"]) for c in page.context.cookies(HOST)] == [("theme", "dark")]


def test_theme_goes_back_to_the_systems(stage: Stage) -> None:
    page = stage.show("<h1>Início</h1>")
    page.get_by_label("Conta de Ana Nogueira").click()
    page.get_by_role("button", name="Escuro").click()

    page.get_by_role("button", name="Como no sistema").click()

    assert page.evaluate("document.documentElement.dataset.theme") is None
    assert page.context.cookies(HOST) == []


def test_password_can_be_seen(stage: Stage) -> None:
    page = stage.show(
        '{% include "components/password.html" with field=form.password only %}'
        '{% modules "reveal" %}',
        form=sent_empty(),
    )
    page.get_by_label("Senha").fill("segredo")

    page.get_by_role("button", name="Mostrar").click()

    expect(page.get_by_label("Senha")).to_have_attribute("type", "text")


DIALOG = """
{% include "components/dialog_button.html" with dialog="fim" url="/fim/" label="Encerrar" only %}
{% component "dialog" id="fim" title="Encerrar agora?" %}
  <form method="post" action="/fim/">{% csrf_token %}<div class="dialog__actions">
    {% include "components/dialog_close.html" with dialog="fim" label="Voltar" only %}
    <button class="button" type="submit">Encerrar</button></div></form>
{% endcomponent %}
"""


def test_question_opens_and_closes_in_a_dialog(stage: Stage) -> None:
    page = stage.show(DIALOG)

    page.get_by_role("link", name="Encerrar").click()
    expect(page.get_by_role("dialog", name="Encerrar agora?")).to_be_visible()
    page.get_by_role("button", name="Voltar").click()

    expect(page.get_by_role("dialog")).to_be_hidden()
    assert page.url == f"{HOST}/"


@pytest.mark.parametrize("context_options", [{"java_script_enabled": False}])
def test_question_is_a_page_without_scripts(stage: Stage) -> None:
    page = stage.show(DIALOG)
    stage.answers["/fim/"] = lambda request: {"body": "a pergunta"}

    page.get_by_role("link", name="Encerrar").click()

    assert page.url == f"{HOST}/fim/"


# --- time.js -------------------------------------------------------------------------------------


def test_times_read_as_the_servers(stage: Stage) -> None:
    stage.page.clock.set_fixed_time(NOW)
    times = "".join(
        f'<time datetime="{dates.stamp(at(moment), SAO_PAULO)}" data-when>?</time>'
        for moment, _ in AGO
    )

    page = stage.show(f"<h1>Horas</h1>{times}")

    expect(page.locator("time[data-when]")).to_have_text([told for _, told in AGO])


def test_times_go_on_by_the_servers_clock_whatever_the_browsers(stage: Stage) -> None:
    stage.page.clock.install(time=at("2020-01-01T00:00"))
    page = stage.show("<h1>Horas</h1><p>{% when moment %}</p>", moment=at("2026-11-24T14:31"))
    expect(page.locator("time[data-when]")).to_have_text("há 1 min")

    page.clock.run_for(3 * MINUTE)

    expect(page.locator("time[data-when]")).to_have_text("há 4 min")


def test_the_demos_clock_goes_on(stage: Stage) -> None:
    stage.page.clock.install(time=at("2020-01-01T00:00"))
    page = stage.show('{% include "components/demo_clock.html" with now=moment only %}', moment=NOW)
    expect(page.locator("[data-clock]")).to_have_text("ter., 24/11/2026, 14:32")

    page.clock.run_for(3 * MINUTE)

    expect(page.locator("[data-clock]")).to_have_text("ter., 24/11/2026, 14:35")


# --- once.js, toast.js ---------------------------------------------------------------------------


def test_L12_second_click_sends_nothing(stage: Stage) -> None:
    page = stage.show(
        '<form method="post" action="/enviar/"><button class="button">Enviar</button></form>'
    )
    stage.answers["/enviar/"] = lambda request: {"status": 204}

    page.get_by_role("button", name="Enviar").dblclick()

    expect(page.get_by_role("button", name="Enviar")).to_have_attribute("aria-busy", "true")
    assert len(stage.posted("/enviar/")) == 1


REPLY = (
    '<form hx-post="/enviar/" hx-target="this" hx-swap="outerHTML">'
    '<textarea name="body" aria-label="Texto"></textarea><button class="button">Enviar</button>'
    "</form>"
)


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ({"status": 409}, "Já foi encerrado."),
        ({"status": 401, "body": "x"}, "Sua sessão terminou."),
        ({"status": 413, "body": "x"}, "O texto e os arquivos são grandes demais"),
        ({"status": 500, "body": "x"}, "Algo falhou e a ação não foi feita."),
    ],
)
def test_L7_refused_fragment_leaves_what_was_typed(
    stage: Stage, answer: dict[str, Any], told: str
) -> None:
    page = stage.show(REPLY)
    page.get_by_label("Texto").fill("não se perde")
    toast = '{% include "components/toast.html" with text=text tone="danger" oob=True only %}'
    body = drawn(toast, asked(), text="Já foi encerrado.")
    stage.answers["/enviar/"] = lambda request: {
        "body": body,
        "headers": {"HX-Reswap": "none"},
        **answer,
    }

    page.get_by_role("button", name="Enviar").click()

    expect(page.locator("#toasts .toast--danger")).to_contain_text(told)
    expect(page.get_by_label("Texto")).to_have_value("não se perde")
    expect(page.get_by_role("button", name="Enviar")).not_to_have_attribute("aria-busy", "true")


def test_toast_of_success_leaves_by_itself(stage: Stage) -> None:
    stage.page.clock.install(time=NOW)
    page = stage.show(REPLY)
    body = drawn('{% include "components/toast.html" with text="Feito." oob=True %}', asked())
    stage.answers["/enviar/"] = lambda request: {"body": body, "headers": {"HX-Reswap": "none"}}
    page.get_by_role("button", name="Enviar").click()
    expect(page.locator("#toasts .toast")).to_contain_text("Feito.")

    page.clock.run_for(9000)

    expect(page.locator("#toasts .toast")).to_have_count(0)


# --- draft.js ------------------------------------------------------------------------------------

DRAFT = """{% component "composer" action="/enviar/" title="Responder" draft_url="/rascunho/" %}
{% endcomponent %}"""


def test_nothing_moves_for_who_asks_for_that(stage: Stage) -> None:
    page = stage.show('<button class="button" type="button">Enviar</button>')
    moves = """() => [...document.querySelectorAll("button, details, a")]
        .map((each) => getComputedStyle(each).transitionProperty)
        .filter((each) => each !== "none")"""

    still = page.evaluate(moves)
    page.emulate_media(reduced_motion="no-preference")

    assert (still, "background-color" in page.evaluate(moves)) == ([], True)


def test_draft_is_stored_once_the_writer_pauses(stage: Stage) -> None:
    stage.page.clock.install(time=NOW)
    stage.answers["/rascunho/"] = says()
    page = stage.show(DRAFT)

    page.get_by_label("Responder").fill("Segue o")
    page.clock.run_for(500)
    page.get_by_label("Responder").fill("Segue o relatório")
    page.clock.run_for(900)

    expect(page.locator("[data-draft-state]")).to_have_text("Rascunho guardado às 14:32")
    drafts = stage.posted("/rascunho/")
    assert [field(draft, "body") for draft in drafts] == [["Segue o relatório"]]
    token = page.locator("#responder [name=csrfmiddlewaretoken]").input_value()
    assert [field(draft, "csrfmiddlewaretoken") for draft in drafts] == [[token]]


def test_draft_that_cannot_be_stored_says_so_and_tries_again(stage: Stage) -> None:
    stage.page.clock.install(time=NOW)
    stage.answers["/rascunho/"] = says(503)
    page = stage.show(DRAFT)
    page.get_by_label("Responder").fill("Segue")
    page.clock.run_for(900)
    expect(page.locator("[data-draft-state]")).to_have_text(
        "Rascunho ainda não guardado; tentando de novo"
    )

    stage.answers["/rascunho/"] = says()
    page.clock.run_for(9000)

    expect(page.locator("[data-draft-state]")).to_have_text("Rascunho guardado às 14:32")


KEPT = """{% modules "draft-kept" %}
<form class="form" method="post" data-draft-url="/rascunho/" data-draft-owner="OWNER">
{% csrf_token %}<textarea name="body" aria-label="Texto"></textarea>
{% include "components/draft_state.html" only %}</form>"""


def disconnected(page: Page, *, is_so: bool) -> None:
    """No connection: what the stage answers by itself must fail too."""
    if is_so:
        page.route("**/rascunho/", lambda route: route.abort())
    else:
        page.unroute("**/rascunho/")
    page.context.set_offline(is_so)


def test_what_no_connection_could_store_comes_back_for_its_writer_alone(stage: Stage) -> None:
    stage.answers["/rascunho/"] = says()
    page = stage.show(KEPT.replace("OWNER", "7"))
    disconnected(page, is_so=True)
    page.get_by_label("Texto").fill("No túnel")
    expect(page.locator("[data-draft-state]")).to_have_text(
        "Sem conexão: guardamos assim que voltar"
    )
    # The browser was closed; its connection is back.
    page.goto("about:blank")
    disconnected(page, is_so=False)
    stage.asked.clear()

    page = stage.show(KEPT.replace("OWNER", "8"))
    page.wait_for_load_state("networkidle")
    others = stage.posted("/rascunho/")
    page = stage.show(KEPT.replace("OWNER", "7"))
    stage.until(lambda: stage.posted("/rascunho/") != [])

    assert others == []
    assert "body=No+t%C3%BAnel" in stage.posted("/rascunho/")[0]
    page.wait_for_function("localStorage.length === 0")


def test_draft_is_stored_as_soon_as_there_is_a_connection(stage: Stage) -> None:
    stage.answers["/rascunho/"] = says()
    page = stage.show(KEPT.replace("OWNER", "7"))
    disconnected(page, is_so=True)
    page.get_by_label("Texto").fill("No túnel")
    expect(page.locator("[data-draft-state]")).to_have_text(
        "Sem conexão: guardamos assim que voltar"
    )

    disconnected(page, is_so=False)

    expect(page.locator("[data-draft-state]")).to_contain_text("Rascunho guardado às")
    assert page.evaluate("localStorage.length") == 0


def test_draft_is_stored_when_the_page_is_left(stage: Stage) -> None:
    stage.answers["/rascunho/"] = says()
    page = stage.show(DRAFT)
    page.get_by_label("Responder").fill("Quase")

    page.evaluate("""() => {
        Object.defineProperty(document, "hidden", {value: true});
        document.dispatchEvent(new Event("visibilitychange"));
    }""")

    stage.until(lambda: stage.posted("/rascunho/") != [])
    assert [field(draft, "body") for draft in stage.posted("/rascunho/")] == [["Quase"]]


def test_message_that_was_sent_leaves_no_draft(stage: Stage) -> None:
    stage.page.clock.install(time=NOW)
    stage.answers["/rascunho/"] = says()
    stage.answers["/enviar/"] = lambda request: {"body": "enviada"}
    page = stage.show(DRAFT)
    page.get_by_label("Responder").fill("Pronto")

    page.get_by_role("button", name="Enviar resposta").click()
    page.wait_for_url("**/enviar/")

    assert stage.posted("/rascunho/") == []
    assert [field(sent, "body") for sent in stage.posted("/enviar/")] == [["Pronto"]]


# --- upload.js -----------------------------------------------------------------------------------

FORM = """<form method="post" action="/enviar/" enctype="multipart/form-data">{% csrf_token %}
<textarea name="body" aria-label="Texto"></textarea>
{% include "components/upload.html" with url="/arquivos/" only %}
<button class="button" type="submit">Enviar</button></form>"""


def stored(request: Request) -> dict[str, Any]:
    """The endpoint: names are ids; programs are refused."""
    name = re.findall(r'filename="([^"]+)"', request.post_data or "")[0]
    if name.endswith(".exe"):
        return {"status": 422, "json": {"detail": "Programas não são aceitos."}}
    return {"status": 201, "json": {"id": f"id-{name}", "name": name, "size": 2048, "type": ""}}


def small(name: str) -> dict[str, Any]:
    return {"name": name, "mimeType": "text/plain", "buffer": b"x" * 2048}


def files_of(page: Page) -> list[tuple[str, str]]:
    rows = page.locator(".file").all()
    return [
        (
            row.locator("[data-file-name]").inner_text(),
            " ".join(
                row.locator("[data-file-state], [data-file-reason]").all_inner_texts()
            ).strip(),
        )
        for row in rows
    ]


def test_files_go_as_they_are_chosen_and_the_form_names_them(stage: Stage) -> None:
    stage.answers |= {"/arquivos/": stored, "/enviar/": lambda request: {"body": "enviada"}}
    page = stage.show(FORM)
    page.get_by_label("Texto").fill("não se perde")

    page.locator("[type=file]").set_input_files([small("a.log"), small("b.exe"), small("c.log")])

    expect(page.locator("[name=files]")).to_have_count(2)
    expect(page.locator(".file--refused")).to_have_count(1)
    assert files_of(page) == [
        ("a.log", "Enviado · 2 KB"),
        ("b.exe", "Recusado Programas não são aceitos."),
        ("c.log", "Enviado · 2 KB"),
    ]
    page.get_by_label("Remover a.log").click()
    page.get_by_role("button", name="Enviar").click()
    page.wait_for_url("**/enviar/")
    sent = stage.posted("/enviar/")[0]
    assert (field(sent, "files"), field(sent, "body")) == (["id-c.log"], ["não se perde"])


def test_files_too_many_or_too_big_are_refused_before_they_are_sent(
    stage: Stage, settings: Any
) -> None:
    settings.MAX_FILES_A_MESSAGE, settings.MAX_FILE_BYTES = 2, 4096
    stage.answers["/arquivos/"] = stored
    page = stage.show(FORM)

    big = {"name": "big.log", "mimeType": "text/plain", "buffer": b"x" * 4097}
    page.locator("[type=file]").set_input_files(
        [big, small("a.log"), small("b.log"), small("c.log")]
    )

    expect(page.locator("[name=files]")).to_have_count(2)
    assert files_of(page) == [
        (
            "big.log",
            "Recusado Maior que o limite de 4 KB por arquivo. Envie uma parte ou um recorte.",
        ),
        ("a.log", "Enviado · 2 KB"),
        ("b.log", "Enviado · 2 KB"),
        ("c.log", "Recusado São no máximo 2 arquivos por mensagem."),
    ]
    assert len(stage.posted("/arquivos/")) == 2


@pytest.mark.parametrize(
    "given",
    [
        'new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true})',
        'new DragEvent("drop", {dataTransfer: data, bubbles: true, cancelable: true})',
    ],
    ids=["pasted", "dropped"],
)
def test_pasted_and_dropped_files_are_taken(stage: Stage, given: str) -> None:
    stage.answers["/arquivos/"] = stored
    page = stage.show(FORM)

    page.get_by_label("Texto").evaluate(
        """box => {
            const data = new DataTransfer();
            for (const name of ["tela.png", "outra.png"]) data.items.add(new File(["x"], name));
            box.dispatchEvent(GIVEN);
        }""".replace("GIVEN", given)
    )

    expect(page.locator("[name=files]")).to_have_count(2)
    assert files_of(page) == [("tela.png", "Enviado · 2 KB"), ("outra.png", "Enviado · 2 KB")]


def test_form_waits_for_its_files(stage: Stage) -> None:
    held: list[Route] = []
    stage.answers["/enviar/"] = lambda request: {"body": "enviada"}
    stage.page.route("**/arquivos/", lambda route: held.append(route))
    page = stage.show(FORM)
    page.locator("[type=file]").set_input_files([small("a.log")])

    page.get_by_role("button", name="Enviar").click()
    expect(page.get_by_role("button", name="Enviar")).to_have_attribute("aria-busy", "true")
    assert stage.posted("/enviar/") == []
    held[0].fulfill(**stored(held[0].request))

    page.wait_for_url("**/enviar/")
    assert field(stage.posted("/enviar/")[0], "files") == ["id-a.log"]


def test_file_lost_on_the_way_can_be_sent_again(stage: Stage) -> None:
    stage.page.route("**/arquivos/", lambda route: route.abort(), times=1)
    stage.answers["/arquivos/"] = stored
    page = stage.show(FORM)
    page.locator("[type=file]").set_input_files([small("a.log")])
    expect(page.locator(".file__why")).to_contain_text(
        "A conexão caiu; enviamos de novo assim que voltar."
    )

    page.get_by_role("button", name="Tentar de novo").click()

    expect(page.locator("[name=files]")).to_have_value("id-a.log")
    assert files_of(page) == [("a.log", "Enviado · 2 KB")]


def test_file_lost_on_the_way_goes_again_when_the_connection_is_back(stage: Stage) -> None:
    stage.page.route("**/arquivos/", lambda route: route.abort(), times=1)
    stage.answers["/arquivos/"] = stored
    page = stage.show(FORM)
    page.locator("[type=file]").set_input_files([small("a.log")])
    expect(page.locator(".file__why")).to_be_visible()

    page.evaluate("dispatchEvent(new Event('online'))")

    expect(page.locator("[name=files]")).to_have_value("id-a.log")
    assert files_of(page) == [("a.log", "Enviado · 2 KB")]


def test_a_question_takes_what_is_pasted_on_it_and_the_form_takes_the_rest(stage: Stage) -> None:
    stage.answers["/arquivos/"] = stored
    question = (
        '{% include "components/upload.html" with url="/arquivos/" id="xml" name="answer-xml" '
        'label="XML" only %}'
    )
    page = stage.show(FORM.replace("<textarea", f"{question}<textarea"))
    paste = """(box, name) => {
        const clipboardData = new DataTransfer();
        clipboardData.items.add(new File(["x"], name));
        box.dispatchEvent(new ClipboardEvent("paste", {clipboardData, bubbles: true}));
    }"""

    page.get_by_label("Escolher arquivos: XML").evaluate(paste, "nota.xml")
    page.get_by_label("Texto").evaluate(paste, "tela.png")

    expect(page.locator("[type=hidden][name=answer-xml]")).to_have_value("id-nota.xml")
    expect(page.locator("[type=hidden][name=files]")).to_have_value("id-tela.png")


# --- keys.js -------------------------------------------------------------------------------------

QUEUE = """<h1>Fila</h1><ul class="rows">
{% include "components/row.html" with number=1 title="Um" url="/1/" status="open" only %}
{% include "components/row.html" with number=2 title="Dois" url="/2/" status="open" only %}
</ul>
{% component "composer_desk" action="/enviar/" kinds=kinds %}{% endcomponent %}"""


def test_keys_walk_the_rows_and_open_one(stage: Stage) -> None:
    stage.answers["/2/"] = lambda request: {"body": "dois"}
    page = stage.show(QUEUE, DENSE)

    for key in "jjjk":
        page.keyboard.press(key)
    expect(page.get_by_role("link", name="Um", exact=True)).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("o")

    page.wait_for_url("**/2/")


def test_keys_search_list_themselves_and_choose_what_to_write(stage: Stage) -> None:
    page = stage.show(QUEUE, DENSE)

    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Teclas de atalho")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("i")

    expect(page.get_by_label("Mensagem")).to_be_focused()
    expect(page.get_by_role("radio", name="Pedir informações")).to_be_checked()
    expect(page.get_by_role("button", name="Pedir")).to_be_visible()


def test_keys_are_letters_while_something_is_typed(stage: Stage) -> None:
    stage.answers["/enviar/"] = lambda request: {"body": "enviada"}
    page = stage.show(QUEUE, DENSE)
    page.keyboard.press("r")

    page.keyboard.type("rji?/")
    expect(page.get_by_label("Mensagem")).to_have_value("rji?/")
    page.keyboard.press("Control+Enter")

    page.wait_for_url("**/enviar/")
    sent = stage.posted("/enviar/")[0]
    assert (field(sent, "body"), field(sent, "kind")) == (["rji?/"], ["reply"])


# --- live.js -------------------------------------------------------------------------------------

LIVE = """<div data-socket="/ws/tickets/1024/"><h1>Ticket</h1>
{% include "components/presence.html" only %}
<div data-live hx-get="/parte/" hx-trigger="refresh" id="parte">antes</div>
<textarea aria-label="Texto"></textarea></div>"""


class Sockets:
    """The server's end of the page's sockets."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.open: list[Any] = []
        self.heard: list[str] = []
        self.refusing = False
        stage.page.route_web_socket("**/ws/tickets/1024/", self._take)

    def _take(self, socket: Any) -> None:
        if self.refusing:
            socket.close()
            return
        socket.on_message(lambda message: self.heard.append(str(message)))
        self.open.append(socket)

    def tell(self, **message: Any) -> None:
        self.stage.until(lambda: self.open != [])
        self.open[-1].send(json.dumps(message))

    def cut(self, code: int | None = None) -> None:
        self.stage.until(lambda: self.open != [])
        self.open[-1].close(code=code)


@pytest.fixture
def sockets(stage: Stage) -> Sockets:
    stage.page.clock.install(time=NOW)
    words = chain(["agora"], repeat("depois"))
    stage.answers["/parte/"] = lambda request: {"body": next(words)}
    return Sockets(stage)


def test_page_catches_up_as_it_begins_to_hear_and_change_elsewhere_shows_at_once(
    stage: Stage, sockets: Sockets
) -> None:
    page = stage.show(LIVE, DENSE)
    expect(page.locator("#parte")).to_have_text("agora")

    sockets.tell(type="changed")

    expect(page.locator("#parte")).to_have_text("depois")


def test_page_says_who_else_is_there_and_tells_that_one_types(
    stage: Stage, sockets: Sockets
) -> None:
    page = stage.show(LIVE, DENSE)
    people = [{"name": "Ivo", "doing": "viewing"}, {"name": "<Eva>", "doing": "typing"}]

    sockets.tell(type="presence", people=people)
    expect(page.locator("[data-presence]")).to_have_text(
        "Ivo está vendo este ticket. <Eva> está escrevendo."
    )
    page.get_by_label("Texto").press_sequentially("abc")

    stage.until(lambda: sockets.heard != [])
    assert sockets.heard == ['{"type":"typing"}']


def test_lost_socket_says_so_comes_back_and_catches_up(stage: Stage, sockets: Sockets) -> None:
    page = stage.show(LIVE, DENSE)
    note = page.locator("[data-offline]")
    expect(page.locator("#parte")).to_have_text("agora")
    sockets.refusing = True
    sockets.cut()
    page.clock.run_for(1500)
    expect(note).to_have_text("Sem conexão ao vivo; tentando de novo.")

    sockets.refusing = False
    page.clock.run_for(30_000)

    expect(note).to_be_hidden()
    expect(page.locator("#parte")).to_have_text("depois")


def test_R1_socket_that_may_no_longer_hear_is_not_asked_again(
    stage: Stage, sockets: Sockets
) -> None:
    page = stage.show(LIVE, DENSE)

    sockets.cut(code=4404)
    page.clock.run_for(120_000)

    assert len(sockets.open) == 1
    expect(page.locator("[data-offline]")).to_be_hidden()
