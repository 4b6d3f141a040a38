"""The worker's side: the digests whose hour has come."""

import logging

from celery import shared_task

from common import clock
from notifications import digests

logger = logging.getLogger(__name__)


@shared_task(name="notifications.tasks.send_digests")
def send_digests() -> int:
    """Promise each digest that is due, in a transaction of its own; how many people had one.

    Safe to run twice at once. One that fails stays held for the next run, and stops no other.
    """
    now, count = clock.now(), 0
    for person in digests.people_due(now):
        try:
            digests.send(person, now=now)
            count += 1
        except Exception:
            logger.exception("The digest of person %s could not be written.", person.pk)
    return count
