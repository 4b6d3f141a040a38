"""What other doors want the desk to know; they register themselves by the settings (ADR 0001)."""

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from accounts.models import User

# How many wait, the same in words, and where the person may decide, if anywhere.
Alert = tuple[int, str, str]
# A line of the rail: its name, address, icon, and how many wait there.
Line = tuple[str, str, str, int]


@cache
def _asked(paths: tuple[str, ...]) -> tuple[Callable[[User], Any], ...]:
    return tuple(import_string(path) for path in paths)


def alerts(user: User) -> list[Alert]:
    """Those of `settings.DESK_ALERTS` that have something waiting; a statement each."""
    return [alert for alert in _answers(settings.DESK_ALERTS, user) if alert[0]]


def lines(user: User) -> list[Line]:
    """The pages of `settings.DESK_LINES`, which others add to the rail; a statement each."""
    return list(_answers(settings.DESK_LINES, user))


def _answers(paths: Iterable[str], user: User) -> Iterable[Any]:
    return (ask(user) for ask in _asked(tuple(paths)))
