"""How many tickets a person of the desk has where (R4): all numbers in one statement."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef

from accounts.models import User
from common.lookups import CountOf
from tickets.lifecycle import Status
from tickets.models import Ticket, Watcher


@dataclass(frozen=True)
class Tally:
    """Active tickets that the person may see (R1), counted each way."""

    mine: int
    unassigned: int
    due_today: int
    overdue: int
    watched: int
    open: int
    pending: int
    validation: int

    @property
    def everything(self) -> int:
        return self.open + self.pending + self.validation


def tally(user: User, now: datetime) -> Tally:
    """The numbers of `user` at `now` (aware)."""
    seen = Ticket.objects.visible_to(user).active()
    counted = {
        "mine": seen.filter(assignee=user),
        "unassigned": seen.filter(assignee=None),
        "due_today": seen.due_today(now),
        "overdue": seen.overdue(now),
        "watched": seen.filter(Exists(Watcher.objects.filter(ticket=OuterRef("pk"), user=user))),
        "open": seen.filter(status=Status.OPEN),
        "pending": seen.filter(status=Status.PENDING_CUSTOMER),
        "validation": seen.filter(status=Status.CUSTOMER_VALIDATION),
    }
    numbers: Any = {name: CountOf(found) for name, found in counted.items()}
    row: Any = User.objects.values(**numbers).get(pk=user.pk)
    return Tally(**row)
