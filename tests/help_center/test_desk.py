"""An article in an answer, and an article begun from a ticket: one step each (K5)."""

import pytest
from django.urls import reverse

from interfaces.web import drafts
from knowledge.models import Article
from tests.cast import by
from tests.desk.reading import part, text, toast
from tests.desk.reading import url as ticket_url
from tickets import actions

FOUND = {"HX-Request": "true", "HX-Target": "artigos-achados"}
DIALOG = {"HX-Request": "true", "HX-Target": "ato"}


def address(ticket, name="pick"):
    return reverse(f"help_center:{name}", args=[ticket.number])


def line(article):
    return f"{article.title}: http://127.0.0.1:8000/ajuda/{article.slug}/"


# --- Using one -----------------------------------------------------------------------------------


def test_the_composer_and_the_menu_lead_there_in_one_step(get, elisa, ticket):
    page = get(elisa, ticket_url(ticket))

    assert f'formaction="{address(ticket)}"' in page
    assert 'data-key="u"' in page
    assert f'action="{address(ticket, "from_ticket")}"' in page


def test_articles_that_the_customer_may_read_are_offered(get, elisa, ticket, each_audience):
    page = get(elisa, address(ticket), headers=DIALOG)

    assert "<html" not in page
    for name in ("public", "customers"):
        assert f'data-insert="{line(each_audience[name])}"' in page
    for name in ("internal", "draft"):
        assert each_audience[name].slug not in page


def test_they_are_searched_by_their_words(get, elisa, ticket, written):
    written("Emitir boleto")
    found = written("Cancelar uma nota")

    html = get(elisa, f"{address(ticket)}?q=cancelamento+de+notas", headers=FOUND)

    assert text(html) == "Cancelar uma nota (abre em outra aba) Inserir Cancelar uma nota"
    assert f'data-insert="{line(found)}"' in html
    nothing = get(elisa, f"{address(ticket)}?q=xyzzy", headers=FOUND)
    assert "Nenhum artigo que o cliente possa ler fala disso." in nothing


def test_without_scripts_what_was_typed_waits_and_comes_back_with_the_article(
    login, get, elisa, ticket, written
):
    from django.core.files.uploadedfile import SimpleUploadedFile

    article, desk = written(), login(elisa)
    log = SimpleUploadedFile("erro.log", b"linha")
    typed = {"kind": "solution", "body": "Veja o passo 2.", "uploads": log}

    kept = desk.post(address(ticket), typed)
    assert (kept.status_code, kept["Location"]) == (302, address(ticket))
    assert "Inserir" in get(elisa, kept["Location"])
    back = desk.post(address(ticket), {"article": article.slug})

    assert back["Location"] == f"{ticket_url(ticket)}#escrever-texto"
    page = get(elisa, ticket_url(ticket))
    assert f"Veja o passo 2.\n{line(article)}\n</textarea>" in page
    assert 'value="solution" checked' in page
    assert "erro.log" in part(page, 'id="escrever"', "</form>")


@pytest.mark.parametrize("name", ["internal", "draft"])
def test_K1_what_the_customer_may_not_read_is_not_put_in(login, elisa, ticket, each_audience, name):
    answer = login(elisa).post(address(ticket), {"article": each_audience[name].slug})

    assert answer.status_code == 404
    assert drafts.load(elisa, f"ticket:{ticket.number}:desk") == {}


# --- Beginning one -------------------------------------------------------------------------------


def test_K5_an_article_takes_title_and_solution_and_nothing_else(
    login, get, elisa, ana, ticket, shelf
):
    solves = by(elisa, "2026-11-13T10:00", "desk")
    body = "Olá, Ana! Abra o painel.\n\nAvise ana@cliente.example ou (62) 99999-1234."
    actions.propose_solution(ticket, by=solves, body=body)

    answer = login(elisa).post(address(ticket, "from_ticket"))

    article = Article.objects.get()
    words = article.revisions.get()
    assert answer["Location"] == reverse("help_center:edit", args=[article.pk])
    assert toast(answer)[0].endswith("Confira se não sobrou nada dele.")
    assert words.body_html == "<p>Abra o painel.</p><p>Avise […] ou […].</p>"
    assert (words.title, article.source_ticket) == (ticket.title, ticket.number)
    assert (article.published, list(article.products.all())) == (None, [ticket.product])
    page = get(elisa, answer["Location"])
    assert "Confira antes de publicar" in page
    assert ana.name not in page


def test_K5_without_a_solution_the_title_alone(login, elisa, ticket, shelf):
    login(elisa).post(address(ticket, "from_ticket"))

    assert Article.objects.get().revisions.get().body_html == ""


def test_L12_the_button_pressed_twice_begins_one(login, elisa, ticket, shelf):
    desk = login(elisa)
    led = {desk.post(address(ticket, "from_ticket"))["Location"] for _ in range(2)}

    assert (len(led), Article.objects.count()) == (1, 1)


def test_without_a_category_it_says_what_is_missing(login, elisa, ticket):
    answer = login(elisa).post(address(ticket, "from_ticket"))

    assert answer.status_code == 409
    assert "Ainda não há categorias." in answer.content.decode()
