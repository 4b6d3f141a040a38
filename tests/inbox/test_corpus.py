"""Real-looking mails, one file each, and what becomes of them.

To add one, put `name.eml` into `corpus/` and run `python -m tests.expect_mail name`: it writes what
the product makes of it into `name.json`, for you to read before you believe it.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.inbox import world
from tests.inbox.world import CORPUS, FILES, World

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def house(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """One for all mails: each is received in a transaction of its own that is undone."""
    with django_db_blocker.unblock(), world.world() as built:
        yield built


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_each_mail_becomes_what_it_should(house: World, file: Path) -> None:
    told = house.told(house.mail(file))

    assert told == house.expected(file)


def test_every_mail_has_its_answer_and_every_answer_its_mail() -> None:
    answers = sorted(file.stem for file in CORPUS.glob("*.json"))

    assert [file.stem for file in FILES] == answers
