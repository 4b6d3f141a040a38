"""Makes the demonstration's data, once: a support desk with some weeks behind it."""

from datetime import timedelta
from functools import partial
from typing import Any

from django.db import connection, transaction

from accounts.models import User
from calendars import loading
from common import clock
from common.later import poke
from helpdesk.demo import cast, checklists, known, library, lookups, scope, script
from helpdesk.demo.stage import Act, Stage, acts, hours_of
from outbox import ledger
from outbox.models import Delivery
from outbox.tasks import sweep

# The last business day and today: that much of the past is still in the post.
_LETTERS_FROM = "-1 00:00"
# Nobody and nothing is newer than the first ticket.
_LONG_BEFORE = timedelta(days=120)


def seed() -> bool:
    """People, tickets and letters, dated before now; False, and nothing is done, where there
    are people already.

    Letters older than the last business day are withdrawn, as nobody wants them now; the rest
    are sent as always. All or nothing, but for the calendars.
    """
    if User.objects.exists():
        return False
    told = script.cast()
    for calendar in cast.make_calendars(told):
        # What is read inside a transaction is read each time.
        loading.load(calendar.pk)
    with transaction.atomic():
        _live_through_the_past(told)
        # Nobody watches a page and no worker runs yet: of all the pokes, one will do.
        connection.run_on_commit.clear()
        poke(sweep)
    return True


def _live_through_the_past(told: dict[str, Any]) -> None:
    now = clock.now()
    begins = now - _LONG_BEFORE
    people = cast.assemble(told, begins)
    checklists.ask(people.products)
    with clock.held_at(begins):
        scope.set_out(people.products)
        library.stock(by=people.people["elisa"])
    recent = hours_of(people.queues[told["queue"][0]["name"]], now).moment(_LETTERS_FROM)
    stage = Stage(people, begins)
    # What is not of the stories comes after the acts of its moment.
    played: list[Act | known.Happening] = [
        *acts(script.stories(), people, now),
        *known.happenings(people, now),
    ]
    played.sort(key=lambda each: each.at)
    for act in played:
        if act.at < recent:
            _play(stage, act)
    stage.wait(recent)
    _withdraw_letters()
    for act in played:
        if act.at >= recent:
            _play(stage, act)
    stage.wait(now)
    lookups.look_up(people.people, now)


def _play(stage: Stage, act: Act | known.Happening) -> None:
    if isinstance(act, Act):
        stage.perform(act)
    else:
        stage.at(act.at, partial(act.do, stage))


def _withdraw_letters() -> None:
    for topic in Delivery.objects.order_by("topic").values_list("topic", flat=True).distinct():
        of_topic = Delivery.objects.filter(topic=topic).values_list("letter", flat=True)
        ledger.cancel(topic=topic, letters=set(of_topic))
