"""Which people of the desk look at a ticket or write on it, kept in Valkey and fading by itself.

Only for the desk: no customer's page ever reads this (L13). Times here are of the real clock.
A store that is away means that nobody is shown.
"""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from django_redis import get_redis_connection
from redis.exceptions import RedisError

# A page says every `SIGN_SECONDS` that it is still open.
SIGN_SECONDS = 20
GONE_AFTER = 50
TYPING_SECONDS = 6


@dataclass(frozen=True)
class Visitor:
    """One open page of a person of the desk; `socket` is the name of its channel."""

    number: int
    user_id: int
    name: str
    socket: str

    @property
    def member(self) -> str:
        return json.dumps([self.user_id, self.name, self.socket])


def look(visitor: Visitor) -> None:
    """The page is open, and will be taken to be so for `GONE_AFTER` seconds."""
    _until(_looking(visitor.number), visitor, GONE_AFTER)


def write(visitor: Visitor) -> None:
    """The person is typing, and will be taken to be so for `TYPING_SECONDS`."""
    _until(_typing(visitor.number), visitor, TYPING_SECONDS)


def leave(visitor: Visitor) -> None:
    """The page was closed."""
    with _store() as store:
        store.zrem(_looking(visitor.number), visitor.member)
        store.zrem(_typing(visitor.number), visitor.member)


def others(visitor: Visitor) -> list[dict[str, str]]:
    """Everyone else at the ticket by name, each `viewing` or `typing`, whatever their pages."""
    now = time.time()
    typing: set[tuple[int, str]] = set()
    looking: set[tuple[int, str]] = set()
    with _store() as store:
        typing.update(_people(store, _typing(visitor.number), now))
        looking.update(_people(store, _looking(visitor.number), now))
    return [
        {"name": person[1], "doing": "typing" if person in typing else "viewing"}
        for person in sorted(looking, key=lambda person: (person[1], person[0]))
        if person[0] != visitor.user_id
    ]


def _until(key: str, visitor: Visitor, seconds: int) -> None:
    now = time.time()
    with _store() as store, store.pipeline() as pipe:
        pipe.zremrangebyscore(key, 0, now)
        pipe.zadd(key, {visitor.member: now + seconds})
        pipe.expire(key, seconds)
        pipe.execute()


def _people(store: Any, key: str, now: float) -> Iterator[tuple[int, str]]:
    for member in store.zrangebyscore(key, now, "+inf"):
        user_id, name, _socket = json.loads(member)
        yield user_id, name


def _looking(number: int) -> str:
    return f"presence:{number}:looking"


def _typing(number: int) -> str:
    return f"presence:{number}:typing"


@contextmanager
def _store() -> Iterator[Any]:
    with suppress(RedisError, OSError):
        yield get_redis_connection("default")
