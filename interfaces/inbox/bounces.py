"""Reading a mail server's notice that a letter could not be delivered (RFC 3464)."""

from dataclasses import dataclass

from interfaces.inbox.mime import Parsed


@dataclass(frozen=True, slots=True)
class Bounce:
    final_recipient: str
    original_message_id: str
    status: str
    is_permanent: bool
    diagnostic: str = ""


def read(mail: Parsed, raw: bytes) -> Bounce | None:
    return None
