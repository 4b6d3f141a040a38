"""The help center's pages, asked for as a browser would (tests/pages.py), and articles for each."""

from collections.abc import Callable
from typing import Any

import pytest

BODY = "<h2>Antes</h2><p>Abra o painel.</p><h2>Depois</h2><p>Feche.</p>"
AUDIENCES = ("public", "customers", "internal")


@pytest.fixture(autouse=True)
def _now(standing_still: None) -> None:
    """At a moment that stands still."""


@pytest.fixture
def shelf(db: None) -> Any:
    from knowledge.models import Category

    return Category.objects.create(name="Notas fiscais", slug="notas-fiscais")


@pytest.fixture
def written(shelf: Any, elisa: Any) -> Callable[..., Any]:
    """`written("Título", audience=…, publish=False, …)` is an article of Elisa's, published."""
    from knowledge import actions

    def write(
        title: str = "Rejeição 539",
        *,
        publish: bool = True,
        summary: str = "",
        body_html: str = BODY,
        **placing: Any,
    ) -> Any:
        article = actions.create(
            by=elisa,
            title=title,
            summary=summary,
            body_html=body_html,
            placing=actions.Placing(**{"category": shelf, **placing}),
        )
        return actions.publish(article, by=elisa) if publish else article

    return write


@pytest.fixture
def each_audience(written: Callable[..., Any]) -> dict[str, Any]:
    """One article for each audience, and one draft."""
    articles = {name: written(f"Para {name}", audience=name) for name in AUDIENCES}
    return {**articles, "draft": written("Rascunho", publish=False)}
