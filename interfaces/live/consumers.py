"""The live sockets: they say that something changed, and to the desk who else is there.

No content travels here: each page gets its fragment again by HTTP, where permission is checked
as always. What a socket may hear is checked when it connects and every `CHECK_SECONDS` after, so
a person who was deactivated or moved still hears for a few minutes that a ticket changed, and
nothing else of it.
"""

import asyncio
import json
import logging
import time
from collections import deque
from contextlib import suppress
from itertools import count
from typing import Any

from asgiref.sync import sync_to_async
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from redis.exceptions import RedisError

from accounts.models import User
from interfaces.live import groups, presence
from tickets.models import Ticket

logger = logging.getLogger(__name__)

NOT_FOUND = 4404
TOO_MUCH = 4429
AGAIN = 1011

CHECK_SECONDS = 300
# One word a second is enough for a page that gets itself again at each; the first waits only
# for its twin, as a change is said to several groups that one socket may hear.
BREATH_SECONDS = 1.0
TWIN_SECONDS = 0.05
MOST_WORDS = 20
WORDS_SECONDS = 10
LONGEST_WORD = 200

_AWAY = (RedisError, OSError)


class LiveSocket(AsyncWebsocketConsumer):  # type: ignore[misc]  # channels has no types
    """What both sockets share: who may hear what, as long as they may, and not too often.

    A socket hears the groups that `hearing` names; none is a stranger, who gets 4404 like
    anyone who asks for what does not exist.
    """

    async def hearing(self) -> set[str]:
        raise NotImplementedError

    async def stayed(self) -> None:
        """Called every `presence.SIGN_SECONDS` while the page is open."""

    async def arrived(self) -> None:
        """Called once the socket hears its groups."""

    async def word(self, said: dict[str, Any]) -> None:
        """What the page said; nothing, unless a socket listens."""

    async def connect(self) -> None:
        self.joined: set[str] = set()
        self.tasks: set[asyncio.Task[None]] = set()
        self.words: deque[float] = deque(maxlen=MOST_WORDS)
        self.numbers: set[int] = set()
        self.told_at = 0.0
        hearing = await self.hearing()
        if not hearing:
            # Opened first: a browser is told no reason for a socket that was never open.
            await self.accept()
            await self.close(code=NOT_FOUND)
            return
        try:
            await self.join(hearing)
        except _AWAY:
            await self.close(code=AGAIN)
            return
        await self.accept()
        await self.arrived()
        self.start(self._stay())

    async def disconnect(self, code: int) -> None:
        for task in self.tasks:
            task.cancel()
        with suppress(*_AWAY):
            for group in self.joined:
                await self.channel_layer.group_discard(group, self.channel_name)

    async def join(self, hearing: set[str]) -> None:
        """Hear exactly these groups; joining again keeps a membership from running out."""
        for group in self.joined - hearing:
            await self.channel_layer.group_discard(group, self.channel_name)
        for group in hearing:
            await self.channel_layer.group_add(group, self.channel_name)
        self.joined = hearing

    def start(self, work: Any) -> None:
        """Run a coroutine beside the socket until it ends or the socket does."""
        task = asyncio.create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _stay(self) -> None:
        """Sign that the page is open, and ask now and then whether it may still hear."""
        try:
            for turn in count(1):
                await asyncio.sleep(presence.SIGN_SECONDS)
                await self.stayed()
                if turn % (CHECK_SECONDS // presence.SIGN_SECONDS) == 0:
                    await self.check()
        except _AWAY:
            # The page comes back by itself, to a server that can serve it.
            await self.close(code=AGAIN)

    async def check(self) -> None:
        """Close the socket of whoever may no longer hear; follow changes of queues."""
        self.scope["user"] = await _read_again(self.scope["user"])
        hearing = await self.hearing()
        if not hearing:
            await self.close(code=NOT_FOUND)
        else:
            await self.join(hearing)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        now = time.monotonic()
        hurried = len(self.words) == MOST_WORDS and now - self.words[0] < WORDS_SECONDS
        if hurried or len(text_data or "") > LONGEST_WORD:
            await self.close(code=TOO_MUCH)
            return
        self.words.append(now)
        with suppress(ValueError):
            said = json.loads(text_data or "")
            if isinstance(said, dict):
                await self.word(said)

    async def changed(self, message: dict[str, Any]) -> None:
        """From `followers.follow`: told at once, and what presses behind it as one word."""
        pressing = bool(self.numbers)
        self.numbers.add(message["number"])
        if not pressing:
            self.start(self._tell())

    async def _tell(self) -> None:
        rest = self.told_at + BREATH_SECONDS - time.monotonic()
        await asyncio.sleep(max(TWIN_SECONDS, rest))
        numbers, self.numbers = self.numbers, set()
        self.told_at = time.monotonic()
        await self.send(json.dumps(self.told(sorted(numbers))))

    def told(self, numbers: list[int]) -> dict[str, Any]:
        """What the page is told when the tickets `numbers` changed."""
        return {"type": "changed", "numbers": numbers}


class DeskSocket(LiveSocket):
    """For lists and counts: any change in the queues of an analyst, or in all for a supervisor."""

    async def hearing(self) -> set[str]:
        hearing: set[str] = await _hearing_of(self.scope["user"])
        return hearing


class TicketSocket(LiveSocket):
    """For one ticket's page. Customers hear only that it changed, and never for a note (L13)."""

    async def hearing(self) -> set[str]:
        self.number: int = self.scope["url_route"]["kwargs"]["number"]
        user = self.scope["user"]
        if not await _may_see(user, self.number):
            return set()
        self.visitor = (
            presence.Visitor(self.number, user.pk, user.name, self.channel_name)
            if user.is_desk
            else None
        )
        if self.visitor is None:
            return {groups.of_ticket_for_customers(self.number)}
        return {groups.of_ticket_for_desk(self.number)}

    def told(self, numbers: list[int]) -> dict[str, Any]:
        if self.visitor is None:
            return {"type": "changed"}
        return {"type": "changed", "number": self.number}

    async def arrived(self) -> None:
        self.shown: list[dict[str, str]] = []
        self.typing_until = 0.0
        if self.visitor is not None:
            await _look(self.visitor)
            await self._announce()

    async def stayed(self) -> None:
        if self.visitor is not None:
            await _look(self.visitor)
            await self._show()

    async def disconnect(self, code: int) -> None:
        await super().disconnect(code)
        if self.joined and self.visitor is not None:
            await _leave(self.visitor)
            await self._announce()

    async def word(self, said: dict[str, Any]) -> None:
        if said.get("type") != "typing" or self.visitor is None:
            return
        await _write(self.visitor)
        begun = self.typing_until < time.monotonic()
        self.typing_until = time.monotonic() + presence.TYPING_SECONDS
        if begun:
            self.start(self._type())

    async def _type(self) -> None:
        """Tell the others that this person types, and when that is over."""
        await self._announce()
        while (left := self.typing_until - time.monotonic()) > 0:
            await asyncio.sleep(left)
        await self._announce()

    async def _announce(self) -> None:
        group = groups.of_ticket_for_desk(self.number)
        with suppress(*_AWAY):
            await self.channel_layer.group_send(group, {"type": "visited"})

    async def visited(self, message: dict[str, Any]) -> None:
        """Somebody came, left, or began or stopped typing."""
        await self._show()

    async def _show(self) -> None:
        if self.visitor is None:
            return
        people = await _others(self.visitor)
        if people != self.shown:
            self.shown = people
            await self.send(json.dumps({"type": "presence", "people": people}))


# A store that is slow must not hold the thread that all sockets share for the database.
_look = sync_to_async(presence.look, thread_sensitive=False)
_write = sync_to_async(presence.write, thread_sensitive=False)
_leave = sync_to_async(presence.leave, thread_sensitive=False)
_others = sync_to_async(presence.others, thread_sensitive=False)


@database_sync_to_async  # type: ignore[untyped-decorator]  # channels has no types
def _read_again(user: User) -> User | None:
    return User.objects.filter(pk=user.pk, is_active=True).first()


@database_sync_to_async  # type: ignore[untyped-decorator]  # channels has no types
def _may_see(user: User, number: int) -> bool:
    return bool(Ticket.objects.visible_to(user).filter(number=number).exists())


@database_sync_to_async  # type: ignore[untyped-decorator]  # channels has no types
def _hearing_of(user: User) -> set[str]:
    if not isinstance(user, User) or not user.is_desk:
        return set()
    if user.is_supervisor:
        return {groups.ALL_QUEUES}
    queues = user.queues.values_list("pk", flat=True)
    return {groups.of_analyst(user.pk), *(groups.of_queue(pk) for pk in queues)}
