"""Who acts, by which door, and when it was received: what every verb is told about its caller."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from accounts.models import User
from common import clock
from tickets.models import Channel


@dataclass(frozen=True)
class Actor:
    """`user` None is the system. `at` (aware, UTC) is when our first process got the request
    (L11), for the system the moment that the step is dated at (B6). `request_key` makes the
    same request, sent again, have one effect (L12). `entered_by` is the analyst who records
    what a customer said on the telephone. `sender_check` says whether a mail is from `user`.
    What is done `quietly` is told by no letter: mail that was there before we were.
    """

    user: User | None
    channel: Channel
    at: datetime = field(default_factory=clock.now)
    request_key: UUID | None = None
    entered_by: User | None = None
    sender_check: str = ""
    quietly: bool = False

    @classmethod
    def system(cls, at: datetime | None = None) -> "Actor":
        """The system itself: the beat, or what follows from a received mail."""
        return cls(None, Channel.SYSTEM, at or clock.now())

    @property
    def is_desk(self) -> bool:
        """Acts for support."""
        return self.user is not None and self.user.is_desk

    @property
    def is_customer(self) -> bool:
        return self.user is not None and not self.user.is_desk

    def person(self) -> User:
        """The person, where a verb has none for the system."""
        if self.user is None:
            raise ValueError("This verb is done by a person.")
        return self.user
