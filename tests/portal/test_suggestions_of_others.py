"""R1, E1: over random organizations, people and titles, suggestions hold nothing of others."""

import random
import re

import pytest

from accounts.models import Membership, Organization
from catalog.models import Product, Version
from common import clock
from knowledge.models import Defect, Incident
from tests.cast import by, make_person, make_queue
from tickets import actions
from tickets.models import ProductQueue, Ticket

SUGGEST = "/tickets/novo/sugestoes/"
WORDS = ("nota", "boleto", "folha", "rejeitada", "vencido", "parada", "férias", "servidor", "lento")


@pytest.fixture
def some():
    return random.Random(29)


@pytest.fixture
def products(calendar_sp, elisa):
    """Three, each with an incident and a correction for each word."""
    queue = make_queue("Fila", calendar_sp, elisa)
    products = [Product.objects.create(name=f"P{n}") for n in range(3)]
    for product in products:
        ProductQueue.objects.create(product=product, queue=queue)
        version = Version.objects.create(product=product, name="1.0")
        fixed = {"fixed_in": version, "state": "released", "released_at": clock.now()}
        more = {"product": product, "created_by": elisa}
        for word in WORDS:
            Incident.objects.create(title=f"{word} I{product.pk}", text="Aguarde.", **more)
            code = f"D{product.pk}-{word}"
            Defect.objects.create(code=code, title=f"{word} corrigida", **fixed, **more)
    return products


@pytest.fixture
def people(products, some):
    """Twelve members of one or two of four organizations, of which one holds guests; some of them
    for some products only, some who have left one."""
    places = [
        Organization.objects.create(name=f"Empresa {n}", holds_guests=n == 3) for n in range(4)
    ]
    people = []
    for n in range(12):
        person = make_person(f"Pessoa {n}", f"pessoa{n}@x.example")
        for place in some.sample(places, some.randint(1, 2)):
            active = some.random() < 0.85
            member = Membership.objects.create(user=person, organization=place, is_active=active)
            if some.random() < 0.5:
                member.products.set(some.sample(products, some.randint(1, 2)))
        people.append(person)
    return people


def takes(person):
    """(organization, product or None for all) of each place that the person has."""
    return [
        (place.organization, about)
        for place in Membership.objects.filter(user=person, is_active=True)
        for about in (list(place.products.values_list("pk", flat=True)) or [None])
    ]


@pytest.fixture
def tickets(people, products, some):
    """Forty, by whoever may open them; some have ended."""
    for _each in range(40):
        person = some.choice([each for each in people if takes(each)])
        place, about = some.choice(takes(person))
        event = actions.open_ticket(
            by=by(person, "2026-11-12T09:00"),
            organization=place,
            product=next(each for each in products if about in (None, each.pk)),
            title=" ".join(some.sample(WORDS, 3)),
            body="Segredo.",
        )
        if some.random() < 0.2:
            actions.cancel(event.ticket, by=by(person, "2026-11-12T10:00"))
    return list(Ticket.objects.select_related("organization"))


def test_R1_E1_nothing_of_others_is_suggested_nor_counted(client, people, products, tickets, some):
    places = list(Organization.objects.values_list("pk", flat=True))
    shown_in_all = 0
    for person in people:
        mine = takes(person)
        open_to = {
            str(each.number)
            for each in tickets
            for place, about in mine
            if place == each.organization
            and about in (None, each.product_id)
            and not place.holds_guests
            and each.status != "closed"
        }
        is_free = any(about is None for _place, about in mine)
        known_to = {each.pk for each in products if is_free or each.pk in {pk for _p, pk in mine}}
        client.force_login(person)
        for _each in range(4):
            asked = {
                "title": " ".join(some.sample(WORDS, some.randint(1, 3))),
                "organization": some.choice(["", *places]),
                "product": some.choice(["", *(each.pk for each in products)]),
            }
            html = client.get(SUGGEST, asked, HTTP_HX_REQUEST="true").content.decode()
            numbers = re.findall(r'suggestions__number">(\d+)<', html)
            of_products = re.findall(r"\bI(\d+)\b|\bD(\d+)-", html)
            about = {int(incident or defect) for incident, defect in of_products}
            counted = re.search(r'data-say="(\d+|Nenhuma)', html)

            assert (set(numbers) - open_to, about - known_to) == (set(), set()), (person, asked)
            assert counted[1] == str(html.count("<li") or "Nenhuma")
            assert "Segredo" not in html
            shown_in_all += len(numbers)
    assert shown_in_all > len(people)
