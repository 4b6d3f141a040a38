"""Business time between two moments (B1, B5): the working hours of the days that count. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import accumulate

from calendars.business import BusinessCalendar, ExceptionKind, verdict


@dataclass(frozen=True)
class Worked:
    """The working hours of a span of days, summed once so that each question costs the same.

    Hours are those of the calendar's own clock; of a half day, the first half of them. Before the
    span and after it nothing is worked.
    """

    calendar: BusinessCalendar
    first: date
    lengths: tuple[int, ...]
    sums: tuple[int, ...]

    @classmethod
    def of(cls, calendar: BusinessCalendar, first: date, last: date) -> "Worked":
        """From `first` through `last`. Raises `BeyondHorizon` for days that are not known (B4)."""
        span = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        lengths = tuple(_length(calendar, day) for day in span)
        return cls(calendar, first, lengths, tuple(accumulate(lengths, initial=0)))

    def between(self, start: datetime, end: datetime) -> timedelta:
        """The business time from `start` to `end`, both aware; none if they are the other way."""
        return timedelta(seconds=max(self._until(end) - self._until(start), 0))

    def _until(self, moment: datetime) -> float:
        """Seconds worked from the beginning of the span."""
        local = moment.astimezone(self.calendar.tz)
        index = (local.date() - self.first).days
        if index < 0:
            return 0
        if index >= len(self.lengths):
            return self.sums[-1]
        begun = _seconds(local.time()) - _seconds(self.calendar.opens)
        return self.sums[index] + min(max(begun, 0), self.lengths[index])


def _length(calendar: BusinessCalendar, day: date) -> int:
    """Working seconds of `day`."""
    if not verdict(calendar, day).counts:
        return 0
    whole = int(_seconds(calendar.closes) - _seconds(calendar.opens))
    exception = calendar.exceptions.get(day)
    return whole // 2 if exception is not None and exception.kind is ExceptionKind.HALF else whole


def _seconds(clock: time) -> float:
    return clock.hour * 3600 + clock.minute * 60 + clock.second + clock.microsecond / 1_000_000
