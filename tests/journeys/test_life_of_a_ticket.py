"""The whole life of a ticket, in the browser, by mail and back, as four people see it."""

import re
from base64 import b64decode
from collections.abc import Callable
from email.message import EmailMessage
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from helpdesk.process import Child
from tests.journeys.conftest import accessible, sign_in
from tests.mail import MailServer
from tickets.models import Ticket

PNG = (
    "iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAIAAAACUFjqAAAAEklEQVR4nGP8z4APMOGVHbHSAEEsAROxCnMTAAAA"
    "AElFTkSuQmCC"
)
SIZES = {"desktop": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}

PASTE = """(text, encoded) => {
  const bytes = Uint8Array.from(atob(encoded), (c) => c.charCodeAt(0));
  const clipboardData = new DataTransfer();
  clipboardData.items.add(new File([bytes], "tela.png", { type: "image/png" }));
  document.activeElement.dispatchEvent(
    new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
}"""


@pytest.fixture(
    params=[(size, scheme) for size in SIZES for scheme in ("light", "dark")], ids="-".join
)
def screen(request: pytest.FixtureRequest) -> dict[str, Any]:
    size, scheme = request.param
    return {"viewport": SIZES[size], "color_scheme": scheme}


@pytest.fixture
def people(product: Any, ana: Any, elisa: Any, mail_server: MailServer, start_worker: Any) -> Child:
    """Ana, Elisa and her queue, with a worker that sends real letters."""
    return start_worker(EMAIL_HOST="127.0.0.1", EMAIL_PORT=str(mail_server.port))


def letter(server: MailServer, words: str) -> EmailMessage:
    """The letter whose subject holds `words`, once it has come."""
    for _ in range(50):
        for message in server.taken:
            if words in message["Subject"]:
                return message
        assert server.glimpse.acquire(timeout=20), [each["Subject"] for each in server.taken]
    raise AssertionError([each["Subject"] for each in server.taken])


def plain(message: EmailMessage) -> str:
    """The text part of a letter, as its reader sees it."""
    body = message.get_body(("plain",))
    assert body is not None
    return " ".join(body.get_content().split())


def write(page: Page, kind: str, text: str, submit: str) -> None:
    """Write in the desk's composer."""
    page.get_by_role("radio", name=kind, exact=True).check()
    page.get_by_label("Mensagem").fill(text)
    page.get_by_role("button", name=submit, exact=True).click()
    expect(page.get_by_label("Mensagem")).to_have_value("")


def test_from_opening_to_survey_and_follow_up(
    people: Child,
    mail_server: MailServer,
    open_browser: Callable[[dict[str, Any]], Page],
    screen: dict[str, Any],
    ana: Any,
    elisa: Any,
    live: str,
) -> None:
    customer, desk, stranger = (open_browser(screen) for _ in range(3))

    # Ana opens a ticket with a pasted picture.
    sign_in(customer, ana)
    accessible(customer)
    customer.get_by_role("link", name="Abrir um ticket").first.click()
    customer.get_by_label("Produto").select_option(label="Nota fiscal eletrônica")
    customer.get_by_label("Título").fill("NF-e rejeitada com o código 539")
    customer.get_by_text("Alta", exact=True).click()
    description = customer.get_by_label("O que aconteceu")
    description.fill("Ao retransmitir em contingência, a SEFAZ devolve rejeição 539.")
    customer.evaluate(f"([text, encoded]) => ({PASTE})(text, encoded)", ["", PNG])
    expect(customer.get_by_text("tela.png", exact=True)).to_be_visible()
    expect(customer.get_by_text(re.compile("Enviado · "))).to_be_visible()
    accessible(customer)
    customer.get_by_role("button", name="Abrir o ticket").click()
    expect(customer.get_by_role("heading", level=1)).to_have_text("NF-e rejeitada com o código 539")
    ticket = Ticket.objects.get()
    assert ticket.messages.get().attachments.get().size == len(b64decode(PNG))
    expect(customer.get_by_text("Com o suporte desde")).to_be_visible()
    accessible(customer)

    # Elisa finds it in her queue and asks for information; Ana's page tells so by itself.
    sign_in(desk, elisa)
    accessible(desk)
    desk.goto("/mesa/fila/")
    accessible(desk)
    desk.get_by_role("link", name="NF-e rejeitada com o código 539").first.click()
    desk.get_by_role("button", name="Assumir").click()
    expect(desk.get_by_text("O ticket é seu.")).to_be_visible()
    write(desk, "Pedir informações", "Envie o XML de uma das notas.", "Pedir informações")
    expect(desk.get_by_text("Aguardando Ana até")).to_be_visible()
    accessible(desk)
    expect(customer.get_by_text("Envie o XML de uma das notas.")).to_be_visible()
    expect(customer.get_by_text("Aguardando você até")).to_be_visible()
    assert "Aguardando você até" in plain(letter(mail_server, "informações"))
    accessible(customer)

    # Ana answers; the ball is with support again, and Elisa's page tells so.
    reply = customer.get_by_role("textbox", name="Responder")
    reply.fill("Segue em anexo. A filial 02 está na 12.1.2610.")
    customer.get_by_role("button", name=re.compile("^Enviar (mensagem|resposta)")).click()
    expect(customer.get_by_text("Com o suporte desde")).to_be_visible()
    expect(desk.get_by_text("Segue em anexo.")).to_be_visible()

    # A solution; the survey comes by mail and needs no sign-in.
    write(desk, "Propor solução", "Atualize a filial 02 e retransmita.", "Propor solução")
    expect(customer.get_by_text("Aguardando sua validação até")).to_be_visible()
    survey = plain(letter(mail_server, "atendimento"))
    link = re.search(rf"{live}/pesquisa/\S+", survey)
    assert link is not None, survey
    stranger.goto(link[0])
    accessible(stranger)
    stranger.get_by_role("radio", name="Muito bom").check()
    stranger.get_by_role("button", name="Enviar avaliação").click()
    expect(stranger.get_by_text("Sua avaliação está registrada")).to_be_visible()
    accessible(stranger)
    assert Ticket.objects.get().status == "validation"

    # Ana confirms, and later it comes back.
    customer.get_by_role("link", name="Confirmar a solução").click()
    customer.get_by_role("button", name="Confirmar e encerrar").click()
    expect(customer.get_by_text("Encerrado em")).to_be_visible()
    accessible(customer)
    customer.get_by_role("textbox", name="Continuar em Acompanhamento").fill(
        "Voltou a acontecer na filial 03."
    )
    customer.get_by_role("button", name="Criar acompanhamento").click()
    expect(customer.get_by_text("Com o suporte desde")).to_be_visible()
    expect(customer.get_by_text(f"Antes, no ticket {ticket.number}")).to_be_visible()
    accessible(customer)

    ticket.refresh_from_db()
    successor = Ticket.objects.get(predecessor=ticket)
    assert (ticket.status, successor.status) == ("followed", "open")
    assert successor.messages.get().body_text == "Voltou a acontecer na filial 03."
