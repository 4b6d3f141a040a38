"""What a merge would do, found out by doing it and taking it all back."""

from dataclasses import dataclass

from django.db import transaction

from accounts.models import User
from tickets import actions
from tickets.actors import Actor
from tickets.models import Attachment, Message, Ticket


@dataclass(frozen=True)
class Rehearsal:
    """What merging `duplicate` into `target` does (L8)."""

    duplicate: Ticket
    target: Ticket
    messages: int
    notes: int
    files: int
    watchers: list[str]
    reopens: bool


def rehearse(duplicate: Ticket, target: Ticket, *, by: Actor) -> Rehearsal:
    """The merge itself, in a transaction that is undone: so the preview cannot tell another story.

    Raises `Refused` where the merge would.
    """
    with transaction.atomic():
        merged = actions.merge(duplicate, into=target, by=by)
        after = Ticket.objects.get(pk=target.pk).status
        added = merged.data["watchers"]
        transaction.set_rollback(True)
    written = Message.objects.filter(ticket=duplicate)
    notes = written.filter(is_internal=True).count()
    return Rehearsal(
        duplicate,
        target,
        messages=written.count() - notes,
        notes=notes,
        files=Attachment.objects.filter(message__ticket=duplicate).count(),
        watchers=list(User.objects.filter(pk__in=added).values_list("name", flat=True)),
        reopens=after != target.status,
    )
