"""What the reading pages show, as querysets: shelves with their articles, one article, its kin.

Everything starts from `Article.objects.visible_to`: nobody counts what they may not read (K1).
"""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, F, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, JSONObject
from django.utils.translation import get_language

from accounts.models import User
from common.lookups import AnyOf
from knowledge import prose
from knowledge.models import Article, ArticleFile, Category, Vote
from knowledge.prose import Heading

Reader = User | AnonymousUser

SHOWN_OF_A_SHELF = 5
MOST_READ = 6
RELATED = 5
# Fewer headings than this are found by looking.
_CONTENTS_FROM = 3


def shelves(reader: Reader) -> QuerySet[Category]:
    """The categories in which `reader` finds something, each with its most read; one statement."""
    here = Article.objects.visible_to(reader).filter(category=OuterRef("pk"))
    counted = here.order_by().values("category").annotate(n=Count("pk")).values("n")
    first = here.order_by("-views", "pk").values(row=JSONObject(slug="slug", title="title"))
    return Category.objects.annotate(
        count=Coalesce(Subquery(counted, output_field=IntegerField()), 0),
        first=ArraySubquery(first[:SHOWN_OF_A_SHELF]),
    ).filter(Exists(here))


def most_read(reader: Reader) -> QuerySet[Article]:
    """What others looked for most."""
    found = Article.objects.visible_to(reader).filter(views__gt=0)
    return found.order_by("-views", "pk")[:MOST_READ]


def on_shelf(reader: Reader, category: Category) -> QuerySet[Article]:
    """The articles of a category that `reader` may read."""
    return Article.objects.visible_to(reader).filter(category=category)


def readable(reader: Reader) -> QuerySet[Article]:
    """The articles that `reader` may read, with all that a page says of one."""
    found = Article.objects.visible_to(reader).select_related("category", "published")
    return found.prefetch_related("products", "versions__product")


@dataclass(frozen=True)
class Leaf:
    """One article as its page shows it; `asks` is the product of a ticket that it did not spare."""

    article: Article
    title: str
    summary: str
    body: str
    contents: list[Heading]
    language: str
    files: list[ArticleFile]
    related: list[Article]
    asks: int | None


def leaf(article: Article, reader: Reader, words: Any = None) -> Leaf:
    """`article` with `words`, a revision or what is only a preview; else as published."""
    words = words or article.published
    body, headings = prose.with_anchors(words.body_html)
    products = list(article.products.all())
    return Leaf(
        article=article,
        title=words.title,
        summary=words.summary,
        body=body,
        contents=headings if len(headings) >= _CONTENTS_FROM else [],
        language=_other_language(article),
        files=list(article.files.filter(safe_inline=False)),
        related=related(article, reader),
        asks=products[0].pk if len(products) == 1 else None,
    )


def related(article: Article, reader: Reader) -> list[Article]:
    """What the writer chose; else what is read most of the same shelf, its own products first."""
    others = Article.objects.visible_to(reader).exclude(pk=article.pk)
    chosen = article.related.through.objects.filter(from_article=article.pk)
    products = article.products.through.objects.filter(article=OuterRef("pk"))
    same = Exists(products.filter(product__in=[each.pk for each in article.products.all()]))
    on_shelf = others.filter(category=article.category_id, language=article.language)
    most = on_shelf.order_by("-views", "pk").values("pk")
    near: Any = others.filter(
        AnyOf(F("pk"), ArraySubquery(chosen.values("to_article")))
        | AnyOf(F("pk"), ArraySubquery(most.filter(same)[:RELATED]))
        | AnyOf(F("pk"), ArraySubquery(most[:RELATED]))
    )
    near = near.annotate(is_chosen=Exists(chosen.filter(to_article=OuterRef("pk"))), is_same=same)
    rows = list(near.order_by("-is_chosen", "-is_same", "-views", "pk")[: 2 * RELATED])
    chosen_ones = [each for each in rows if each.is_chosen]
    return (chosen_ones or rows)[:RELATED]


def own_vote(article: Article, *, person: User | None, visitor: str) -> Vote | None:
    """What this reader has answered (K3)."""
    if person is None and not visitor:
        return None
    who = {"person": person} if person else {"visitor": visitor}
    return article.votes.filter(**who).first()


def _other_language(article: Article) -> str:
    """For `lang`: nothing where it is the page's own."""
    return "" if article.language == get_language() else article.language
