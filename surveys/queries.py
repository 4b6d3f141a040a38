"""What the answers add up to: rates, by month, by analyst, by queue (S4). Reads only."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Avg, Case, Count, F, Q, When
from django.db.models.functions import TruncMonth

from surveys.models import Score, Survey, SurveyQuerySet

_AGGREGATES: dict[str, Any] = {
    "sent": Count("pk"),
    "answered": Count("pk", filter=Q(answered_at__isnull=False)),
    "good": Count("pk", filter=Q(score__gte=Score.GOOD)),
    "average": Avg("score"),
}


@dataclass(frozen=True)
class Rates:
    """Of the surveys of one group: how many were sent and answered, and how.

    `average` is from 1 to 5, None without answers; `good` counts the 4s and 5s.
    """

    sent: int
    answered: int
    good: int
    average: float | None

    @property
    def answered_percent(self) -> int:
        """Of the sent ones, answered."""
        return _percent(self.answered, self.sent)

    @property
    def good_percent(self) -> int:
        """Of the answers, 4 or 5."""
        return _percent(self.good, self.answered)


@dataclass(frozen=True)
class Group:
    """The rates of one month (`key` is its first moment), analyst or queue (its id).

    `label` is the name of a person or a queue; empty where the queue alone is rated.
    """

    key: Any
    label: str
    rates: Rates


def rates(surveys: SurveyQuerySet) -> Rates:
    """The rates of those of `surveys` that count."""
    return Rates(**surveys.counted().aggregate(**_AGGREGATES))


def by_month(surveys: SurveyQuerySet, tz: ZoneInfo) -> list[Group]:
    """By the month of sending, local to `tz`, the latest first."""
    months = surveys.counted().annotate(key=TruncMonth("sent_at", tzinfo=tz))
    rows = months.order_by("-key").values("key").annotate(**_AGGREGATES)
    return [_group(row) for row in rows]


def by_person(surveys: SurveyQuerySet) -> list[Group]:
    """By the analyst that is rated, in the order of names; the queue alone comes last."""
    return _by("entry_assignee", "rated", surveys)


def by_queue(surveys: SurveyQuerySet) -> list[Group]:
    """By the queue in which the service was given, in the order of names."""
    return _by("entry_queue", "rated_queue", surveys)


def _by(entered: str, rated: str, surveys: SurveyQuerySet) -> list[Group]:
    """S6: whom an answer rated, or would rate if it were given now."""
    named = surveys.counted().annotate(
        key=Case(When(answered_at=None, then=F(f"{entered}_id")), default=F(f"{rated}_id")),
        label=Case(When(answered_at=None, then=F(f"{entered}__name")), default=F(f"{rated}__name")),
    )
    rows = (
        named.order_by(F("label").asc(nulls_last=True), "key")
        .values("key", "label")
        .annotate(**_AGGREGATES)
    )
    return [_group(row) for row in rows]


def _group(row: Mapping[str, Any]) -> Group:
    counted = Rates(**{name: row[name] for name in _AGGREGATES})
    return Group(row["key"], row.get("label") or "", counted)


def answers(surveys: SurveyQuerySet) -> SurveyQuerySet:
    """The answered ones, the latest first, with all that a row names; also those out of rates."""
    named = surveys.answered().select_related("ticket__organization", "rated", "rated_queue")
    return named.order_by("-answered_at", "-pk")


def after(surveys: SurveyQuerySet, last: Survey) -> SurveyQuerySet:
    """Those that follow `last` in the order of `answers`."""
    return surveys.filter(
        Q(answered_at__lt=last.answered_at) | Q(answered_at=last.answered_at, pk__lt=last.pk)
    )


def _percent(part: int, whole: int) -> int:
    return round(100 * part / whole) if whole else 0
