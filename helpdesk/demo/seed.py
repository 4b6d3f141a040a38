"""Makes the demonstration's data, once: a support desk with some weeks behind it."""

from datetime import timedelta
from typing import Any

from django.db import connection, transaction

from accounts.models import User
from calendars import loading
from common import clock
from common.later import poke
from helpdesk.demo import cast, script
from helpdesk.demo.stage import Stage, acts, hours_of
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
    recent = hours_of(people.queues[told["queue"][0]["name"]], now).moment(_LETTERS_FROM)
    stage, played = Stage(people, begins), acts(script.stories(), people, now)
    for act in played:
        if act.at < recent:
            stage.perform(act)
    stage.wait(recent)
    _withdraw_letters()
    for act in played:
        if act.at >= recent:
            stage.perform(act)
    stage.wait(now)


def _withdraw_letters() -> None:
    for topic in Delivery.objects.order_by("topic").values_list("topic", flat=True).distinct():
        of_topic = Delivery.objects.filter(topic=topic).values_list("letter", flat=True)
        ledger.cancel(topic=topic, letters=set(of_topic))
