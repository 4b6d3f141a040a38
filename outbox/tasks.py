"""The worker's side of the outbox: send one delivery, and sweep up what no poke delivered."""

import logging
import time
from contextlib import suppress

from celery import shared_task
from django.core.mail import EmailMessage, get_connection
from django.utils.translation import gettext as _

from outbox import ledger, letters
from outbox.models import Delivery, Lane
from outbox.verdicts import verdict

logger = logging.getLogger(__name__)

# A sweep takes up nothing more when beat asks for the next one.
_SWEEP_SECONDS = 45
_MOST_A_SWEEP = 500
# After so many letters in a row found no server, the others need not try it too.
_AWAY_IN_A_ROW = 3


@shared_task(name="outbox.tasks.deliver")
def deliver(delivery_id: int) -> None:
    """Send one delivery if it is due and no other worker has it; safe to run twice at once.

    Access letters go before it, since their own pokes may stand behind a thousand others.
    """
    while (urgent := ledger.claim_next(Lane.ACCESS)) is not None:
        if not _send(urgent):
            return
    delivery = ledger.claim(delivery_id)
    if delivery is not None:
        _send(delivery)


@shared_task(name="outbox.tasks.sweep")
def sweep() -> int:
    """Send what is due, access letters first; how many were taken up. Safe to run twice at once.

    Finds what no poke delivered, what waited for its next try, and what a dead worker left. A
    run is bounded in letters and time, and ends early while the mail server is away.
    """
    end = time.monotonic() + _SWEEP_SECONDS
    taken = away = 0
    while taken < _MOST_A_SWEEP and away < _AWAY_IN_A_ROW and time.monotonic() < end:
        delivery = ledger.claim_next()
        if delivery is None:
            break
        taken += 1
        try:
            away = 0 if _send(delivery) else away + 1
        except Exception:
            # The row stays claimed and comes back when its lease is over; the others go on.
            logger.exception("Delivery %s could not be settled.", delivery.pk)
    return taken


def _send(delivery: Delivery) -> bool:
    """Write, send, settle. False if the mail server could not be used at all."""
    if delivery.attempts > ledger.MOST_ATTEMPTS:
        ledger.failed(delivery, _("O envio foi interrompido vezes demais."))
        return True
    if ledger.held_back(delivery):
        return True
    try:
        message = letters.write(delivery)
    except letters.LetterBroken as broken:
        logger.error("Delivery %s: %s", delivery.pk, broken)
        ledger.failed(delivery, str(broken))
        return True
    try:
        if not _hand_over(message, delivery):
            return True
    except Exception as error:
        judged = verdict(error)
        logger.warning("Delivery %s: %s", delivery.pk, judged.sentence)
        settle = ledger.failed if judged.final else ledger.postponed
        settle(delivery, judged.sentence)
        return not judged.away
    ledger.sent(delivery, _providers_id(message))
    return True


def _providers_id(message: EmailMessage) -> str:
    """What a mail provider calls the letter (anymail's `message_id`); nothing over SMTP."""
    given = getattr(getattr(message, "anymail_status", None), "message_id", None)
    return given if isinstance(given, str) else ""


def _hand_over(message: EmailMessage, delivery: Delivery) -> bool:
    """Give it to the mail server, which may take any time to be ready: a name to find, a greeting,
    TLS, the password. False if the claim was lost meanwhile, to another worker or a `cancel`."""
    connection = get_connection()
    try:
        connection.open()
        if not ledger.renew(delivery):
            return False
        connection.send_messages([message])
        return True
    finally:
        # A farewell that fails changes nothing of what was said before.
        with suppress(Exception):
            connection.close()
