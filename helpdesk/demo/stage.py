"""Performs the stories, each act at its moment and only through the house's own verbs."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from uuid import UUID

from accounts.models import User
from calendars import loading
from common import clock
from helpdesk.demo import checklists, pictures, scope, script, simulation
from helpdesk.demo.cast import Cast
from helpdesk.demo.script import Hours, Step, Story
from surveys import actions as surveys
from surveys.models import Survey
from tickets import actions, due
from tickets.actors import Actor
from tickets.lifecycle import DiscardReason
from tickets.models import Channel, Queue, Severity, Ticket, TicketEvent

_PLAIN: Mapping[str, Callable[..., TicketEvent]] = {
    "take": actions.take,
    "confirm_solution": actions.confirm_solution,
    "cancel": actions.cancel,
}
_SPOKEN: Mapping[str, Callable[..., TicketEvent]] = {
    "reply": actions.reply,
    "note": actions.note,
    "request_information": actions.request_information,
    "propose_solution": actions.propose_solution,
    "follow_up": actions.follow_up,
}


@dataclass(frozen=True)
class Act:
    """A step of a story at its moment (aware)."""

    at: datetime
    story: Story
    step: Step


def acts(stories: Sequence[Story], cast: Cast, now: datetime) -> list[Act]:
    """Every step of `stories`, seen from `now` (aware), in the order of time."""
    found = [
        Act(hours.moment(step.when), story, step)
        for story in stories
        for hours in [hours_of(cast.products[story.product].default_queue.queue, now)]
        for step in story.steps
    ]
    return sorted(found, key=lambda act: act.at)


def hours_of(queue: Queue, now: datetime) -> Hours:
    """The hours of the queue's calendar, seen from `now` (aware)."""
    calendar = queue.policy.calendar
    return Hours(loading.load(calendar.pk), calendar.closes_at, now)


class Stage:
    """The tickets as far as they have come, each by the name of its story."""

    def __init__(self, cast: Cast, begins: datetime) -> None:
        self.cast = cast
        self.now = begins
        self.tickets: dict[str, Ticket] = {}

    def perform(self, act: Act) -> None:
        """Let the time until `act` pass, then do it; both as at their moments."""
        self.at(act.at, lambda: self._do(act.story, act.step))

    def at(self, moment: datetime, do: Callable[[], None]) -> None:
        """Let the time until `moment` pass, then `do` it as at that moment."""
        self.wait(moment)
        with clock.held_at(moment):
            do()

    def wait(self, until: datetime) -> None:
        """What the beat would have done until then: reminders and timeouts at their moments."""
        for moment in self._due_moments(until):
            with clock.held_at(moment):
                for ids in due.batches(moment):
                    for pk in ids:
                        actions.advance(pk, now=moment)
        self.now = until

    def _due_moments(self, until: datetime) -> Iterator[datetime]:
        at = simulation.next_due(self.now)
        while at is not None and at <= until:
            yield at
            at = simulation.next_due(at)

    def _do(self, story: Story, step: Step) -> None:
        by = self._actor(step)
        if step.verb == "open":
            self.tickets[story.name] = self._open(story, step, by)
            return
        ticket = self.tickets[story.name]
        if step.verb == "rate":
            self._rate(ticket, step)
        elif step.verb in scope.VERBS:
            scope.perform(ticket, step, by)
        elif step.verb in _PLAIN:
            _PLAIN[step.verb](ticket, by=by)
        elif step.verb in _SPOKEN:
            speak = _SPOKEN[step.verb]
            event = speak(ticket, by=by, body=step.text, files=_upload(step, by))
            # A follow-up goes on in its successor.
            self.tickets[story.name] = event.ticket
        else:
            self._route(ticket, step, by)

    def _open(self, story: Story, step: Step, by: Actor) -> Ticket:
        product = self.cast.products[story.product]
        return actions.open_ticket(
            by=by,
            organization=self.cast.organization_of(by.person(), story.organization),
            product=product,
            title=story.title,
            body=step.text,
            severity=Severity[story.severity.upper()],
            files=_upload(step, by),
            **checklists.told(product, step.options.get("intake", {})),
        ).ticket

    def _route(self, ticket: Ticket, step: Step, by: Actor) -> None:
        options = step.options
        match step.verb:
            case "resume":
                actions.resume(ticket, by=by, reason=step.text)
            case "discard":
                actions.discard(ticket, by=by, reason=DiscardReason(options["reason"]))
            case "merge":
                actions.merge(ticket, into=self.tickets[options["into"]], by=by)
            case "assign":
                actions.assign(ticket, to=self._person(options["to"]), by=by)
            case "move":
                actions.move(ticket, to=self.cast.queues[options["to"]], by=by)
            case "change_severity":
                severity = Severity[options["to"].upper()]
                actions.change_severity(ticket, to=severity, by=by, reason=step.text)
            case "watch":
                actions.watch(ticket, who=self._person(options["to"]), by=by)
            case _:
                raise ValueError(f"No story can {step.verb!r}.")

    def _rate(self, ticket: Ticket, step: Step) -> None:
        surveys.answer(
            Survey.objects.get(ticket=ticket),
            score=step.options["score"],
            reasons=step.options["reasons"],
            comment=step.text,
            now=clock.now(),
        )

    def _actor(self, step: Step) -> Actor:
        """Customers come by the portal unless told otherwise."""
        person, options = self._person(step.who), step.options
        usual = Channel.DESK if person.is_desk else Channel.PORTAL
        entered_by = self._person(options["entered_by"]) if "entered_by" in options else None
        return Actor(person, Channel(options.get("via", usual)), entered_by=entered_by)

    def _person(self, key: str) -> User:
        return self.cast.people[key]


def _upload(step: Step, by: Actor) -> list[UUID]:
    """Pictures are drawn; the other files are in data/files."""
    keys = []
    for name in step.options.get("files", ()):
        drawn = name.endswith(".png")
        content = pictures.screen_capture(name) if drawn else script.file_content(name)
        uploader = by.entered_by or by.person()
        keys.append(actions.upload(uploader, name, BytesIO(content), len(content)).key)
    return keys
