"""Searching on one shelf or for one product, and what of that a reader is offered (K1)."""

import pytest

from catalog.models import Product, Version
from common import clock
from knowledge.models import Category, Defect, Miss
from tests.desk.reading import text

URL = "/ajuda/busca/"


@pytest.fixture
def articles(written, product):
    """Three that tell of boletos; an internal one alone is of its shelf and product."""
    other = Category.objects.create(name="Cobrança", slug="cobranca")
    hidden = Category.objects.create(name="Só da mesa", slug="mesa")
    internal = Product.objects.create(name="Produto interno")
    written("Boleto da nota", products=[product])
    written("Boleto vencido", category=other)
    written("Boleto da mesa", category=hidden, products=[internal], audience="internal")


@pytest.fixture
def found(client):
    """`found(category="x")` is the titles that a stranger finds there."""

    def search(**asked):
        response = client.get(URL, {"q": "boleto", **asked})
        assert response.status_code == 200
        return sorted(each.found.title for each in response.context["articles"])

    return search


def test_a_search_on_a_shelf_or_for_a_product_finds_what_is_there(articles, found, product):
    other = Product.objects.create(name="Folha")
    both = ["Boleto da nota", "Boleto vencido"]

    assert found() == found(category="", product="") == both
    assert found(category="cobranca") == ["Boleto vencido"]
    assert found(product=product.pk) == both
    assert found(product=product.pk, category="notas-fiscais") == ["Boleto da nota"]
    for nonsense in ("x", "-1", "9" * 30, "\x00", other.pk):
        assert found(product=nonsense, category=nonsense) == both


def test_K1_only_shelves_and_products_of_what_one_reads_are_offered(articles, get, client, elisa):
    stranger = text(client.get(URL, {"q": "boleto"}).content.decode())

    assert ("Só da mesa" in stranger, "Produto interno" in stranger) == (False, False)
    assert "Produto Todos Nota fiscal eletrônica" in stranger
    desk = text(get(elisa, URL, data={"q": "boleto"}))
    assert ("Só da mesa" in desk, "Produto interno" in desk) == (True, True)


def test_corrections_of_another_product_are_left_out(articles, login, ana, product, elisa):
    other = Product.objects.create(name="Folha")
    for each in (product, other):
        version = Version.objects.create(product=each, name="1.0")
        fixed = {"fixed_in": version, "state": "released", "released_at": clock.now()}
        Defect.objects.create(
            code=f"D-{each}", title="Boleto errado", product=each, created_by=elisa, **fixed
        )

    known = login(ana).get(URL, {"q": "boleto", "product": product.pk}).context["known"]

    assert [each.found.name for each in known] == [f"D-{product}"]


def test_K6_what_is_not_found_on_one_shelf_is_no_miss_and_leads_everywhere(articles, client):
    asked = {"q": "boleto nota", "category": "mesa"}
    Category.objects.filter(slug="mesa").update(name="Mesa")

    html = client.get(URL, {**asked, "q": "xyzqw", "category": "cobranca"}).content.decode()

    assert 'href="/ajuda/busca/?q=xyzqw"' in html
    assert Miss.objects.count() == 0


def test_pages_keep_their_filters(written, client, shelf):
    for n in range(11):
        written(f"Boleto {n:02}")

    html = client.get(URL, {"q": "boleto", "category": shelf.slug}).content.decode()

    assert f"?q=boleto&amp;category={shelf.slug}&amp;page=2" in html


@pytest.mark.parametrize("count", [1, 25])
def test_a_strangers_search_asks_three_statements(
    written, client, product, count, django_assert_num_queries
):
    for n in range(count):
        written(f"Boleto {n}", products=[product])

    with django_assert_num_queries(3):
        client.get(URL, {"q": "boleto"})
