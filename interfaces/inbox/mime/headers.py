"""What the headers of a mail say: who, to whom, about what. Bodies are read elsewhere."""

import re
from email.errors import InvalidHeaderDefect
from email.header import decode_header
from email.headerregistry import HeaderRegistry
from typing import Any

from common.text import clean, one_line
from interfaces.inbox.mime.charsets import decoded
from interfaces.inbox.mime.parts import Headers, tried

# The library reads encoded words in the square of a header's length.
_LONGEST_DECODED = 8_000
_LONGEST_FROM = 2_000
_MOST_REFERENCES = 50

_ATOM = r"[^\s\x00-\x1f\x7f<>()\[\]\\,;:\"@]"
_ADDRESS = re.compile(f"{_ATOM}{{1,128}}@{_ATOM}{{1,253}}")
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,250}>")
_TO = ("delivered-to", "x-original-to", "envelope-to", "to", "cc")
_PLAIN = re.compile(r"[!-~]+(?: [!-~]+)*")


def in_clear(value: str) -> str:
    """Encoded words (RFC 2047) in clear, on one line."""
    value = value[:_LONGEST_DECODED]
    if "=?" in value:
        pieces = tried(lambda: decode_header(value), [(value, None)])
        value = "".join(
            text if isinstance(text, str) else decoded(text, charset or "")
            for text, charset in pieces
        )
    return value if _PLAIN.fullmatch(value) else one_line(value, _LONGEST_DECODED)


def from_address(headers: Headers) -> str:
    """The first author's address, in lower case; empty if the header names none plainly, or if
    several headers name several, of which other programs may believe another."""
    values = dict.fromkeys(_values(headers, "from")[:10])
    return _only(list(dict.fromkeys(map(_address, values))))


def _address(value: str) -> str:
    author = tried(lambda: _author(value), "") if len(value) <= _LONGEST_FROM else ""
    address = author or _only(_ADDRESS.findall(value))
    return address.lower() if len(address) <= 254 and _ADDRESS.fullmatch(address) else ""


def _author(value: str) -> str:
    """By the grammar of RFC 5322; empty where the header breaks it and could be read two ways."""
    header: Any = HeaderRegistry()("from", value)  # its class depends on the name
    if any(isinstance(each, InvalidHeaderDefect) for each in header.defects):
        return ""
    return str(header.addresses[0].addr_spec)


def _only(found: list[str]) -> str:
    return found[0] if len(found) == 1 else ""


def recipients(headers: Headers) -> tuple[str, ...]:
    """The addresses it was sent to, those of our own server's stamp first."""
    found = [each for value in _values(headers, *_TO) for each in _ADDRESS.findall(value)]
    return tuple(dict.fromkeys(found))


def message_id(headers: Headers) -> str:
    value = next(iter(_values(headers, "message-id")), "")
    found = _MESSAGE_ID.search(value)
    return clean(found[0] if found else value)


def refers_to(headers: Headers) -> tuple[str, ...]:
    """The Message-IDs of the mails that it answers, the nearest first."""
    answered = _MESSAGE_ID.findall(" ".join(_values(headers, "in-reply-to")))
    thread = _MESSAGE_ID.findall(" ".join(_values(headers, "references")))
    nearest_first = dict.fromkeys(map(clean, [*answered, *reversed(thread)]))
    return tuple(nearest_first)[:_MOST_REFERENCES]


def _values(headers: Headers, *names: str) -> list[str]:
    """All values of the headers of these names, in the order of the names."""
    return [value for name in names for known, value in headers if known.lower() == name]
