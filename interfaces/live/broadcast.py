"""Telling groups of sockets that something changed, from synchronous code. Never a promise.

A page that missed a word catches up when it reconnects or is loaded again.
"""

import asyncio
import logging
import os
import threading
import time
from collections.abc import Sequence
from functools import cache
from typing import Any

from channels.layers import get_channel_layer
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

SLOWEST_SECONDS = 1.0
_PAUSE_SECONDS = 10
_quiet_until = 0.0


def send(groups: Sequence[str], message: dict[str, Any]) -> None:
    """Send `message` to every one of `groups`.

    A broker that is away neither fails nor slows the caller by more than `SLOWEST_SECONDS`;
    after that this process is quiet for a while, so that many words wait once.
    """
    global _quiet_until
    # The real clock: a pause of this process, no date of the domain.
    if time.monotonic() < _quiet_until:
        return
    try:
        asyncio.run_coroutine_threadsafe(_send(groups, message), _loop(os.getpid())).result()
    except (RedisError, OSError, TimeoutError) as error:
        _quiet_until = time.monotonic() + _PAUSE_SECONDS
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
