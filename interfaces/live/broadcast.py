"""Telling groups of sockets that something changed, from synchronous code. Never a promise.

A page that missed a word catches up when it reconnects or is loaded again.
"""

import asyncio
import logging
import os
import threading
from collections.abc import Sequence
from functools import cache
from typing import Any

from channels.layers import get_channel_layer
from redis.exceptions import RedisError

from common.pause import Pause

logger = logging.getLogger(__name__)

SLOWEST_SECONDS = 1.0
broker_away = Pause()


def send(groups: Sequence[str], message: dict[str, Any]) -> None:
    """Send `message` to every one of `groups`.

    A broker that is away neither fails nor slows the caller by more than `SLOWEST_SECONDS`;
    after that this process is quiet for a while, so that many words wait once.
    """
    if broker_away:
        return
    try:
        asyncio.run_coroutine_threadsafe(_send(groups, message), _loop(os.getpid())).result()
    except (RedisError, OSError, TimeoutError) as error:
        broker_away.begin()
        logger.warning("Live pages heard nothing (%s): %s", type(error).__name__, message)


async def _send(groups: Sequence[str], message: dict[str, Any]) -> None:
    layer = get_channel_layer()
    async with asyncio.timeout(SLOWEST_SECONDS):
        for group in groups:
            await layer.group_send(group, message)


@cache
def _loop(process: int) -> asyncio.AbstractEventLoop:
    """An event loop in a thread of its own, one a process (a fork has no threads).

    A loop made for each word would connect anew each time, at ten times the cost.
    """
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name=f"live-{process}", daemon=True).start()
    return loop
