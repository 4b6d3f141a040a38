"""Whatever is done to a mail's bytes, it is received and decided. `make fuzz-mail` does more."""

from collections import Counter

import pytest

from tests.inbox import fuzzed
from tests.inbox.world import world


@pytest.mark.django_db
def test_no_mutated_mail_fails_hangs_or_is_lost() -> None:
    with world() as house:
        *_before, summary = fuzzed.run(house, seed=1, count=300)

    assert summary.faults == []
    assert Counter(summary.outcomes).total() == 300
