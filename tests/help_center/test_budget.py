"""What a page costs: its statements, the same for 1 and for 25 articles."""

import io

import pytest
from django.test import Client
from django.urls import reverse

from knowledge import actions
from knowledge.models import Article
from tickets.models import Heartbeat

BROWSER = {"User-Agent": "Mozilla/5.0 Firefox/150.0"}
# The session, the person, and of a customer the places; of the desk the counts, the mail that
# waits, the beat.
KNOWN, FRAME = 3, 5


@pytest.fixture
def articles(written, product, elisa):
    """`articles(25)` fills one shelf; the last one has files, versions and related ones."""
    from catalog.models import Version
    from tests.cast import by

    def make(count):
        Heartbeat.objects.create(name="beat", at=by(None).at)
        versions = [Version.objects.create(product=product, name=f"12.{n}") for n in range(3)]
        made = [written(f"Artigo {n}", products=[product]) for n in range(count)]
        last = made[-1]
        last.versions.set(versions)
        last.related.set(made[:-1])
        for n in range(count):
            data = io.BytesIO(b"a;b")
            actions.attach(last, by=elisa, name=f"{n}.csv", stream=data, size=3)
        Article.objects.update(views=3)
        return last

    return make


@pytest.fixture
def asks(django_assert_num_queries):
    """`asks(5, browser, url)`: that page in exactly so many statements."""

    def check(count, browser, url):
        with django_assert_num_queries(count):
            assert browser.get(url, headers=BROWSER).status_code == 200

    return check


@pytest.mark.parametrize("count", [1, 25])
def test_the_reading_pages(articles, asks, login, ana, shelf, count):
    last = articles(count)
    one = reverse("help_center:article", args=[last.slug])
    stranger = Client()

    asks(2, stranger, "/ajuda/")
    asks(KNOWN + 2, login(ana), "/ajuda/")
    asks(3, stranger, f"/ajuda/c/{shelf.slug}/")
    # The article, its products, versions and whose they are, files, related ones; of who is known
    # by a cookie or by name also the count of readings (K4), and what he or she answered (K3).
    asks(6, stranger, one)
    asks(8, stranger, one)
    asks(KNOWN + 8, login(ana), one)
    asks(2, stranger, "/sitemap.xml")


@pytest.mark.parametrize("count", [1, 25])
def test_the_writers_pages(articles, asks, login, elisa, count):
    last, desk = articles(count), login(elisa)

    asks(FRAME + 4, desk, "/ajuda/editar/")  # rows, how many, products, categories
    # The article, its newest words, a draft, files; categories, products, versions.
    asks(FRAME + 7, desk, reverse("help_center:edit", args=[last.pk]))
    asks(FRAME + 4, desk, reverse("help_center:revisions", args=[last.pk]))


@pytest.mark.parametrize("count", [1, 25])
def test_choosing_one_for_an_answer(articles, asks, login, elisa, ticket, count):
    articles(count)

    page = reverse("help_center:pick", args=[ticket.number])
    asks(FRAME + 4, login(elisa), f"{page}?q=artigo")  # the ticket, the search, what was found
