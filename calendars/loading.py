"""From rows to `business.BusinessCalendar`: as they are, with more years, or hypothetical (B4).

Nothing counts here; nothing writes but the topping up of holidays that a count asked for.
"""

import threading
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any, TypeVar

from django.contrib.postgres.expressions import ArraySubquery
from django.db import transaction
from django.db.models import F, OuterRef
from django.db.models.functions import JSONObject

from calendars import brazil, business, seed
from calendars.models import Calendar, CalendarException, Holiday

T = TypeVar("T")

_CACHE_SIZE = 128
_cache: dict[tuple[int, int], business.BusinessCalendar] = {}
_cache_lock = threading.Lock()


def load(calendar_id: int, *, version: int | None = None) -> business.BusinessCalendar:
    """The calendar of these rows as they are now.

    Costs one small query, for the version, when this process has seen that version before, and
    one more when it has not. Whoever has just read the version with other rows gives it, and the
    first query falls away; the answer's own `version` is the one to be stored with a deadline.
    """
    if version is None:
        version = Calendar.objects.values_list("version", flat=True).get(pk=calendar_id)
    known = _cache.get((calendar_id, version))
    if known is not None:
        return known
    calendar = _read(calendar_id)
    # What a transaction reads of its own writes may never come to be: only what is committed is
    # remembered, as the next transaction may give the same version to something else.
    transaction.on_commit(lambda: _remember(calendar_id, calendar))
    return calendar


def with_horizon(
    calendar_id: int,
    count: Callable[[business.BusinessCalendar], T],
    *,
    version: int | None = None,
) -> T:
    """`count(calendar)`; when it needs years that have no rows yet, they are filled first (B4).

    Raises `business.BeyondHorizon` only for days that the library itself does not know.
    """
    calendar = load(calendar_id, version=version)
    while True:
        try:
            return count(calendar)
        except business.BeyondHorizon as beyond:
            if beyond.needed_from < brazil.FIRST_DAY or beyond.needed_through > brazil.LAST_DAY:
                raise
            seed.fill(
                Calendar.objects.get(pk=calendar_id),
                beyond.needed_through,
                since=min(beyond.needed_from, seed.SINCE),
            )
        calendar = load(calendar_id)


def preview(
    calendar: Calendar, exceptions: Iterable[CalendarException] | None = None
) -> business.BusinessCalendar:
    """The calendar that saving this (changed, or new) instance would give; writes nothing.

    `exceptions` are all that it would have, saved or not; without them, those it has in rows.
    Raises `ValueError` for values that no calendar can have.
    """
    if exceptions is None:
        exceptions = calendar.exceptions.all()
    return business.BusinessCalendar(
        tz=business.time_zone(calendar.time_zone),
        weekdays=frozenset(calendar.weekdays),
        opens=calendar.opens_at,
        closes=calendar.closes_at,
        holidays=brazil.LibraryHolidays(
            calendar.uf, (brazil.OptionalDay(key) for key in calendar.optional_days)
        ),
        exceptions=business.exceptions_by_day(
            (row.date, _exceptional(row.kind, row.name)) for row in exceptions
        ),
        known_from=brazil.FIRST_DAY,
        known_through=brazil.LAST_DAY,
    )


def forget() -> None:
    """Empty the cache: for tests that give one id and version to different calendars."""
    with _cache_lock:
        _cache.clear()


def _read(calendar_id: int) -> business.BusinessCalendar:
    """One statement, so that version and rows are of the same moment."""
    row = Calendar.objects.annotate(
        holiday_rows=_rows(Holiday, "date", "name"),
        exception_rows=_rows(CalendarException, "date", "name", "kind"),
    ).get(pk=calendar_id)
    return business.BusinessCalendar(
        tz=business.time_zone(row.time_zone),
        weekdays=frozenset(row.weekdays),
        opens=row.opens_at,
        closes=row.closes_at,
        holidays=business.holidays_by_day(
            (date.fromisoformat(holiday["date"]), holiday["name"]) for holiday in row.holiday_rows
        ),
        exceptions=business.exceptions_by_day(
            (date.fromisoformat(day["date"]), _exceptional(day["kind"], day["name"]))
            for day in row.exception_rows
        ),
        known_from=row.filled_from or seed.SINCE,
        known_through=row.filled_through or seed.SINCE - timedelta(days=1),
        version=row.version,
    )


def _rows(model: type[Holiday] | type[CalendarException], *fields: str) -> ArraySubquery:
    """The rows of a calendar as an array of objects, in the model's own order."""
    of_calendar: Any = model._default_manager.filter(calendar=OuterRef("pk"))
    return ArraySubquery(of_calendar.values(row=JSONObject(**{name: F(name) for name in fields})))


def _exceptional(kind: str, name: str) -> business.ExceptionalDay:
    return business.ExceptionalDay(business.ExceptionKind(kind), name)


def _remember(calendar_id: int, calendar: business.BusinessCalendar) -> None:
    with _cache_lock:
        _cache[calendar_id, calendar.version] = calendar
        while len(_cache) > _CACHE_SIZE:
            del _cache[next(iter(_cache))]
