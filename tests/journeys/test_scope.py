"""E3: what is out of scope is answered with an offer, and the customer accepts it, both of them by
the keyboard."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from catalog.models import PaidService, ScopeNote, ServiceTerms
from tests.journeys.conftest import Watch, accessible, sign_in
from tickets.models import ServiceOffer, Ticket

SCREENS = {
    "1440-light": {"viewport": {"width": 1440, "height": 900}, "color_scheme": "light"},
    "390-dark": {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"},
}

REFUSED = "the server responded with a status of 422"


@pytest.fixture
def note(product: Any) -> ScopeNote:
    service = PaidService.objects.create(name="Treinamento a distância")
    ServiceTerms.objects.create(
        service=service, number=2, text="A cobrança vai na fatura.", price=180, unit="hora"
    )
    return ScopeNote.objects.create(
        product=product,
        title="Treinamento de usuários",
        text="Ensinar uma rotina é treinamento.",
        door="Academia, pelo telefone (47) 3555-0190",
        service=service,
    )


def press(thing: Locator, key: str = "Enter") -> None:
    """By the keyboard."""
    thing.focus()
    thing.press(key)


@pytest.mark.parametrize("screen", SCREENS.values(), ids=SCREENS)
def test_E3_an_analyst_offers_a_service_and_the_customer_accepts_it(
    open_browser: Callable[[dict[str, Any]], Page],
    opened: Callable[..., Ticket],
    note: ScopeNote,
    elisa: Any,
    ana: Any,
    watch: Watch,
    screen: dict[str, Any],
) -> None:
    ticket = opened(title="Treinar quem chegou")
    desk, customer = open_browser(screen), open_browser(screen)
    sign_in(customer, ana)
    customer.goto(f"/tickets/{ticket.number}/")

    # The analyst chooses the note, and offers its service.
    sign_in(desk, elisa)
    desk.goto(f"/mesa/tickets/{ticket.number}/")
    press(desk.get_by_role("button", name="Mais ações"))
    press(desk.get_by_role("link", name="Fora do escopo"))
    dialog = desk.get_by_role("dialog", name="Fora do escopo do suporte")
    expect(dialog.get_by_text("com serviço pago")).to_be_visible()
    accessible(desk)
    press(dialog.get_by_role("link", name="Treinamento de usuários"))
    expect(dialog.get_by_label("Resposta ao cliente")).to_have_value(
        "Ensinar uma rotina é treinamento.\n\nAcademia, pelo telefone (47) 3555-0190"
    )
    price = dialog.get_by_label("Preço total (R$)")
    expect(price).to_be_hidden()
    press(dialog.get_by_label("Oferecer o serviço pago: Treinamento a distância"), "Space")
    price.fill("trezentos")
    price.press("Enter")
    expect(dialog.get_by_text("Escreva o preço em reais, como 360,00.").first).to_be_visible()
    accessible(desk)
    # A refusal is an answer, which a browser logs all the same.
    assert [REFUSED in each for each in watch.errors] == [True]
    watch.errors.clear()
    price.fill("360,00")
    press(dialog.get_by_role("button", name="Enviar a resposta"))
    expect(desk.get_by_text("Oferta enviada. O ticket está em Pendente Cliente.")).to_be_visible()
    expect(dialog).to_be_hidden()
    accessible(desk)

    # It appears on the page that the customer has open, and is accepted with consent alone.
    panel = customer.get_by_role("region", name="Serviço pago: Treinamento a distância")
    expect(panel.get_by_text("A cobrança vai na fatura.")).to_be_visible()
    expect(customer.get_by_text("Aguardando sua decisão sobre o serviço pago")).to_be_visible()
    accessible(customer)
    accept = panel.get_by_role("button", name="Aceitar por R$ 360,00")
    press(accept)
    assert ServiceOffer.objects.get().decision == ""
    press(panel.get_by_label("Li e aceito o preço de R$ 360,00"), "Space")
    press(accept)
    expect(customer.get_by_text("Serviço aceito. O ticket está com o suporte.")).to_be_visible()
    expect(panel.get_by_text("Ana Nogueira,")).to_be_visible()
    expect(accept).to_have_count(0)
    accessible(customer)

    # The analyst's page hears of it.
    expect(desk.locator("#conversa")).to_contain_text("aceitou o serviço pago")
    assert ServiceOffer.objects.get().decided_by == ana
