"""Moments in words: deadlines (L10, UI 8), how long ago, days."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from common import dates
from tests.cast import SAO_PAULO, at

MANAUS = ZoneInfo("America/Manaus")
BAHIA = ZoneInfo("America/Bahia")
NOW = at("2026-11-24T14:32")

AGO = [
    ("2026-11-24T14:31:30", "agora"),
    ("2026-11-24T14:31:00", "há 1 min"),
    ("2026-11-24T13:40", "há 52 min"),
    ("2026-11-24T13:32", "há 1 h"),
    ("2026-11-24T00:00", "há 14 h"),
    ("2026-11-23T23:59", "ontem, 23:59"),
    ("2026-11-23T00:00", "ontem, 00:00"),
    ("2026-11-22T23:59", "22/11, 23:59"),
    ("2026-01-01T00:00", "01/01, 00:00"),
    ("2025-12-31T23:59", "31/12/2025, 23:59"),
    ("2026-11-24T14:32:30", "agora"),
    ("2026-11-24T14:44", "em 12 min"),
    ("2026-11-24T16:30", "hoje, 16:30"),
    ("2026-11-25T09:00", "amanhã, 09:00"),
    ("2026-11-26T00:00", "26/11, 00:00"),
    ("2027-01-04T08:00", "04/01/2027, 08:00"),
]


def test_L10_deadline_is_told_with_weekday_day_and_hour() -> None:
    assert dates.exact(at("2026-12-01T23:59:59"), SAO_PAULO, now=NOW) == "ter., 01/12, 23:59"


def test_L10_deadline_of_another_year_names_the_year() -> None:
    assert dates.exact(at("2027-01-04T23:59:59"), SAO_PAULO, now=NOW) == "seg., 04/01/2027, 23:59"


def test_L10_year_is_the_one_of_the_calendars_zone() -> None:
    new_year_in_sao_paulo_only = at("2027-01-01T00:30")

    told = dates.exact(
        at("2026-12-30T23:59", "America/Manaus"), MANAUS, now=new_year_in_sao_paulo_only
    )

    assert told == "qua., 30/12, 23:59"


@pytest.mark.parametrize(
    ("reader", "told"),
    [
        (None, "ter., 01/12, 23:59"),
        (MANAUS, "ter., 01/12, 23:59"),
        (SAO_PAULO, "ter., 01/12, 23:59 (horário de Manaus)"),
    ],
)
def test_UI8_zone_is_named_where_the_readers_differs(reader: ZoneInfo | None, told: str) -> None:
    moment = at("2026-12-01T23:59:59", "America/Manaus")

    assert dates.exact(moment, MANAUS, reader, now=NOW) == told


def test_UI8_zone_with_the_same_clock_is_not_named() -> None:
    told = dates.exact(at("2026-12-01T23:59:59"), SAO_PAULO, BAHIA, now=NOW)

    assert told == "ter., 01/12, 23:59"


def test_zones_are_named_as_people_say() -> None:
    names = [dates.zone_name(ZoneInfo(key)) for key in ("America/Sao_Paulo", "Europe/Lisbon")]

    assert names == ["horário de Brasília", "horário de Lisbon"]


def test_every_weekday_has_its_name() -> None:
    week = [dates.full(at(f"2026-11-{day}T08:05"), SAO_PAULO) for day in range(23, 30)]

    assert week == [
        "seg., 23/11/2026, 08:05",
        "ter., 24/11/2026, 08:05",
        "qua., 25/11/2026, 08:05",
        "qui., 26/11/2026, 08:05",
        "sex., 27/11/2026, 08:05",
        "sáb., 28/11/2026, 08:05",
        "dom., 29/11/2026, 08:05",
    ]


@pytest.mark.parametrize(("moment", "words"), AGO)
def test_how_long_ago(moment: str, words: str) -> None:
    assert dates.relative(at(moment), NOW, SAO_PAULO) == words


def test_days_turn_at_the_readers_midnight() -> None:
    moment, now = at("2026-11-23T23:30"), at("2026-11-24T00:45")

    assert [dates.relative(moment, now, zone) for zone in (SAO_PAULO, MANAUS)] == [
        "ontem, 23:30",
        "há 1 h",
    ]


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        ("2026-11-24T12:10", "há 2 h"),
        ("2026-11-24T23:59:59", "hoje"),
        ("2026-11-25T23:59:59", "qua., 25/11"),
        ("2026-12-01T23:59:59", "ter., 01/12"),
        ("2026-12-02T23:59:59", "02/12"),
        ("2027-01-04T23:59:59", "04/01/2027"),
    ],
)
def test_deadline_in_a_row(moment: str, words: str) -> None:
    assert dates.brief(at(moment), NOW, SAO_PAULO) == words


def test_day_names_another_year_where_today_is_known() -> None:
    days = [date(2026, 12, 10), date(2027, 1, 4)]

    assert [dates.day(day) for day in days] == ["10/12", "04/01"]
    assert [dates.day(day, today=NOW.date()) for day in days] == ["10/12", "04/01/2027"]


def test_stamp_is_iso_8601_to_the_second() -> None:
    moment = at("2026-12-01T23:59:59")

    assert dates.stamp(moment, SAO_PAULO) == "2026-12-01T23:59:59-03:00"
    assert dates.stamp(moment) == "2026-12-02T02:59:59+00:00"
