"""The knowledge base of the demonstration, and articles of a test's own."""

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

QUERIES = tomllib.loads((Path(__file__).parent / "queries.toml").read_text())["query"]


@pytest.fixture
def library(elisa: Any) -> Any:
    """Every article of the demonstration, published by Elisa, and its synonyms."""
    from helpdesk.demo import library

    return library.stock(by=elisa)


@pytest.fixture
def written(elisa: Any) -> Callable[..., Any]:
    """`written("Título", "<p>Texto</p>", error_codes="539")` is a published article."""
    from knowledge import actions
    from knowledge.models import Category

    category = Category.objects.create(name="Geral", slug="geral")

    def write(title: str, text: str = "Sem mais.", *, summary: str = "", **more: Any) -> Any:
        article = actions.create(
            by=elisa,
            title=title,
            summary=summary,
            body_html=f"<p>{text}</p>",
            placing=actions.Placing(category=category, **more),
        )
        return actions.publish(article, by=elisa)

    return write
