"""The figures of an organization are what counting its tickets one by one gives."""

import random
from collections import Counter, defaultdict
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from accounts.models import User
from calendars import loading
from calendars.business import verdict
from reports.organization import AGES, LEAST_ANSWERS, Figures, figures, period
from surveys.models import Survey
from tests.cast import SAO_PAULO, at, by
from tickets import actions
from tickets.models import Ticket, TicketEvent

NOW = "2026-11-27T15:00"
SINCE = "2026-10-01T00:00"


def told(reader: Any, organization: Any) -> Figures:
    seen = Ticket.objects.visible_to(User.objects.get(pk=reader.pk))
    mine = seen.filter(organization=organization)
    gone = period(mine, since=at(SINCE), now=at(NOW), tz=SAO_PAULO)
    return figures(mine, now=at(NOW), tz=SAO_PAULO, period=gone)


@pytest.fixture
def lived(opened: Any, ana: Any, carla: Any, elisa: Any) -> Any:
    """`lived(seed, count)`: tickets with lives by chance, in business hours and out of them."""

    def live(seed: int, count: int, **more: Any) -> None:
        chance = random.Random(seed)
        for _ in range(count):
            moment = at("2026-09-20T08:00") + timedelta(minutes=chance.randrange(60 * 24 * 66))
            ticket = opened(f"{moment:%Y-%m-%dT%H:%M}", **more)
            for _ in range(chance.randrange(6)):
                moment += timedelta(minutes=chance.randrange(1, 60 * 24 * 3))
                if moment >= at(NOW):
                    break
                ticket = _step(ticket, chance, moment)

    def _step(ticket: Ticket, chance: random.Random, moment: datetime) -> Ticket:
        if ticket.is_ended:
            return ticket
        mine, desk = by(ticket.requester, moment), by(elisa, moment, "desk")
        acts = [
            lambda: actions.reply(ticket, by=mine, body="Ainda."),
            lambda: actions.request_information(ticket, by=desk, body="Versão?"),
            lambda: actions.propose_solution(ticket, by=desk, body="Atualize."),
        ]
        if ticket.status == "validation":
            acts.append(lambda: actions.confirm_solution(ticket, by=mine))
        elif chance.random() < 0.1:
            acts.append(lambda: actions.cancel(ticket, by=mine))
        elif ticket.status == "open" and chance.random() < 0.1:
            acts.append(lambda: actions.discard(ticket, by=desk, reason="test"))
        return chance.choice(acts)().ticket

    return live


def counted(organization: Any) -> dict[str, Any]:
    """The same by brute force: each ticket, each of its steps, each minute."""
    now, since = at(NOW), at(SINCE)
    tickets = list(Ticket.objects.filter(organization=organization))
    active = [each for each in tickets if each.ended_at is None]
    ages: Counter[int] = Counter()
    due: Counter[str] = Counter()
    for each in active:
        days = (now.date() - each.opened_at.astimezone(SAO_PAULO).date()).days
        ages[next((n for n, most in enumerate(AGES) if days <= most), len(AGES))] += 1
        if each.deadline_at is not None:
            left = (each.deadline_at.astimezone(SAO_PAULO).date() - now.date()).days
            due["late" if left <= 0 else "soon" if left <= 3 else "later"] += 1
    months: dict[Any, list[tuple[float, float]]] = defaultdict(list)
    for each in tickets:
        if each.ended_at is None or not since <= each.ended_at < now:
            continue
        if each.end_reason not in ("merged", "discarded"):
            month = each.ended_at.astimezone(SAO_PAULO).date().replace(day=1)
            months[month].append(_spent(each))
    return {
        "statuses": {
            status: sum(each.status == status for each in active)
            for status in ("open", "pending", "validation")
        },
        "ages": tuple(ages[n] for n in range(len(AGES) + 1)),
        "due": [due["late"], due["soon"], due["later"]],
        "sides": [
            (
                month,
                len(rows),
                pytest.approx(sum(row[0] for row in rows) / len(rows)),
                pytest.approx(sum(row[1] for row in rows) / len(rows)),
            )
            for month, rows in sorted(months.items())
        ],
    }


def _spent(ticket: Ticket) -> tuple[float, float]:
    calendar = loading.load(ticket.queue.policy.calendar_id)
    events = TicketEvent.objects.filter(ticket=ticket).order_by("pk")
    moves = [each for each in events if each.verb == "open" or each.from_status != each.to_status]
    minutes = {True: 0, False: 0}
    for step, following in pairwise(moves):
        if step.to_status not in ("open", "pending", "validation"):
            continue
        moment = step.at.astimezone(SAO_PAULO)
        while moment < following.at:
            clock = moment.time()
            opens, closes = calendar.opens, calendar.closes
            if opens <= clock < closes and verdict(calendar, moment.date()).counts:
                minutes[step.to_status == "open"] += 1
            moment += timedelta(minutes=1)
    return minutes[True] / 60, minutes[False] / 60


@pytest.mark.parametrize("seed", [1, 2])
def test_figures_are_what_counting_each_ticket_by_itself_gives(
    lived: Any, carla: Any, davi: Any, organization: Any, other_organization: Any, seed: int
) -> None:
    lived(seed, 25)
    lived(seed, 5, user=davi, organization=other_organization)

    got = told(carla, organization)

    assert {
        "statuses": dict(got.statuses),
        "ages": got.ages,
        "due": [got.late, got.soon, got.later],
        "sides": [
            (each.month, each.tickets, each.support, each.customer) for each in got.period.sides
        ],
    } == counted(organization)
    assert got.active == sum(got.ages)
    assert got.awaiting == got.statuses["pending"] + got.statuses["validation"]


def test_R1_figures_hold_nothing_of_another_organization(
    lived: Any, carla: Any, davi: Any, organization: Any, other_organization: Any
) -> None:
    lived(3, 5, user=davi, organization=other_organization)

    assert told(carla, organization).is_empty
    assert told(carla, other_organization).is_empty  # not hers
    assert not told(davi, other_organization).is_empty


@pytest.mark.parametrize("answers", [LEAST_ANSWERS - 1, LEAST_ANSWERS])
def test_S4_scores_are_told_from_the_third_answer_on(
    opened: Any, carla: Any, elisa: Any, organization: Any, queue: Any, answers: int
) -> None:
    for n in range(answers):
        ticket = opened("2026-11-12T09:00")
        actions.propose_solution(ticket, by=by(elisa, "2026-11-12T10:00", "desk"), body="Sim.")
        Survey.objects.filter(ticket=ticket).update(
            sent_at=at("2026-11-12T10:00"),
            answered_at=at("2026-11-13T10:00"),
            score=3 + n,
            rated_queue=queue,
        )

    got = told(carla, organization).period.satisfaction

    assert (got.sent, got.answered, got.is_told) == (answers, answers, answers >= LEAST_ANSWERS)
    if got.is_told:
        assert got.mean == 4
        assert got.scores == {1: 0, 2: 0, 3: 1, 4: 1, 5: 1}


@pytest.mark.parametrize("count", [1, 25])
def test_figures_ask_four_statements_and_one_for_a_calendar_not_read_yet(
    lived: Any, ticket: Ticket, carla: Any, count: int, django_assert_num_queries: Any
) -> None:
    lived(4, count - 1)
    actions.cancel(ticket, by=by(carla, "2026-11-26T10:00"))
    reader = User.objects.get(pk=carla.pk)
    mine = Ticket.objects.visible_to(reader).filter(organization=ticket.organization)

    with django_assert_num_queries(5):
        gone = period(mine, since=at(SINCE), now=at(NOW), tz=SAO_PAULO)
        figures(mine, now=at(NOW), tz=SAO_PAULO, period=gone)
