"""Holidays into rows, kept to match the library and to reach five years ahead (B4)."""

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import connection, connections

from calendars import seed, tasks
from calendars.brazil import LAST_DAY, UFS, OptionalDay, days_off
from calendars.models import Calendar, CalendarException, Holiday
from common.models import TaskFault

TODAY = date(2026, 11, 24)


def rows(calendar: Calendar) -> list[tuple[date, str, str]]:
    return sorted(calendar.holidays.values_list("date", "origin", "name"))


def wanted(
    first: int, last: int, uf: str = "", optional: frozenset[OptionalDay] = frozenset()
) -> list[tuple[date, str, str]]:
    return sorted(
        (off.date, off.origin.value, off.name)
        for year in range(first, last + 1)
        for off in days_off(year, uf, optional)
    )


@pytest.mark.django_db
@pytest.mark.parametrize("uf", ["", *UFS])
def test_B4_every_unit_is_filled_five_years_ahead(uf: str) -> None:
    calendar = Calendar.objects.create(name="Fila", uf=uf, optional_days=list(OptionalDay))

    changed = seed.fill(calendar, seed.horizon(TODAY))

    assert changed
    assert rows(calendar) == wanted(2024, 2031, uf, frozenset(OptionalDay))
    assert (calendar.filled_from, calendar.filled_through) == (
        date(2024, 1, 1),
        date(2031, 12, 31),
    )


@pytest.mark.django_db
def test_B4_filling_again_changes_nothing_and_keeps_the_version() -> None:
    calendar = Calendar.objects.create(name="Fila", uf="SP")
    seed.fill(calendar, seed.horizon(TODAY))
    before = calendar.version

    changed = seed.fill(calendar, seed.horizon(TODAY))

    assert (changed, calendar.version) == (False, before)


@pytest.mark.django_db
def test_B4_rows_follow_another_unit_and_other_optional_days() -> None:
    calendar = Calendar.objects.create(name="Fila", uf="SP", optional_days=["carnaval"])
    seed.fill(calendar, seed.horizon(TODAY))
    exception = CalendarException.objects.create(calendar=calendar, date=TODAY, name="Ponte")

    calendar.uf = "RJ"
    calendar.optional_days = ["cinzas"]
    calendar.save()
    seed.fill(calendar, seed.horizon(TODAY))

    assert rows(calendar) == wanted(2024, 2031, "RJ", frozenset({OptionalDay.CINZAS}))
    assert list(calendar.exceptions.all()) == [exception]


@pytest.mark.django_db
def test_B4_rows_that_were_tampered_with_are_put_right() -> None:
    calendar = Calendar.objects.create(name="Fila")
    seed.fill(calendar, seed.horizon(TODAY))
    calendar.holidays.filter(date=date(2026, 12, 25)).update(name="Natal?")
    calendar.holidays.filter(date=date(2026, 5, 1)).delete()
    Holiday.objects.create(
        calendar=calendar, date=date(2026, 5, 2), origin="national", name="Inventado"
    )

    changed = seed.fill(calendar, seed.horizon(TODAY))

    assert changed
    assert rows(calendar) == wanted(2024, 2031)


@pytest.mark.django_db
def test_B4_span_only_grows_and_stops_where_the_library_does() -> None:
    calendar = Calendar.objects.create(name="Fila")
    spans = []
    for through, since in (
        (date(2026, 3, 1), seed.SINCE),
        (date(2025, 1, 1), seed.SINCE),
        (date(2025, 1, 1), date(2019, 6, 1)),
        (LAST_DAY + timedelta(days=400), date(1800, 1, 1)),
    ):
        seed.fill(calendar, through, since=since)
        spans.append((calendar.filled_from, calendar.filled_through))

    assert spans == [
        (date(2024, 1, 1), date(2026, 12, 31)),
        (date(2024, 1, 1), date(2026, 12, 31)),
        (date(2019, 1, 1), date(2026, 12, 31)),
        (date(1890, 1, 1), date(2100, 12, 31)),
    ]


@pytest.mark.django_db
def test_B4_horizon_before_the_usual_beginning_is_a_span_too() -> None:
    calendar = Calendar.objects.create(name="Fila")

    seed.fill(calendar, date(2018, 12, 31))

    assert rows(calendar) == wanted(2018, 2018)


@pytest.mark.django_db
def test_B4_daily_task_tops_up_every_calendar_as_the_years_pass() -> None:
    Calendar.objects.bulk_create([Calendar(name="A", uf="SP"), Calendar(name="B")])

    with time_machine.travel(datetime(2026, 11, 24, 6, tzinfo=UTC), tick=False):
        changed = [tasks.top_up(), tasks.top_up()]
    with time_machine.travel(datetime(2027, 1, 1, 6, tzinfo=UTC), tick=False):
        changed.append(tasks.top_up())

    assert changed == [2, 0, 2]
    assert {each.filled_through for each in Calendar.objects.all()} == {date(2032, 12, 31)}


@pytest.mark.django_db
def test_B4_one_bad_calendar_stops_no_other_and_is_shown_until_it_is_mended() -> None:
    bad, good = Calendar.objects.bulk_create([Calendar(name="Ruim"), Calendar(name="Bom")])
    Calendar.objects.filter(pk=bad.pk).update(time_zone="Mars/Olympus")

    changed = seed.top_up(TODAY)

    bad.refresh_from_db()
    good.refresh_from_db()
    assert changed == 1
    assert (bad.filled_through, bad.problem) == (
        None,
        "ValueError: There is no time zone 'Mars/Olympus'.",
    )
    assert (good.filled_through, good.problem) == (date(2031, 12, 31), "")

    Calendar.objects.filter(pk=bad.pk).update(time_zone="America/Manaus")
    seed.top_up(TODAY)

    bad.refresh_from_db()
    assert (bad.filled_through, bad.problem) == (date(2031, 12, 31), "")


@pytest.mark.django_db
def test_B4_staff_are_told_of_calendars_without_holidays_until_they_have_them() -> None:
    Calendar.objects.bulk_create([Calendar(name="Ruim"), Calendar(name="Bom")])
    bad = Calendar.objects.filter(name="Ruim")
    bad.update(time_zone="Mars/Olympus")

    tasks.top_up()
    told = list(TaskFault.objects.values_list("undone", "error"))
    bad.update(time_zone="America/Manaus")
    tasks.top_up()

    assert told == [
        (
            "Os feriados dos próximos anos não foram completados: Ruim.",
            "ValueError: There is no time zone 'Mars/Olympus'.",
        )
    ]
    assert not TaskFault.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_B4_topping_up_many_times_at_once_gives_each_row_once() -> None:
    Calendar.objects.bulk_create(Calendar(name=f"Fila {number}", uf="BA") for number in range(3))
    start = threading.Barrier(6)
    failures: list[BaseException] = []

    def run() -> None:
        try:
            start.wait()
            seed.top_up(TODAY)
        except BaseException as failure:
            failures.append(failure)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert [rows(each) for each in Calendar.objects.all()] == [wanted(2024, 2031, "BA")] * 3
    assert {each.problem for each in Calendar.objects.all()} == {""}


@pytest.mark.django_db
def test_filling_takes_the_same_few_statements_for_one_year_and_for_fifty(
    django_assert_num_queries: pytest.FixtureRequest,
) -> None:
    for number, years in enumerate((1, 50)):
        calendar = Calendar.objects.create(name=f"Fila {number}", uf="SP")
        # Savepoint and its release; the lock, the rows there are, the new ones, the span; the
        # instance read again.
        with django_assert_num_queries(7):  # type: ignore[operator]
            seed.fill(calendar, date(2024 + years, 1, 1))
    assert connection.in_atomic_block
