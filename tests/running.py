"""The product running for real beside a test: a web server in a thread, a worker in a process."""

import asyncio
import os
import socket
import sys
import threading
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import uvicorn
from django.contrib.staticfiles.handlers import ASGIStaticFilesHandler
from django.db import connection
from websockets.exceptions import InvalidState

from helpdesk.process import Child


class LiveServer:
    """The whole ASGI application, sockets and static files included, on a free port."""

    def __init__(self) -> None:
        from helpdesk.asgi import application

        config = uvicorn.Config(
            ASGIStaticFilesHandler(application), lifespan="off", log_level="warning"
        )
        self._server = uvicorn.Server(config)
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._loop: Future[asyncio.AbstractEventLoop] = Future()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)

    async def _serve(self) -> None:
        self._loop.set_result(asyncio.get_running_loop())
        await self._server.serve(sockets=[self._socket])

    def start(self) -> None:
        """The socket listens already: the first request waits until the server is up."""
        self._thread.start()
        self._loop.result(timeout=10)

    def drain(self) -> None:
        """End what a browser left open, so that no request holds a row when the tables empty."""
        asyncio.run_coroutine_threadsafe(self._drain(), self._loop.result()).result(timeout=10)

    async def _drain(self) -> None:
        state = self._server.server_state
        for opened in list(state.connections):
            with suppress(InvalidState):  # a socket that is closing already
                opened.shutdown()
        if state.tasks:
            await asyncio.wait(list(state.tasks), timeout=5)

    def stop(self) -> None:
        self._server.should_exit = self._server.force_exit = True
        self._thread.join(timeout=10)


def celery_worker(folder: Path, **env: str) -> Child:
    """A worker over the test's database and this process's Valkey; `env` goes over the settings."""
    # What pytest-django's database is called is known here only, not in the environment.
    url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}")
    return Child(
        "worker",
        [sys.executable, "-m", "celery", "-A", "helpdesk", "worker", "-P", "threads", "-c", "2"],
        run=folder,
        log=folder / "worker.log",
        env={**os.environ, "DATABASE_URL": url.geturl(), **env},
    )
