"""What came of each time somebody began to open a ticket, and what was searched in vain (K6).

Counted for those who write; nobody is refused or shown anything by it.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.db import connection
from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Greatest

from accounts.models import User
from common import clock
from knowledge.models import Inquiry, Miss
from knowledge.words import as_looked_for, masked

Pair = tuple[str, int]
LONGEST_MISS = 200
SHORTEST = 3
# Who has not come back by then has given up.
GIVEN_UP = timedelta(days=1)

# One statement while somebody types; what was suggested before stays suggested.
_SUGGEST = """
INSERT INTO knowledge_inquiry AS inquiry
    (key, person_id, organization_id, product_id, title, suggested, read, outcome,
     begun_at, updated_at)
SELECT %(key)s, %(person)s, %(organization)s,
    (SELECT id FROM catalog_product WHERE id = %(product)s),
    %(title)s, %(suggested)s, '[]', 'begun', %(now)s, %(now)s
ON CONFLICT (key) DO UPDATE SET
    organization_id = excluded.organization_id, product_id = excluded.product_id,
    title = excluded.title, updated_at = excluded.updated_at,
    suggested = (
        SELECT coalesce(jsonb_agg(DISTINCT pair), '[]')
        FROM jsonb_array_elements(inquiry.suggested || excluded.suggested) AS pair
    )
WHERE inquiry.outcome = 'begun'
"""


def key_of(drawn: str, person: User) -> UUID | None:
    """The inquiry of the form that was drawn with the key `drawn`, as `person` filled it in: the
    same text in another's hands names another row. None for what is no key."""
    try:
        return uuid5(UUID(drawn), f"inquiry:{person.pk}")
    except ValueError:
        return None


def suggest(
    key: UUID,
    *,
    person: User,
    title: str,
    suggested: Iterable[Pair],
    organization: int | None = None,
    product: int | None = None,
) -> None:
    """Note what `person` was shown for `title`, as often as it is asked; one statement.

    `organization` is one of the person's; a `product` that there is not is none. An inquiry that
    has come to its end stays as it is.
    """
    told: dict[str, Any] = {
        "key": key,
        "person": person.pk,
        "organization": organization,
        "product": product,
        "title": masked(title),
        "suggested": json.dumps(sorted(set(suggested))),
        "now": clock.now(),
    }
    with connection.cursor() as cursor:
        cursor.execute(_SUGGEST, told)


def was_shown(key: UUID | None, *, person: User, pair: Pair) -> bool:
    """Whether the inquiry of `person` suggested just that."""
    if key is None:
        return False
    mine = Inquiry.objects.filter(key=key, person=person)
    return mine.filter(suggested__contains=[list(pair)]).exists()


def read(key: UUID, *, person: User, pair: Pair) -> None:
    """Note that a suggestion was opened; nothing where there is no such inquiry."""
    inquiry = Inquiry.objects.filter(key=key, person=person).first()
    if inquiry is None or list(pair) in inquiry.read:
        return
    inquiry.read = [*inquiry.read, list(pair)]
    inquiry.updated_at = clock.now()
    inquiry.save(update_fields=["read", "updated_at"])


def settle(
    key: UUID | None,
    *,
    person: User,
    outcome: Inquiry.Outcome,
    title: str = "",
    organization: int | None = None,
    product: int | None = None,
    ticket_number: int | None = None,
) -> None:
    """Note how it ended: once, however often the form is sent (L12). What began unseen, as where
    there is no script, begins and ends here."""
    if key is None:
        return
    now = clock.now()
    inquiry, _is_new = Inquiry.objects.get_or_create(
        key=key, defaults={"person": person, "begun_at": now, "title": masked(title)}
    )
    if inquiry.person_id != person.pk or inquiry.outcome != Inquiry.Outcome.BEGUN:
        return
    inquiry.outcome, inquiry.updated_at, inquiry.ticket_number = outcome, now, ticket_number
    if title:
        inquiry.title = masked(title)
    inquiry.organization_id = organization or inquiry.organization_id
    inquiry.product_id = product or inquiry.product_id
    inquiry.save()


def miss(typed: str) -> Miss | None:
    """Note words that found no article, for the writers; equal words are counted in one row.

    Kept without what may name somebody (`words.as_looked_for`); too few letters say nothing. Words
    that were settled come back unsettled.
    """
    words = as_looked_for(typed)
    if sum(letter.isalpha() for letter in words) < SHORTEST:
        return None
    found, is_new = Miss.objects.get_or_create(words=words, defaults={"last_at": clock.now()})
    if not is_new:
        Miss.objects.filter(pk=found.pk).update(
            count=F("count") + 1,
            last_at=Greatest(F("last_at"), clock.now()),
            settled_at=None,
        )
    return found


def settle_miss(pk: int) -> bool:
    """There is an answer now, or there needs to be none; False where it was settled before."""
    return bool(unsettled().filter(pk=pk).update(settled_at=clock.now()))


def unsettled() -> QuerySet[Miss]:
    return Miss.objects.filter(settled_at=None)


@dataclass(frozen=True)
class Counts:
    """How many began to open a ticket, and how many of those came to each end (K6)."""

    begun: int
    suggested: int
    read: int
    solved: int
    followed: int
    opened: int
    given_up: int


def counts(since: datetime) -> Counts:
    """Of what began since then (aware); one statement."""
    outcome = Inquiry.Outcome
    silent = Q(outcome=outcome.BEGUN, updated_at__lt=clock.now() - GIVEN_UP)
    return Counts(
        **Inquiry.objects.filter(begun_at__gte=since).aggregate(
            begun=Count("pk"),
            suggested=Count("pk", filter=~Q(suggested=[])),
            read=Count("pk", filter=~Q(read=[])),
            solved=Count("pk", filter=Q(outcome=outcome.SOLVED)),
            followed=Count("pk", filter=Q(outcome=outcome.FOLLOWED)),
            opened=Count("pk", filter=Q(outcome=outcome.OPENED)),
            given_up=Count("pk", filter=silent),
        )
    )
