"""Mutated mails of the corpus received one after another, and what went wrong with them."""

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db import transaction

from interfaces.inbox.models import InboundMail, State
from interfaces.inbox.reception import receive
from tests.cast import at
from tests.inbox.fuzzing import mutated
from tests.inbox.world import FILES, NOW, World

SLOWEST = 2.0
_DECIDED = {State.PLACED, State.QUARANTINED}


@dataclass
class Summary:
    """`faults` say of each mail that failed which (seed) and how."""

    count: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0
    seconds: float = 0.0
    faults: list[str] = field(default_factory=list)


def run(world: World, *, seed: int, count: int) -> Iterator[Summary]:
    """Receive `count` mails, each undone after it was judged; the summary after each."""
    summary = Summary()
    for number in range(seed, seed + count):
        file = FILES[number % len(FILES)]
        raw = mutated(world.mail(file), number)
        _judge(world, raw, f"seed {number} ({file.stem})", summary)
        yield summary


def _judge(world: World, raw: bytes, which: str, summary: Summary) -> None:
    summary.count += 1
    begun = time.process_time()
    with transaction.atomic():
        try:
            mail = receive(raw, mailbox=world.mailbox, at=at(NOW)).mail
        except Exception as error:
            summary.faults.append(f"{which}: {type(error).__name__}: {error}"[:300])
            transaction.set_rollback(True)
            return
        spent = time.process_time() - begun
        if spent > SLOWEST:
            summary.faults.append(f"{which}: {spent:.1f} s")
        kept = InboundMail.objects.filter(pk=mail.pk).values_list("state", "error").first()
        if kept is None or kept[0] not in _DECIDED:
            summary.faults.append(f"{which}: {kept}")
        summary.outcomes[mail.outcome] += 1
        summary.slowest = max(summary.slowest, spent)
        summary.seconds += spent
        transaction.set_rollback(True)
