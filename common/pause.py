"""Leaving a server that is away in peace for a while, so that many calls wait for it once."""

import time

_SECONDS = 10


class Pause:
    """One process's pause between tries at one server; real time, no date of the domain."""

    def __init__(self) -> None:
        self._until = 0.0

    def __bool__(self) -> bool:
        """Whether it goes on."""
        return time.monotonic() < self._until

    def begin(self) -> None:
        self._until = time.monotonic() + _SECONDS

    def end(self) -> None:
        """Whoever asks next tries again."""
        self._until = 0.0
