"""The demonstration's past as it is written in data/*.toml. Nothing is done here; see stage.py."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from calendars import business
from calendars.business import BusinessCalendar

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Step:
    """One act: `who` does `verb` (a verb of `tickets.actions`, or `rate` for the survey).

    `when` is "-5 09:25", local time on the fifth business day before today (see `Hours`), or
    "35 min", that much working time ago.
    """

    when: str
    who: str
    verb: str
    text: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Story:
    """One occurrence, from its opening on; a follow-up is a step of the same story.

    `key` is the short name by which another story merges into it.
    """

    title: str
    product: str
    steps: Sequence[Step]
    severity: str = "medium"
    organization: str = ""
    key: str = ""

    @property
    def name(self) -> str:
        return self.key or self.title


@dataclass(frozen=True)
class Hours:
    """The working hours of a calendar, and the present moment (aware) that a story counts from.

    Day 0 is today, or the next business day where today is none; so a story's deadlines fall
    on the same day of its count whenever the demonstration is made, and day -1 is over.
    """

    calendar: BusinessCalendar
    closes: time
    now: datetime

    def moment(self, when: str) -> datetime:
        """The moment that a step's `when` names, in UTC."""
        first, second = when.split()
        if second == "min":
            return self._worked_ago(timedelta(minutes=int(first)))
        today = business.local_date(self.now, self.calendar.tz)
        day_0 = business.business_day_on_or_after(self.calendar, today)
        day = business.business_days_before(self.calendar, day_0, -int(first))
        return self._at(day, time.fromisoformat(second))

    def _worked_ago(self, left: timedelta) -> datetime:
        day = business.local_date(self.now, self.calendar.tz)
        while True:
            opens = business.opening(self.calendar, day)
            end = min(self.now, self._at(day, self.closes))
            if business.verdict(self.calendar, day).counts and end > opens:
                if end - opens >= left:
                    return end - left
                left -= end - opens
            day -= timedelta(days=1)

    def _at(self, day: date, hour: time) -> datetime:
        return datetime.combine(day, hour, self.calendar.tz).astimezone(UTC)


def cast() -> dict[str, Any]:
    """Who and what there is before the first ticket."""
    return _read("cast")


def stories() -> list[Story]:
    """All of them, queue by queue; those about the scope last."""
    files = ("fiscal", "folha", "financeiro", "infraestrutura", "scope")
    return [_story(**told) for name in files for told in _read(name)["story"]]


def known() -> dict[str, Any]:
    """The incidents and the defects."""
    return _read("known")


def checklists() -> dict[str, Any]:
    """What customers are asked, and what is recognised in what they paste."""
    return _read("checklists")


def scope() -> dict[str, Any]:
    """What is not support's, and the paid services."""
    return _read("scope")


def lookups() -> dict[str, Any]:
    """What was looked for."""
    return _read("lookups")


def file_content(name: str) -> bytes:
    """A text file that somebody attached."""
    return (DATA / "files" / name).read_bytes()


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((DATA / f"{name}.toml").read_text())


def _story(*, steps: list[list[Any]], **told: Any) -> Story:
    return Story(**told, steps=tuple(Step(*step) for step in steps))
