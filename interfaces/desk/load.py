"""How the active tickets are spread over the desk's people, and how old they are; reads only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from interfaces.desk.people import colleagues
from tickets.models import Ticket
from tickets.models.scopes import is_due_today, is_overdue

# Ages in whole days since the opening: through each number, and what is older than the last.
AGES = (1, 3, 5, 10, 20)


@dataclass(frozen=True)
class Load:
    """One person's active tickets; `ages` counts them by `AGES`. `person` None: nobody's."""

    person: User | None
    tickets: int
    overdue: int
    due_today: int
    ages: Sequence[int]

    @property
    def name(self) -> str:
        return self.person.name if self.person else _("Sem responsável")

    @property
    def url(self) -> str:
        """The list of these tickets."""
        which = f"assignee={self.person.pk}" if self.person else "view=unassigned"
        return f"{reverse('desk:queue')}?{which}"


def by_person(now: datetime) -> list[Load]:
    """Everyone of the desk, who has most first, and last what nobody has; two statements."""
    counted = {row["assignee"]: row for row in _counted(now)}
    loads = [_load(each, counted.get(each.pk, {})) for each in colleagues().order_by("name", "pk")]
    loads.sort(key=lambda load: -load.tickets)
    return [*loads, _load(None, counted.get(None, {}))]


def age_labels() -> list[str]:
    """What the columns of `Load.ages` are called."""
    lower = [0, *(upper + 1 for upper in AGES)]
    labels = [f"{start}–{end}" for start, end in zip(lower, AGES, strict=False)]
    return [*labels, _("%(days)d ou mais") % {"days": lower[-1]}]


def _counted(now: datetime) -> Any:
    bounds = [now - timedelta(days=upper + 1) for upper in AGES]
    ages = [
        Q(opened_at__gt=bounds[0]),
        *(Q(opened_at__lte=newer, opened_at__gt=older) for newer, older in pairwise(bounds)),
        Q(opened_at__lte=bounds[-1]),
    ]
    return (
        Ticket.objects.active()
        .order_by()
        .values("assignee")
        .annotate(
            tickets=Count("pk"),
            overdue=Count("pk", filter=is_overdue(now)),
            due_today=Count("pk", filter=is_due_today(now)),
            **{f"age_{index}": Count("pk", filter=age) for index, age in enumerate(ages)},
        )
    )


def _load(person: User | None, counts: Mapping[str, int]) -> Load:
    return Load(
        person,
        counts.get("tickets", 0),
        counts.get("overdue", 0),
        counts.get("due_today", 0),
        [counts.get(f"age_{index}", 0) for index in range(len(AGES) + 1)],
    )
