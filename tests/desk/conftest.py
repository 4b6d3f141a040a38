"""The desk's pages, asked for as a browser would (tests/pages.py), and more of its people."""

from typing import Any

import pytest

from tests.cast import make_desk


@pytest.fixture(autouse=True)
def _now(standing_still: None) -> None:
    """At a moment that stands still."""


@pytest.fixture
def helena(queue: Any) -> Any:
    """Another analyst of the queue."""
    helena = make_desk("Helena Sardinha", "helena@prazo.example", "analyst")
    queue.analysts.add(helena)
    return helena
