"""What customers read of incidents and defects, and being told when a correction ships (M2)."""

import pytest
from django.urls import reverse

from catalog.models import Product
from knowledge.models import Defect
from tests.cast import by
from tests.portal.reading import text, toast, url
from tickets import actions
from tickets.models import DefectFollower

ENDPOINTS = ["defect", "follow_defect"]
METHODS = ["get", "head", "post", "put", "patch", "delete"]
DOWN = "SEFAZ-SP fora do ar: notas não são autorizadas"


@pytest.fixture
def incident(product, elisa):
    told = {"product": product, "title": DOWN, "text": "Emita em contingência."}
    return actions.start_incident(by=by(elisa, "2026-11-13T08:30", "desk"), **told)


@pytest.fixture
def defect(product, elisa):
    return actions.record_defect(
        by=by(elisa, "2026-11-12T10:00", "desk"),
        code="NFE-2041",
        product=product,
        title="Rejeição 539 ao retransmitir",
        text="Envie uma por vez até a correção.",
        version="12.1",
    )


def address(defect, name="defect"):
    return reverse(f"portal:{name}", args=[defect.pk])


# --- Incidents ----------------------------------------------------------------------------------


def test_M2_the_home_page_tells_of_what_goes_on(get, ana, incident):
    read = text(get(ana, "/"))

    assert f"Incidente em andamento: {DOWN}" in read
    assert "Emita em contingência." in read


def test_R1_who_takes_another_product_is_told_nothing(get, ana, bruno, incident):
    bruno.memberships.get().products.set([Product.objects.create(name="Folha")])

    assert [DOWN in get(person, "/") for person in (ana, bruno)] == [True, False]


def test_M2_what_has_ended_is_told_no_more(get, ana, incident, elisa):
    actions.end_incident(incident, by=by(elisa, "2026-11-13T09:00", "desk"), text="")

    assert DOWN not in get(ana, "/")


def test_M2_a_ticket_says_of_which_incident_it_is(get, ana, opened, incident):
    ticket = opened(title=DOWN)

    read = text(get(ana, url(ticket)))

    assert f"Este ticket faz parte do incidente “{DOWN}”" in read
    assert "Quando terminar, você recebe a resposta aqui." in read
    assert f"ligou o ticket ao incidente {incident.pk}" in read
    assert "Incidente em andamento" not in read  # one and the same is told once


def test_M2_a_ticket_of_none_is_told_of_those_of_its_product(get, ana, opened, incident):
    read = text(get(ana, url(opened(title="Impressora não imprime"))))

    assert f"Incidente em andamento: {DOWN}" in read
    assert "faz parte" not in read


def test_L10_an_incident_takes_nothing_from_the_promise(get, ana, elisa, opened, incident):
    ticket = opened(title=DOWN)
    asks = by(elisa, "2026-11-13T10:00", "desk")
    actions.request_information(ticket, by=asks, body="Qual UF?")

    read = text(get(ana, url(ticket)))

    assert "O prazo acima continua valendo." in read


# --- Defects ------------------------------------------------------------------------------------


def test_M2_a_tickets_page_says_the_defects_code_state_and_version(get, ana, elisa, ticket, defect):
    actions.link_defect(ticket, defect=defect, by=by(elisa, channel="desk"))

    read = text(get(ana, url(ticket)))

    assert (
        "NFE-2041 Rejeição 539 ao retransmitir Confirmado · previsto para a versão 12.1 "
        "Me avise quando sair" in read
    )


def test_M2_who_asks_is_told_when_it_ships_and_may_stop(login, ana, elisa, ticket, defect):
    actions.link_defect(ticket, defect=defect, by=by(elisa, channel="desk"))
    customer, follow = login(ana), address(defect, "follow_defect")

    asked = customer.post(follow, {"ticket": ticket.number})
    customer.post(follow)  # L12
    waits = list(DefectFollower.objects.values_list("defect", "person"))
    offered = text(customer.get(url(ticket)).content.decode())
    stopped = customer.post(follow, {"stop": "1"})

    assert (asked["Location"], stopped["Location"]) == (url(ticket), address(defect))
    assert toast(asked) == ["Avisaremos por e-mail quando a correção sair."]
    assert waits == [(defect.pk, ana.pk)]
    assert "Avisaremos você por e-mail quando sair. Não me avise mais" in offered
    assert not DefectFollower.objects.exists()


def test_M2_nobody_waits_for_what_has_shipped(login, ana, elisa, defect):
    actions.release_defect(defect, by=by(elisa, channel="desk"), version="12.1", text="Atualize.")

    response = login(ana).post(address(defect, "follow_defect"))
    read = text(response.content.decode())

    assert response.status_code == 409
    assert "A correção já saiu, na versão 12.1." in read
    assert "Me avise quando sair" not in read


@pytest.mark.parametrize(
    ("state", "says"),
    [("confirmed", "Confirmado"), ("in_correction", "Em correção"), ("wont_fix", "Não será")],
)
def test_M2_the_page_of_a_defect_says_its_state(get, ana, defect, state, says):
    Defect.objects.filter(pk=defect.pk).update(state=state)

    read = text(get(ana, address(defect)))

    assert says in read
    assert "previsto para a versão 12.1" in read
    assert ("Me avise quando sair" in read) == (state != "wont_fix")


def test_the_desk_is_led_to_its_own_page(login, elisa, defect):
    assert login(elisa).get(address(defect))["Location"] == f"/mesa/defeitos/{defect.pk}/"


# --- Strangers ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ENDPOINTS)
def test_R1_a_defect_that_is_not_public_is_for_those_of_its_tickets(
    login, ana, bruno, davi, elisa, ticket, defect, name
):
    Defect.objects.filter(pk=defect.pk).update(is_public=False)
    actions.link_defect(ticket, defect=defect, by=by(elisa, channel="desk"))

    answers = {
        (stranger.name, method): getattr(login(stranger), method)(address(defect, name)).status_code
        for stranger in (bruno, davi)
        for method in METHODS
    }

    assert set(answers.values()) == {404}, answers
    assert login(ana).get(address(defect)).status_code == 200
    assert not DefectFollower.objects.exists()


@pytest.mark.parametrize("name", ENDPOINTS)
def test_R1_a_defect_of_a_product_not_taken_does_not_exist(login, bruno, defect, name):
    bruno.memberships.get().products.set([Product.objects.create(name="Folha")])

    assert login(bruno).post(address(defect, name)).status_code == 404


@pytest.mark.parametrize("name", ENDPOINTS)
def test_nobody_signed_in_is_led_to_the_sign_in_page(client, defect, name):
    response = client.get(address(defect, name))

    assert response["Location"] == f"/conta/login/?next={address(defect, name)}"


def test_what_reads_is_not_posted_and_what_acts_only_posted(login, ana, defect):
    customer = login(ana)

    assert customer.post(address(defect)).status_code == 405
    assert customer.get(address(defect, "follow_defect")).status_code == 405


@pytest.mark.parametrize("count", [1, 25])
def test_the_pages_ask_the_same_for_one_and_for_25(
    login, ana, elisa, ticket, product, count, django_assert_num_queries
):
    for n in range(count):
        told = {"product": product, "title": f"Falha {n}"}
        actions.start_incident(by=by(elisa, channel="desk"), **told, text="?")
        found = actions.record_defect(by=by(elisa, channel="desk"), code=f"NFE-{n}", **told)
        actions.link_defect(ticket, defect=found, by=by(elisa, channel="desk"))
    customer = login(ana)

    # The session, the person, the places; the defect, whether it is followed.
    with django_assert_num_queries(5):
        customer.get(address(found))
    with django_assert_num_queries(10):
        customer.get(url(ticket))
