"""Keeps Playwright's event loop to Playwright's own calls, so that tests stay synchronous code.

Playwright's sync API leaves its loop marked as running in the main thread between calls. Django
would then refuse the ORM in every later test of the process, asgiref `async_to_sync`, and
pytest-asyncio its own loop. Here the mark holds during each call, and not between them.
"""

import asyncio
import functools
import inspect
from collections.abc import Callable
from typing import Any

from playwright._impl import _sync_base
from playwright.sync_api import _context_manager, _generated

_playwrights: asyncio.AbstractEventLoop | None = None


def install() -> None:
    """Wrap every call of the sync API; once, before Playwright starts."""
    for module in (_sync_base, _context_manager, _generated):
        for _, api in inspect.getmembers(module, inspect.isclass):
            if api.__module__ == module.__name__:
                for name, member in list(vars(api).items()):
                    if inspect.isfunction(member):
                        setattr(api, name, _marked(member))
                    elif isinstance(member, property) and member.fget:
                        setattr(api, name, member.getter(_marked(member.fget)))


def _marked(call: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(call)
    def marked(*args: Any, **options: Any) -> Any:
        global _playwrights
        outside = asyncio._get_running_loop()
        if outside is None and _playwrights is not None and not _playwrights.is_closed():
            asyncio._set_running_loop(_playwrights)
        try:
            return call(*args, **options)
        finally:
            _playwrights = asyncio._get_running_loop() or _playwrights
            asyncio._set_running_loop(outside)

    return marked
