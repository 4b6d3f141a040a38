"""Doing things at once, on real connections that are closed afterwards."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connections


def in_another_thread(act: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """The result of `act` in a thread, and so a transaction, of its own."""
    return at_once([lambda: act(*args, **kwargs)])[0]


def at_once(acts: Sequence[Callable[[], Any]]) -> list[Any]:
    """The results of all `acts`, started together, each in a thread and connection of its own."""
    barrier = threading.Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        try:
            barrier.wait(timeout=30)
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))
