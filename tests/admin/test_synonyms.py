"""Administrators keep the words that mean the same; searches know them at once."""

from django.contrib.auth.models import AnonymousUser

from knowledge import actions, search
from knowledge.models import Category, SynonymGroup

NEW = "/admin/knowledge/synonymgroup/add/"


def test_a_group_is_one_word_a_line_and_is_searched_at_once(admin, gil):
    category = Category.objects.create(name="Notas", slug="notas")
    article = actions.create(
        by=gil,
        title="Segunda via do boleto",
        body_html="<p>Sim.</p>",
        placing=actions.Placing(category=category),
    )
    actions.publish(article, by=gil)

    answer = admin.post(NEW, {"words": "boleto\n\n Fatura \nfatura\n título bancário"})

    assert answer.status_code == 302
    assert SynonymGroup.objects.get().words == ["boleto", "fatura", "título bancário"]
    found = search.find("fatura", reader=AnonymousUser())
    assert [each.title for each in found.articles] == ["Segunda via do boleto"]


def test_a_group_of_one_or_with_a_sentence_is_refused_in_words(admin):
    one = admin.post(NEW, {"words": "boleto"}).content.decode()
    long = admin.post(NEW, {"words": "boleto\n" + "a" * 81}).content.decode()

    assert "Escreva pelo menos duas, cada uma em sua linha." in one
    assert "cabem 80 caracteres em cada linha" in long
    assert SynonymGroup.objects.count() == 0


def test_what_is_changed_is_shown_one_word_a_line(admin):
    group = SynonymGroup.objects.create(words=["boleto", "fatura"])

    page = admin.get(f"/admin/knowledge/synonymgroup/{group.pk}/change/").content.decode()

    assert "boleto\nfatura</textarea>" in page
