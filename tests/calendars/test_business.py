"""`calendars/business.py` against a naive reference, at clock changes, and at its edges."""

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from calendars import business
from calendars.brazil import FIRST_DAY, LAST_DAY, LibraryHolidays
from calendars.business import (
    BeyondHorizon,
    BusinessCalendar,
    Day,
    ExceptionalDay,
    ExceptionKind,
)

ROOT = Path(__file__).resolve().parents[2]
SAO_PAULO = ZoneInfo("America/Sao_Paulo")
WEEK = frozenset({1, 2, 3, 4, 5})
# Sao_Paulo changed its clocks at midnight until 2019: days of 23 and of 25 hours lie in this span.
SPAN = (date(2017, 1, 1), date(2020, 12, 31))
ZONES = (
    "America/Sao_Paulo",
    "America/Noronha",
    "America/Manaus",
    "America/Rio_Branco",
    "Europe/London",
    "Pacific/Kiritimati",
)


def made(
    zone: ZoneInfo = SAO_PAULO,
    weekdays: frozenset[int] = WEEK,
    holidays: Mapping[date, str] | None = None,
    exceptions: Mapping[date, ExceptionalDay] | None = None,
    known: tuple[date, date] = SPAN,
    opens: time = time(9),
) -> BusinessCalendar:
    return BusinessCalendar(
        tz=zone,
        weekdays=weekdays,
        opens=opens,
        holidays=holidays or {},
        exceptions=exceptions or {},
        known_from=known[0],
        known_through=known[1],
    )


def of_uf(uf: str, zone: str = "America/Sao_Paulo") -> BusinessCalendar:
    return BusinessCalendar(
        tz=ZoneInfo(zone),
        weekdays=WEEK,
        opens=time(9),
        holidays=LibraryHolidays(uf),
        known_from=FIRST_DAY,
        known_through=LAST_DAY,
    )


def local(text: str, zone: ZoneInfo = SAO_PAULO) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


# --- The reference: the same rules, said in the dullest way --------------------------------------


def reference_counts(calendar: BusinessCalendar, day: date) -> bool:
    exception = calendar.exceptions.get(day)
    if exception is not None:
        return exception.kind.value in ("worked", "half")
    works = {1: "Mon", 2: "Tue", 3: "Wed", 4: "Thu", 5: "Fri", 6: "Sat", 7: "Sun"}
    working = {works[number] for number in calendar.weekdays}
    return f"{day:%a}" in working and calendar.holidays.get(day) is None


def reference_end(day: date, zone: ZoneInfo) -> datetime:
    """The latest moment that a clock in `zone` shows as 23:59:59 of `day`, by trying offsets."""
    wanted = datetime.combine(day, time(23, 59, 59))
    shown = []
    for quarter in range(-14 * 4, 14 * 4 + 1):
        moment = (wanted - timedelta(minutes=15 * quarter)).replace(tzinfo=UTC)
        if moment.astimezone(zone).replace(tzinfo=None, fold=0) == wanted:
            shown.append(moment)
    return max(shown)


def reference_deadline(calendar: BusinessCalendar, entered: datetime, days: int) -> datetime:
    day = entered.astimezone(calendar.tz).date()
    counted = 0
    while counted < days:
        day += timedelta(days=1)
        if reference_counts(calendar, day):
            counted += 1
    return reference_end(day, calendar.tz)


# --- What hypothesis draws -----------------------------------------------------------------------

days_of_span = st.dates(date(2017, 6, 1), date(2019, 12, 31))
moments = st.integers(0, 730 * 86_400).map(
    lambda seconds: datetime(2017, 6, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)
exceptional = st.builds(ExceptionalDay, st.sampled_from(ExceptionKind), st.sampled_from(["", "X"]))
calendars = st.builds(
    made,
    zone=st.sampled_from(ZONES).map(ZoneInfo),
    weekdays=st.frozensets(st.integers(1, 7), min_size=1),
    holidays=st.dictionaries(days_of_span, st.just("Festa"), max_size=60),
    exceptions=st.dictionaries(days_of_span, exceptional, max_size=60),
)


@given(calendars, moments, st.integers(1, 30))
def test_B2_deadline_is_what_the_dull_loop_says(
    calendar: BusinessCalendar, entered: datetime, days: int
) -> None:
    assert business.deadline(calendar, entered, days) == reference_deadline(calendar, entered, days)


@given(calendars, moments, st.integers(1, 30))
def test_B2_explanation_names_every_day_from_the_one_after_entry_to_the_deadline(
    calendar: BusinessCalendar, entered: datetime, days: int
) -> None:
    explained = business.explain(calendar, entered, days)

    first = business.local_date(entered, calendar.tz) + timedelta(days=1)
    last = business.local_date(business.deadline(calendar, entered, days), calendar.tz)
    assert [day.date for day in explained] == [
        first + timedelta(days=passed) for passed in range((last - first).days + 1)
    ]
    assert [day.counts for day in explained] == [
        reference_counts(calendar, day.date) for day in explained
    ]
    assert sum(day.counts for day in explained) == days
    assert explained[-1].counts


@given(calendars, moments, moments, st.integers(1, 20), st.integers(0, 10))
def test_B2_later_entry_or_more_days_never_end_earlier(
    calendar: BusinessCalendar, one: datetime, other: datetime, days: int, more: int
) -> None:
    first, second = sorted((one, other))

    assert business.deadline(calendar, first, days) <= business.deadline(
        calendar, second, days + more
    )


@given(calendars, moments, st.integers(1, 20))
def test_B2_one_more_day_ends_on_the_next_business_day(
    calendar: BusinessCalendar, entered: datetime, days: int
) -> None:
    last = business.explain(calendar, entered, days)[-1].date

    one_more = business.explain(calendar, entered, days + 1)[-1].date

    assert one_more == business.next_business_day(calendar, last)


@given(calendars, days_of_span, exceptional)
def test_B1_exception_wins_over_weekday_and_holiday(
    calendar: BusinessCalendar, day: date, exception: ExceptionalDay
) -> None:
    decided = replace(calendar, exceptions={**calendar.exceptions, day: exception})

    counts = business.verdict(decided, day).counts

    assert counts == (exception.kind is not ExceptionKind.OFF)


@given(calendars, moments, st.integers(1, 20), days_of_span)
def test_B1_day_off_never_ends_a_count_earlier_nor_a_worked_one_later(
    calendar: BusinessCalendar, entered: datetime, days: int, day: date
) -> None:
    off = ExceptionalDay(ExceptionKind.OFF)
    worked = ExceptionalDay(ExceptionKind.WORKED)
    before = business.deadline(calendar, entered, days)

    with_day_off = replace(calendar, exceptions={**calendar.exceptions, day: off})
    with_worked = replace(calendar, exceptions={**calendar.exceptions, day: worked})

    assert business.deadline(with_day_off, entered, days) >= before
    assert business.deadline(with_worked, entered, days) <= before


@given(calendars, moments, st.integers(1, 20))
def test_B6_in_time_until_the_very_end_of_the_local_day(
    calendar: BusinessCalendar, entered: datetime, days: int
) -> None:
    deadline = business.deadline(calendar, entered, days)

    assert business.in_time(deadline, deadline, calendar.tz)
    assert business.in_time(deadline + timedelta(microseconds=999_999), deadline, calendar.tz)
    assert not business.in_time(deadline + timedelta(seconds=1), deadline, calendar.tz)
    assert deadline.astimezone(calendar.tz).time() == time(23, 59, 59)


@given(calendars, moments, st.integers(1, 20))
def test_B6_step_dated_at_its_deadline_begins_the_next_count_on_the_following_business_day(
    calendar: BusinessCalendar, entered: datetime, days: int
) -> None:
    deadline = business.deadline(calendar, entered, days)
    last = business.local_date(deadline, calendar.tz)

    first_of_next = business.explain(calendar, deadline, 1)[-1].date

    assert first_of_next == business.next_business_day(calendar, last)


@given(calendars, moments, st.integers(1, 10), st.integers(1, 10))
def test_L10_business_days_before_goes_back_by_the_same_days(
    calendar: BusinessCalendar, entered: datetime, days: int, lead: int
) -> None:
    counted = [day.date for day in business.explain(calendar, entered, days + lead) if day.counts]

    assert business.business_days_before(calendar, counted[-1], lead) == counted[-1 - lead]


@given(calendars, moments, st.integers(1, 30), st.integers(0, 90))
def test_B4_count_ends_right_or_says_what_it_lacks_but_never_guesses(
    calendar: BusinessCalendar, entered: datetime, days: int, known: int
) -> None:
    right = business.deadline(calendar, entered, days)
    last = business.local_date(right, calendar.tz)
    entry = business.local_date(entered, calendar.tz)
    through = entry + timedelta(days=known)
    short = replace(calendar, known_through=through)

    if through >= last:
        assert business.deadline(short, entered, days) == right
    else:
        with pytest.raises(BeyondHorizon) as refused:
            business.deadline(short, entered, days)
        assert refused.value.needed_from == through + timedelta(days=1)
        assert refused.value.needed_through >= refused.value.needed_from


@given(calendars, days_of_span)
def test_business_day_on_or_after_is_the_day_itself_if_it_counts(
    calendar: BusinessCalendar, day: date
) -> None:
    found = business.business_day_on_or_after(calendar, day)

    assert reference_counts(calendar, found)
    assert not any(
        reference_counts(calendar, day + timedelta(days=passed))
        for passed in range((found - day).days)
    )


# --- The worked examples of the domain page ------------------------------------------------------


@pytest.mark.parametrize(
    ("uf", "entered", "after_5", "after_7_more"),
    [
        ("SP", "2026-11-13T10:00", date(2026, 11, 23), date(2026, 12, 2)),
        ("SP", "2026-11-14T09:00", date(2026, 11, 23), date(2026, 12, 2)),
        ("DF", "2026-11-13T10:00", date(2026, 11, 23), date(2026, 12, 3)),
        ("SP", "2026-07-03T10:00", date(2026, 7, 13), date(2026, 7, 22)),
        ("SP", "2026-11-19T10:00", date(2026, 11, 27), date(2026, 12, 8)),
    ],
)
def test_B2_worked_examples(uf: str, entered: str, after_5: date, after_7_more: date) -> None:
    calendar = of_uf(uf)

    first = business.deadline(calendar, local(entered), 5)
    second = business.deadline(calendar, first, 7)

    assert first == local(f"{after_5} 23:59:59").astimezone(UTC)
    assert second == local(f"{after_7_more} 23:59:59").astimezone(UTC)


def test_B2_friday_and_five_days_end_with_the_next_friday() -> None:
    assert business.deadline(of_uf(""), local("2026-08-07T10:00"), 5) == local(
        "2026-08-14T23:59:59"
    )


@pytest.mark.parametrize("hour", ["00:00", "12:00", "23:59"])
def test_B2_hour_of_entry_does_not_matter(hour: str) -> None:
    assert business.deadline(of_uf("SP"), local(f"2026-11-13T{hour}"), 5) == local(
        "2026-11-23T23:59:59"
    )


def test_B2_counts_by_the_local_date_of_the_calendar_not_of_utc() -> None:
    # Half past midnight on Tuesday in Noronha, still Monday evening in Acre.
    entered = datetime(2026, 8, 4, 2, 30, tzinfo=UTC)

    noronha = business.deadline(of_uf("PE", "America/Noronha"), entered, 1)
    acre = business.deadline(of_uf("AC", "America/Rio_Branco"), entered, 1)

    assert noronha == datetime(2026, 8, 6, 1, 59, 59, tzinfo=UTC)
    assert acre == datetime(2026, 8, 5, 4, 59, 59, tzinfo=UTC)


# --- What a day is called ------------------------------------------------------------------------

KINDS = {
    ExceptionKind.OFF: "exceção: sem expediente (Recesso)",
    ExceptionKind.WORKED: "exceção: dia trabalhado (Recesso)",
    ExceptionKind.HALF: "meio expediente, conta (Recesso)",
}


def test_why_says_weekday_holiday_or_business_day() -> None:
    calendar = made(holidays={date(2018, 11, 2): "Finados", date(2018, 11, 3): "Sábado de festa"})

    said = business.explain(calendar, local("2018-11-01T10:00"), 1)

    assert said == (
        Day(date(2018, 11, 2), False, "feriado: Finados"),
        Day(date(2018, 11, 3), False, "sábado"),
        Day(date(2018, 11, 4), False, "domingo"),
        Day(date(2018, 11, 5), True, "dia útil"),
    )


@pytest.mark.parametrize("kind", ExceptionKind)
def test_B1_why_names_the_exception_and_a_half_day_counts(kind: ExceptionKind) -> None:
    sunday = date(2018, 11, 4)
    named = made(exceptions={sunday: ExceptionalDay(kind, "Recesso")})
    nameless = made(exceptions={sunday: ExceptionalDay(kind)})

    counts = kind is not ExceptionKind.OFF
    assert business.verdict(named, sunday) == Day(sunday, counts, KINDS[kind])
    assert business.verdict(nameless, sunday) == Day(
        sunday, counts, KINDS[kind].removesuffix(" (Recesso)")
    )


def test_B1_of_two_exceptions_worked_wins_then_the_half_day() -> None:
    day = date(2018, 11, 5)
    kinds = [ExceptionKind.OFF, ExceptionKind.HALF, ExceptionKind.WORKED, ExceptionKind.OFF]
    found = [
        business.exceptions_by_day((day, ExceptionalDay(kind)) for kind in kinds[:taken])
        for taken in (1, 2, 3, 4)
    ]

    assert [by_day[day].kind for by_day in found] == [
        ExceptionKind.OFF,
        ExceptionKind.HALF,
        ExceptionKind.WORKED,
        ExceptionKind.WORKED,
    ]


def test_holidays_by_day_says_a_repeated_name_once() -> None:
    tuesday = date(2026, 2, 17)

    assert business.holidays_by_day(
        [(tuesday, "Carnaval"), (tuesday, "Carnaval"), (tuesday, "Aniversário")]
    ) == {tuesday: "Carnaval; Aniversário"}


# --- Clock changes -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "day", "end"),
    [
        # Clocks went back at midnight: 23:59:59 came twice, and the later one is meant.
        ("America/Sao_Paulo", date(2018, 2, 17), datetime(2018, 2, 18, 2, 59, 59, tzinfo=UTC)),
        # Clocks went forward at midnight: the next day began at 01:00.
        ("America/Sao_Paulo", date(2018, 11, 3), datetime(2018, 11, 4, 2, 59, 59, tzinfo=UTC)),
        ("America/Sao_Paulo", date(2018, 11, 4), datetime(2018, 11, 5, 1, 59, 59, tzinfo=UTC)),
        # Clocks went forward at 23:30: the day ended at 23:29:59.
        ("America/Toronto", date(1919, 3, 30), datetime(1919, 3, 31, 4, 29, 59, tzinfo=UTC)),
        # The day never was: it was over when the one before it was.
        ("Pacific/Apia", date(2011, 12, 30), datetime(2011, 12, 30, 9, 59, 59, tzinfo=UTC)),
    ],
)
def test_B6_end_of_day_at_clock_changes(zone: str, day: date, end: datetime) -> None:
    assert business.end_of_day(day, ZoneInfo(zone)) == end


@given(st.sampled_from([*ZONES, "America/Toronto", "Pacific/Apia"]), st.dates(date(1915, 1, 1)))
def test_B6_end_of_day_is_the_last_second_that_is_not_on_a_later_day(zone: str, day: date) -> None:
    assume(day < date(9999, 12, 31))
    end = business.end_of_day(day, ZoneInfo(zone))

    assert business.local_date(end, ZoneInfo(zone)) <= day
    assert business.local_date(end + timedelta(seconds=1), ZoneInfo(zone)) > day


@pytest.mark.parametrize(
    ("opens", "day", "moment"),
    [
        (time(9), date(2026, 11, 23), datetime(2026, 11, 23, 12, tzinfo=UTC)),
        # Midnight did not exist: what a clock not yet moved would call so, 01:00 by the new one.
        (time(0), date(2018, 11, 4), datetime(2018, 11, 4, 3, tzinfo=UTC)),
        # 23:30 came twice: the earlier.
        (time(23, 30), date(2018, 2, 17), datetime(2018, 2, 18, 1, 30, tzinfo=UTC)),
    ],
)
def test_L10_opening_at_clock_changes(opens: time, day: date, moment: datetime) -> None:
    assert business.opening(made(opens=opens), day) == moment


@pytest.mark.parametrize(
    ("received", "met"),
    [
        ("2018-02-17T23:59:59-03:00", True),
        ("2018-02-17T23:30:00-02:00", True),
        ("2018-02-18T00:00:00-03:00", False),
    ],
)
def test_B6_in_time_on_the_day_whose_last_hour_came_twice(received: str, met: bool) -> None:
    deadline = business.end_of_day(date(2018, 2, 17), SAO_PAULO)

    assert business.in_time(datetime.fromisoformat(received), deadline, SAO_PAULO) is met


# --- Refusals ------------------------------------------------------------------------------------


def test_naive_moments_are_refused() -> None:
    aware = datetime(2018, 11, 1, 10, tzinfo=UTC)
    naive = aware.replace(tzinfo=None)

    with pytest.raises(ValueError):
        business.deadline(made(), naive, 1)
    with pytest.raises(ValueError):
        business.in_time(naive, aware, SAO_PAULO)
    with pytest.raises(ValueError):
        business.in_time(aware, naive, SAO_PAULO)


@pytest.mark.parametrize("days", [0, -1])
def test_less_than_one_day_is_refused(days: int) -> None:
    with pytest.raises(ValueError):
        business.deadline(made(), datetime(2018, 11, 1, tzinfo=UTC), days)
    with pytest.raises(ValueError):
        business.business_days_before(made(), date(2018, 11, 1), days)


@pytest.mark.parametrize("weekdays", [frozenset[int](), frozenset({0}), frozenset({1, 8})])
def test_B1_calendar_without_real_weekdays_is_refused(weekdays: frozenset[int]) -> None:
    with pytest.raises(ValueError):
        made(weekdays=weekdays)


def test_B4_day_outside_of_what_is_known_is_not_judged() -> None:
    calendar = made(known=(date(2018, 1, 1), date(2018, 12, 31)))

    for outside in (date(2017, 12, 31), date(2019, 1, 1)):
        with pytest.raises(BeyondHorizon) as refused:
            business.verdict(calendar, outside)
        assert (refused.value.needed_from, refused.value.needed_through) == (outside, outside)


def test_B4_refusal_names_the_least_span_that_would_do() -> None:
    calendar = made(known=(date(2018, 1, 1), date(2018, 1, 31)))

    with pytest.raises(BeyondHorizon) as ahead:
        business.deadline(calendar, local("2018-01-31T10:00"), 11)
    with pytest.raises(BeyondHorizon) as back:
        business.business_days_before(calendar, date(2018, 1, 1), 6)

    assert (ahead.value.needed_from, ahead.value.needed_through) == (
        date(2018, 2, 1),
        date(2018, 2, 15),
    )
    assert (back.value.needed_from, back.value.needed_through) == (
        date(2017, 12, 24),
        date(2017, 12, 31),
    )


def test_B4_a_year_with_no_business_day_ends_at_the_horizon() -> None:
    every_day = {date(2018, 1, 1) + timedelta(days=n): "Greve" for n in range(365)}
    calendar = made(holidays=every_day, known=(date(2018, 1, 1), date(2018, 12, 31)))

    with pytest.raises(BeyondHorizon):
        business.next_business_day(calendar, date(2018, 1, 1))


def test_count_past_the_last_date_there_is_ends_at_the_horizon() -> None:
    endless = made(known=(date.min, date.max))

    with pytest.raises(BeyondHorizon):
        business.deadline(endless, datetime(9999, 12, 20, tzinfo=UTC), 10**12)
    with pytest.raises(BeyondHorizon):
        business.business_days_before(endless, date(1, 1, 3), 10)


def test_offsets_other_than_the_calendars_are_converted() -> None:
    plus_14 = timezone(timedelta(hours=14))

    assert business.deadline(
        made(), datetime(2018, 8, 11, 9, tzinfo=plus_14), 1
    ) == business.deadline(made(), datetime(2018, 8, 10, 16, tzinfo=SAO_PAULO), 1)


def test_time_zones_by_name() -> None:
    assert business.time_zone("America/Noronha") == ZoneInfo("America/Noronha")
    for name in ("", "Mars/Olympus", "../../etc/passwd", "America", "localtime", "x" * 5000):
        with pytest.raises(ValueError):
            business.time_zone(name)


def test_counting_knows_no_django() -> None:
    pure = "calendars.business, calendars.brazil"
    check = f"import sys, {pure}; sys.exit('django' in sys.modules)"

    done = subprocess.run([sys.executable, "-c", check], cwd=ROOT, check=False)

    assert done.returncode == 0
