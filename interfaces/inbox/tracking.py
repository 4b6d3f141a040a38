"""What a mail provider tells of a letter of ours by HTTP (django-anymail): as a bounce by mail."""

import logging
from typing import Any

from anymail.signals import AnymailTrackingEvent, EventType, RejectReason, tracking
from django.db import transaction
from django.dispatch import receiver

from common import clock
from interfaces.inbox import returns
from interfaces.inbox.bounces import Bounce, status_in
from outbox.models import Delivery

log = logging.getLogger(__name__)

_FAILED = {EventType.BOUNCED, EventType.REJECTED}
# Why a provider refuses, where that is for good. The others are its policy, or the letter's words.
_FOR_GOOD = {RejectReason.INVALID, RejectReason.BOUNCED}


@receiver(tracking, dispatch_uid="inbox.tracking.note")
def note(event: AnymailTrackingEvent, **_: Any) -> None:
    """Note a bounce, a refusal, a delay or a complaint on the letter that the provider names (L5);
    what it tells of other letters, and good news, go by. Twice told is noted once."""
    if event.event_type not in {*_FAILED, EventType.DEFERRED, EventType.COMPLAINED}:
        return
    now = clock.now()
    at = min(event.timestamp or now, now)
    with transaction.atomic():
        held = Delivery.objects.select_for_update().known_as([event.message_id or ""])
        delivery = held.first()
        if delivery is None:
            log.info("a provider's %s is about no letter of ours", event.event_type)
        elif event.event_type == EventType.COMPLAINED:
            returns.complain(delivery, at)
        else:
            returns.settle(delivery, _read(event), at)


def _read(event: AnymailTrackingEvent) -> Bounce:
    told = f"{event.mta_response or ''} {event.description or ''}"
    has_failed = event.event_type in _FAILED
    default = "5.0.0" if has_failed and event.reject_reason in _FOR_GOOD else "4.0.0"
    return Bounce(
        final_recipient=event.recipient or "",
        original_message_id=event.message_id or "",
        status=status_in(told) or default,
        diagnostic=told.strip()[:300],
        action="failed" if has_failed else "delayed",
    )
