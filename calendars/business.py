"""Business time (B1, B2, B4, B6): which days count, when a count ends, and why.

Pure: values in, values out. No ORM, no Django, and the present moment is never read here.
Calendars from rows are made in `loading.py`, hypothetical ones by whoever asks.
"""

import functools
import zoneinfo
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Protocol
from zoneinfo import ZoneInfo

WEEKDAY_NAMES = {
    1: "segunda-feira",
    2: "terça-feira",
    3: "quarta-feira",
    4: "quinta-feira",
    5: "sexta-feira",
    6: "sábado",
    7: "domingo",
}
_SECOND = timedelta(seconds=1)
# The zone of whatever machine this runs on, and a placeholder: neither names a place.
_NOT_PLACES = {"localtime", "Factory"}


class BeyondHorizon(Exception):  # noqa: N818 - said as what happened
    """A count needs days whose holidays are not known, and none is assumed to be free (B4).

    `needed_from` and `needed_through` are the least span of days that would let it go on.
    """

    def __init__(self, needed_from: date, needed_through: date) -> None:
        super().__init__(f"holidays are needed from {needed_from} through {needed_through}")
        self.needed_from = needed_from
        self.needed_through = needed_through


class ExceptionKind(StrEnum):
    """What an exceptional day is; of two on one day the first in this order wins (B1)."""

    WORKED = "worked"
    HALF = "half"
    OFF = "off"


_WHY_EXCEPTIONAL = {
    ExceptionKind.WORKED: "exceção: dia trabalhado",
    ExceptionKind.HALF: "meio expediente, conta",
    ExceptionKind.OFF: "exceção: sem expediente",
}


@dataclass(frozen=True, slots=True)
class ExceptionalDay:
    """A day that people took out of the rule; a half day counts (B1)."""

    kind: ExceptionKind
    name: str = ""


class Holidays(Protocol):
    """The names of holidays by day: a mapping, or one that finds them as they are asked for."""

    def get(self, day: date, /) -> str | None: ...


@dataclass(frozen=True, kw_only=True)
class BusinessCalendar:
    """A calendar as counting needs it: a place's clock, its week, and its days off (B1).

    `weekdays` are ISO numbers, 1 is Monday. Holidays are known from `known_from` through
    `known_through`, both included; if the second lies before the first, none are.
    `version` is that of the rows it was read from, 0 for a hypothetical calendar.
    """

    tz: ZoneInfo
    weekdays: frozenset[int]
    opens: time
    holidays: Holidays
    closes: time = time(18)
    exceptions: Mapping[date, ExceptionalDay] = field(default_factory=dict)
    known_from: date
    known_through: date
    version: int = 0

    def __post_init__(self) -> None:
        if not self.weekdays or not self.weekdays <= WEEKDAY_NAMES.keys():
            raise ValueError("A calendar works on at least one weekday, each from 1 to 7.")


@dataclass(frozen=True, slots=True)
class Day:
    """A local day, whether it counts as a business day, and why, in Portuguese."""

    date: date
    counts: bool
    why: str


def verdict(calendar: BusinessCalendar, day: date) -> Day:
    """Whether `day` counts in `calendar`, and why: exception, then weekday, then holiday (B1).

    Raises `BeyondHorizon` for a day outside of what the calendar knows (B4).
    """
    if not _is_known(calendar, day):
        raise BeyondHorizon(day, day)
    exception = calendar.exceptions.get(day)
    if exception is not None:
        return Day(day, exception.kind is not ExceptionKind.OFF, _why_exceptional(exception))
    if day.isoweekday() not in calendar.weekdays:
        return Day(day, False, WEEKDAY_NAMES[day.isoweekday()])
    holiday = calendar.holidays.get(day)
    if holiday is not None:
        return Day(day, False, f"feriado: {holiday}")
    return Day(day, True, "dia útil")


def deadline(calendar: BusinessCalendar, entered: datetime, days: int) -> datetime:
    """The end of the `days`th business day after the local date of `entered` (B2, B6), in UTC.

    `entered` is aware. Raises `ValueError` for a naive moment or less than one day, and
    `BeyondHorizon` (B4).
    """
    return end_of_day(explain(calendar, entered, days)[-1].date, calendar.tz)


def explain(calendar: BusinessCalendar, entered: datetime, days: int) -> tuple[Day, ...]:
    """Every day from the one after the local date of `entered` to the deadline's, judged (B2).

    Refuses what `deadline` refuses.
    """
    return tuple(_walk(calendar, local_date(entered, calendar.tz), step=1, count=days))


def business_days_before(calendar: BusinessCalendar, day: date, count: int) -> date:
    """The `count`th business day before `day`, which itself is not looked at (L10).

    Raises `ValueError` for less than one day, and `BeyondHorizon` (B4).
    """
    *_, last = _walk(calendar, day, step=-1, count=count)
    return last.date


def next_business_day(calendar: BusinessCalendar, day: date) -> date:
    """The first business day after `day`. Raises `BeyondHorizon` (B4)."""
    *_, last = _walk(calendar, day, step=1, count=1)
    return last.date


def business_day_on_or_after(calendar: BusinessCalendar, day: date) -> date:
    """`day` if it counts, else the next that does. Raises `BeyondHorizon` (B4)."""
    return day if verdict(calendar, day).counts else next_business_day(calendar, day)


def opening(calendar: BusinessCalendar, day: date) -> datetime:
    """When `calendar` opens on `day`, in UTC; said of any day, also of one that does not count.

    Of two such moments (clocks set back) the earlier; where there is none (clocks set forward)
    the moment that a clock not yet moved would call so.
    """
    return datetime.combine(day, calendar.opens, calendar.tz).astimezone(UTC)


def end_of_day(day: date, tz: ZoneInfo) -> datetime:
    """23:59:59 of `day` in `tz`, in UTC; of two such moments the later (B6).

    Where a clock change leaves none, the last second at which the local date is not after `day`.
    """
    nominal = datetime.combine(day, time(23, 59, 59, fold=1), tz)
    last = nominal.astimezone(UTC)
    if last.astimezone(tz).replace(tzinfo=None) == nominal.replace(tzinfo=None):
        return last
    # In a gap, fold=1 gives a moment before the change and fold=0 one after it.
    after = nominal.replace(fold=0).astimezone(UTC)
    while after - last > _SECOND:
        middle = last + (after - last) // _SECOND // 2 * _SECOND
        if middle.astimezone(tz).date() <= day:
            last = middle
        else:
            after = middle
    return last


def local_date(moment: datetime, tz: ZoneInfo) -> date:
    """The date in `tz` at `moment`. Raises `ValueError` for a naive one."""
    if moment.utcoffset() is None:
        raise ValueError("A moment without a time zone has no date.")
    return moment.astimezone(tz).date()


def in_time(received_at: datetime, deadline: datetime, tz: ZoneInfo) -> bool:
    """Whether what was received at `received_at` met `deadline`: by local date, both aware (B6)."""
    return local_date(received_at, tz) <= local_date(deadline, tz)


def time_zone(name: str) -> ZoneInfo:
    """The time zone called `name` ("America/Sao_Paulo"). Raises `ValueError` if there is none."""
    if name not in time_zone_names():
        raise ValueError(f"There is no time zone {name!r}.")
    return ZoneInfo(name)


@functools.cache
def time_zone_names() -> frozenset[str]:
    """Every name that `time_zone` takes."""
    return frozenset(zoneinfo.available_timezones() - _NOT_PLACES)


def holidays_by_day(named: Iterable[tuple[date, str]]) -> dict[date, str]:
    """One text a day out of named days; a name that comes twice on one day is said once."""
    names: dict[date, dict[str, None]] = {}
    for day, name in named:
        names.setdefault(day, {})[name] = None
    return {day: "; ".join(of_day) for day, of_day in names.items()}


def exceptions_by_day(
    days: Iterable[tuple[date, ExceptionalDay]],
) -> dict[date, ExceptionalDay]:
    """One exception a day: of two, "worked" wins, then the half day (B1)."""
    order = list(ExceptionKind)
    by_day: dict[date, ExceptionalDay] = {}
    for day, exception in days:
        known = by_day.setdefault(day, exception)
        if order.index(exception.kind) < order.index(known.kind):
            by_day[day] = exception
    return by_day


def _walk(calendar: BusinessCalendar, day: date, *, step: int, count: int) -> Iterator[Day]:
    """The days after (`step` 1) or before (-1) `day`, until `count` of them have counted."""
    if count < 1:
        raise ValueError("A count takes at least one day.")
    while count:
        following = _shifted(day, step)
        if following == day or not _is_known(calendar, following):
            # So many days the rest of the count takes even without a holiday.
            least = (count - 1) // len(calendar.weekdays) * 7
            raise BeyondHorizon(*sorted((following, _shifted(following, step * least))))
        judged = verdict(calendar, following)
        yield judged
        count -= judged.counts
        day = following


def _shifted(day: date, days: int) -> date:
    """`day` moved by `days`, held within the years that a date can name."""
    ordinal = day.toordinal() + days
    return date.fromordinal(min(max(ordinal, 1), date.max.toordinal()))


def _is_known(calendar: BusinessCalendar, day: date) -> bool:
    return calendar.known_from <= day <= calendar.known_through


def _why_exceptional(exception: ExceptionalDay) -> str:
    why = _WHY_EXCEPTIONAL[exception.kind]
    return f"{why} ({exception.name})" if exception.name else why
