"""When the demonstration's past happened, seen from any present moment."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calendars import brazil, business
from calendars.business import BusinessCalendar, ExceptionalDay, ExceptionKind
from helpdesk.demo import script
from helpdesk.demo.script import Hours
from tests.cast import at

CARNAVAL = [brazil.OptionalDay.CARNAVAL, brazil.OptionalDay.CORPUS_CHRISTI]


def _calendar(uf: str, opens: str) -> BusinessCalendar:
    return BusinessCalendar(
        tz=ZoneInfo("America/Sao_Paulo"),
        weekdays=frozenset({1, 2, 3, 4, 5}),
        opens=time.fromisoformat(opens),
        holidays=brazil.LibraryHolidays(uf, CARNAVAL),
        exceptions={date(2027, 3, 9): ExceptionalDay(ExceptionKind.OFF, "Joinville")},
        known_from=brazil.FIRST_DAY,
        known_through=brazil.LAST_DAY,
    )


STORIES = script.stories()
JOINVILLE = _calendar("SC", "08:30")
SIX = time(18)


@pytest.mark.parametrize(
    ("now", "when", "moment"),
    [
        ("2026-11-24T15:00", "-1 09:25", "2026-11-23T09:25"),
        ("2026-11-24T15:00", "-5 09:25", "2026-11-16T09:25"),  # 20/11 is a holiday
        ("2026-11-21T10:00", "-1 09:25", "2026-11-19T09:25"),  # a Saturday: day 0 is Monday
        ("2026-11-24T15:00", "35 min", "2026-11-24T14:25"),
        ("2026-11-24T20:22", "35 min", "2026-11-24T17:25"),
        ("2026-11-24T08:40", "35 min", "2026-11-23T17:35"),
        ("2026-11-22T10:00", "190 min", "2026-11-19T14:50"),
    ],
)
def test_a_step_is_dated_by_business_days_and_working_minutes(now: str, when: str, moment: str):
    assert Hours(JOINVILLE, SIX, at(now)).moment(when) == at(moment)


@settings(deadline=None)
@given(
    st.integers(0, 5 * 365 * 24 * 60),
    st.sampled_from([JOINVILLE, _calendar("SP", "09:00"), _calendar("DF", "08:00")]),
)
def test_whenever_it_is_made_each_story_is_in_order_and_past(minutes: int, place: BusinessCalendar):
    now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    hours = Hours(place, SIX, now)

    told = [[hours.moment(step.when) for step in story.steps] for story in STORIES]

    assert [moments for moments in told if moments != sorted(set(moments))] == []
    assert max(moments[-1] for moments in told) <= now


def test_what_is_due_today_is_due_on_the_next_business_day_where_today_is_none():
    for now, due in (
        ("2026-11-24T15:00", date(2026, 11, 24)),
        ("2026-11-21T10:00", date(2026, 11, 23)),
    ):
        asked = Hours(JOINVILLE, SIX, at(now)).moment("-5 09:25")

        deadline = business.deadline(JOINVILLE, asked, 5)

        assert business.local_date(deadline, JOINVILLE.tz) == due
