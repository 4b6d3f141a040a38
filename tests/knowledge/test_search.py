"""What a search finds and in which order; of its speed: bench/search.py, of its hits: quality."""

import random

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection

from accounts.models import Membership, Organization
from catalog.models import Product, Version
from common import clock
from knowledge import actions, search
from knowledge.models import Defect, Incident, Lexeme, SynonymGroup, SynonymPhrase
from tests.cast import make_person
from tests.knowledge.conftest import QUERIES


def found(typed, reader=None, **more):
    answers = search.find(typed, reader=reader or AnonymousUser(), **more)
    return [each.title for each in answers.articles]


@pytest.mark.parametrize(
    ("typed", "compared"),
    [
        ("Rejeições e conexões", "rejeicao e conexao"),
        ("papéis, hotéis, lençóis, fiscais", "papel hotel lencol fiscal"),
        ("os itens das ordens", "os item das ordem"),
        ("logs e PDFs", "log e pdf"),
        ("13º salário, 1ª via", "13 salario 1 via"),
        ("NF-e S-1299 e-mail", "nfe s1299 email"),
        ("Não / sei…", "nao sei"),
        ("", ""),
    ],
)
def test_words_are_compared_without_accents_plurals_and_hyphens(db, typed, compared):
    with connection.cursor() as cursor:
        cursor.execute("SELECT f_words(%s)", [typed])
        assert cursor.fetchone() == (compared,)


@pytest.mark.parametrize(
    "typed",
    [
        "conexão recusada",
        "conexoes recusadas",
        "CONEXAO",
        "a minha conexão foi recusada!",
        "conecsao recusada",  # another letter
        "conexao recuasda",  # letters that changed places
        "conexaorecusada",  # glued
        "recusad",
    ],
)
def test_an_article_is_found_whatever_the_accents_plurals_and_errors(written, typed):
    written("Conexão recusada pelo servidor")
    written("Férias coletivas")

    assert found(typed, typing=True) == ["Conexão recusada pelo servidor"]


def test_a_title_of_words_that_everybody_writes_is_found(written):
    written("Emitir a nota fiscal")
    written("Não consigo entrar")

    assert found("Não consigo emitir a nota")[0] == "Emitir a nota fiscal"


def test_a_title_counts_more_than_codes_those_more_than_summary_and_text(written):
    written("Um", "Tudo sobre o boleto.")
    written("Dois", summary="Tudo sobre o boleto.")
    written("Três do boleto")
    written("Quatro")

    assert found("boleto") == ["Três do boleto", "Dois", "Um"]


def test_an_error_code_comes_first_of_all(written):
    written("Rejeição 539 e outras rejeições 539", "539 539 539")
    written("Duplicidade", error_codes="204 539")

    assert found("rejeição 539")[0] == "Duplicidade"
    assert found("539")[0] == "Duplicidade"


def test_a_rare_word_counts_more_than_a_common_one(written):
    for n in range(5):
        written(f"Nota {n}")
    written("Contingência")

    assert found("nota contingência")[0] == "Contingência"


def test_articles_about_another_product_come_last(written, db):
    mine, other = (Product.objects.create(name=name) for name in ("Folha", "Fiscal"))
    written("Cálculo de impostos", products=[other])
    written("Cálculo de impostos da folha", products=[mine])
    written("Cálculo de tudo")

    assert found("cálculo de impostos", product=mine.pk)[0] == "Cálculo de impostos da folha"


def test_of_many_a_page_is_shown_and_all_are_counted(written):
    for n in range(7):
        written(f"Boleto {n:02}")

    answers = search.find("boleto", reader=AnonymousUser(), first=5, articles=5)

    assert ([each.title for each in answers.articles], answers.total) == (
        ["Boleto 05", "Boleto 06"],
        7,
    )


def test_K1_drafts_withdrawn_and_what_is_for_others_is_not_found(written, elisa, ana):
    written("Boleto público")
    written("Boleto de clientes", audience="customers")
    written("Boleto interno", audience="internal")
    actions.unpublish(written("Boleto retirado"), by=elisa)

    assert {
        who: sorted(found("boleto", reader))
        for who, reader in (("stranger", AnonymousUser()), ("ana", ana), ("elisa", elisa))
    } == {
        "stranger": ["Boleto público"],
        "ana": ["Boleto de clientes", "Boleto público"],
        "elisa": ["Boleto de clientes", "Boleto interno", "Boleto público"],
    }


def test_synonyms_hold_from_the_moment_they_are_saved_until_they_are_gone(written):
    written("Segunda via do boleto")
    assert found("fatura") == []

    group = SynonymGroup.objects.create(words=["boleto", "fatura", "título bancário"])
    assert found("faturas") == found("titulos bancarios") == ["Segunda via do boleto"]

    group.words = ["boleto", "cobrança"]
    group.save()
    assert (found("fatura"), found("cobranca")) == ([], ["Segunda via do boleto"])

    group.delete()
    assert (found("cobranca"), SynonymPhrase.objects.count()) == ([], 0)


def test_a_phrase_means_its_synonym_only_as_a_whole(written):
    written("Usar o cupom")
    SynonymGroup.objects.create(words=["cupom", "nota do consumidor"])

    assert found("nota do consumidor") == ["Usar o cupom"]
    assert found("consumidor") == []


def test_words_are_counted_as_articles_come_change_and_go(written, elisa):
    def texts(stem):
        return Lexeme.objects.filter(stem=stem).values_list("texts", flat=True).first()

    first = written("Boleto bancário")
    second = written("Boleto vencido")
    assert (texts("bolet"), texts("venc"), texts("")) == (2, 1, 2)

    actions.save_revision(
        second, by=elisa, seen=1, title="Fatura vencida", body_html="<p>Sim.</p>", publish=True
    )
    actions.count_view(first)
    assert (texts("bolet"), texts("fatur"), texts("")) == (1, 1, 2)

    actions.unpublish(first, by=elisa)
    assert (texts("bolet"), texts("")) == (0, 1)


@pytest.fixture
def known(elisa, db):
    """`known(product)` has an incident that goes on, one that is over, and three defects of it."""

    def make(product):
        version = Version.objects.create(product=product, name="12.4")
        more = {"product": product, "created_by": elisa}
        Incident.objects.create(title=f"SEFAZ parada {product}", text="Aguarde.", **more)
        now = clock.now()
        over = {"started_at": now, "ended_at": now}
        Incident.objects.create(title="SEFAZ parada antes", **over, **more)
        fixed = {"fixed_in": version, "state": "released", "released_at": clock.now()}
        Defect.objects.create(code=f"D-{product}", title="SEFAZ e totais", **fixed, **more)
        Defect.objects.create(code=f"E-{product}", title="SEFAZ sem correção", **more)
        Defect.objects.create(
            code=f"F-{product}", title="SEFAZ às escondidas", is_public=False, **fixed, **more
        )

    return make


def test_what_is_not_corrected_is_no_correction(known, ana, elisa):
    known(Product.objects.create(name="A"))
    version = Version.objects.get()
    more = {"product": version.product, "fixed_in": version, "created_by": elisa}
    for state in ("wont_fix", "in_correction"):
        Defect.objects.create(code=state, title="SEFAZ e centavos", state=state, **more)

    found = search.find("sefaz", reader=ana).defects

    assert {(each.name, each.is_released) for each in found} == {
        ("D-A", True),
        ("in_correction", False),
    }


def test_R1_guests_find_neither_incidents_nor_corrections(known, ana):
    known(Product.objects.create(name="A"))
    guests = Organization.objects.create(name="Visitantes", holds_guests=True)
    guest = make_person("Visitante", "v@nada.example", guests)

    found = [search.find("sefaz", reader=each) for each in (ana, guest)]

    assert [(len(each.incidents), len(each.defects)) for each in found] == [(1, 1), (0, 0)]


def test_incidents_that_go_on_and_published_corrections_are_found(known, ana):
    known(Product.objects.create(name="A"))

    answers = search.find("sefaz", reader=ana)

    assert [(each.title, each.name) for each in answers.incidents] == [("SEFAZ parada A", "")]
    assert [(each.name, each.version, each.is_released) for each in answers.defects] == [
        ("D-A", "12.4", True)
    ]


def test_R1_incidents_and_corrections_are_for_those_who_take_the_product(known, ana, elisa):
    mine, other = (Product.objects.create(name=name) for name in "AB")
    known(mine)
    known(other)
    Membership.objects.get(user=ana).products.add(mine)

    def told(reader):
        answers = search.find("sefaz", reader=reader)
        return sorted(each.title for each in answers.incidents)

    assert told(ana) == ["SEFAZ parada A"]
    assert told(elisa) == ["SEFAZ parada A", "SEFAZ parada B"]
    assert told(AnonymousUser()) == told(make_person("Só", "so@x.example")) == []


@pytest.mark.parametrize("count", [1, 25])
def test_a_search_is_one_statement(written, ana, count, django_assert_num_queries):
    for n in range(count):
        written(f"Boleto {n}")
    assert ana.places

    with django_assert_num_queries(1):
        search.find("boleto vencdo", reader=ana)


def test_whatever_is_typed_finds_something_or_nothing_and_nothing_of_others(library, ana):
    some = random.Random(5)
    letters = "aeiouçãé539'\"\\%_&|!():*<>-/.,;  \x00\n\u200b\U0001f600ΩЖ漢"
    words = [word for query in QUERIES for word in query["typed"].split()]
    internal = {each.pk for each in library if each.audience == "internal"}

    for _each in range(150):
        typed = " ".join(
            some.choice(words) if some.random() < 0.5 else "".join(some.choices(letters, k=6))
            for _word in range(some.randrange(1, 24))
        )
        for reader in (AnonymousUser(), ana):
            answers = search.find(typed, reader=reader, typing=True, articles=100)
            shown = {each.pk for each in answers.articles}
            assert shown & internal == set(), typed
            assert len(answers.articles) == min(answers.total, 100), typed
