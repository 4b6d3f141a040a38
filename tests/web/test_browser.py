"""A session that ends while somebody writes, in a real browser."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import BrowserContext, expect

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
    beside.wait_for_url(f"{live}/")
    page.get_by_role("button", name="Enviar mensagem").click()

    expect(page.get_by_text("Mensagem enviada ao suporte.")).to_be_visible()
    assert Message.objects.filter(body_text="Segue o log de hoje.").count() == 1
