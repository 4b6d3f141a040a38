"""All of it without JavaScript: a ticket is opened with its checklist, answers are found before
it, what support asks is answered in place, and tickets and articles are searched (E1, E2)."""

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from knowledge.models import Article, Inquiry
from tests.cast import by
from tests.journeys.conftest import sign_in
from tests.journeys.test_intake import QUESTIONS
from tests.journeys.test_intake import asked as asked
from tests.journeys.test_suggestions import article as article
from tickets import actions
from tickets.models import Intake, Ticket

PLAIN = {"viewport": {"width": 390, "height": 844}, "java_script_enabled": False}


def test_opened_answered_and_found_without_scripts(
    asked: None,
    article: Article,
    ana: Any,
    elisa: Any,
    open_browser: Callable[[dict[str, Any]], Page],
) -> None:
    page = open_browser(PLAIN)
    sign_in(page, ana)
    page.goto("/tickets/novo/")

    # The product's questions, and answers to the title, come by a button each.
    page.get_by_label("Produto").select_option(label="Nota fiscal eletrônica")
    page.get_by_label("Título").fill("Rejeicao 539")
    page.get_by_role("button", name="Continuar: ver o que este produto pergunta").click()
    page.get_by_role("button", name="Procurar respostas").click()
    expect(page.get_by_role("link", name=article.title)).to_be_visible()
    page.get_by_label("O que aconteceu").fill("A SEFAZ recusa a nota, versão 12.3.1")
    page.get_by_label("Código do erro").fill("539")
    contingency = page.get_by_role("group", name="A nota passou por contingência?")
    contingency.get_by_label("Sim").check()
    page.get_by_role("button", name="Atualizar e guardar").click()
    page.get_by_role("group", name="Qual contingência").get_by_label("EPEC").check()
    page.get_by_label("Escolher arquivos: XML da nota").set_input_files(
        {"name": "nota.xml", "mimeType": "text/xml", "buffer": b"<nfe/>"}
    )
    page.get_by_role("button", name="Abrir o ticket").last.click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Rejeicao 539")
    ticket = Ticket.objects.get()
    intake = Intake.objects.get(ticket=ticket)
    (xml,) = intake.answers.pop("xml")
    assert intake.answers == {"code": "539", "contingency": True, "mode": "EPEC"}
    assert [str(each.key) for each in ticket.messages.get().attachments.all()] == [xml]
    assert Inquiry.objects.get().outcome == Inquiry.Outcome.OPENED

    # What support asks is answered where it is asked.
    (log,) = (each for each in QUESTIONS if each.key == "log")
    desk = by(elisa, channel="desk")
    actions.request_information(ticket, by=desk, body="E o log?", fields=[log])
    page.reload()
    region = page.get_by_role("region", name="O suporte precisa saber")
    region.get_by_label("Log de transmissão").fill("retorno 539")
    page.get_by_role("button", name="Enviar resposta").click()
    expect(page.get_by_text(re.compile("Com o suporte")).first).to_be_visible()
    ticket.refresh_from_db()
    assert ticket.status == "open"

    # Tickets and articles are searched.
    page.goto("/tickets/")
    page.get_by_label("Buscar").fill("rejeição")
    page.get_by_role("button", name="Filtrar").click()
    expect(page.get_by_role("link", name="Rejeicao 539")).to_be_visible()
    page.goto("/ajuda/")
    page.get_by_role("searchbox").fill("rejeicao 539")
    page.get_by_role("searchbox").press("Enter")
    expect(page.get_by_role("link", name=article.title)).to_be_visible()
