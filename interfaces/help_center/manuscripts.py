"""What those who write see of articles: the newest revision, published or not."""

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Subquery

from knowledge.models import Article, Revision
from knowledge.models.scopes import ArticleQuerySet


def manuscripts() -> ArticleQuerySet:
    """All articles, each with its newest revision's title, number, author and time."""
    last = Revision.objects.filter(article=OuterRef("pk")).order_by("-number")
    known: Any = Article.objects.annotate(
        last_title=Subquery(last.values("title")[:1]),
        last_number=Subquery(last.values("number")[:1]),
        last_at=Subquery(last.values("created_at")[:1]),
        last_author=Subquery(last.values("author__name")[:1]),
    )
    rows: ArticleQuerySet = known.select_related("category", "published")
    return rows


def placed() -> ArticleQuerySet:
    """Those of `manuscripts`, each with what its form marks: products, versions, related ones."""
    products = Article.products.through.objects.filter(article=OuterRef("pk"))
    versions = Article.versions.through.objects.filter(article=OuterRef("pk"))
    related = Article.objects.filter(pk__in=_related_to(OuterRef(OuterRef("pk"))))
    known: Any = manuscripts().annotate(
        product_keys=ArraySubquery(products.values("product")),
        version_keys=ArraySubquery(versions.values("version")),
        related_slugs=ArraySubquery(related.values("slug")),
    )
    rows: ArticleQuerySet = known
    return rows


def _related_to(article: Any) -> Any:
    return Article.related.through.objects.filter(from_article=article).values("to_article")


def initial(article: Any, words: Revision) -> dict[str, Any]:
    """What the form of `article` (of `placed`) begins with."""
    return {
        "title": words.title,
        "summary": words.summary,
        "body_html": words.body_html,
        "category": article.category_id,
        "audience": article.audience,
        "language": article.language,
        "products": [str(key) for key in article.product_keys],
        "versions": [str(key) for key in article.version_keys],
        "related": "\n".join(article.related_slugs),
        "error_codes": article.error_codes,
        "slug": article.slug,
        "base": str(words.number),
    }
