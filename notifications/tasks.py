"""The worker's side: the digests whose hour has come."""

import logging

from celery import shared_task
from django.utils.translation import gettext_lazy as _

from common import clock, faults
from notifications import digests

logger = logging.getLogger(__name__)

_TASK = "notifications.tasks.send_digests"


@shared_task(name=_TASK)
def send_digests() -> int:
    """Promise each digest that is due, in a transaction of its own; how many people had one.

    Safe to run twice at once. One that fails stays held for the next run, and stops no other;
    staff are told.
    """
    now, count, failed = clock.now(), 0, None
    for person in digests.people_due(now):
        try:
            digests.send(person, now=now)
            count += 1
        except Exception as error:
            logger.exception("The digest of person %s could not be written.", person.pk)
            failed = error
    if failed is None:
        faults.clear(_TASK)
    else:
        faults.note(_TASK, _("Há resumos do dia que não puderam ser escritos."), failed)
    return count
