"""Articles are written, published, withdrawn, read and judged by rule (K1 to K5)."""

import io
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser

from accounts.models import Organization
from common.errors import Refused
from knowledge import actions
from knowledge.actions import Placing
from knowledge.models import Article, Category, Revision, Vote
from tests.cast import at, make_person

BODY = "<h2>Como</h2><p>Abra o <strong>painel</strong>.</p>"


@pytest.fixture
def shelf(db):
    return Category.objects.create(name="Fiscal", slug="fiscal")


@pytest.fixture
def article(shelf, elisa):
    """A draft of Elisa's."""
    placing = Placing(category=shelf)
    return actions.create(by=elisa, title="Rejeição 539", placing=placing, body_html=BODY)


def seen(article):
    """What is searched and read of it."""
    now = Article.objects.get(pk=article.pk)
    return (now.title, now.summary, now.text, now.published and now.published.number)


def test_K1_a_draft_is_nobodys_to_read_and_nothing_of_it_is_searched(article, elisa, ana):
    assert seen(article) == ("", "", "", None)
    for reader in (elisa, ana, AnonymousUser()):
        assert list(Article.objects.visible_to(reader)) == []
    assert article.slug == "rejeicao-539"
    assert [(r.number, r.author, r.body_html) for r in article.revisions.all()] == [
        (1, elisa, BODY)
    ]


def test_K1_what_is_searched_is_what_is_published(article, elisa):
    actions.publish(article, by=elisa)
    actions.save_revision(article, by=elisa, seen=1, title="Outro", body_html="<p>b</p>")

    assert seen(article) == ("Rejeição 539", "", "Como\nAbra o painel.", 1)

    actions.save_revision(
        article, by=elisa, seen=2, title="Outro", summary="S", body_html="<p>b</p>", publish=True
    )

    assert seen(article) == ("Outro", "S", "b", 3)


def test_K1_a_withdrawn_article_is_read_by_nobody_and_keeps_its_address(article, elisa):
    actions.publish(article, by=elisa)

    actions.unpublish(article, by=elisa)

    assert seen(article) == ("", "", "", None)
    assert Article.objects.visible_to(elisa).count() == 0
    assert article.revisions.count() == 1


@pytest.mark.parametrize(
    ("audience", "readers"),
    [
        ("public", {"stranger", "guest", "nobody's", "ana", "elisa"}),
        ("customers", {"ana", "elisa"}),
        ("internal", {"elisa"}),
    ],
)
def test_K1_each_audience_is_read_by_its_own(shelf, elisa, ana, audience, readers):
    placing = Placing(category=shelf, audience=audience)
    one = actions.create(by=elisa, title="A", placing=placing, body_html=BODY)
    actions.publish(one, by=elisa)
    guests = Organization.objects.create(name="Visitantes", holds_guests=True)
    everyone = {
        "stranger": AnonymousUser(),
        "guest": make_person("Visitante", "v@nada.example", guests),
        "nobody's": make_person("Só", "so@nada.example"),
        "ana": ana,
        "elisa": elisa,
    }

    found = {name for name, who in everyone.items() if Article.objects.visible_to(who).exists()}

    assert found == readers


def test_an_empty_article_is_not_published_nor_one_without_title(shelf, elisa):
    one = actions.create(by=elisa, title="A", placing=Placing(category=shelf))

    with pytest.raises(Refused) as refused:
        actions.publish(one, by=elisa)
    assert refused.value.code == "empty"
    with pytest.raises(Refused) as refused:
        actions.save_revision(one, by=elisa, seen=1, title=" ", body_html=BODY)
    assert refused.value.code == "no_title"
    with pytest.raises(Refused) as refused:
        actions.save_revision(one, by=elisa, seen=1, title="A", body_html=f"<p>{'a' * 100_001}</p>")
    assert refused.value.code == "too_long"
    assert Revision.objects.count() == 1


def test_K2_a_revision_has_an_author_and_is_never_changed(article, elisa, fabio):
    actions.save_revision(
        article, by=fabio, seen=1, title="Rejeição 539", body_html="<p>b</p>", note="Mais curto"
    )

    told = [(r.number, r.author, r.note) for r in article.revisions.order_by("number")]
    assert told == [(1, elisa, ""), (2, fabio, "Mais curto")]


def test_K2_the_second_of_two_writers_is_told_and_writes_over_nothing(article, elisa, fabio):
    actions.save_revision(article, by=elisa, seen=1, title="Rejeição 539", body_html="<p>b</p>")

    with pytest.raises(Refused) as refused:
        actions.save_revision(article, by=fabio, seen=1, title="Rejeição 539", body_html="<p>c</p>")

    assert refused.value.code == "changed_meanwhile"
    assert str(refused.value).startswith("Elisa Prado gravou outra revisão enquanto")
    assert article.revisions.latest("number").body_html == "<p>b</p>"
    saved = actions.save_revision(article, by=fabio, seen=2, title="A", body_html="<p>c</p>")
    assert saved.number == 3


def test_L12_the_same_words_saved_twice_are_one_revision(article, elisa):
    words = {"by": elisa, "seen": 1, "title": "Rejeição 539", "body_html": "<p>b</p>"}

    numbers = [actions.save_revision(article, **words).number for _ in range(2)]

    assert numbers == [2, 2]


def test_L12_the_same_article_begun_twice_is_one(shelf, elisa, fabio):
    words = {"title": "A", "placing": Placing(category=shelf), "body_html": BODY}
    with time_machine.travel(at("2026-11-13T14:00"), tick=False) as clock:
        first, again = (actions.create(by=elisa, **words) for _ in range(2))
        others = actions.create(by=fabio, **words)
        clock.shift(timedelta(hours=1))
        later = actions.create(by=elisa, **words)

    assert first == again
    assert [each.slug for each in (first, others, later)] == ["a", "a-2", "a-3"]


def test_K2_an_old_revision_comes_back_as_a_new_one(article, elisa, fabio):
    actions.save_revision(article, by=elisa, seen=1, title="Outro", body_html="<p>b</p>")

    back = actions.restore(article, by=fabio, number=1, seen=2)

    assert (back.number, back.title, back.body_html) == (3, "Rejeição 539", BODY)
    assert (back.author, back.note) == (fabio, "Traz de volta a revisão 1")


def test_only_the_desk_writes(article, shelf, ana, carla):
    for customer in (ana, carla):
        verbs = [
            lambda by: actions.create(by=by, title="A", placing=Placing(category=shelf)),
            lambda by: actions.save_revision(article, by=by, seen=1, title="A"),
            lambda by: actions.restore(article, by=by, number=1, seen=1),
            lambda by: actions.publish(article, by=by),
            lambda by: actions.unpublish(article, by=by),
            lambda by: actions.detach(article, by=by, keys=[]),
            lambda by: actions.attach(article, by=by, name="a", stream=io.BytesIO(b"a"), size=1),
        ]
        for verb in verbs:
            with pytest.raises(Refused) as refused:
                verb(customer)
            assert refused.value.code == "not_a_writer"


def test_an_address_is_nobody_elses_and_may_change(article, shelf, elisa):
    words = {"by": elisa, "title": "Rejeição", "body_html": BODY}
    placing = Placing(category=shelf)
    second = actions.create(**words, placing=placing, slug="busca")

    assert second.slug == "busca-2"
    actions.save_revision(second, **words, seen=1, slug="Rejeição 539")
    second.refresh_from_db()
    assert second.slug == "rejeicao-539-2"
    actions.save_revision(second, **words, seen=1, publish=True, placing=placing, slug="novo-nome")
    actions.save_revision(second, **words, seen=1, slug="tarde")
    second.refresh_from_db()
    assert second.slug == "tarde"


def test_where_an_article_stands_is_in_force_at_once(article, shelf, elisa, product):
    other = actions.create(by=elisa, title="B", placing=Placing(category=shelf))
    placing = Placing(
        category=shelf,
        audience="internal",
        language="en",
        products=[product],
        related=[other, article],
        error_codes=" 539 ",
    )

    actions.save_revision(
        article, by=elisa, seen=1, title="Rejeição 539", body_html=BODY, placing=placing
    )

    now = Article.objects.get(pk=article.pk)
    assert (now.audience, now.language, now.error_codes) == ("internal", "en", "539")
    assert list(now.products.all()) == [product]
    assert list(now.related.all()) == [other]  # and not itself
    assert now.revisions.count() == 1


def test_K3_each_reader_has_one_answer_which_may_change(article, elisa, ana, bruno):
    actions.publish(article, by=elisa)

    actions.vote(article, helped=False, person=ana, comment="Faltou a tela.")
    actions.vote(article, helped=True, person=bruno)
    actions.vote(article, helped=True, visitor="v1")
    actions.vote(article, helped=False, visitor="v1", comment="Não achei.")
    actions.vote(article, helped=True, person=ana, comment="Agora sim.")

    now = Article.objects.get(pk=article.pk)
    assert (now.helped, now.not_helped) == (2, 1)
    told = {(v.person, v.visitor, v.helped, v.comment) for v in Vote.objects.all()}
    assert told == {
        (ana, "", True, ""),
        (bruno, "", True, ""),
        (None, "v1", False, "Não achei."),
    }


def test_K3_the_desk_does_not_judge_and_comments_end_somewhere(article, elisa, ana):
    with pytest.raises(Refused) as refused:
        actions.vote(article, helped=True, person=elisa)
    assert refused.value.code == "desk_does_not_vote"
    with pytest.raises(Refused) as refused:
        actions.vote(article, helped=False, person=ana, comment="a" * 2001)
    assert refused.value.code == "too_long"
    assert Vote.objects.count() == 0


def test_K4_a_reading_counts_once_the_article_can_be_read(
    article, elisa, django_assert_num_queries
):
    assert actions.count_view(article) is False
    actions.publish(article, by=elisa)

    with django_assert_num_queries(1):
        assert actions.count_view(article) is True

    assert Article.objects.get(pk=article.pk).views == 1


def test_files_are_kept_with_what_they_are_and_go_when_taken_out(article, elisa):
    png = b"\x89PNG\r\n\x1a\n" + b"\0" * 30
    picture = actions.attach(
        article, by=elisa, name="C:\\tela.png", stream=io.BytesIO(png), size=len(png)
    )
    page = actions.attach(article, by=elisa, name="a.html", stream=io.BytesIO(b"<p>"), size=3)

    told = [(f.name, f.content_type, f.safe_inline) for f in article.files.all()]
    assert told == [("tela.png", "image/png", True), ("a.html", "text/html", False)]
    assert picture.file.read() == png
    assert actions.detach(article, by=elisa, keys=[page.key]) == 1
    assert list(article.files.all()) == [picture]


def test_K5_of_the_ticket_an_article_began_from_only_the_number_is_kept(shelf, elisa):
    one = actions.create(
        by=elisa, title="A", placing=Placing(category=shelf), body_html=BODY, source_ticket=1024
    )

    assert one.source_ticket == 1024
