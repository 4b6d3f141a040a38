"""Keeps Playwright's event loop to Playwright, so that tests stay plain synchronous code.

Playwright's sync API runs its loop in a greenlet of the main thread and leaves it marked as running
there between calls. Django would then refuse the ORM in every later test of the process, asgiref
`async_to_sync`, and pytest-asyncio its own loop. Here the mark holds only inside its greenlets.
"""

import asyncio
from typing import Any

import greenlet
from playwright._impl import _sync_base

_wait_for_future = _sync_base.wait_for_future
_playwrights_loop: asyncio.AbstractEventLoop | None = None


def install() -> None:
    """Call once, in the main thread, before Playwright starts."""
    greenlet.settrace(_mark_by_greenlet)
    _sync_base.wait_for_future = _wait_unmarked


def _mark_by_greenlet(event: str, args: tuple[greenlet.greenlet, greenlet.greenlet]) -> None:
    global _playwrights_loop
    origin, target = args
    if origin.parent is not None:
        _playwrights_loop = asyncio._get_running_loop()
    asyncio._set_running_loop(None if target.parent is None else _playwrights_loop)


def _wait_unmarked(*args: Any) -> None:
    try:
        _wait_for_future(*args)
    finally:
        if greenlet.getcurrent().parent is None:
            asyncio._set_running_loop(None)
