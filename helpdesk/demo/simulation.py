"""Moves the demonstration's clock, and does on the way what the beat would have done.

A worker and a beat that run beside it may do the same work: each job is safe to run twice at
once, and what is reported is what happened, whoever did it.
"""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection
from django.db.models import Max, Min, Q

from calendars import business, loading
from calendars.models import Calendar
from calendars.tasks import top_up
from common import clock
from interfaces.inbox.tasks import place
from outbox.ledger import LEASE
from outbox.models import Delivery, State, real_now
from outbox.tasks import sweep
from tickets.actions.clockwork import LAST_SECOND
from tickets.lifecycle import WITH_CUSTOMER
from tickets.models import Channel, Ticket, TicketEvent
from tickets.tasks import move_what_is_due, remove_orphan_files

# Any number, the same for everyone who moves this installation's clock.
LOCK = 7_291_151
_LETTERS_SECONDS = 2


class AlreadyMoving(Exception):  # noqa: N818 - said as what happened
    """Somebody else is moving the clock at this moment."""


@dataclass
class Day:
    """What one local day brought: by the system itself and by received mail, not by people."""

    date: date
    events: list[TicketEvent] = field(default_factory=list)
    letters: int = 0
    calendars: int = 0
    files: int = 0


def zone() -> ZoneInfo:
    """The zone that the days of a simulation are told in: the installation's."""
    return ZoneInfo(settings.TIME_ZONE)


def next_opening() -> datetime | None:
    """When the first calendar opens on the next business day after today, in UTC; None where
    there is no calendar."""
    first = Calendar.objects.order_by("pk").first()
    if first is None:
        return None
    return loading.with_horizon(
        first.pk,
        lambda calendar: business.opening(
            calendar,
            business.next_business_day(calendar, business.local_date(clock.now(), calendar.tz)),
        ),
    )


def next_due(after: datetime) -> datetime | None:
    """The first moment after `after` (aware) at which a ticket has a reminder or a timeout."""
    found = Ticket.objects.filter(status__in=WITH_CUSTOMER).aggregate(
        reminder=Min("remind_at", filter=Q(remind_at__gt=after)),
        deadline=Min("deadline_at", filter=Q(deadline_at__gt=after - LAST_SECOND)),
    )
    moments = [found["reminder"], found["deadline"] and found["deadline"] + LAST_SECOND]
    return min((moment for moment in moments if moment is not None), default=None)


def run(until: datetime) -> Iterator[Day]:
    """Move the demo's clock to `until` (aware), from one due moment to the next, running the
    beat's jobs at each; gives each local day when it is over.

    Raises `AlreadyMoving` while another run is under way. Nothing happens where `until` is past.
    """
    with _alone():
        counted = real_now()
        for day, moments in groupby(_moments(until), key=lambda at: at.astimezone(zone()).date()):
            lived = _live_through(day, moments)
            lived.letters, counted = _letters_since(counted)
            yield lived


def _moments(until: datetime) -> Iterator[datetime]:
    """Each is found once the jobs of the one before are done."""
    at = clock.now()
    while at < until:
        midnight = business.end_of_day(business.local_date(at, zone()), zone()) + LAST_SECOND
        at = min(until, midnight, next_due(at) or until)
        yield at


def _live_through(day: date, moments: Iterable[datetime]) -> Day:
    last_event = TicketEvent.objects.aggregate(last=Max("pk"))["last"] or 0
    lived = Day(day)
    for number, at in enumerate(moments):
        # By now the clock may be past it by itself, if it was near.
        with suppress(ValueError):
            clock.move_to(at)
        if number == 0:
            lived.calendars = top_up()
            lived.files = remove_orphan_files()
        place()
        move_what_is_due()
        sweep()
    by_itself = Q(actor=None) | Q(channel=Channel.EMAIL)
    events = TicketEvent.objects.filter(by_itself, pk__gt=last_event).select_related("ticket")
    lived.events = list(events.order_by("pk"))
    return lived


def _letters_since(counted: datetime) -> tuple[int, datetime]:
    """How many were sent since `counted` (real time), and until when.

    Those that a worker has just taken go out in a moment; that is waited for, not long.
    """
    end = time.monotonic() + _LETTERS_SECONDS
    taken = Delivery.objects.filter(state=State.SENDING, claimed_until__gte=counted + LEASE)
    while taken.exists() and time.monotonic() < end:
        time.sleep(0.02)
    now = real_now()
    return Delivery.objects.filter(sent_at__gte=counted, sent_at__lt=now).count(), now


@contextmanager
def _alone() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        [got] = cursor.fetchone()
    if not got:
        raise AlreadyMoving
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
