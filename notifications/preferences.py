"""Which letters a person gets at once, which in the digest of the day, and which not at all."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum

from django.db import transaction

from accounts.models import User
from notifications import digests
from notifications.audience import Part
from notifications.models import Choice, Preference

# What goes at once whatever the person chose, by the part in the ticket. To the requester: what
# awaits an answer until a date, since the system acts on silence (L10), every end and its undoing,
# since an ended ticket takes no replies (L6), the receipt with the number, and a ticket that
# somebody put in his or her name. To the assignee: that a ticket is now his or hers. To who
# accepted a service: the receipt (E3). The survey (S1) and letters of access go by no preference;
# a watcher has asked for letters and may stop.
REQUIRED: Mapping[Part, frozenset[str]] = {
    Part.REQUESTER: frozenset(
        {
            "opened",
            "follow_up",
            "inherited",
            "information_requested",
            "solution_proposed",
            "out_of_scope",
            "service_offered",
            "service_accepted",
            "reminder",
            "moved",
            "expired",
            "confirmed",
            "cancelled",
            "discarded",
            "merged",
            "unmerged",
            "reinstated",
        }
    ),
    Part.ASSIGNEE: frozenset({"assigned"}),
    Part.BUYER: frozenset({"service_accepted"}),
    Part.WATCHER: frozenset(),
}


class Way(StrEnum):
    NOW = "now"
    IN_DIGEST = "in digest"
    NOT_AT_ALL = "not at all"


def way(choice: str, letter: str, part: Part) -> Way:
    """How who chose `choice` and has `part` in the ticket is told what `letter` tells.

    "Mine" are the tickets that one requested or is responsible for: a watcher's are not.
    """
    if choice == Choice.ALL or letter in REQUIRED[part]:
        return Way.NOW
    if choice == Choice.DIGEST:
        return Way.IN_DIGEST
    is_mine = choice == Choice.MINE and part != Part.WATCHER
    return Way.NOW if is_mine else Way.NOT_AT_ALL


def of(people: Iterable[User]) -> dict[int, str]:
    """What those of `people` chose who chose something, by id; one statement."""
    rows = Preference.objects.filter(person__in=[each.pk for each in people])
    return dict(rows.values_list("person_id", "choice"))


def choice_of(person: User) -> Choice:
    return Choice(of([person]).get(person.pk, Choice.ALL))


@transaction.atomic
def choose(person: User, choice: Choice, *, now: datetime) -> None:
    """Let `person` have letters so from `now` (aware) on. Whoever leaves the digest gets at once
    what waited for it: nothing is lost."""
    Preference.objects.update_or_create(person=person, defaults={"choice": choice})
    if choice != Choice.DIGEST:
        digests.send(person, now=now)
