"""B1, B5: business time, by the day's hours and against a count of each minute."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calendars.business import BusinessCalendar, ExceptionalDay, ExceptionKind, verdict
from calendars.worked import Worked
from tests.cast import at

CALENDAR = BusinessCalendar(
    tz=ZoneInfo("America/Sao_Paulo"),
    weekdays=frozenset({1, 2, 3, 4, 5}),
    opens=time(9),
    closes=time(18),
    holidays={date(2026, 11, 20): "Consciência Negra"},
    exceptions={
        date(2026, 11, 19): ExceptionalDay(ExceptionKind.HALF),
        date(2026, 11, 21): ExceptionalDay(ExceptionKind.WORKED),
    },
    known_from=date(2026, 1, 1),
    known_through=date(2026, 12, 31),
)
WORKED = Worked.of(CALENDAR, date(2026, 11, 1), date(2026, 11, 30))


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2026-11-13T10:00", "2026-11-13T11:30", 1.5),
        ("2026-11-13T17:00", "2026-11-16T10:00", 2),  # over a weekend
        ("2026-11-13T20:00", "2026-11-16T08:00", 0),  # never open
        ("2026-11-13T06:00", "2026-11-13T23:00", 9),
        ("2026-11-19T09:00", "2026-11-19T18:00", 4.5),  # a half day
        ("2026-11-20T09:00", "2026-11-20T18:00", 0),  # a holiday
        ("2026-11-21T09:00", "2026-11-21T18:00", 9),  # a Saturday worked
        ("2026-11-16T10:00", "2026-11-13T10:00", 0),  # the other way
        ("2026-10-01T09:00", "2026-11-03T18:00", 18),  # from before the span
        ("2026-11-30T17:00", "2026-12-30T18:00", 1),  # to after it
    ],
)
def test_B5_business_time_is_the_working_hours_of_the_days_that_count(
    start: str, end: str, hours: float
) -> None:
    assert WORKED.between(at(start), at(end)) == timedelta(hours=hours)


MINUTES = st.integers(min_value=0, max_value=10 * 24 * 60)


@settings(max_examples=30, deadline=None)
@given(start=MINUTES, end=MINUTES)
def test_B5_business_time_is_what_counting_each_minute_gives(start: int, end: int) -> None:
    base = at("2026-11-13T00:00")
    counted = sum(_open(base + timedelta(minutes=n)) for n in range(start, end))

    told = WORKED.between(base + timedelta(minutes=start), base + timedelta(minutes=end))

    assert told == timedelta(minutes=counted)


def _open(minute: datetime) -> bool:
    day = minute.date()
    half = CALENDAR.exceptions.get(day) == ExceptionalDay(ExceptionKind.HALF)
    closes = time(13, 30) if half else time(18)
    return verdict(CALENDAR, day).counts and time(9) <= minute.time() < closes
