"""Writers see what was searched in vain, and whether suggestions spare tickets (E1, K6)."""

from datetime import timedelta
from uuid import uuid4

from common import clock
from knowledge import inquiries
from knowledge.models import Inquiry, Miss
from tests.desk.reading import part, text

URL = "/ajuda/editar/buscas/"


def test_K6_words_without_an_answer_are_listed_those_asked_most_first(get, client, elisa, written):
    for typed in ("boleto", "Certidão", "certidao", "boleto de jose@casa.example"):
        client.get("/ajuda/busca/", {"q": typed})

    html = get(elisa, URL)

    rows = part(html, 'id="sem-resposta"', "</table>")
    assert rows.index("certidao") < rows.index("boleto")
    assert "jose@" not in html
    assert 'href="/ajuda/editar/novo/?title=certidao"' in html


def test_a_new_article_begins_with_the_words(get, elisa):
    assert 'value="certidao negativa"' in get(elisa, "/ajuda/editar/novo/?title=certidao+negativa")


def test_K6_what_is_settled_goes_and_comes_back_when_searched_again(login, get, elisa):
    miss = inquiries.miss("certidão")

    login(elisa).post(f"{URL}settlement/", {"miss": miss.pk})
    assert "certidao" not in get(elisa, URL)

    inquiries.miss("certidão")
    assert ("certidao" in get(elisa, URL), Miss.objects.get().count) == (True, 2)


def test_K6_the_figures_count_each_end_once(get, elisa, ana):
    ends = ["solved", "solved", "followed", "opened", "begun", "begun"]
    before = clock.now() - timedelta(days=2)
    for n, outcome in enumerate(ends):
        Inquiry.objects.create(
            key=uuid4(),
            person=ana,
            outcome=outcome,
            suggested=[["article", 1]] if n else [],
            read=[["article", 1]] if n == 1 else [],
            begun_at=before,
            updated_at=before if n == 5 else clock.now(),
        )
    Inquiry.objects.create(person=ana, begun_at=clock.now() - timedelta(days=31))

    counted = inquiries.counts(clock.now() - timedelta(days=30))

    assert counted == inquiries.Counts(6, 5, 1, 2, 1, 1, 1)
    assert "Abriram o ticket mesmo assim 1 16%" in text(get(elisa, URL))


def test_K1_customers_and_strangers_find_no_such_page(login, client, ana):
    assert client.get(URL).status_code == 302
    assert login(ana).get(URL).status_code == 404
    assert login(ana).post(f"{URL}settlement/", {"miss": "1"}).status_code == 404


def test_nonsense_settles_nothing_and_the_page_takes_seven_statements(
    login, elisa, django_assert_num_queries
):
    for n in range(25):
        inquiries.miss(f"certidão {'abcdefghijklmnopqrstuvwxyz'[n]}{'x' * n}")
    desk = login(elisa)

    assert desk.post(f"{URL}settlement/", {"miss": "x"}).status_code == 302
    with django_assert_num_queries(7):
        desk.get(URL)


def test_K6_a_stranger_fills_neither_the_list_nor_the_others_share(client, settings, db):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1

    def search(words, seen):
        client.get("/ajuda/busca/", {"q": words}, headers={"X-Forwarded-For": seen})
        return Miss.objects.filter(words=words).exists()

    noted = [search(f"zzq{letter}{letter}", "200.1.1.7") for letter in "abcdefghijklmnopqrstu"]

    assert noted == [True] * 20 + [False]
    assert search("outra pergunta", "200.1.1.8")
