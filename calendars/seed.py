"""Writes the library's holidays into rows, and keeps them reaching far enough (B4).

Exceptions are people's and are never touched here.
"""

import logging
from datetime import date

from django.db import transaction

from calendars import brazil, business
from calendars.models import Calendar, Holiday

logger = logging.getLogger(__name__)

YEARS_AHEAD = 5
# Rows begin here unless a count asks for more: no installation has a ticket that is older.
SINCE = date(2024, 1, 1)


def horizon(today: date) -> date:
    """How far rows reach when all is well: to the end of the fifth year after today's (B4)."""
    return date(today.year + YEARS_AHEAD, 12, 31)


def fill(calendar: Calendar, through: date, *, since: date = SINCE) -> bool:
    """Make the holiday rows of `calendar` those of the library; whether anything changed.

    Covers whole years, from that of `since` or of the rows there were through that of `through`
    or of the rows there were, as far as the library knows. Idempotent, and safe at once with
    itself. The given instance learns its new version and span.

    Raises `ValueError` for a calendar that cannot count (its time zone does not exist).
    """
    with transaction.atomic():
        locked = Calendar.objects.select_for_update(no_key=True).get(pk=calendar.pk)
        business.time_zone(locked.time_zone)
        first = max(min(since, through, locked.filled_from or since), brazil.FIRST_DAY).year
        last = min(max(through, locked.filled_through or through), brazil.LAST_DAY).year
        changed = _match_rows(locked, range(first, last + 1))
        span = {"filled_from": date(first, 1, 1), "filled_through": date(last, 12, 31)}
        if (locked.filled_from, locked.filled_through) != tuple(span.values()):
            Calendar.objects.filter(pk=locked.pk).update(**span)
            changed = True
    calendar.refresh_from_db(fields=["version", *span])
    return changed


def top_up(today: date) -> int:
    """Fill every calendar through `horizon(today)`; how many of them changed (B4).

    One that fails keeps no other from being filled: the log and the calendar's `problem` say why.
    """
    changed = 0
    for calendar in Calendar.objects.order_by("pk"):
        try:
            changed += fill(calendar, horizon(today))
            problem = ""
        except Exception as error:
            logger.exception("The holidays of calendar %s could not be topped up.", calendar.pk)
            problem = f"{type(error).__name__}: {error}"[:300]
        if problem != calendar.problem:
            Calendar.objects.filter(pk=calendar.pk).update(problem=problem)
    return changed


def _match_rows(calendar: Calendar, years: range) -> bool:
    optional = frozenset(brazil.OptionalDay(key) for key in calendar.optional_days)
    wanted = {
        (off.date, off.origin.value): off.name
        for year in years
        for off in brazil.days_off(year, calendar.uf, optional)
    }
    wrong: list[int] = []
    for holiday in calendar.holidays.all():
        key = (holiday.date, holiday.origin)
        if wanted.get(key) == holiday.name:
            del wanted[key]
        else:
            wrong.append(holiday.pk)
    if wrong:
        Holiday.objects.filter(pk__in=wrong).delete()
    if wanted:
        Holiday.objects.bulk_create(
            Holiday(calendar=calendar, date=day, origin=origin, name=name)
            for (day, origin), name in wanted.items()
        )
    return bool(wrong or wanted)
