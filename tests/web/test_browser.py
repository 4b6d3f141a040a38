"""What was typed outlives refusals, reloads and the end of a session, in a real browser."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import BrowserContext, expect

from interfaces.web import drafts
from tests.cast import by
from tickets import actions
from tickets.models import Message


@pytest.fixture
def browsing(live: str, new_context: Callable[..., BrowserContext], ana: Any) -> BrowserContext:
    """A browser in which Ana is signed in."""
    client = Client()
    client.force_login(ana)
    session = client.cookies["sessionid"].value
    context = new_context()
    context.add_cookies([{"name": "sessionid", "value": session, "url": live}])
    context.set_default_timeout(10_000)
    return context


def test_whoever_signs_in_again_beside_the_page_sends_what_was_written(
    live: str, browsing: BrowserContext, ticket: Any
) -> None:
    page = browsing.new_page()
    page.goto(f"{live}/tickets/{ticket.number}/")
    page.locator("textarea[name=body]").fill("Segue o log de hoje.")
    browsing.clear_cookies(name="sessionid")

    for _ in range(2):
        page.get_by_role("button", name="Enviar mensagem").click()
        expect(page.locator("#toasts [data-toast]")).to_contain_text(["Sua sessão terminou."])
    with browsing.expect_page() as opening:
        page.locator("#toasts").get_by_role("link", name="Entrar").click()
    beside = opening.value
    beside.get_by_label("E-mail").fill("ana@serraazul.example")
    beside.get_by_label("Senha", exact=True).fill("senha-de-teste")
    beside.get_by_role("button", name="Entrar").click()
    expect(beside.locator("h1").first).to_be_visible()
    beside.wait_for_url(page.url)
    page.get_by_role("button", name="Enviar mensagem").click()

    expect(page.get_by_text("Mensagem enviada ao suporte.")).to_be_visible()
    assert Message.objects.filter(body_text="Segue o log de hoje.").count() == 1


def test_a_draft_that_meets_the_end_of_the_session_says_so_once_and_is_stored_after(
    live: str, browsing: BrowserContext, ana: Any, ticket: Any
) -> None:
    page = browsing.new_page()
    page.clock.install()
    page.goto(f"{live}/tickets/{ticket.number}/")
    cookies = browsing.cookies()
    browsing.clear_cookies(name="sessionid")

    page.locator("textarea[name=body]").fill("Segue o log.")
    for _ in range(2):
        with page.expect_response("**/rascunhos/**"):
            page.clock.run_for(9000)
    expect(page.locator("[data-draft-state]")).to_contain_text("Rascunho ainda não guardado")
    expect(page.locator("#toasts [data-toast]")).to_contain_text(["Sua sessão terminou."])
    browsing.add_cookies(cookies)
    page.clock.run_for(9000)

    expect(page.locator("[data-draft-state]")).to_contain_text("Rascunho guardado às")
    assert drafts.load(ana, f"ticket:{ticket.number}:reply") == {"body": "Segue o log."}


def test_a_file_that_meets_the_end_of_the_session_is_sent_after_signing_in(
    live: str, browsing: BrowserContext, ticket: Any
) -> None:
    page = browsing.new_page()
    page.goto(f"{live}/tickets/{ticket.number}/")
    cookies = browsing.cookies()
    browsing.clear_cookies(name="sessionid")
    log = {"name": "log.txt", "mimeType": "text/plain", "buffer": b"erro 539"}

    page.locator("[type=file]").set_input_files([log])
    expect(page.locator("[data-file-reason]")).to_have_text(
        "Sua sessão terminou. Entre de novo em outra aba e tente outra vez."
    )
    expect(page.locator("#toasts").get_by_role("link", name="Entrar")).to_have_attribute(
        "href", f"{live}/conta/login/?next=%2Ftickets%2F{ticket.number}%2F"
    )
    browsing.add_cookies(cookies)
    page.get_by_role("button", name="Tentar de novo").click()

    expect(page.locator("[name=files]")).to_have_count(1)


def test_a_reload_after_a_refusal_sends_nothing_and_keeps_what_was_typed(
    live: str, browsing: BrowserContext, ana: Any, product: Any
) -> None:
    page = browsing.new_page()
    page.goto(f"{live}/tickets/novo/")
    page.get_by_label("Produto").select_option(label=product.name)
    page.get_by_label("Título").fill(" ")
    page.get_by_label("O que aconteceu").fill("A SEFAZ rejeita.")
    page.get_by_role("button", name="Abrir o ticket").click()
    expect(page.get_by_role("alert")).to_contain_text("Falta corrigir 1 campo")
    page.wait_for_load_state()
    posts: list[str] = []
    page.on("request", lambda request: posts.append(request.url) if request.method == "POST" else 0)

    page.reload()

    expect(page.get_by_role("alert")).to_have_count(0)
    expect(page.get_by_label("O que aconteceu")).to_have_value("A SEFAZ rejeita.")
    assert (posts, page.url) == ([], f"{live}/tickets/novo/")


def test_a_ticket_page_that_refuses_is_the_tickets_page_again_on_reload(
    live: str, browsing: BrowserContext, ticket: Any
) -> None:
    page = browsing.new_page()
    page.goto(f"{live}/tickets/{ticket.number}/")
    page.locator("#responder").evaluate("form => (form.elements.body.value = ' ', form.submit())")
    expect(page.get_by_role("alert")).to_contain_text("Ainda não foi enviado")
    expect(page).to_have_url(f"{live}/tickets/{ticket.number}/")

    page.reload()

    expect(page.get_by_role("alert")).to_have_count(0)
    assert page.url == f"{live}/tickets/{ticket.number}/"


def test_a_title_that_changes_while_the_page_is_open_brings_its_buttons_words(
    live: str, browsing: BrowserContext, ticket: Any, elisa: Any
) -> None:
    page = browsing.new_page()
    page.goto(f"{live}/tickets/{ticket.number}/")
    expect(page.get_by_role("button", name="Enviar mensagem")).to_be_visible()

    actions.request_information(ticket, by=by(elisa, channel="desk"), body="Qual é a versão?")

    expect(page.get_by_role("heading", name="Responder")).to_be_visible()
    expect(page.get_by_role("button", name="Enviar resposta")).to_be_visible()
