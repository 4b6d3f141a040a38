"""What the demonstration's customers looked for before they opened a ticket, or did not (K6)."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from accounts.models import User
from common import clock
from helpdesk.demo import script
from knowledge import inquiries, search
from knowledge.models import Inquiry


def look_up(people: dict[str, User], now: datetime) -> None:
    """All of data/lookups.toml, seen from `now` (aware)."""
    told = script.lookups()
    for each in told["inquiry"]:
        with clock.held_at(now - timedelta(days=each["days"])):
            _ask(people[each["who"]], each)
    for each in told["miss"]:
        for days in each["days"]:
            with clock.held_at(now - timedelta(days=days)):
                inquiries.miss(each["words"])


def _ask(person: User, told: dict[str, Any]) -> None:
    key, title = uuid4(), told["title"]
    pairs = [("article", each.pk) for each in search.find(title, reader=person).articles]
    inquiries.suggest(key, person=person, title=title, suggested=pairs)
    if told.get("read"):
        inquiries.read(key, person=person, pair=pairs[0])
    outcome = Inquiry.Outcome(told["outcome"])
    if outcome != Inquiry.Outcome.BEGUN:
        inquiries.settle(key, person=person, outcome=outcome)
