"""A mail's bytes split into parts, without copying them; what a part means is read elsewhere.

Python's own parser asks each line whether it ends any of the open parts; here every boundary is
searched for once, so the deepest mail takes no more than its length times `DEEPEST`.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.message import Message
from email.policy import compat32
from typing import Any, TypeVar

from interfaces.inbox.mime import transfer
from interfaces.inbox.mime.charsets import decoded

T = TypeVar("T")
Headers = list[tuple[str, str]]

DEEPEST = 20
MOST_PARTS = 1_000

_MOST_HEADERS = 1_000
_MOST_MISSES = 50_000
_FIRST_BOUNDARY_WITHIN = 64 * 1024
_LONGEST_HEAD = 1024 * 1024
_LONGEST_HEADER = 64_000
# The library reads parameters in the square of a header's length.
_LONGEST_PARAMETERS = 4_000

_FIELD = re.compile(rb"([!-9;-~]{1,200})[ \t]*:([^\n]*(?:\n[ \t][^\n]*)*)\n?")
# A line that is no header, amid headers that every mail has.
_STRAY = re.compile(
    rb"[^\n]{1,1000}\n(?=(?:From|To|Cc|Subject|Date|Message-ID|In-Reply-To|References|Reply-To|"
    rb"MIME-Version|Content-[A-Za-z-]{2,30}|Received|Return-Path):)",
    re.IGNORECASE,
)
_EMPTY_LINE = re.compile(rb"\r?\n")
_END_OF_HEAD = re.compile(rb"\n\r?\n")
_START = re.compile(rb"(?:[ \t]*\r?\n)*(?:>?From [^\n]*\n)?")
_AFTER_BOUNDARY = re.compile(rb"(--)?[ \t]*(?:\r?\n|\r?\Z)")
_ANY_BOUNDARY = re.compile(rb"^--([^\s-][^\r\n]{0,200}?)[ \t]*\r?$", re.MULTILINE)


@dataclass(slots=True)
class Part:
    """A stretch of `raw`: its headers (decoded, one line each) and where its body stands."""

    raw: bytes
    start: int
    end: int
    headers: Headers
    content_type: str
    _parameters: "Message[Any, Any]"
    depth: int = 0
    _body: bytes | None = field(default=None, repr=False)

    def header(self, name: str) -> str:
        """The first header called `name` (in lower case); empty if there is none."""
        return next((value for known, value in self.headers if known.lower() == name), "")

    def parameter(self, name: str) -> str:
        """A parameter of Content-Type; empty if there is none."""
        try:
            found = self._parameters.get_param(name, "")
        except Exception:
            return ""
        # With a charset (RFC 2231) it comes in three.
        return str(found[2] if isinstance(found, tuple) else found or "")

    @property
    def name(self) -> str:
        """The file name, still with encoded words (RFC 2047); RFC 2231 is undone."""
        return tried(lambda: self._parameters.get_filename() or "", "")

    @property
    def disposition(self) -> str:
        return tried(lambda: self._parameters.get_content_disposition() or "", "")

    @property
    def is_multipart(self) -> bool:
        return self.content_type.startswith("multipart/")

    def content(self) -> bytes:
        """The bytes, decoded (RFC 2045)."""
        if self._body is None:
            encoding = self.header("content-transfer-encoding")
            is_text = self.content_type.startswith("text/")
            self._body = transfer.decoded(self.raw[self.start : self.end], encoding, is_text)
        return self._body

    def inside(self) -> "list[Part]":
        """The parts of a multipart; none if no boundary is in it, nor too deep or too many."""
        if self.depth >= DEEPEST:
            return []
        stretches = list(_stretches(self.raw, self.start, self.end, self.parameter("boundary")))
        default = "message/rfc822" if self.content_type == "multipart/digest" else "text/plain"
        return [read(self.raw, a, b, depth=self.depth + 1, default=default) for a, b in stretches]


def read(raw: bytes, start: int, end: int, *, depth: int = 0, default: str = "text/plain") -> Part:
    """The part that `raw` holds from `start` to `end`."""
    headers, body = _head(raw, start, end)
    known: Message[Any, Any] = Message(compat32)
    for name, value in headers:
        lower = name.lower()
        if lower in ("content-type", "content-disposition") and lower not in known:
            known[lower] = value[:_LONGEST_PARAMETERS]
    known.set_default_type(default)
    content_type = tried(known.get_content_type, "application/octet-stream")[:100]
    return Part(raw, body, end, headers, content_type, known, depth)


def whole(raw: bytes) -> Part:
    """A whole mail, also one with a mailbox's `From ` line or old Macintosh line ends."""
    if b"\n" not in raw:
        raw = raw.replace(b"\r", b"\n")
    begun = _START.match(raw)
    return read(raw, begun.end() if begun else 0, len(raw))


def tried(read: Callable[[], T], otherwise: T) -> T:
    """The library raises IndexError, LookupError, RecursionError and others on hostile bytes;
    whichever it is, what was asked for is not there."""
    try:
        return read()
    except Exception:
        return otherwise


def _head(raw: bytes, start: int, end: int) -> tuple[Headers, int]:
    """The headers, and where the body begins: after the first empty line, or where no header is."""
    headers: Headers = []
    at = start
    while at < end:
        if empty := _EMPTY_LINE.match(raw, at, end):
            return headers, empty.end()
        found = _FIELD.match(raw, at, end)
        if found is None:
            stray = _STRAY.match(raw, at, end) if headers else None
            if stray is None:
                break
            at = stray.end()
            continue
        if len(headers) == _MOST_HEADERS or at - start > _LONGEST_HEAD:
            over = _END_OF_HEAD.search(raw, at, end)
            return headers, over.end() if over else end
        value = decoded(found[2][:_LONGEST_HEADER], "utf-8")
        headers.append((found[1].decode("ascii"), " ".join(value.split())))
        at = found.end()
    return headers, at


def _stretches(raw: bytes, start: int, end: int, boundary: str) -> Iterator[tuple[int, int]]:
    """Where the parts between the boundary's lines stand, also if the last one is missing."""
    lines = _boundary_lines(raw, start, end, boundary)
    if not lines:
        guess = _ANY_BOUNDARY.search(raw, start, min(end, start + _FIRST_BOUNDARY_WITHIN))
        lines = _boundary_lines(raw, start, end, guess[1].decode("latin-1")) if guess else []
    for count, (_before, after, is_last) in enumerate(lines):
        following = lines[count + 1][0] if count + 1 < len(lines) else end
        # What follows the end of the last part is for programs without MIME.
        if not is_last and (after < following or count + 1 < len(lines)):
            yield after, max(following, after)


def _boundary_lines(raw: bytes, start: int, end: int, boundary: str) -> list[tuple[int, int, bool]]:
    """Each line's beginning (with the line end before it), its end, and whether it closes."""
    mark = b"\n--" + boundary.rstrip().encode("utf-8", "replace")
    found: list[tuple[int, int, bool]] = []
    at, misses = max(start - 1, 0), 0
    if start == 0 and raw.startswith(mark[1:]):
        found.extend(_boundary_line(raw, 0, len(mark) - 1, end))
    while boundary and len(found) <= MOST_PARTS and misses < _MOST_MISSES:
        at = raw.find(mark, at, end)
        if at < 0:
            break
        line = _boundary_line(raw, at, at + len(mark), end)
        misses += not line
        found.extend(line)
        at += len(mark)
    return [(max(before, start), max(after, start), last) for before, after, last in found]


def _boundary_line(raw: bytes, at: int, after: int, end: int) -> list[tuple[int, int, bool]]:
    rest = _AFTER_BOUNDARY.match(raw, after, end)
    before = at - 1 if at and raw[at - 1 : at] == b"\r" else at
    return [(before, rest.end(), bool(rest[1]))] if rest else []
