"""How the active tickets are spread over the desk's people, and how old they are; reads only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from accounts.models import User
from interfaces.desk.ages import LABELS, is_aged
from interfaces.desk.filters import NOBODY, View
from interfaces.desk.people import colleagues
from tickets.models import Ticket
from tickets.models.scopes import is_due_today, is_overdue


@dataclass(frozen=True)
class Count:
    """How many tickets, and the address that lists them."""

    tickets: int
    url: str


@dataclass(frozen=True)
class Load:
    """One person's active tickets; `ages` counts them by band. `person` None: nobody's."""

    person: User | None
    all: Count
    overdue: Count
    due_today: Count
    ages: Sequence[Count]

    @property
    def name(self) -> str:
        return self.person.name if self.person else _("Sem responsável")


def by_person(now: datetime) -> list[Load]:
    """Everyone of the desk and who left it with tickets, who has most first, and last what nobody
    has; two statements."""
    counted = {row["assignee"]: row for row in _counted(now)}
    people = colleagues() | User.objects.filter(pk__in=[pk for pk in counted if pk])
    loads = [_load(each, counted.get(each.pk, {})) for each in people.order_by("name", "pk")]
    loads.sort(key=lambda load: -load.all.tickets)
    return [*loads, _load(None, counted.get(None, {}))]


def _counted(now: datetime) -> Any:
    return (
        Ticket.objects.active()
        .order_by()
        .values("assignee")
        .annotate(
            tickets=models.Count("pk"),
            overdue=models.Count("pk", filter=is_overdue(now)),
            due_today=models.Count("pk", filter=is_due_today(now)),
            **{f"age_{band}": models.Count("pk", filter=is_aged(band, now)) for band in LABELS},
        )
    )


def _load(person: User | None, counts: Mapping[str, int]) -> Load:
    queue = reverse("desk:queue")

    def count(name: str, **filters: str) -> Count:
        query = urlencode({"assignee": person.pk if person else NOBODY, **filters})
        return Count(counts.get(name, 0), f"{queue}?{query}")

    return Load(
        person,
        count("tickets"),
        count("overdue", view=View.OVERDUE),
        count("due_today", view=View.DUE_TODAY),
        [count(f"age_{band}", age=band) for band in LABELS],
    )
