"""Whoever may read an article finds it, reads it and says whether it helped (K1, K3, K4)."""

import re

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from knowledge import actions
from knowledge.models import Article, Vote
from tests.desk.reading import part, text

BROWSER = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/150.0"}
VOTE = {"HX-Request": "true", "HX-Target": "ajudou"}


@pytest.fixture
def stranger():
    """A browser in which nobody is signed in."""
    return Client(headers=BROWSER)


@pytest.fixture
def views():
    return lambda article: Article.objects.get(pk=article.pk).views


def url(article, name="article"):
    return reverse(f"help_center:{name}", args=[article.slug])


def page(browser, address):
    answer = browser.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_front_shows_shelves_with_counts_and_what_is_read_most(stranger, written, shelf):
    written("Um")
    Article.objects.filter(pk=written("Dois").pk).update(views=7)

    html = page(stranger, "/ajuda/")

    assert part(html, 'id="mais-lidos"', "</section>").endswith("Mais lidos Dois")
    assert part(html, 'class="help-shelf"', "</section>").endswith("Notas fiscais 2 Dois Um")
    assert 'href="/ajuda/c/notas-fiscais/"' in html
    assert '<link rel="canonical" href="http://127.0.0.1:8000/ajuda/">' in html


def test_without_articles_the_front_says_so_and_leads_on(stranger, shelf):
    html = page(stranger, "/ajuda/")

    assert "Ainda não há artigos" in html
    assert 'href="/tickets/novo/"' in html


def test_a_shelf_lists_its_articles_page_by_page(stranger, written, shelf):
    for n in range(27):
        written(f"Artigo {n:02}", summary=f"Resumo {n}")

    first = page(stranger, "/ajuda/c/notas-fiscais/")
    onward = re.search(r'href="(/ajuda/c/notas-fiscais/\?after=[^"]+)"', first)
    second = page(stranger, onward[1])

    found = [re.findall(r"<h2>\s*<a [^>]*>(Artigo \d+)", html) for html in (first, second)]
    assert [len(each) for each in found] == [25, 2]
    assert len({title for each in found for title in each}) == 27
    assert "1–25 de 27" in text(first)


def test_an_article_has_its_words_place_versions_date_and_one_address(
    stranger, written, product, shelf
):
    from catalog.models import Version

    version = Version.objects.create(product=product, name="12.3")
    article = written(summary="Quando a SEFAZ recusa.", products=[product], versions=[version])

    html = page(stranger, url(article))

    assert '<h1 id="titulo">Rejeição 539</h1>' in html
    assert part(html, 'class="crumbs"', "</nav>").endswith(
        "Central de ajuda Notas fiscais Rejeição 539"
    )
    assert part(html, 'class="help-meta"', "</p>").endswith(
        "Nota fiscal eletrônica Nota fiscal eletrônica 12.3 Atualizado em 13/11/2026"
    )
    assert '<meta name="description" content="Quando a SEFAZ recusa.">' in html
    assert f'<link rel="canonical" href="http://127.0.0.1:8000{url(article)}">' in html
    assert f'href="/tickets/novo/?product={product.pk}"' in html


def test_contents_are_shown_from_three_headings_on(stranger, written):
    short = written("Curto")
    long = written("Longo", body_html="<h2>Um</h2><p>a</p><h3>Dois</h3><p>b</p><h2>Três</h2>")

    assert "Nesta página" not in page(stranger, url(short))
    html = page(stranger, url(long))
    assert part(html, "help-contents--beside", "</nav>").endswith("Nesta página Um Dois Três")
    for anchor in ("um", "dois", "tres"):
        assert f'href="#{anchor}"' in html
        assert f' id="{anchor}"' in html


def test_another_language_is_marked(stranger, written):
    assert '<article class="help-article" aria-labelledby="titulo" lang="en">' in page(
        stranger, url(written("In English", language="en"))
    )


def test_files_are_listed_and_pictures_only_where_the_text_shows_them(stranger, written, elisa):
    import io

    article = written()
    png = b"\x89PNG\r\n\x1a\n" + b"\0" * 30
    actions.attach(article, by=elisa, name="tela.png", stream=io.BytesIO(png), size=len(png))
    actions.attach(article, by=elisa, name="modelo.csv", stream=io.BytesIO(b"a;b"), size=3)

    html = page(stranger, url(article))

    assert part(html, 'class="help-files"', "</ul>").endswith("modelo.csv 3 bytes")


def test_related_are_those_chosen_else_those_of_the_shelf_own_products_first(
    stranger, written, product
):
    other, same = written("Outro produto"), written("Mesmo produto", products=[product])
    chosen = written("Escolhido")
    by_shelf = written("Pela prateleira", products=[product])
    by_hand = written("A dedo", related=[chosen])

    def related(article):
        return part(page(stranger, url(article)), 'id="relacionados"', "</section>")

    assert related(by_shelf).endswith("Veja também Mesmo produto Outro produto Escolhido A dedo")
    assert related(by_hand).endswith("Veja também Escolhido")
    assert other.pk != same.pk


def test_the_frame_is_that_of_who_reads(stranger, written, login, ana, elisa):
    address = url(written())

    alone = page(stranger, address)
    customer = page(login(ana), address)
    desk = page(login(elisa), address)

    assert f'href="/conta/login/?next={address}"' in alone
    assert "Meus tickets" in customer
    assert "Isto ajudou?" in customer
    assert "O que os leitores disseram" in desk
    assert 'href="/mesa/"' in desk
    assert "Não achou?" not in desk


@pytest.mark.parametrize(
    ("audience", "led", "alone"), [("public", 301, 301), ("customers", 301, 404)]
)
def test_K1_a_former_address_leads_to_the_new_one_for_who_may_read_it(
    stranger, login, written, elisa, ana, audience, led, alone
):
    article = written(audience=audience)
    old, words = url(article), article.published
    change = {"title": words.title, "body_html": words.body_html}
    actions.save_revision(article, by=elisa, seen=1, slug="duplicidade", **change)

    answer = login(ana).get(old)

    assert (answer.status_code, answer["Location"]) == (led, "/ajuda/duplicidade/")
    assert stranger.get(old).status_code == alone
    assert login(ana).get("/ajuda/duplicidade/").status_code == 200


def test_an_address_that_one_article_had_is_no_others(written, elisa):
    first = written("Boleto")
    words = {"title": "Boleto", "body_html": first.published.body_html}
    actions.save_revision(first, by=elisa, seen=1, slug="cobranca", **words)
    assert written("Boleto", body_html="<p>Outro.</p>").slug == "boleto-2"

    actions.save_revision(first, by=elisa, seen=1, slug="boleto", **words)

    first.refresh_from_db()
    assert (first.slug, [each.slug for each in first.former_slugs.all()]) == (
        "boleto",
        ["cobranca"],
    )


# --- Votes (K3) ----------------------------------------------------------------------------------


def test_K3_a_stranger_says_no_tells_why_and_changes_his_mind(stranger, written):
    article = written()
    vote = url(article, "vote")

    answer = stranger.post(vote, {"helped": "no"})
    assert (answer.status_code, answer["Location"]) == (302, f"{url(article)}#ajudou")
    assert "O que faltou?" in page(stranger, url(article))
    stranger.post(vote, {"helped": "no", "comment": "A tela mudou."})
    assert "contou o que faltou" in page(stranger, url(article))
    stranger.post(vote, {"helped": "yes"})

    assert "Você respondeu que sim." in page(stranger, url(article))
    assert [(v.helped, v.comment, v.person) for v in Vote.objects.all()] == [(True, "", None)]
    article.refresh_from_db()
    assert (article.helped, article.not_helped) == (1, 0)


def test_K3_two_sessions_and_a_person_are_three_readers(stranger, written, login, ana):
    article = written()
    for browser in (stranger, Client(headers=BROWSER), login(ana)):
        browser.post(url(article, "vote"), {"helped": "yes"})

    article.refresh_from_db()
    assert (article.helped, Vote.objects.filter(person=ana).count()) == (3, 1)


def test_K3_with_htmx_the_answer_takes_the_questions_place(stranger, written):
    answer = stranger.post(url(written(), "vote"), {"helped": "no"}, headers=VOTE)

    html = answer.content.decode()
    assert html.lstrip().startswith('<section class="help-vote"')
    assert "Você respondeu que não." in html


def test_K3_the_desk_is_refused_and_so_is_what_is_no_answer(stranger, written, login, elisa):
    vote = url(written(), "vote")

    assert login(elisa).post(vote, {"helped": "yes"}).status_code == 409
    assert stranger.post(vote, {"helped": "maybe"}).status_code == 409
    assert stranger.get(vote).status_code == 405
    assert Vote.objects.count() == 0


def test_K3_a_machine_that_votes_on_and_on_is_told_to_wait(written, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    vote = url(written(), "vote")

    def tried(said):
        return Client().post(vote, {"helped": "yes"}, headers={"X-Forwarded-For": said}).status_code

    last = [tried(f"9.1.1.{n}, 200.1.1.7") for n in range(61)][-1]

    assert (last, Vote.objects.count(), tried("200.1.1.8")) == (409, 60, 302)


# --- Readings (K4) -------------------------------------------------------------------------------


def test_K4_a_session_counts_once_a_day(stranger, written, views, login, ana):
    article = written()
    other = Client(headers=BROWSER)

    for browser in (stranger, stranger, stranger, other, other, login(ana), login(ana)):
        browser.get(url(article), headers=BROWSER)

    assert views(article) == 3


def test_K4_strangers_who_bring_nothing_back_do_not_count(stranger, written, views):
    article = written()

    for _ in range(5):
        Client(headers=BROWSER).get(url(article))
    unknown = views(article)
    for _ in range(2):
        stranger.get(url(article))

    assert (unknown, views(article)) == (0, 1)


def test_K4_from_one_address_only_so_many_readings_count(written, views):
    articles = [written(f"Artigo {n}") for n in range(2)]
    browser = Client(headers=BROWSER)
    browser.get(url(articles[0]))
    cache.set("pace:read:127.0.0.1", 299, 3600)

    for each in articles:
        browser.get(url(each))

    assert [views(each) for each in articles] == [1, 0]


def test_K4_the_next_day_counts_again(stranger, written, views):
    import time_machine

    from tests.cast import at

    article = written()
    for _ in range(2):
        stranger.get(url(article))
    with time_machine.travel(at("2026-11-14T00:01"), tick=False):
        stranger.get(url(article))

    assert views(article) == 2


@pytest.mark.parametrize(
    "sent",
    [
        {"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"},
        {"User-Agent": "curl/8.5"},
        {"User-Agent": ""},
        {**BROWSER, "Sec-Purpose": "prefetch"},
    ],
)
def test_K4_machines_do_not_count(written, views, sent):
    article, machine = written(), Client(headers=sent)

    for _ in range(2):
        machine.get(url(article))

    assert views(article) == 0


def test_K4_the_desk_does_not_count(written, views, login, elisa):
    article = written()

    login(elisa).get(url(article), headers=BROWSER)

    assert views(article) == 0


def test_a_reading_needs_no_cache(stranger, written, views, settings):
    article = written()
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}

    assert stranger.get(url(article)).status_code == 200
    assert cache is not None


# --- Search engines ------------------------------------------------------------------------------


def test_K1_the_site_map_names_what_is_public_whoever_asks(stranger, each_audience, login, elisa):
    expected = [
        "http://127.0.0.1:8000/ajuda/",
        "http://127.0.0.1:8000/ajuda/c/notas-fiscais/",
        "http://127.0.0.1:8000/ajuda/para-public/",
    ]

    for browser in (stranger, login(elisa)):
        answer = browser.get("/sitemap.xml")
        assert answer["Content-Type"] == "application/xml"
        assert re.findall(r"<loc>(.*?)</loc>", answer.content.decode()) == expected
    assert "<lastmod>2026-11-13</lastmod>" in answer.content.decode()


def test_a_shelf_without_public_articles_is_not_in_the_site_map(stranger, written):
    written(audience="customers")

    html = stranger.get("/sitemap.xml").content.decode()

    assert re.findall(r"<loc>(.*?)</loc>", html) == ["http://127.0.0.1:8000/ajuda/"]


def test_robots_are_told_what_is_theirs(stranger):
    answer = stranger.get("/robots.txt")

    assert answer.content.decode().splitlines() == [
        "User-agent: *",
        "Allow: /ajuda/",
        "Disallow: /ajuda/editar/",
        "Disallow: /ajuda/busca/",
        "Allow: /static/",
        "Disallow: /",
        "",
        "Sitemap: http://127.0.0.1:8000/sitemap.xml",
    ]
