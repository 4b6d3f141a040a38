"""One question to the `deadline` command: strictly read from words, answered, ready to print.

Knows neither the terminal nor the database. What is refused is refused as `BadInput`, in words.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import Any, NoReturn, TypeVar
from zoneinfo import ZoneInfo

from calendars import brazil, business

T = TypeVar("T")

DEFAULT_TZ = "America/Sao_Paulo"
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}(:?[0-9]{2})?)?)?"
)
_WHOLE = re.compile(r"[0-9]{1,18}")


class BadInput(ValueError):  # noqa: N818 - said as what happened
    """Something in a question cannot be answered; the message is one sentence in Portuguese."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a hypothetical calendar counts, and what people decided there."""

    tz: ZoneInfo
    uf: str = ""
    optional: frozenset[brazil.OptionalDay] = frozenset()

    def calendar(self) -> business.BusinessCalendar:
        """Monday to Friday, with the library's holidays; years are made as the count proceeds."""
        return business.BusinessCalendar(
            tz=self.tz,
            weekdays=frozenset({1, 2, 3, 4, 5}),
            opens=time(9),
            holidays=brazil.LibraryHolidays(self.uf, self.optional),
            known_from=brazil.FIRST_DAY,
            known_through=brazil.LAST_DAY,
        )


@dataclass(frozen=True, kw_only=True)
class Question:
    """From when, how many business days, and on which days the rule does not hold."""

    entered: datetime
    days: int
    holidays: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()

    def answer(self, calendar: business.BusinessCalendar) -> "Answer":
        """Count in `calendar`. Raises `business.BeyondHorizon` (B4).

        A naive `entered` is local to the calendar: of two such moments the earlier, and where
        clocks were set forward over it, what a clock not yet moved would call so.
        """
        calendar = self._decided(calendar)
        entered = self.entered
        if entered.tzinfo is None:
            entered = entered.replace(tzinfo=calendar.tz)
        # By way of UTC, lest a local time that never was stay one.
        entered = entered.astimezone(UTC).astimezone(calendar.tz)
        days = business.explain(calendar, entered, self.days)
        deadline = business.end_of_day(days[-1].date, calendar.tz)
        return Answer(entered=entered, deadline=deadline.astimezone(calendar.tz), days=days)

    def _decided(self, calendar: business.BusinessCalendar) -> business.BusinessCalendar:
        off = business.ExceptionalDay(business.ExceptionKind.OFF, "feriado informado")
        worked = business.ExceptionalDay(business.ExceptionKind.WORKED, "informado")
        exceptions = business.exceptions_by_day(
            [
                *calendar.exceptions.items(),
                *((day, off) for day in self.holidays),
                *((day, worked) for day in self.worked),
            ]
        )
        return replace(calendar, exceptions=exceptions)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """Entry and deadline in the calendar's zone, and every day between them, judged."""

    entered: datetime
    deadline: datetime
    days: tuple[business.Day, ...]

    def as_json(self) -> dict[str, Any]:
        """What `--json` prints: ISO 8601 with the local offset."""
        return {
            "entered": self.entered.isoformat(),
            "deadline": self.deadline.isoformat(),
            "days": [
                {"date": day.date.isoformat(), "counts": day.counts, "why": day.why}
                for day in self.days
            ],
        }


def read_line(line: bytes) -> dict[str, Any]:
    """The JSON object of one line of a batch; nothing of its contents is judged yet."""
    try:
        text = line.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadInput("A linha não está em UTF-8.") from None
    if not text.strip():
        raise BadInput("A linha está vazia.")
    try:
        found = json.loads(
            text, object_pairs_hook=_without_repeats, parse_constant=_refuse_constant
        )
    except BadInput:
        raise
    except (ValueError, RecursionError):
        raise BadInput("A linha não é um JSON válido.") from None
    if not isinstance(found, dict):
        raise BadInput("A linha precisa ser um objeto JSON.")
    return found


def read_fields(fields: Mapping[str, Any], *, place: bool = True) -> tuple[Question, Place]:
    """The question in one object of a batch, and where it counts; types are taken strictly.

    With `place` false the calendar is given elsewhere, and `tz`, `uf` and `optional` are refused.
    """
    allowed = {"from", "days", "holiday", "worked"} | ({"tz", "uf", "optional"} if place else set())
    for key in fields:
        if key not in allowed:
            raise BadInput(f"A chave {_shown(key)} não é conhecida aqui.")
    for key in ("from", "days"):
        if key not in fields:
            raise BadInput(f"Falta a chave “{key}”.")
    question = Question(
        entered=moment(_text(fields, "from")),
        days=_days(fields["days"]),
        holidays=_dates(fields, "holiday"),
        worked=_dates(fields, "worked"),
    )
    return question, Place(
        tz=zone(_text(fields, "tz")) if "tz" in fields else zone(DEFAULT_TZ),
        uf=uf(_text(fields, "uf")) if "uf" in fields else "",
        optional=optional(_text(fields, "optional")) if "optional" in fields else frozenset(),
    )


def moment(text: str) -> datetime:
    """A date and time in ISO 8601, naive or with an offset; a bare date is its midnight."""
    found = _parsed(text, _MOMENT, datetime.fromisoformat)
    if found is None:
        raise BadInput(f"{_shown(text)} não é uma data e hora como 2026-11-13T10:00.")
    if not brazil.FIRST_DAY <= found.date() <= brazil.LAST_DAY:
        raise BadInput(beyond())
    return found


def day(text: str) -> date:
    """A date in ISO 8601."""
    found = _parsed(text, _DATE, date.fromisoformat)
    if found is None:
        raise BadInput(f"{_shown(text)} não é uma data como 2026-11-19.")
    return found


def days(text: str) -> int:
    """A whole number of business days, at least one, in plain digits."""
    return _days(int(text) if _WHOLE.fullmatch(text) else text)


def zone(name: str) -> ZoneInfo:
    """A time zone by its name."""
    try:
        return business.time_zone(name)
    except ValueError:
        raise BadInput(f"Não existe o fuso horário {_shown(name)}.") from None


def uf(text: str) -> str:
    """A unit of the federation by its two letters, in either case."""
    if text.upper() not in brazil.UFS:
        raise BadInput(f"Não existe a UF {_shown(text)}.")
    return text.upper()


def optional(text: str) -> frozenset[brazil.OptionalDay]:
    """Keys of optional days with commas between them; none in an empty text."""
    keys = [key.strip() for key in text.split(",")] if text else []
    for key in keys:
        if key not in list(brazil.OptionalDay):
            known = ", ".join(brazil.OptionalDay)
            raise BadInput(f"{_shown(key)} não é um ponto facultativo; são: {known}.")
    return frozenset(brazil.OptionalDay(key) for key in keys)


def beyond() -> str:
    """The sentence for a count that leaves the years of which holidays are known (B4)."""
    return (
        f"A contagem sai do período de feriados conhecidos, "
        f"de {brazil.FIRST_DAY:%d/%m/%Y} a {brazil.LAST_DAY:%d/%m/%Y}."
    )


def _days(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise BadInput(f"{_shown(value)} não serve: os dias são um número inteiro a partir de 1.")
    return value


def _text(fields: Mapping[str, Any], key: str) -> str:
    if not isinstance(fields[key], str):
        raise BadInput(f"“{key}” precisa ser um texto.")
    return str(fields[key])


def _dates(fields: Mapping[str, Any], key: str) -> frozenset[date]:
    found = fields.get(key, [])
    if not isinstance(found, list) or not all(isinstance(text, str) for text in found):
        raise BadInput(f"“{key}” precisa ser uma lista de datas.")
    return frozenset(day(text) for text in found)


def _parsed(text: str, form: re.Pattern[str], parse: Callable[[str], T]) -> T | None:
    try:
        return parse(text) if form.fullmatch(text) else None
    except ValueError:
        return None


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise BadInput("A linha repete uma chave.")
    return found


def _refuse_constant(name: str) -> NoReturn:
    raise BadInput(f"{name} não é um valor de JSON.")


def _shown(value: object) -> str:
    """A value as people may see it in a sentence: short, on one line, printable anywhere."""
    if isinstance(value, list | dict):
        return "Uma lista ou um objeto"
    text = value if isinstance(value, str) else json.dumps(value)
    printable = "".join(char if char.isprintable() else "�" for char in text)
    return f"“{printable[:40]}…”" if len(printable) > 40 else f"“{printable}”"
