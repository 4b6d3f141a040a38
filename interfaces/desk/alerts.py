"""What other doors want the desk to know; they register themselves by the settings (ADR 0001)."""

from collections.abc import Callable
from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string

# How many wait, the same in words, and where they are in the admin.
Alert = tuple[int, str, str]


@cache
def _asked() -> tuple[Callable[[], Alert], ...]:
    return tuple(import_string(path) for path in settings.DESK_ALERTS)


def alerts() -> list[Alert]:
    """Those of `settings.DESK_ALERTS` that have something waiting; a statement each."""
    return [alert for alert in (ask() for ask in _asked()) if alert[0]]
