"""How many tickets a person of the desk has where (R4): all numbers in one statement."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q

from accounts.models import User
from tickets.lifecycle import Status
from tickets.models import Ticket, Watcher
from tickets.models.scopes import is_due_today, is_overdue


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
    watched = Watcher.objects.filter(ticket=OuterRef("pk"), user=user)
    counted = Ticket.objects.visible_to(user).active()
    return Tally(
        **counted.aggregate(
            mine=_count(Q(assignee=user)),
            unassigned=_count(Q(assignee=None)),
            due_today=_count(is_due_today(now)),
            overdue=_count(is_overdue(now)),
            watched=_count(Q(Exists(watched))),
            open=_count(Q(status=Status.OPEN)),
            pending=_count(Q(status=Status.PENDING_CUSTOMER)),
            validation=_count(Q(status=Status.CUSTOMER_VALIDATION)),
        )
    )


def _count(condition: Q) -> Count:
    return Count("pk", filter=condition)
