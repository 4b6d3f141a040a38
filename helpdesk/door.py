"""Django's door: stamps a request before it is read (L11), bounds its body, and gives turns."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from asgiref.sync import ThreadSensitiveContext, sync_to_async
from channels.db import database_sync_to_async
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.handlers.asgi import ASGIHandler
from django.db import close_old_connections
from django.http import HttpRequest, HttpResponseBase, parse_cookie
from django.urls import reverse
from django.utils.translation import gettext as _

from common import clock
from helpdesk import health
from interfaces.inbox import webhooks

Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class TooLargeError(Exception):
    """More came than whoever sends may send there; holds how many bytes that is."""

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most


class Door(ASGIHandler):
    """Django, with bodies as large as `MAX_BODY_BYTES` says, and no more than
    `WEB_CONCURRENCY_LIMIT` requests at work at once: each has a connection of its own.
    """

    def __init__(self) -> None:
        super().__init__()
        self.turns = asyncio.Semaphore(settings.WEB_CONCURRENCY_LIMIT)

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """Answer; 413 to who sends too much, before it is kept where the length was told."""
        scope = {**scope, "prazo.received_at": clock.now()}
        try:
            async with ThreadSensitiveContext():
                bounded = await self._bounded(scope, receive)
                await super().__call__(scope, bounded, send)
        except TooLargeError as refused:
            await _refuse(send, refused.most)

    async def run_get_response(self, request: HttpRequest) -> HttpResponseBase:
        """The answer, once it is our turn; a probe does not wait."""
        if request.path in health.PROBES:
            return await super().run_get_response(request)
        async with self.turns:
            try:
                return await super().run_get_response(request)
            finally:
                # The turn ends with its connection, also where nobody waits for the answer.
                await sync_to_async(close_old_connections)()

    async def _bounded(self, scope: Message, receive: Receive) -> Receive:
        """`receive`, which raises `TooLargeError` as soon as too much came, or is announced."""
        most, arrived = settings.MAX_BODY_BYTES["stranger"], 0

        async def admit(size: int) -> None:
            nonlocal most
            # Strangers' forms are small: only of a large one is it asked who sends it.
            if size > most:
                most = await self._most(scope)
            if size > most:
                raise TooLargeError(most)

        async def bounded() -> Message:
            nonlocal arrived
            message = await receive()
            arrived += len(message.get("body", b""))
            await admit(arrived)
            return message

        announced = dict(scope["headers"]).get(b"content-length", b"0")
        await admit(int(announced) if announced.isdigit() else 0)
        return bounded

    async def _most(self, scope: Message) -> int:
        sizes, path = settings.MAX_BODY_BYTES, scope["path"]
        headers = dict(scope["headers"])
        if path.startswith(webhooks.PREFIX):
            is_known = webhooks.knows(headers.get(b"authorization", b""))
            return sizes["mail" if is_known else "stranger"]
        # In the demo anybody answers the letters, with files.
        if settings.DEMO and path.startswith(reverse("inbox:mailbox")):
            return sizes["form"]
        cookies = parse_cookie(headers.get(b"cookie", b"").decode("latin-1"))
        async with self.turns:
            session = cookies.get(settings.SESSION_COOKIE_NAME, "")
            if not await database_sync_to_async(_signed_in)(session):
                return sizes["stranger"]
        return sizes["file" if path == reverse("web:upload") else "form"]


def _signed_in(session: str) -> bool:
    return bool(session) and SESSION_KEY in SessionStore(session)


async def _refuse(send: Send, most: int) -> None:
    words = _("O envio é grande demais: aqui cabem no máximo %(most)d MB. Nada foi gravado.")
    body = (words % {"most": most // 2**20}).encode()
    kind = (b"content-type", b"text/plain; charset=utf-8")
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": 413, "headers": [kind, length]})
    await send({"type": "http.response.body", "body": body})
