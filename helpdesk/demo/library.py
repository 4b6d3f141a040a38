"""Fills the knowledge base with the articles and the synonyms of data/, by the house's verbs."""

import tomllib
from typing import Any

from django.utils.text import slugify

from accounts.models import User
from catalog.models import Product, Version
from helpdesk.demo.script import DATA
from knowledge import actions
from knowledge.models import Article, Category, SynonymGroup

_FENCE = "+++\n"


def stock(*, by: User) -> list[Article]:
    """Every article of data/articles, written and published by `by`, and the synonyms.

    Products and versions that are missing are made; categories come in the order of the files.
    """
    articles = [_written(path.stem, path.read_text(), by) for path in _files()]
    groups = tomllib.loads((DATA / "synonyms.toml").read_text())["group"]
    SynonymGroup.objects.bulk_create(SynonymGroup(words=each["words"]) for each in groups)
    return articles


def _files() -> list[Any]:
    return sorted((DATA / "articles").glob("*.html"))


def _written(slug: str, text: str, by: User) -> Article:
    _before, head, body = text.split(_FENCE, 2)
    told = tomllib.loads(head)
    products = [Product.objects.get_or_create(name=name)[0] for name in told["products"]]
    placing = actions.Placing(
        category=_category(told["category"]),
        audience=told["audience"],
        language=told["language"],
        products=products,
        versions=[
            Version.objects.get_or_create(product=product, name=name)[0]
            for product in products
            for name in told.get("versions", ())
        ],
        error_codes=" ".join(told.get("error_codes", ())),
    )
    article = actions.create(
        by=by,
        title=told["title"],
        summary=told.get("summary", ""),
        body_html=body,
        slug=slug,
        placing=placing,
    )
    return actions.publish(article, by=by)


def _category(name: str) -> Category:
    made, _is_new = Category.objects.get_or_create(
        name=name, defaults={"slug": slugify(name), "position": Category.objects.count()}
    )
    return made
