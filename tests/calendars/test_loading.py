"""From rows to what counts: once a version, with more years when asked, and hypothetically."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from calendars import brazil, business, loading, seed
from calendars.business import BeyondHorizon, ExceptionalDay, ExceptionKind
from calendars.models import Calendar, CalendarException

TODAY = date(2026, 11, 24)
ENTERED = datetime(2026, 11, 13, 13, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    loading.forget()
    yield
    loading.forget()


def made(**values: Any) -> Calendar:
    calendar = Calendar.objects.create(**{"name": "Fila", "uf": "SP", **values})
    seed.fill(calendar, seed.horizon(TODAY))
    return calendar


def statements(calendar: Calendar, **how: int) -> int:
    with CaptureQueriesContext(connection) as captured:
        loading.load(calendar.pk, **how)
    return len(captured)


@pytest.mark.django_db
def test_B1_rows_become_the_calendar_that_counts() -> None:
    calendar = made(
        time_zone="America/Manaus", weekdays=[1, 2, 3, 4, 5, 6], opens_at=time(7, 30), uf="AC"
    )
    for kind, name in (("off", "Recesso"), ("worked", "Plantão")):
        CalendarException.objects.create(calendar=calendar, date=TODAY, kind=kind, name=name)
    CalendarException.objects.create(
        calendar=calendar, date=date(2026, 12, 24), kind="half", name="Véspera"
    )
    calendar.refresh_from_db()

    loaded = loading.load(calendar.pk)

    assert loaded == business.BusinessCalendar(
        tz=ZoneInfo("America/Manaus"),
        weekdays=frozenset({1, 2, 3, 4, 5, 6}),
        opens=time(7, 30),
        holidays=business.holidays_by_day(
            (off.date, off.name)
            for year in range(2024, 2032)
            for off in brazil.days_off(year, "AC")
        ),
        exceptions={
            TODAY: ExceptionalDay(ExceptionKind.WORKED, "Plantão"),
            date(2026, 12, 24): ExceptionalDay(ExceptionKind.HALF, "Véspera"),
        },
        known_from=date(2024, 1, 1),
        known_through=date(2031, 12, 31),
        version=calendar.version,
    )


@pytest.mark.django_db(transaction=True)
def test_one_version_is_read_once() -> None:
    calendar = made()

    cost = [
        statements(calendar),
        statements(calendar),
        statements(calendar, version=calendar.version),
    ]
    CalendarException.objects.create(calendar=calendar, date=TODAY, name="Ponte")
    cost += [statements(calendar), statements(calendar)]

    assert cost == [2, 1, 0, 2, 1]
    assert loading.load(calendar.pk).exceptions == {
        TODAY: ExceptionalDay(ExceptionKind.OFF, "Ponte")
    }


@pytest.mark.django_db(transaction=True)
def test_what_was_rolled_back_is_never_remembered() -> None:
    calendar = made()

    with transaction.atomic():
        CalendarException.objects.create(calendar=calendar, date=TODAY, name="Desfeita")
        inside = loading.load(calendar.pk)
        transaction.set_rollback(True)
    CalendarException.objects.create(calendar=calendar, date=TODAY, name="Que ficou")
    after = loading.load(calendar.pk)

    assert inside.version == after.version
    assert [loaded.exceptions[TODAY].name for loaded in (inside, after)] == [
        "Desfeita",
        "Que ficou",
    ]


@pytest.mark.django_db(transaction=True)
def test_a_version_that_has_passed_gives_the_calendar_as_it_is_now() -> None:
    calendar = made()
    CalendarException.objects.create(calendar=calendar, date=TODAY, name="Ponte")

    loaded = loading.load(calendar.pk, version=calendar.version)

    assert loaded.version == calendar.version + 1


@pytest.mark.django_db(transaction=True)
def test_the_cache_forgets_the_oldest_when_it_is_full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "_CACHE_SIZE", 2)
    first, second, third = (made(name=name) for name in ("A", "B", "C"))

    cost = [statements(each) for each in (first, second, third, second, first)]

    assert cost == [2, 2, 2, 1, 2]


@pytest.mark.django_db
def test_B4_calendar_that_was_never_filled_knows_no_day_and_is_filled_by_the_count() -> None:
    calendar = Calendar.objects.create(name="Nova", uf="SP")

    with pytest.raises(BeyondHorizon):
        business.deadline(loading.load(calendar.pk), ENTERED, 5)
    deadline = loading.with_horizon(
        calendar.pk, lambda loaded: business.deadline(loaded, ENTERED, 5)
    )

    assert deadline == datetime(2026, 11, 24, 2, 59, 59, tzinfo=UTC)
    calendar.refresh_from_db()
    assert calendar.filled_through == date(2026, 12, 31)


@pytest.mark.django_db
def test_B4_count_past_the_rows_tops_them_up_and_ends_where_the_library_says() -> None:
    calendar = made()

    deadline = loading.with_horizon(
        calendar.pk, lambda loaded: business.deadline(loaded, ENTERED, 3000)
    )

    assert deadline == business.deadline(loading.preview(calendar), ENTERED, 3000)
    assert calendar.filled_through == date(2031, 12, 31)
    calendar.refresh_from_db()
    assert calendar.filled_through == date(deadline.year, 12, 31)


@pytest.mark.django_db
def test_B4_count_before_the_rows_fills_them_backwards() -> None:
    calendar = made()

    before = loading.with_horizon(
        calendar.pk, lambda loaded: business.business_days_before(loaded, date(2024, 1, 2), 600)
    )

    assert before == business.business_days_before(loading.preview(calendar), date(2024, 1, 2), 600)
    calendar.refresh_from_db()
    assert (calendar.filled_from, calendar.filled_through) == (
        date(before.year, 1, 1),
        date(2031, 12, 31),
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("entered", "days"), [(ENTERED, 30_000), (datetime(1800, 1, 1, tzinfo=UTC), 5)]
)
def test_B4_what_the_library_does_not_know_is_refused_and_fills_nothing(
    entered: datetime, days: int
) -> None:
    calendar = made()

    with pytest.raises(BeyondHorizon):
        loading.with_horizon(calendar.pk, lambda loaded: business.deadline(loaded, entered, days))

    calendar.refresh_from_db()
    assert (calendar.filled_from, calendar.filled_through) == (
        date(2024, 1, 1),
        date(2031, 12, 31),
    )


@pytest.mark.django_db
def test_B4_after_another_unit_is_chosen_by_raw_sql_the_next_count_uses_its_holidays() -> None:
    calendar = made(uf="SP")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE calendars_calendar SET uf = 'DF' WHERE id = %s", [calendar.pk])

    first = loading.with_horizon(calendar.pk, lambda loaded: business.deadline(loaded, ENTERED, 5))
    second = loading.with_horizon(calendar.pk, lambda loaded: business.deadline(loaded, first, 7))

    # The page's example for DF: 30/11 is a holiday there.
    assert second == datetime(2026, 12, 4, 2, 59, 59, tzinfo=UTC)


@pytest.mark.django_db
def test_B3_preview_is_what_saving_would_give_and_writes_nothing() -> None:
    calendar = made(uf="SP")
    bridge = CalendarException.objects.create(
        calendar=calendar, date=date(2026, 11, 19), name="Ponte"
    )
    calendar.uf = "DF"
    calendar.weekdays = [1, 2, 3, 4, 5, 6]
    worked = CalendarException(date=date(2026, 11, 15), kind="worked", name="Plantão")

    with CaptureQueriesContext(connection) as captured:
        hypothetical = loading.preview(calendar, [bridge, worked])
        explained = business.explain(hypothetical, ENTERED, 6)
    assert len(captured) == 0
    calendar.save()
    worked.calendar = calendar
    worked.save()

    assert explained == loading.with_horizon(
        calendar.pk, lambda loaded: business.explain(loaded, ENTERED, 6)
    )
    assert [day.date.day for day in explained if day.counts] == [14, 15, 16, 17, 18, 21]


@pytest.mark.django_db
def test_B3_preview_without_exceptions_takes_those_in_rows() -> None:
    calendar = made()
    CalendarException.objects.create(calendar=calendar, date=TODAY, kind="half", name="Jogo")

    assert loading.preview(calendar).exceptions == {
        TODAY: ExceptionalDay(ExceptionKind.HALF, "Jogo")
    }


@pytest.mark.django_db
def test_B3_preview_refuses_what_no_calendar_can_be() -> None:
    for values in ({"time_zone": "Mars/Olympus"}, {"weekdays": []}, {"optional_days": ["x"]}):
        with pytest.raises(ValueError):
            loading.preview(Calendar(name="Nova", **values), [])
