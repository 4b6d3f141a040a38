"""The paid service on the ticket's page: accepted with consent, or declined (E3)."""

from decimal import Decimal

import pytest

from catalog.models import PaidService, ScopeNote, ServiceTerms
from tests.cast import by
from tests.portal.reading import text, url
from tickets import actions
from tickets.models import ServiceOffer, Ticket


@pytest.fixture
def offer(ticket, product, elisa):
    service = PaidService.objects.create(name="Treinamento")
    terms = ServiceTerms.objects.create(
        service=service, number=2, text="Duas horas, a distância.", price=180, unit="hora"
    )
    note = ScopeNote.objects.create(
        product=product, title="Treinamento", text="Não é suporte.", door="Academia"
    )
    note.service = service
    note.save()
    event = actions.offer_service(
        ticket,
        note=note,
        terms=terms,
        price=Decimal("360"),
        by=by(elisa, "2026-11-13T10:00", "desk"),
        body="Não é suporte.",
    )
    return ServiceOffer.objects.get(pk=event.data["offer"])


def status(ticket):
    return Ticket.objects.get(pk=ticket.pk).status


def test_E3_the_page_tells_price_terms_and_what_declining_does(get, ana, ticket, offer):
    page = text(get(ana, url(ticket))).replace("\xa0", " ")

    for said in (
        "Serviço pago: Treinamento",
        "R$ 360,00",
        "(tabela: R$ 180,00 / hora)",
        "Duas horas, a distância.",
        "Aceitar por R$ 360,00",
        "Se recusar, nada é cobrado",
    ):
        assert said in page


def test_E3_no_acceptance_without_consent(login, ana, ticket, offer):
    response = login(ana).post(url(ticket, "accept_service"), {"offer": offer.pk})

    assert (response.status_code, status(ticket)) == (422, "pending")
    assert "marque que leu e aceita" in response.content.decode()


def test_E3_accepted_the_page_says_who_when_and_under_which_terms(login, get, ana, ticket, offer):
    told = {"offer": offer.pk, "consent": "1"}

    response = login(ana).post(url(ticket, "accept_service"), told)

    assert (response.status_code, status(ticket)) == (302, "open")
    page = text(get(ana, url(ticket))).replace("\xa0", " ")
    assert "Aceito Ana Nogueira" in page
    assert "aceitou o serviço pago, por R$ 360,00, condições versão 2" in page
    assert "Aceitar por" not in page


def test_E3_a_refusal_too_late_keeps_its_reason(login, ana, carla, ticket, offer):
    actions.accept_service(ticket, offer=offer.pk, by=by(carla))

    told = {"offer": offer.pk, "body": "É caro."}
    response = login(ana).post(url(ticket, "decline_service"), told)

    page = response.content.decode()
    assert response.status_code == 409
    assert "Carla Menezes já aceitou este serviço." in page
    assert "É caro.</textarea>" in page


def test_E3_declined_with_a_reason(login, ana, ticket, offer):
    told = {"offer": offer.pk, "body": "É caro."}

    response = login(ana).post(url(ticket, "decline_service"), told)

    assert (response.status_code, status(ticket)) == (302, "open")
    assert ticket.messages.latest("pk").body_text == "É caro."


def test_E3_a_watcher_reads_it_and_cannot_decide(login, get, ana, bruno, ticket, offer):
    actions.watch(ticket, who=bruno, by=by(ana))

    page = get(bruno, url(ticket))
    response = login(bruno).post(url(ticket, "accept_service"), {"offer": offer.pk, "consent": "1"})

    assert "Quem aceita ou recusa é Ana" in text(page)
    assert "Aceitar por" not in page
    assert (response.status_code, status(ticket)) == (409, "pending")


def test_E3_a_page_that_hears_gets_the_panel_only_when_it_changed(get, ana, ticket, offer):
    heard = {"HX-Request": "true"}

    same = get(ana, f"{url(ticket)}?offer={offer.pk}:open", headers=heard)
    other = get(ana, f"{url(ticket)}?offer=", headers=heard)

    assert ['id="ticket-oferta"' in page for page in (same, other)] == [False, True]
