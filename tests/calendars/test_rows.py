"""Rows of calendars: what the database refuses, and the version that every write moves (B3)."""

from datetime import date, time
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from calendars import brazil, business, seed
from calendars.models import Calendar, CalendarException, Holiday, OptionalDay, Weekday

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)


@pytest.fixture
def calendar() -> Calendar:
    made = Calendar.objects.create(name="São Paulo", uf="SP")
    seed.fill(made, seed.horizon(TODAY))
    return made


def version(calendar: Calendar) -> int:
    return Calendar.objects.values_list("version", flat=True).get(pk=calendar.pk)


def sql(statement: str, *params: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)


# --- Invariants ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "values",
    [
        {"closes_at": time(9)},
        {"weekdays": []},
        {"weekdays": [0, 1]},
        {"weekdays": [8]},
        {"uf": "XX"},
        {"optional_days": ["natal"]},
        {"filled_from": TODAY},
        {"filled_from": TODAY, "filled_through": date(2020, 1, 1)},
        {"name": "São Paulo"},
    ],
)
def test_B1_database_refuses_what_no_calendar_can_be(
    calendar: Calendar, values: dict[str, Any]
) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Calendar.objects.create(**{"name": "Outro", **values})


def test_one_exception_of_a_kind_and_one_holiday_of_an_origin_a_day(calendar: Calendar) -> None:
    natal = calendar.holidays.get(date=date(2026, 12, 25))
    CalendarException.objects.create(calendar=calendar, date=TODAY, kind="off", name="A")
    CalendarException.objects.create(calendar=calendar, date=TODAY, kind="worked", name="B")

    with pytest.raises(IntegrityError), transaction.atomic():
        CalendarException.objects.create(calendar=calendar, date=TODAY, kind="off", name="C")
    with pytest.raises(IntegrityError), transaction.atomic():
        Holiday.objects.create(
            calendar=calendar, date=natal.date, origin=natal.origin, name="Natal 2"
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        CalendarException.objects.create(calendar=calendar, date=TODAY, kind="maybe", name="D")
    with pytest.raises(IntegrityError), transaction.atomic():
        Holiday.objects.create(calendar=calendar, date=TODAY, origin="city", name="Cidade")


def test_unknown_time_zone_is_refused_in_words() -> None:
    with pytest.raises(ValidationError) as refused:
        Calendar(name="Marte", time_zone="Mars/Olympus").full_clean()

    assert refused.value.message_dict == {
        "time_zone": ["Não existe o fuso horário “Mars/Olympus”."]
    }


def test_choices_are_those_of_the_pure_modules() -> None:
    assert OptionalDay.values == [key.value for key in brazil.OptionalDay]
    assert Holiday.Origin.values == [origin.value for origin in brazil.Origin]
    assert CalendarException.Kind.values == [kind.value for kind in business.ExceptionKind]
    assert [(day.value, str(day.label)) for day in Weekday] == list(business.WEEKDAY_NAMES.items())


# --- The version ---------------------------------------------------------------------------------


def test_B3_raw_sql_on_exceptions_moves_the_version_once_a_statement(calendar: Calendar) -> None:
    before = version(calendar)

    sql(
        "INSERT INTO calendars_calendarexception (calendar_id, date, name, kind)"
        " SELECT %s, date '2026-12-01' + n, 'Recesso', 'off' FROM generate_series(1, 10) n",
        calendar.pk,
    )
    inserted = version(calendar)
    sql("UPDATE calendars_calendarexception SET name = 'Férias' WHERE date < '2026-12-05'")
    updated = version(calendar)
    sql("DELETE FROM calendars_calendarexception")
    deleted = version(calendar)

    assert [inserted, updated, deleted] == [before + 1, before + 2, before + 3]


def test_B3_raw_sql_on_holidays_moves_the_version(calendar: Calendar) -> None:
    before = version(calendar)

    sql("UPDATE calendars_holiday SET date = date + 1 WHERE date = '2026-12-25'")
    updated = version(calendar)
    sql("DELETE FROM calendars_holiday WHERE date = '2026-12-26'")
    deleted = version(calendar)
    sql(
        "INSERT INTO calendars_holiday (calendar_id, date, name, origin)"
        " VALUES (%s, '2026-12-25', 'Natal', 'national')",
        calendar.pk,
    )
    inserted = version(calendar)

    assert [updated, deleted, inserted] == [before + 1, before + 2, before + 3]


def test_B3_bulk_writes_move_the_version(calendar: Calendar) -> None:
    before = version(calendar)

    days = [date(2026, 12, number) for number in (1, 2, 3)]
    CalendarException.objects.bulk_create(
        CalendarException(calendar=calendar, date=day, name="Recesso") for day in days
    )
    created = version(calendar)
    calendar.exceptions.update(kind="half")
    updated = version(calendar)
    calendar.exceptions.all().delete()
    deleted = version(calendar)

    assert [created, updated, deleted] == [before + 1, before + 2, before + 3]


def test_B3_row_moved_to_another_calendar_changes_both_and_no_third(calendar: Calendar) -> None:
    other, third = (Calendar.objects.create(name=name) for name in ("Outro", "Terceiro"))
    day = CalendarException.objects.create(calendar=calendar, date=TODAY, name="Ponte")
    before = [version(each) for each in (calendar, other, third)]

    CalendarException.objects.filter(pk=day.pk).update(calendar=other)

    after = [version(each) for each in (calendar, other, third)]
    assert after == [before[0] + 1, before[1] + 1, before[2]]


@pytest.mark.parametrize(
    "values",
    [
        {"time_zone": "America/Manaus"},
        {"weekdays": [1, 2, 3, 4, 5, 6]},
        {"opens_at": time(8)},
        {"closes_at": time(19)},
        {"uf": "RJ"},
        {"optional_days": ["carnaval"]},
        {"filled_through": date(2040, 12, 31)},
    ],
)
def test_B3_what_counting_reads_of_the_calendar_itself_moves_its_version(
    calendar: Calendar, values: dict[str, Any]
) -> None:
    before = version(calendar)

    Calendar.objects.filter(pk=calendar.pk).update(**values)

    assert version(calendar) == before + 1


@pytest.mark.parametrize("values", [{"name": "Paulista"}, {"problem": "x"}, {"uf": "SP"}])
def test_B3_what_counting_does_not_read_leaves_the_version(
    calendar: Calendar, values: dict[str, Any]
) -> None:
    before = version(calendar)

    Calendar.objects.filter(pk=calendar.pk).update(**values)

    assert version(calendar) == before


def test_B3_saving_a_stale_instance_never_takes_the_version_back(calendar: Calendar) -> None:
    stale = Calendar.objects.get(pk=calendar.pk)
    CalendarException.objects.create(calendar=calendar, date=TODAY, name="Ponte")
    before = version(calendar)

    stale.save()
    untouched = version(calendar)
    stale.opens_at = time(8)
    stale.save()

    assert [untouched, version(calendar)] == [before, before + 1]


@pytest.mark.parametrize("values", [{"uf": "RJ"}, {"optional_days": ["carnaval"]}])
def test_B4_other_days_off_make_the_rows_unknown_until_they_are_filled_again(
    calendar: Calendar, values: dict[str, Any]
) -> None:
    Calendar.objects.filter(pk=calendar.pk).update(**values)

    calendar.refresh_from_db()
    assert (calendar.filled_from, calendar.filled_through) == (None, None)


def test_deleting_a_calendar_takes_its_rows_along(calendar: Calendar) -> None:
    CalendarException.objects.create(calendar=calendar, date=TODAY, name="Ponte")

    calendar.delete()

    assert [model.objects.count() for model in (Calendar, Holiday, CalendarException)] == [0, 0, 0]


def test_rows_are_named_by_date_and_name(calendar: Calendar) -> None:
    natal = calendar.holidays.get(date=date(2026, 12, 25))
    bridge = CalendarException(calendar=calendar, date=TODAY, name="Ponte")

    assert [str(calendar), str(natal), str(bridge)] == [
        "São Paulo",
        "25/12/2026 Natal",
        "24/11/2026 Ponte",
    ]
