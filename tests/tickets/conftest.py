"""The house is tested alone: no followers, no gates; what follows has tests of its own."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tickets import due, events


@pytest.fixture
def use_followers(settings: Any) -> Iterator[Callable[..., None]]:
    """Let these, and no others, follow (dotted paths)."""

    def use(*paths: str) -> None:
        settings.TICKET_FOLLOWERS = list(paths)
        events.followers.cache_clear()

    yield use
    events.followers.cache_clear()


@pytest.fixture(autouse=True)
def _alone(use_followers: Callable[..., None], settings: Any) -> Iterator[None]:
    use_followers()
    settings.TICKET_CLOCK_GATES = []
    due.gates.cache_clear()
    yield
    due.gates.cache_clear()
