"""The present moment, from one place; the demo can move it. Nothing else lives here."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings

_NO_OFFSET = timedelta(0)
_cached: tuple[int, timedelta] = (-1, _NO_OFFSET)
_held: ContextVar[datetime | None] = ContextVar("held", default=None)


def now() -> datetime:
    """The present moment, aware, in UTC. In the demo: the real one plus the stored offset."""
    return _held.get() or datetime.now(UTC) + offset()


def offset() -> timedelta:
    """By how much the demo's clock is ahead of the real one; zero everywhere else.

    The file is read again only when it changed, so a call costs one `stat`.
    """
    global _cached
    path: Path | None = settings.CLOCK_FILE
    if path is None:
        return _NO_OFFSET
    try:
        changed = path.stat().st_mtime_ns
    except FileNotFoundError:
        return _NO_OFFSET
    if changed != _cached[0]:
        _cached = (changed, timedelta(seconds=json.loads(path.read_text())["offset_seconds"]))
    return _cached[1]


def move_to(moment: datetime) -> None:
    """Set the demo's clock to `moment` (aware); every process sees it at once.

    Raises `RuntimeError` outside the demo and `ValueError` for a moment that lies behind the
    clock: time in the demo, as elsewhere, only goes forward.
    """
    path: Path | None = settings.CLOCK_FILE
    if path is None:
        raise RuntimeError("The clock can be moved in the demo only (DEMO=1).")
    if moment < now():
        raise ValueError("The clock only goes forward.")
    ahead = moment - datetime.now(UTC)
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps({"offset_seconds": ahead.total_seconds()}))
    fresh.replace(path)


@contextmanager
def held_at(moment: datetime) -> Iterator[None]:
    """Within the block, and for its thread alone, it is `moment` (aware): the demo's data is made
    by reliving the past. Raises `RuntimeError` outside the demo.
    """
    if settings.CLOCK_FILE is None:
        raise RuntimeError("The past can be relived in the demo only (DEMO=1).")
    token = _held.set(moment)
    try:
        yield
    finally:
        _held.reset(token)
