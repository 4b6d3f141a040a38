"""B8: the clock waits for mail: what has come in, and what may still lie in an unread mailbox."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q

from interfaces.inbox.models import READ_BY_TURNS, InboundMail, Mailbox
from interfaces.inbox.place import place_waiting
from tickets.lifecycle import ENDED, WITH_CUSTOMER
from tickets.models import Ticket
from tickets.queries import live_end

LONGEST_WAIT = timedelta(hours=24)


def hold(ids: Collection[int], now: datetime) -> set[int]:
    """Place what is waiting, then name those of the tickets `ids` that must not move at `now`.

    Of those that would expire: the tickets to which a mail still belongs that could not be placed,
    and those whose queue has an active mailbox, read by turns, that was not read since the
    deadline. Neither is held for more than 24 hours after the deadline, and none before it:
    reminders go out (L10).
    """
    place_waiting()
    return _awaiting_placement(ids, now) | _awaiting_a_reading(ids, now)


def _awaiting_placement(ids: Collection[int], now: datetime) -> set[int]:
    """One statement, or two where there is such mail; more only for mail to ended tickets."""
    mails = InboundMail.objects.unplaced().exclude(about=None)
    named = list(Ticket.objects.filter(pk__in=mails.values("about")))
    ends = {live_end(each).pk if each.status in ENDED else each.pk for each in named}
    if not ends:
        return set()
    waiting = Ticket.objects.filter(pk__in=ends & set(ids))
    expiring = waiting.filter(deadline_at__lte=now, deadline_at__gt=now - LONGEST_WAIT)
    return set(expiring.values_list("pk", flat=True))


def _awaiting_a_reading(ids: Collection[int], now: datetime) -> set[int]:
    """Where both deadlines have passed, reading must have come after the second too."""
    unread = Mailbox.objects.filter(queue=OuterRef("queue"), is_active=True, door__in=READ_BY_TURNS)

    def passed_unread(deadline: str) -> Q:
        not_since = Q(read_at=None) | Q(read_at__lte=OuterRef(deadline))
        window = {f"{deadline}__lte": now, f"{deadline}__gt": now - LONGEST_WAIT}
        return Q(Exists(unread.filter(not_since)), **window)

    held = Ticket.objects.filter(pk__in=ids, status__in=WITH_CUSTOMER)
    held = held.filter(passed_unread("deadline_at") | passed_unread("closes_at"))
    return set(held.values_list("pk", flat=True))
