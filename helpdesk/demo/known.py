"""The incidents and defects of the demonstration, at their moments, by the house's verbs (M2)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.models import User
from helpdesk.demo import script, stage
from helpdesk.demo.cast import Cast
from knowledge.models import Defect, Incident
from tickets import actions
from tickets.actions import bulk
from tickets.actors import Actor
from tickets.models import BulkAnswer, Channel, Ticket


@dataclass(frozen=True)
class Happening:
    """Something beside the stories, at its moment (aware)."""

    at: datetime
    do: Callable[[stage.Stage], None]


def happenings(cast: Cast, now: datetime) -> list[Happening]:
    """All of them, seen from `now` (aware), in the order of time."""
    told = script.known()
    found = [each for one in told["incident"] for each in _incident(one, cast, now)]
    found += [each for one in told["defect"] for each in _defect(one, cast, now)]
    return sorted(found, key=lambda each: each.at)


def _moment(told: dict[str, Any], when: str, cast: Cast, now: datetime) -> datetime:
    queue = cast.products[told["product"]].default_queue.queue
    return stage.hours_of(queue, now).moment(when)


def _incident(told: dict[str, Any], cast: Cast, now: datetime) -> Iterator[Happening]:
    def begin(on: stage.Stage) -> None:
        by = _desk(cast.people[told["begun"][1]])
        incident = actions.start_incident(
            by=by,
            product=cast.products[told["product"]],
            title=told["title"],
            text=told["text"],
        )
        for ticket in _tickets(told, on):
            actions.join_incident(ticket, incident=incident, by=by)

    def end(_on: stage.Stage) -> None:
        _when, who, text = told["ended"]
        incident = Incident.objects.get(title=told["title"])
        _answer(actions.end_incident(incident, by=_desk(cast.people[who]), text=text))

    yield Happening(_moment(told, told["begun"][0], cast, now), begin)
    if "ended" in told:
        yield Happening(_moment(told, told["ended"][0], cast, now), end)


def _defect(told: dict[str, Any], cast: Cast, now: datetime) -> Iterator[Happening]:
    def write_down(on: stage.Stage) -> None:
        by = _desk(cast.people[told["recorded"][1]])
        defect = actions.record_defect(
            by=by,
            code=told["code"],
            product=cast.products[told["product"]],
            title=told["title"],
            text=told["text"],
            state=told["state"],
            version=told.get("version", ""),
        )
        for ticket in _tickets(told, on):
            actions.link_defect(ticket, defect=defect, by=by)
        for name in told.get("followers", ()):
            actions.follow_defect(defect, who=cast.people[name])

    def release(_on: stage.Stage) -> None:
        _when, who, version, text = told["released"]
        defect = Defect.objects.get(code=told["code"])
        by = _desk(cast.people[who])
        _answer(actions.release_defect(defect, by=by, version=version, text=text))

    yield Happening(_moment(told, told["recorded"][0], cast, now), write_down)
    if "released" in told:
        yield Happening(_moment(told, told["released"][0], cast, now), release)


def _desk(person: User) -> Actor:
    return Actor(person, Channel.DESK)


def _tickets(told: dict[str, Any], on: stage.Stage) -> list[Ticket]:
    return [on.tickets[name] for name in told["tickets"]]


def _answer(answer: BulkAnswer | None) -> None:
    """What the worker would do at once."""
    if answer is not None:
        bulk.answer_in_bulk(answer.pk)
