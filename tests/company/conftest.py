"""The pages of the customer's administration, asked for as a browser would (tests/pages.py)."""

import pytest


@pytest.fixture(autouse=True)
def _now(standing_still: None) -> None:
    """At a moment that stands still."""
