"""Sockets for the tests: as a browser opens them, without a server in between."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import pytest
import pytest_asyncio
from asgiref.testing import ApplicationCommunicator

from tickets import events


class Socket(ApplicationCommunicator):
    """One WebSocket; `code` is why it was closed, None while it is open."""

    # Channels' own communicator cannot be imported without Daphne, which nothing here needs.
    def __init__(self, application: Any, user: Any, path: str) -> None:
        scope = {"type": "websocket", "path": path, "user": user, "headers": []}
        super().__init__(application, scope)
        self.code: int | None = None

    async def open(self) -> "Socket":
        await self.send_input({"type": "websocket.connect"})
        await self._next("accept")
        return self

    async def close(self) -> None:
        if not self.future.done():
            await self.send_input({"type": "websocket.disconnect", "code": self.code or 1000})
            await self.wait(timeout=5)

    async def say(self, text: str) -> None:
        await self.send_input({"type": "websocket.receive", "text": text})

    async def words(self, count: int) -> list[Any]:
        """The next `count` words that it says."""
        return [json.loads((await self._next("send"))["text"]) for _ in range(count)]

    async def hears(self) -> Any:
        """The next word that is not about who is there."""
        while (word := (await self.words(1))[0])["type"] == "presence":
            pass
        return word

    async def closed(self) -> int:
        """The code with which the server closes it, which must be the next thing it does."""
        self.code = (await self._next("close"))["code"]
        return self.code

    async def says_nothing(self, seconds: float = 0.4) -> bool:
        return bool(await self.receive_nothing(seconds))

    async def _next(self, what: str) -> Any:
        output = await self.receive_output(timeout=5)
        assert output["type"] == f"websocket.{what}", output
        return output


@pytest_asyncio.fixture
async def connect(transactional_db: None) -> AsyncIterator[Callable[..., Awaitable[Socket]]]:
    """`await connect(user, path)`: a socket, which may be closed at once."""
    from channels.layers import channel_layers
    from channels.routing import URLRouter

    from interfaces.live.routing import websocket_urlpatterns

    # A layer keeps locks of the loop that it was first used in, and each test has its own.
    channel_layers.backends.clear()
    sockets: list[Socket] = []

    async def open_one(user: Any, path: str) -> Socket:
        sockets.append(Socket(URLRouter(websocket_urlpatterns), user, path))
        return await sockets[-1].open()

    yield open_one
    for socket in sockets:
        await socket.close()
    channel_layers.backends.clear()


@pytest.fixture
def in_thread() -> Callable[..., Awaitable[Any]]:
    """`await in_thread(f, …)`: synchronous code as a request runs it, beside the sockets."""
    from channels.db import database_sync_to_async

    async def run(work: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return await database_sync_to_async(work)(*args, **kwargs)

    return run


@pytest.fixture(autouse=True)
def _only_live_pages_follow(settings: Any) -> Iterator[None]:
    settings.TICKET_FOLLOWERS = ["interfaces.live.followers.follow"]
    events.followers.cache_clear()
    yield
    events.followers.cache_clear()
