"""The append-only history (L9), and the call to those who follow it. No rule is decided here."""

from collections.abc import Callable
from functools import cache
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from tickets.actors import Actor
from tickets.models import Message, Ticket, TicketEvent, Verb

Follower = Callable[[TicketEvent], None]


@cache
def followers() -> tuple[Follower, ...]:
    """Those of `settings.TICKET_FOLLOWERS`, in their order."""
    return tuple(import_string(path) for path in settings.TICKET_FOLLOWERS)


def record(
    ticket: Ticket,
    verb: Verb,
    *,
    by: Actor,
    came_from: str | None = None,
    reason: str = "",
    message: Message | None = None,
    data: dict[str, Any] | None = None,
    is_internal: bool = False,
    keyed: bool = True,
) -> TicketEvent:
    """Write one step of `ticket` and tell the followers, all in the caller's transaction.

    `came_from` is the status before, where the step moved it. `keyed` False leaves the request's
    key to another event of the same act. What a follower raises undoes the whole act. `quiet` in
    the data asks the followers that write letters not to; `partner` is the id of the organization
    for which a partner's consultant acted (R2).
    """
    event = TicketEvent.objects.create(
        ticket=ticket,
        verb=verb,
        at=by.at,
        actor=by.user,
        entered_by=by.entered_by,
        channel=by.channel,
        from_status=ticket.status if came_from is None else came_from,
        to_status=ticket.status,
        reason=reason,
        message=message,
        data={**(data or {}), **({"quiet": True} if by.quietly else {}), **_for_whom(ticket, by)},
        is_internal=is_internal,
        request_key=by.request_key if keyed else None,
    )
    for follow in followers():
        follow(event)
    return event


def _for_whom(ticket: Ticket, by: Actor) -> dict[str, int]:
    """R2: what a person is to the organization may change later, and the history must not."""
    if by.user is None or by.user.is_desk:
        return {}
    place = by.user.places.get(ticket.organization_id)
    return {"partner": ticket.organization_id} if place is not None and place.is_partner else {}


def done_before(by: Actor) -> TicketEvent | None:
    """What this very request has already caused (L12), or None if it is new."""
    if by.request_key is None or by.user is None:
        return None
    return (
        TicketEvent.objects.select_related("ticket", "message")
        .filter(actor=by.user, request_key=by.request_key)
        .first()
    )
