"""Opening a ticket: once, with nothing lost on the way."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Membership, Organization
from catalog.models import Product
from interfaces.web import drafts
from tests.cast import key, make_person
from tests.portal.reading import stored, text, toast, url
from tickets.models import Severity, Ticket

URL = "/tickets/novo/"


@pytest.fixture
def form(product):
    """What Ana fills in."""
    return {
        "product": product.pk,
        "severity": Severity.HIGH.value,
        "title": "Rejeição 539",
        "description": "Ao retransmitir, a SEFAZ rejeita.",
        "request_key": str(key(1)),
    }


def test_a_ticket_is_opened_and_says_what_happens_next(login, ana, bruno, organization, form):
    response = login(ana).post(URL, {**form, "watchers": [bruno.pk]})

    ticket = Ticket.objects.get()
    assert (response.status_code, response["Location"]) == (302, url(ticket))
    assert {
        "title": ticket.title,
        "requester": ticket.requester,
        "organization": ticket.organization,
        "severity": ticket.severity,
        "channel": ticket.channel,
        "watchers": [each.user for each in ticket.watchers.all()],
        "message": ticket.messages.get().body_text,
    } == {
        "title": "Rejeição 539",
        "requester": ana,
        "organization": organization,
        "severity": Severity.HIGH,
        "channel": "portal",
        "watchers": [bruno],
        "message": "Ao retransmitir, a SEFAZ rejeita.",
    }
    assert toast(response) == [
        f"Ticket {ticket.number} aberto e já com o suporte. "
        "A resposta chega aqui e no seu e-mail; nada mais é preciso agora."
    ]


def test_L12_the_same_form_sent_twice_opens_one_ticket(login, ana, form):
    answers = [login(ana).post(URL, form)["Location"] for _ in range(2)]

    assert answers == [url(Ticket.objects.get())] * 2


def test_a_form_with_gaps_says_each_and_keeps_the_rest(login, ana, form):
    log = stored(ana)
    sent = {**form, "title": " ", "product": "", "files": [str(log.key)]}

    response = login(ana).post(URL, sent)

    html = response.content.decode()
    assert response.status_code == 422
    assert (
        "Falta corrigir 2 campos "
        "Produto Escolha o produto em que isso aconteceu. "
        "Título Dê um título que resuma a ocorrência."
    ) in text(html)
    assert "Ao retransmitir, a SEFAZ rejeita.</textarea>" in html
    assert f'name="files" value="{log.key}"' in html
    assert Ticket.objects.count() == 0


def test_a_title_too_long_is_said_beside_it(login, ana, form):
    response = login(ana).post(URL, {**form, "title": "x" * 201})

    assert response.status_code == 422
    assert "Encurte o título: cabem 200 caracteres." in response.content.decode()


@pytest.mark.parametrize("severity", ["", "9", "alta"])
def test_R3_the_customer_sets_one_of_four_severities(login, ana, form, severity):
    response = login(ana).post(URL, {**form, "severity": severity})

    assert (response.status_code, Ticket.objects.count()) == (422, 0)


def test_R3_each_severity_says_what_it_means(get, ana, product):
    read = text(get(ana, URL))

    assert (
        "Crítica Parou: ninguém consegue trabalhar. "
        "Alta Dificulta muito: parte do trabalho parou. "
        "Média Atrapalha, mas há um jeito de contornar. "
        "Baixa Dúvida ou incômodo: o trabalho segue."
    ) in read


def test_files_go_with_the_form_and_survive_its_errors(login, ana, form):
    uploads = [SimpleUploadedFile("v.exe", b"MZ\0\0"), SimpleUploadedFile("log.txt", b"erro")]

    refused = login(ana).post(URL, {**form, "uploads": uploads})

    html = refused.content.decode()
    assert refused.status_code == 422
    assert "é um programa ou script" in html
    (kept,) = [line.split('"')[5] for line in html.splitlines() if 'name="files" value=' in line]
    login(ana).post(URL, {**form, "files": [kept]})
    assert [each.name for each in Ticket.objects.get().messages.get().attachments.all()] == [
        "log.txt"
    ]


def test_a_product_no_longer_offered_is_refused(login, get, ana, form, product):
    Product.objects.update(is_active=False)

    response = login(ana).post(URL, form)

    assert (response.status_code, Ticket.objects.count()) == (422, 0)
    assert product.name not in get(ana, URL)


def test_a_product_that_no_queue_takes_is_refused_beside_it(login, ana, form, queue):
    queue.is_active = False
    queue.save()

    response = login(ana).post(URL, form)

    assert response.status_code == 422
    assert "Este produto não recebe tickets agora. Escolha outro." in response.content.decode()


@pytest.mark.parametrize("who", ["davi", "elisa"])
def test_R1_nobody_from_elsewhere_is_made_to_watch(request, login, ana, form, who):
    stranger = request.getfixturevalue(who)

    response = login(ana).post(URL, {**form, "watchers": [stranger.pk]})

    assert (response.status_code, Ticket.objects.count()) == (422, 0)


# --- R2 ------------------------------------------------------------------------------------------


@pytest.fixture
def paula(organization, other_organization):
    """A partner's consultant, of two organizations."""
    paula = make_person("Paula Reis", "paula@parceira.example", organization)
    Membership.objects.create(user=paula, organization=other_organization)
    return paula


def test_R2_who_has_several_organizations_chooses_one(login, paula, other_organization, form):
    without = login(paula).post(URL, form)
    login(paula).post(URL, {**form, "organization": other_organization.pk})

    assert without.status_code == 422
    assert "Escolha por qual empresa você abre o ticket." in without.content.decode()
    assert Ticket.objects.get().organization == other_organization


def test_R2_who_has_one_is_neither_asked_nor_heard(login, get, ana, other_organization, form):
    login(ana).post(URL, {**form, "organization": other_organization.pk})

    assert Ticket.objects.count() == 0 or Ticket.objects.get().organization != other_organization
    assert 'name="organization"' not in get(ana, URL)


def test_R2_a_colleague_of_another_organization_does_not_watch(login, paula, davi, bruno, form):
    serra = Organization.objects.get(memberships__user=bruno)

    response = login(paula).post(URL, {**form, "organization": serra.pk, "watchers": [davi.pk]})

    assert response.status_code == 422
    assert "Só acompanha quem é da mesma empresa." in response.content.decode()


def test_who_belongs_nowhere_is_told_what_to_do(get, db):
    alone = make_person("Olga Só", "olga@nenhures.example")

    html = get(alone, URL)

    assert "Sua conta ainda não está em nenhuma empresa" in html
    assert "<textarea" not in html


# --- Drafts --------------------------------------------------------------------------------------


def test_a_draft_survives_reload_and_sign_out(login, get, ana, bruno, form, product):
    log = stored(ana)
    typed = {"title": "Meio tít", "description": "Meio texto", "product": product.pk}
    login(ana).post("/rascunhos/open/", {**typed, "watchers": [bruno.pk], "files": [str(log.key)]})
    login(ana).logout()

    html = get(ana, URL)

    assert 'value="Meio tít"' in html
    assert "Meio texto</textarea>" in html
    assert f'<option value="{product.pk}" selected>' in html
    assert f'value="{bruno.pk}"' in html
    assert f'name="files" value="{log.key}"' in html
    assert "Rascunho guardado" in text(html)


def test_the_draft_is_forgotten_once_the_ticket_is_open(login, ana, form):
    login(ana).post("/rascunhos/open/", {"title": "Meio tít"})

    login(ana).post(URL, form)

    assert drafts.load(ana, "open") == {}


def test_a_refused_form_is_the_draft(login, ana, form, product):
    log = stored(ana)
    login(ana).post("/rascunhos/open/", {"title": "Meio tít"})

    login(ana).post(URL, {**form, "title": "", "files": [str(log.key), "de ninguém"]})

    assert drafts.load(ana, "open") == {
        "product": str(product.pk),
        "severity": str(Severity.HIGH.value),
        "title": "",
        "description": "Ao retransmitir, a SEFAZ rejeita.",
        "files": [str(log.key)],
    }
