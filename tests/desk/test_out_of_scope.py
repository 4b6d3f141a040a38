"""Saying that a ticket is out of scope, with an offer or without, and taking it back (E3)."""

import pytest

from catalog.models import PaidService, Product, ScopeNote, ServiceTerms
from tests.desk.reading import CASE, DIALOG, text, url
from tickets.models import ServiceOffer, Ticket


@pytest.fixture
def terms(db):
    service = PaidService.objects.create(name="Treinamento")
    return ServiceTerms.objects.create(
        service=service, number=2, text="A distância.", price=180, unit="hora"
    )


@pytest.fixture
def note(product, terms):
    return ScopeNote.objects.create(
        product=product,
        title="Treinamento de usuários",
        text="Treinamento não é suporte.",
        door="Academia, pelo telefone",
        service=terms.service,
    )


def status(ticket):
    return Ticket.objects.get(pk=ticket.pk).status


def test_E3_the_notes_of_the_product_are_offered_and_no_others(get, elisa, ticket, note):
    ScopeNote.objects.create(
        product=Product.objects.create(name="Folha"), title="Da folha", text="x", door="x"
    )

    page = get(elisa, url(ticket, "out_of_scope"))
    dialog = get(elisa, url(ticket, "out_of_scope"), headers=DIALOG)

    assert f'href="{url(ticket, "out_of_scope")}?note={note.pk}"' in page
    assert "<html" not in dialog
    assert ["Da folha" in each for each in (page, dialog)] == [False, False]


def test_E3_where_there_is_no_note_the_page_says_so(get, elisa, ticket):
    assert "Não há nota de escopo para" in get(elisa, url(ticket, "out_of_scope"))


def test_E3_the_notes_words_are_there_to_be_changed_and_sent(login, get, elisa, ticket, note):
    page = get(elisa, f"{url(ticket, 'out_of_scope')}?note={note.pk}")
    told = {"note": note.pk, "body": "Procure a Academia."}

    response = login(elisa).post(url(ticket, "out_of_scope"), told)

    assert "Treinamento não é suporte.\n\nAcademia, pelo telefone</textarea>" in page
    assert (response.status_code, status(ticket)) == (302, "validation")
    assert ticket.messages.latest("pk").body_text == "Procure a Academia."
    assert not ServiceOffer.objects.exists()


def test_E3_with_an_offer_at_a_price(login, get, elisa, ticket, note, terms):
    told = {"note": note.pk, "body": "Procure.", "with_offer": "on", "terms": terms.pk}
    desk = login(elisa)

    silent = desk.post(url(ticket, "out_of_scope"), told | {"price": ""}, headers=CASE)
    sent = desk.post(url(ticket, "out_of_scope"), told | {"price": "1.260,50"})

    assert [silent.status_code, sent.status_code] == [422, 302]
    assert "Escreva o preço em reais" in silent.content.decode()
    offer = ServiceOffer.objects.get()
    assert (offer.terms, str(offer.price), status(ticket)) == (terms, "1260.50", "pending")
    page = text(get(elisa, url(ticket))).replace("\xa0", " ")
    assert "R$ 1.260,50" in page
    assert "Aguarda o cliente" in page


def test_E3_terms_that_changed_meanwhile_are_told(login, elisa, ticket, note, terms):
    ServiceTerms.objects.create(service=terms.service, number=3, text="Nova.", price=200)
    told = {"note": note.pk, "body": "x", "with_offer": "on", "terms": terms.pk, "price": "180"}

    response = login(elisa).post(url(ticket, "out_of_scope"), told)

    assert (response.status_code, status(ticket)) == (409, "open")
    assert "As condições deste serviço mudaram" in response.content.decode()


def test_E3_an_offer_is_taken_back_with_a_reason(login, get, elisa, ticket, note, terms):
    desk = login(elisa)
    told = {"note": note.pk, "body": "x", "with_offer": "on", "terms": terms.pk, "price": "180"}
    desk.post(url(ticket, "out_of_scope"), told)

    silent = desk.post(url(ticket, "withdraw_service"), {"reason": ""})
    done = desk.post(url(ticket, "withdraw_service"), {"reason": "Engano."})
    again = desk.post(url(ticket, "withdraw_service"), {"reason": "De novo."})

    codes = [each.status_code for each in (silent, done, again)]
    assert (codes, status(ticket)) == ([422, 302, 409], "open")
    assert "Retirado por Elisa Prado" in text(get(elisa, url(ticket)))
