"""Every change of a delivery's state: claimed, sent, postponed, failed, cancelled, tried again.

What may be claimed at all the valve says, and which addresses take no letters their suspensions.

Each is one conditional update, so that it holds whoever else writes the row at the same time.
All times are real ones (`real_now`).
"""

import random
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Case, F, JSONField, Q, QuerySet, Value, When
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext as _

from outbox.models import (
    Delivery,
    DeliveryQuerySet,
    Lane,
    State,
    Suspension,
    Valve,
    real_now,
)

# A claim that is over belongs to the dead. A slow worker keeps its own: it renews it once the mail
# server is ready, and from there waits for at most LONGEST_DIALOGUE answers, each no longer than
# EMAIL_TIMEOUT. (No time limit of Celery's stops a worker of threads.)
LEASE = timedelta(minutes=6)
# MAIL, RCPT, DATA, the text, the answer to it, QUIT.
LONGEST_DIALOGUE = 6
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=4)
# With these waits, the last try comes about five days after the first (RFC 5321, 4.5.4.1).
MOST_ATTEMPTS = 38
AN_HOUR = timedelta(hours=1)


def claim(pk: int) -> Delivery | None:
    """Take one due delivery for this worker; None if it is not due, another has it, or the valve
    keeps it.

    Of any number of simultaneous calls exactly one gets it.
    """
    with transaction.atomic():
        now = real_now()
        return _take(_let_out(now).filter(pk=pk), pk, now)


def claim_next(*lanes: Lane) -> Delivery | None:
    """Take the due delivery (of `lanes`, if named) whose turn it is, access letters first; None
    if there is none, or the valve keeps all.

    Rows that another sweep is just taking are passed over, not waited for.
    """
    with transaction.atomic():
        now = real_now()
        may_go = _let_out(now)
        turn = may_go.filter(lane__in=lanes or Lane.values).order_by("lane", "next_try_at", "pk")
        first = turn.select_for_update(skip_locked=True).values_list("pk", flat=True).first()
        return None if first is None else _take(may_go.filter(pk=first), first, now)


def _let_out(now: datetime) -> DeliveryQuerySet:
    """What is due and the valve lets out, in the caller's transaction.

    Until that commits nobody else claims, nor closes the valve: so the cap holds whatever number
    of workers there is, and once a closed valve is saved nothing more is taken up. Access letters
    count but never wait for the cap: somebody stands at the sign-in page.
    """
    due = Delivery.objects.due(now)
    valve = Valve.objects.select_for_update().filter(pk=Valve.THE_ONE).first()
    if valve is None:
        return due
    if not valve.is_open:
        return due.none()
    if valve.per_hour is not None and gone_out(now) >= valve.per_hour:
        return due.filter(lane=Lane.ACCESS)
    return due


def gone_out(now: datetime | None = None) -> int:
    """How many letters went out in the hour before `now` (real), or are just on their way."""
    now = now or real_now()
    lately = Q(state=State.SENT, sent_at__gt=now - AN_HOUR)
    return Delivery.objects.filter(lately | Q(state=State.SENDING, claimed_until__gt=now)).count()


def _take(the_one: DeliveryQuerySet, pk: int, now: datetime) -> Delivery | None:
    until = now + LEASE
    the_one.update(state=State.SENDING, claimed_until=until, attempts=F("attempts") + 1)
    return Delivery.objects.filter(pk=pk, claimed_until=until).first()


def renew(delivery: Delivery) -> bool:
    """A whole lease from now on; False if the claim is no longer this worker's, or withdrawn."""
    until = real_now() + LEASE
    renewed = _held(delivery).update(claimed_until=until)
    delivery.claimed_until = until
    return bool(renewed)


def sent(delivery: Delivery, sent_as: str = "") -> None:
    """The mail server has taken it. True whoever holds the claim by now, and after a `cancel`.

    `sent_as` is the id that a provider gave it in place of ours.
    """
    Delivery.objects.filter(pk=delivery.pk).exclude(state=State.SENT).update(
        state=State.SENT,
        sent_at=real_now(),
        sent_as=sent_as.strip("<> ")[:255],
        claimed_until=None,
        last_error="",
        context=_erased_if_secret(),
    )


def postponed(delivery: Delivery, error: str) -> None:
    """It did not go out for a reason that may pass: wait, longer each time, and give up at last."""
    if delivery.attempts >= MOST_ATTEMPTS:
        failed(delivery, _("Desistimos após cinco dias. %(error)s") % {"error": error})
        return
    _held(delivery).update(
        state=State.WAITING,
        claimed_until=None,
        next_try_at=real_now() + wait_after(delivery.attempts),
        last_error=error[:200],
    )


def failed(delivery: Delivery, error: str) -> None:
    """It will not go out unless a person does something; `error` says why."""
    _held(delivery).update(
        state=State.FAILED,
        claimed_until=None,
        last_error=error[:200],
        context=_erased_if_secret(),
    )


def held_back(delivery: Delivery) -> bool:
    """Whether its address is suspended; then it has failed, until staff lift that (`resume`).

    An access letter is tried all the same: somebody has just asked for it, cannot come in without
    it, and so cannot tell us either that the address works again; it is one letter a request.
    """
    if delivery.lane == Lane.ACCESS:
        return False
    with transaction.atomic():
        # Held, so that a `resume` at this moment finds the letter.
        found = Suspension.objects.of([delivery.to_address]).select_for_update().first()
        if found is None:
            return False
        since = f"{timezone.localtime(found.since):%d/%m/%Y}"
        failed(delivery, _("O endereço está suspenso desde %(since)s.") % {"since": since})
        Delivery.objects.filter(pk=delivery.pk, state=State.FAILED).update(suspended=True)
    return True


def resume(suspensions: "QuerySet[Suspension]") -> int:
    """Lift `suspensions`, and put what failed because of them back in the queue; how many letters
    those were."""
    with transaction.atomic():
        lifted = list(suspensions.select_for_update())
        addresses = [each.address.lower() for each in lifted]
        Suspension.objects.filter(pk__in=[each.pk for each in lifted]).delete()
        kept = Delivery.objects.alias(folded=Lower("to_address"))
        return try_again(kept.filter(suspended=True, folded__in=addresses))


def cancel(*, topic: str, letters: Iterable[str]) -> int:
    """Withdraw the `letters` about `topic` that have not gone out (L10); how many those were.

    One that a worker is just handing over may still go out, and is then told as sent.
    """
    open_ = Delivery.objects.filter(
        topic=topic, letter__in=letters, state__in=[State.WAITING, State.SENDING]
    )
    return open_.update(state=State.CANCELLED, claimed_until=None, context=_erased_if_secret())


def try_again(deliveries: "QuerySet[Delivery]") -> int:
    """Put failed deliveries back in the queue, as if new; how many those were.

    A secret one stays: its link is erased, and a new access letter must be asked for.
    """
    return deliveries.filter(state=State.FAILED, secret=False).update(
        state=State.WAITING, attempts=0, next_try_at=real_now(), last_error="", suspended=False
    )


def wait_after(attempts: int) -> timedelta:
    """How long to wait after so many attempts: doubled each time, a tenth more or less.

    The jitter keeps the letters of one outage from coming back all at once.
    """
    doubled = FIRST_WAIT * (1 << min(attempts - 1, 10))
    return min(doubled, LONGEST_WAIT) * random.uniform(0.9, 1.1)  # noqa: S311 - spreads load


def _held(delivery: Delivery) -> "QuerySet[Delivery]":
    """The row, while the claim that this worker was given is still its own."""
    return Delivery.objects.filter(
        pk=delivery.pk, state=State.SENDING, claimed_until=delivery.claimed_until
    )


def _erased_if_secret() -> Case:
    """A letter with an access link keeps nothing once it is over."""
    nothing = Value({}, output_field=JSONField())
    return Case(When(secret=True, then=nothing), default=F("context"))
