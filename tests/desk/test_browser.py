"""The desk in real browsers: two at one ticket, the keyboard, no scripts, axe."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.cast import by, make_desk
from tests.desk.reading import url
from tickets import actions
from tickets.models import Ticket

WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
# A refusal is an answer, which a browser logs all the same.
REFUSED = "the server responded with a status of 409"


@pytest.fixture(autouse=True)
def _now() -> None:
    """Browsers live in real time: here it does not stand still."""


@pytest.fixture
def visit(live: str, new_context: Callable[..., BrowserContext]) -> Iterator[Callable[..., Page]]:
    """`visit(elisa, "/mesa/", viewport=…)`: the page, whose console must stay silent."""
    complaints: list[str] = []

    def complain(said: Any) -> None:
        if said.type in ("error", "warning") and REFUSED not in said.text:
            complaints.append(said.text)

    def visit(user: Any, address: str, **options: Any) -> Page:
        context = new_context(**{"viewport": WIDE, **options})
        client = Client()
        client.force_login(user)
        session = client.cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": session, "url": live}])
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", complain)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(live + address)
        return page

    yield visit
    assert complaints == []


@pytest.fixture
def work(opened: Any, elisa: Any, ana: Any, bruno: Any) -> list[Any]:
    """Three tickets of Elisa's; the last one has a conversation, a merged one and a long title."""
    tickets = [opened(title=f"Ocorrência {n}", severity=2) for n in range(2)]
    long = opened(title="Título comprido " * 8)
    for ticket in (*tickets, long):
        actions.take(ticket, by=by(elisa, channel="desk"))
    for n in range(20):
        actions.note(long, by=by(elisa, channel="desk"), body=f"Nota {n}.")
        actions.reply(long, by=by(ana), body=f"Resposta {n}.")
    merged = opened(user=bruno)
    actions.merge(merged, into=long, by=by(elisa, channel="desk"))
    asks = by(elisa, channel="desk")
    actions.request_information(long, by=asks, body="Qual é a versão?")
    return [*tickets, long]


def test_two_who_answer_at_once_see_each_other_and_lose_nothing(
    visit: Callable[..., Page], ticket: Any, elisa: Any, queue: Any
) -> None:
    helena = make_desk("Helena Sardinha", "helena@prazo.example", "analyst")
    queue.analysts.add(helena)
    board, first = visit(elisa, "/mesa/"), visit(elisa, url(ticket))
    second = visit(helena, url(ticket))
    expect(first.locator("[data-presence]")).to_have_text("Helena Sardinha está vendo este ticket.")

    second.keyboard.press("s")
    second.keyboard.type("Atualize o pacote.")
    expect(first.locator("[data-presence]")).to_have_text("Helena Sardinha está escrevendo.")
    first.keyboard.press("i")
    first.keyboard.type("Qual é a versão?")
    first.keyboard.press("Control+Enter")

    expect(first.get_by_text("Pedido enviado. O ticket está em Pendente Cliente.")).to_be_visible()
    expect(first.get_by_label("Mensagem")).to_have_value("")
    expect(second.locator("#conversa")).to_contain_text("Qual é a versão?")
    expect(second.locator("#ticket-mudou")).to_contain_text("passou para Pendente Cliente")
    expect(second.get_by_label("Mensagem")).to_have_value("Atualize o pacote.")
    expect(second.locator("[data-presence]")).to_contain_text("Elisa Prado está")
    expect(board.locator("[data-status=pending] .figure__number")).to_have_text("1")

    second.keyboard.press("Control+Enter")
    expect(second.locator(".field__error")).to_contain_text("Elisa Prado escreveu enquanto você")
    expect(second.get_by_role("alert")).to_contain_text("Qual é a versão?")
    expect(second.get_by_label("Mensagem")).to_have_value("Atualize o pacote.")
    second.keyboard.press("Control+Enter")

    expect(second.get_by_text("Solução proposta. O ticket está")).to_be_visible()
    expect(first.locator("#conversa")).to_contain_text("Atualize o pacote.")
    kinds = ticket.messages.order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["opening", "request", "solution"]


def test_a_list_is_walked_and_read_by_keyboard_and_changes_under_it(
    visit: Callable[..., Page], work: list[Any], opened: Any, elisa: Any
) -> None:
    page = visit(elisa, "/mesa/fila/?view=mine")

    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("o")

    opened_row = page.locator("[data-row][aria-current]")
    number = work[1].number
    expect(page.locator("#ticket")).to_have_attribute("data-number", str(number))
    expect(opened_row).to_have_attribute("id", f"t{number}")
    expect(page).to_have_url(re.compile(rf"{url(work[1])}\?view=mine$"))
    expect(page).to_have_title(re.compile(f"^{number} Ocorrência 1"))

    page.locator(f"#t{number}").focus()
    actions.take(opened(title="Chegou agora", severity=1), by=by(elisa, channel="desk"))

    expect(page.locator(".row__title").first).to_have_text("Chegou agora")
    expect(page.locator("#lista-total")).to_have_text("4")
    expect(page.locator("#visoes [aria-current] .count")).to_have_text("4")
    expect(page.locator(f"#t{number}")).to_be_focused()
    expect(opened_row).to_have_attribute("id", f"t{number}")

    page.go_back()
    expect(page.locator("#ticket")).to_have_text("Escolha um ticket na lista.")
    page.go_forward()
    expect(page.locator("#ticket")).to_have_attribute("data-number", str(number))


def test_a_question_is_asked_in_a_dialog_and_a_refusal_stays_in_it(
    visit: Callable[..., Page], work: list[Any], opened: Any, elisa: Any
) -> None:
    page = visit(elisa, url(work[0]))

    page.get_by_role("button", name="Mais ações").click()
    page.get_by_role("link", name="Unir a outro ticket").click()
    dialog = page.get_by_role("dialog", name="Unir a outro ticket")
    dialog.get_by_label("Número do ticket que continua").fill("1")
    dialog.get_by_role("button", name="Ver o que vai acontecer").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Não há ticket com esse número.")
    dialog.get_by_role("link", name=str(work[1].number)).click()
    expect(dialog).to_contain_text("O outro continua em Aberto.")
    dialog.get_by_role("button", name="Unir os tickets").click()

    expect(dialog).to_be_hidden()
    expect(page.locator("#ticket-cabeca")).to_contain_text(f"Unido ao ticket {work[1].number}")
    assert Ticket.objects.get(pk=work[0].pk).merged_into == work[1]


def test_an_act_beside_the_composer_leaves_what_is_written_and_says_what_it_did(
    visit: Callable[..., Page], ticket: Any, elisa: Any, ana: Any
) -> None:
    page = visit(elisa, url(ticket))
    text, take = page.get_by_label("Mensagem"), page.get_by_role("button", name="Assumir")
    page.keyboard.press("s")
    page.locator("#escrever input[type=file]").set_input_files(
        {"name": "tela.txt", "mimeType": "text/plain", "buffer": b"erro 539"}
    )
    expect(page.locator("#escrever [name=files]")).to_have_count(1)
    text.fill("")

    for n in range(6):
        text.press_sequentially(f"Passo {n}. ")
        # The page refreshes itself for this while the act is under way.
        actions.reply(ticket, by=by(ana), body=f"Resposta {n}.")
        take.click()

        expect(page.locator("[data-toast]")).to_have_text(["O ticket é seu."])
        page.locator("[data-toast-close]").click()
        expect(page.locator("#dados")).to_contain_text("Responsável Elisa Prado")
        expect(page.locator("#conversa")).to_contain_text(f"Resposta {n}.")
        expect(text).to_have_value("".join(f"Passo {m}. " for m in range(n + 1)))
        expect(page.get_by_role("radio", name="Propor solução")).to_be_checked()
        expect(page.locator("#escrever .file")).to_contain_text("tela.txt")
        actions.assign(ticket, to=None, by=by(elisa, channel="desk"))
        expect(take).to_be_visible()

    page.get_by_role("button", name="Propor solução").click()
    expect(page.get_by_role("alert")).to_contain_text("Resposta 5.")
    page.get_by_role("button", name="Propor solução").click()
    expect(page.get_by_text("Solução proposta. O ticket está")).to_be_visible()
    expect(text).to_have_value("")
    sent = ticket.messages.get(kind="solution")
    assert (sent.body_text.startswith("Passo 0. Passo 1."), sent.attachments.count()) == (True, 1)


def test_what_is_written_goes_on_in_another_box_but_never_in_another_ticket(
    visit: Callable[..., Page], work: list[Any], elisa: Any
) -> None:
    page = visit(elisa, url(work[0]) + "?view=mine")
    text = page.get_by_label("Mensagem")
    text.fill("Qual é a versão?")
    actions.request_information(work[0], by=by(elisa, channel="desk"), body="Qual é o erro?")

    page.get_by_role("link", name="Atualizar a caixa de mensagem").click()
    expect(page.get_by_role("radio", name="Retomar")).to_be_visible()
    expect(text).to_have_value("Qual é a versão?")
    page.get_by_role("link", name="Ocorrência 1").click()

    expect(page.locator("#ticket")).to_have_attribute("data-number", str(work[1].number))
    expect(text).to_have_value("")


def test_what_changed_before_anyone_listened_is_shown(
    visit: Callable[..., Page], live: str, ticket: Any, elisa: Any, ana: Any
) -> None:
    page = visit(elisa, "/mesa/")
    # Its scripts, and so its socket, wait until this was said, as on a slow line.
    held: list[Route] = []
    page.route(re.compile(r"/live\."), lambda route: held.append(route))
    page.goto(live + url(ticket), wait_until="commit")
    expect(page.locator("#conversa")).to_contain_text("Ao retransmitir")
    actions.reply(ticket, by=by(ana), body="Cheguei antes.")
    expect(page.locator("#conversa")).not_to_contain_text("Cheguei antes.")

    for route in held:
        route.continue_()

    expect(page.locator("#conversa")).to_contain_text("Cheguei antes.")


def test_it_works_without_scripts(
    visit: Callable[..., Page], ticket: Any, elisa: Any, queue: Any
) -> None:
    page = visit(elisa, "/mesa/fila/", java_script_enabled=False)

    page.get_by_role("link", name=ticket.title).click()
    page.get_by_role("button", name="Assumir").click()
    page.get_by_role("radio", name="Pedir informações").check()
    expect(page.get_by_text("Vai para Pendente Cliente.")).to_be_visible()
    page.get_by_label("Mensagem").fill("Qual é a versão?")
    page.get_by_role("button", name="Pedir informações").click()
    expect(page.locator("#ticket-cabeca")).to_contain_text("Aguardando Ana até")
    page.get_by_role("link", name=re.compile("^Responsável: Elisa Prado")).click()
    page.get_by_label("Responsável").select_option(label="Ninguém: fica na fila")
    page.get_by_role("button", name="Mudar o responsável").click()
    expect(page.get_by_role("button", name="Assumir")).to_be_visible()

    ticket.refresh_from_db()
    assert (ticket.status, ticket.assignee) == ("pending", None)


@pytest.mark.parametrize(
    ("viewport", "color_scheme"), [(WIDE, "light"), (PHONE, "dark")], ids=["1440-light", "390-dark"]
)
def test_axe_finds_nothing_and_nothing_sticks_out(
    visit: Callable[..., Page],
    live: str,
    work: list[Any],
    fabio: Any,
    elisa: Any,
    viewport: Any,
    color_scheme: str,
) -> None:
    one, long = work[0], work[2]
    page = visit(fabio, "/mesa/", viewport=viewport, color_scheme=color_scheme)

    for address in (
        "/mesa/",
        "/mesa/fila/?severity=2",
        "/mesa/fila/?view=watched",
        url(long),
        url(one, "merge") + f"?into={long.number}",
        url(one, "history"),
        url(one, "record"),
        url(long, "discard"),
        "/mesa/tickets/novo/?customer=ana",
        "/mesa/equipe/",
        f"/mesa/equipe/passagem/?leaver={elisa.pk}&to={fabio.pk}",
        "/mesa/perfil/",
    ):
        page.goto(live + address)
        expect(page.locator(".skeleton:visible")).to_have_count(0)
        found = Axe().run(page, options={"preload": False})
        assert found.violations_count == 0, f"{address}: {found.generate_report()}"
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
