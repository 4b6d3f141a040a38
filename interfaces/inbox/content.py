"""A mail's bytes with all that is read out of them, each thing once. What it means is elsewhere."""

from functools import cached_property

from interfaces.inbox import mime, route, visible
from interfaces.inbox.mime import Parsed
from interfaces.inbox.route import Named
from interfaces.inbox.visible import Written


class Content:
    """`raw` as it came; the rest is read when it is first asked for."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw

    @cached_property
    def parsed(self) -> Parsed:
        return mime.parse(self.raw)

    @cached_property
    def written(self) -> Written:
        """What its sender wrote in it, without the quoted rest."""
        return visible.written(self.parsed)

    @cached_property
    def named(self) -> Named | None:
        """The ticket that it names."""
        return route.named(self.parsed)
