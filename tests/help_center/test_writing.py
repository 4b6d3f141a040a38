"""The desk writes: list and filters, editor, drafts, revisions, files (K1, K2)."""

import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from interfaces.web import drafts
from knowledge import actions
from knowledge.models import Article, ArticleFile
from tests.cast import make_desk
from tests.desk.reading import part, text, toast

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 30


def url(article, name="edit", *more):
    return reverse(f"help_center:{name}", args=[article.pk, *more])


@pytest.fixture
def form(shelf):
    """`form(base=…, body_html=…)` is what the editor sends, without scripts too."""
    whole = {
        "title": "Rejeição 539",
        "summary": "",
        "note": "",
        "category": shelf.pk,
        "audience": "public",
        "language": "pt-br",
        "error_codes": "",
        "related": "",
        "slug": "rejeicao-539",
        "base": "1",
        "body_html": "<p>Abra.</p>",
        "act": "save",
    }
    return lambda **changes: {**whole, **changes}


@pytest.fixture
def titles(get, elisa):
    """`titles("?state=draft")` are those of the list, in its order."""

    def read(query=""):
        page = get(elisa, f"/ajuda/editar/{query}")
        return re.findall(r'class="table__title"[^>]*><a [^>]*>([^<]+)<', page)

    return read


def test_a_title_and_a_shelf_begin_a_draft(login, elisa, shelf):
    answer = login(elisa).post("/ajuda/editar/novo/", {"title": "Ponto", "category": shelf.pk})

    article = Article.objects.get()
    assert answer["Location"] == url(article)
    assert (article.slug, article.published, article.created_by) == ("ponto", None, elisa)
    refused = login(elisa).post("/ajuda/editar/novo/", {"title": "", "category": ""})
    assert refused.status_code == 422
    assert "Dê um título ao artigo" in refused.content.decode()


def test_the_list_is_filtered_by_its_address(titles, written, shelf, product):
    written("Boleto não sai", publish=False)
    written("Nota rejeitada", error_codes="539", products=[product])
    written("Rede interna", audience="internal")

    assert sorted(titles()) == ["Boleto não sai", "Nota rejeitada", "Rede interna"]
    assert titles("?state=draft") == ["Boleto não sai"]
    assert titles("?audience=internal") == ["Rede interna"]
    assert titles(f"?product={product.pk}") == ["Nota rejeitada"]
    assert titles("?q=539") == titles("?q=NOTA+rejeitad") == ["Nota rejeitada"]
    assert titles("?q=nao") == ["Boleto não sai"]
    assert titles("?product=nada&state=x") == titles()


def test_the_list_says_when_it_is_empty(get, elisa):
    assert "Ainda não há artigos" in get(elisa, "/ajuda/editar/")
    assert "Nenhum artigo com estes filtros" in get(elisa, "/ajuda/editar/?q=nada")


def test_K1_what_is_saved_is_read_only_once_it_is_published(login, client, elisa, written, form):
    article = written()
    address = reverse("help_center:article", args=[article.slug])
    desk = login(elisa)

    saved = desk.post(url(article), form(body_html="<p>Novo.</p>"))
    assert (saved.status_code, toast(saved)) == (
        302,
        ["Gravado na revisão 2. Os leitores ainda não a veem."],
    )
    assert "Novo." not in desk.get(address).content.decode()
    assert "Novo." in desk.get(url(article, "preview")).content.decode()
    desk.post(url(article), form(base="2", body_html="<p>Novo.</p>", act="publish"))
    assert "Novo." in desk.get(address).content.decode()
    desk.post(url(article, "unpublish"))
    assert desk.get(address).status_code == 404


def test_hostile_html_is_kept_out_of_revision_and_preview(login, elisa, written, form):
    article = written()
    evil = '<p onclick="x()">Oi<script>alert(1)</script><img src="https://evil.example/a.png"></p>'
    desk = login(elisa)

    desk.post(url(article), form(body_html=evil))
    shown = desk.post(url(article, "preview"), form(body_html=evil)).content.decode()

    assert article.revisions.first().body_html == "<p>Oi</p>"
    assert part(shown, 'class="prose help-prose"', "</div>").endswith("Oi")
    assert "evil.example" not in shown


def test_K2_of_two_the_second_is_told_and_loses_nothing(login, elisa, written, form, queue):
    article, helena = written(), make_desk("Helena", "helena@prazo.example", "analyst")
    login(helena).post(url(article), form(body_html="<p>De Helena.</p>"))

    answer = login(elisa).post(url(article), form(body_html="<p>De Elisa.</p>"))

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Helena gravou outra revisão enquanto você escrevia" in text(page)
    assert "De Elisa." in page
    assert f"{url(article, 'revisions')}?old=1&amp;new=2" in page
    assert drafts.load(elisa, f"article:{article.pk}")["body_html"] == "<p>De Elisa.</p>"
    again = re.search(r'name="base" value="(\d+)"', page)
    saved = login(elisa).post(url(article), form(base=again[1], body_html="<p>Os dois.</p>"))
    assert (saved.status_code, article.revisions.count()) == (302, 3)


def test_K2_the_difference_names_author_and_moment_and_an_old_one_comes_back(
    login, get, elisa, written, form
):
    article, desk = written(body_html="<p>Abra o painel.</p>"), login(elisa)
    desk.post(url(article), form(body_html="<p>Abra o menu.</p>", note="Tela nova"))

    page = get(elisa, url(article, "revisions"))
    assert "Abra o <del>" in page
    assert 'class="diff__mark">[−</span>painel<' in page
    assert 'class="diff__mark">[+</span>menu<' in page
    row = part(page, 'id="todas"', "</tbody>")
    assert f"2 agora {elisa.name} Tela nova A mais nova" in row
    assert f"1 agora {elisa.name} – Publicada" in row
    back = desk.post(url(article, "restore", 1), {"seen": "2"})

    assert toast(back) == ["A revisão 1 voltou como revisão 3. Os leitores ainda não a veem."]
    last = article.revisions.first()
    assert (last.number, last.body_html) == (3, "<p>Abra o painel.</p>")
    assert get(elisa, url(article, "revision", 2)).count("Abra o menu.") >= 1


# --- Files ---------------------------------------------------------------------------------------


def test_a_picture_is_taken_and_told_of(login, elisa, written):
    article = written()

    sent = {"file": SimpleUploadedFile("tela.png", PNG, "text/html")}
    told = login(elisa).post(url(article, "upload"), sent)

    stored = ArticleFile.objects.get()
    assert (told.status_code, told.json()) == (
        201,
        {
            "id": str(stored.key),
            "name": "tela.png",
            "size": len(PNG),
            "type": "image/png",
            "image": True,
            "url": f"/ajuda/arquivos/{stored.key}/",
        },
    )
    assert login(elisa).post(url(article, "upload")).status_code == 400


@pytest.mark.parametrize(
    ("name", "data", "kind", "how"),
    [
        ("tela.png", PNG, "image/png", "inline"),
        ("pagina.html", b"<script>alert(1)</script>", "text/html", "attachment"),
        ("desenho.svg", b"<svg onload='alert(1)'/>", "image/svg+xml", "attachment"),
    ],
)
def test_files_open_in_the_page_only_where_their_bytes_are_harmless(
    client, elisa, written, name, data, kind, how
):
    article = written()
    kept = actions.attach(article, by=elisa, name=name, stream=io.BytesIO(data), size=len(data))

    answer = client.get(reverse("help_center:file", args=[kept.key]))

    assert answer["Content-Disposition"].startswith(how)
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Type"] == kind
    download = client.get(reverse("help_center:file", args=[kept.key]) + "?baixar")
    assert download["Content-Disposition"].startswith("attachment")


def test_a_file_that_is_not_what_it_says_is_refused_in_a_sentence(login, elisa, written):
    false = SimpleUploadedFile("falsa.png", b"<script>alert(1)</script>")

    answer = login(elisa).post(url(written(), "upload"), {"file": false})

    assert answer.status_code == 422
    assert answer.json()["detail"].startswith("O conteúdo de “falsa.png” não corresponde")
    assert ArticleFile.objects.count() == 0


def test_files_come_and_go_with_the_form_where_there_is_no_script(login, get, elisa, written, form):
    article, desk = written(), login(elisa)
    sheet = SimpleUploadedFile("modelo.csv", b"a;b")

    desk.post(url(article), form(body_html=article.published.body_html, uploads=sheet))
    kept = ArticleFile.objects.get()
    assert "modelo.csv" in get(elisa, url(article))
    desk.post(url(article), form(body_html=article.published.body_html, remove=str(kept.key)))

    assert ArticleFile.objects.count() == 0
    assert article.revisions.count() == 1
