"""Asking the worker for something after the commit. Never a promise: rows and sweeps keep those."""

import logging
from typing import Any

from celery import Task
from django.db import transaction
from kombu import Producer
from kombu.exceptions import OperationalError

from common.pause import Pause

logger = logging.getLogger(__name__)

# One quick try. Kombu's and redis-py's own retries would hold a request for six seconds.
_ONE_TRY = {
    "max_retries": 0,
    "interval_start": 0,
    "interval_step": 0,
    "socket_connect_timeout": 1,
    "socket_timeout": 1,
}
broker_away = Pause()


def poke(task: "Task[Any, Any]", *args: int | str) -> None:
    """Send `task` to a worker once the transaction has committed; at once if there is none.

    A broker that is away neither fails nor slows the caller: the poke is dropped, and further
    ones of this process too for a while, so a request with many pokes waits once, for a second.
    Whatever must happen has to be found by a sweep as well.
    """
    transaction.on_commit(lambda: _publish(task, args), robust=True)


def _publish(task: "Task[Any, Any]", args: tuple[int | str, ...]) -> None:
    if broker_away:
        return
    try:
        with task.app.connection_for_write(transport_options=_ONE_TRY) as connection:
            task.apply_async(args, producer=Producer(connection, auto_declare=False), retry=False)
    except (OperationalError, OSError) as error:
        broker_away.begin()
        logger.warning("Broker away (%s): %s waits for the sweep.", type(error).__name__, task.name)
