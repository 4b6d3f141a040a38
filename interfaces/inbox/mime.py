"""A raw mail taken apart, whatever its bytes: never raises. What it means is decided elsewhere."""

import codecs
import mimetypes
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.errors import InvalidHeaderDefect
from email.header import decode_header
from email.headerregistry import HeaderRegistry
from email.message import Message
from email.parser import BytesHeaderParser, BytesParser
from email.policy import Compat32
from functools import cached_property
from typing import Any, TypeAlias, TypeVar

from django.utils.translation import gettext as _

from common.files import clean_name
from common.html import html_to_text
from common.text import clean, one_line

T = TypeVar("T")
Tree: TypeAlias = "Message[Any, Any]"
Headers: TypeAlias = list[tuple[str, str]]

# The library reads parameters and encoded words in the square of a header's length.
_LONGEST_PARAMETERS = 4_000
_LONGEST_HEADER = 64_000
_LONGEST_DECODED = 8_000
_LONGEST_FROM = 2_000
_MOST_REFERENCES = 50

_ATOM = r"[^\s\x00-\x1f\x7f<>()\[\]\\,;:\"@]"
_ADDRESS = re.compile(f"{_ATOM}{{1,128}}@{_ATOM}{{1,253}}")
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,250}>")
_TO = ("delivered-to", "x-original-to", "envelope-to", "to", "cc")

_EXTENSIONS = {"message/rfc822": ".eml", "text/calendar": ".ics", "text/plain": ".txt"}

# What mail programs write under the name of a narrower charset.
_WIDER = {"ascii": "utf-8", "iso8859-1": "cp1252"}
# Python knows these as charsets, mail does not, and some take the square of the text's length.
_NO_CHARSET = {"idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape"}


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that came with the mail; `content_type` is what the mail says, not what it is."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True)
class Parsed:
    """What a mail holds. Headers are decoded, one line each; texts are clean (`common.text`).

    `recipients` are addresses, those of our own server's stamp first; `refers_to` the
    Message-IDs of the mails that it answers, the nearest first.
    """

    headers: tuple[tuple[str, str], ...]
    from_address: str
    recipients: tuple[str, ...]
    message_id: str
    refers_to: tuple[str, ...]
    content_type: str
    report_type: str
    plain: str
    html: str
    attachments: tuple[Attached, ...]

    def header(self, name: str) -> str | None:
        """The first header called `name` (in lower case), or None."""
        return next((value for known, value in self.headers if known.lower() == name), None)

    @property
    def subject(self) -> str:
        return one_line(self.header("subject") or "", 255)

    @cached_property
    def text(self) -> str:
        """The words: the plain part, else those of the HTML."""
        return self.plain if self.plain.strip() else html_to_text(self.html)


class _Raw(Compat32):
    """Leaves headers as they came, for us to read: the modern policy raises on hostile ones."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        has_parameters = name.lower().startswith("content-")
        return name, value[: _LONGEST_PARAMETERS if has_parameters else _LONGEST_HEADER]


_RAW = _Raw()


def parse(raw: bytes) -> Parsed:
    """Take `raw` apart. What cannot be read is empty; what is declared wrongly is guessed."""
    message = _read(raw)
    headers = _unfolded(message)
    plain, html, attached = _body(message)
    return Parsed(
        headers=tuple((one_line(name, 100), _decoded(value)) for name, value in headers),
        from_address=_from_address(headers),
        recipients=_recipients(headers),
        message_id=_message_id(headers),
        refers_to=_refers_to(headers),
        content_type=_type_of(message),
        report_type=_tried(lambda: str(message.get_param("report-type", "")).lower(), ""),
        plain=clean("\n\n".join(text for text in plain if text.strip())),
        html=clean("\n".join(html)),
        attachments=tuple(attached),
    )


def _tried(read: Callable[[], T], otherwise: T) -> T:
    """The library raises IndexError, LookupError, RecursionError and others on hostile bytes;
    whichever it is, what was asked for is not there."""
    try:
        return read()
    except Exception:
        return otherwise


def _read(raw: bytes) -> Tree:
    """The mail as a tree; without its parts if they are nested deeper than the parser goes."""
    whole = _tried(lambda: BytesParser(policy=_RAW).parsebytes(raw), None)
    if whole is not None:
        return whole
    return _tried(lambda: BytesHeaderParser(policy=_RAW).parsebytes(raw), Message(_RAW))


# --- Headers -------------------------------------------------------------------------------------


def _unfolded(message: Tree) -> Headers:
    """Each on one line, still encoded; bytes beyond ASCII read as what they probably are."""
    return [
        (str(name), " ".join(_guessed(str(value)).split())) for name, value in message.raw_items()
    ]


def _guessed(value: str) -> str:
    if value.isascii():
        return value
    raw = value.encode("utf-8", "surrogateescape")
    return _as_text(raw, "utf-8")


def _values(headers: Headers, *names: str) -> list[str]:
    """All values of the headers of these names, in the order of the names."""
    return [value for name in names for known, value in headers if known.lower() == name]


def _decoded(value: str) -> str:
    """Encoded words (RFC 2047) in clear, on one line."""
    value = value[:_LONGEST_DECODED]
    if "=?" in value:
        pieces = _tried(lambda: decode_header(value), [(value, None)])
        value = "".join(
            text if isinstance(text, str) else _as_text(text, charset or "")
            for text, charset in pieces
        )
    return one_line(value, _LONGEST_DECODED)


def _from_address(headers: Headers) -> str:
    """The first author's address, in lower case; empty if the header names none plainly."""
    value = next(iter(_values(headers, "from")), "")[:_LONGEST_FROM]
    address = _tried(lambda: _author(value), "") or _only(_ADDRESS.findall(value))
    return address.lower() if len(address) <= 254 and _ADDRESS.fullmatch(address) else ""


def _author(value: str) -> str:
    """By the grammar of RFC 5322; empty where the header breaks it and could be read two ways."""
    header: Any = HeaderRegistry()("from", value)  # its class depends on the name
    if any(isinstance(each, InvalidHeaderDefect) for each in header.defects):
        return ""
    return str(header.addresses[0].addr_spec)


def _only(found: list[str]) -> str:
    return found[0] if len(found) == 1 else ""


def _recipients(headers: Headers) -> tuple[str, ...]:
    found = [each for value in _values(headers, *_TO) for each in _ADDRESS.findall(value)]
    return tuple(dict.fromkeys(found))


def _message_id(headers: Headers) -> str:
    value = next(iter(_values(headers, "message-id")), "")
    found = _MESSAGE_ID.search(value)
    return clean(found[0] if found else value)


def _refers_to(headers: Headers) -> tuple[str, ...]:
    answered = _MESSAGE_ID.findall(" ".join(_values(headers, "in-reply-to")))
    thread = _MESSAGE_ID.findall(" ".join(_values(headers, "references")))
    nearest_first = dict.fromkeys(map(clean, [*answered, *reversed(thread)]))
    return tuple(nearest_first)[:_MOST_REFERENCES]


# --- Body ----------------------------------------------------------------------------------------


def _body(message: Tree) -> tuple[list[str], list[str], list[Attached]]:
    """The plain texts, the HTML texts and the files, each in their order."""
    texts: dict[str, list[str]] = {"text/plain": [], "text/html": []}
    attached: list[Attached] = []
    for part in _leaves(message):
        content_type = _type_of(part)
        name = _decoded(_tried(part.get_filename, None) or "")
        disposition = _tried(part.get_content_disposition, None)
        if content_type in texts and not name and disposition != "attachment":
            charset = str(_tried(part.get_content_charset, None) or "")
            texts[content_type].append(_as_text(_content(part), charset))
        else:
            name = clean_name(name) if name else _own_name(content_type, len(attached) + 1)
            attached.append(Attached(name, content_type, _content(part)))
    return texts["text/plain"], texts["text/html"], attached


def _leaves(message: Tree) -> Iterator[Tree]:
    """Every part that holds content, in order; a mail inside the mail is one part."""
    waiting = [message]
    while waiting:
        part = waiting.pop()
        if part.is_multipart() and part.get_content_maintype() == "multipart":
            waiting.extend(reversed(_inside(part)))
        else:
            yield part


def _inside(part: Tree) -> list[Tree]:
    return [each for each in part.get_payload() if isinstance(each, Message)]


def _type_of(part: Tree) -> str:
    return one_line(_tried(part.get_content_type, "application/octet-stream"), 100)


def _own_name(content_type: str, count: int) -> str:
    """A name for a file that came without one."""
    extension = _EXTENSIONS.get(content_type) or mimetypes.guess_extension(content_type) or ""
    return _("anexo-%(count)d%(extension)s") % {"count": count, "extension": extension}


def _content(part: Tree) -> bytes:
    """The part's bytes, decoded; as they stand where the encoding is not what it says."""
    if part.is_multipart():
        return b"\n".join(_tried(each.as_bytes, b"") for each in _inside(part))
    decoded = _tried(lambda: part.get_payload(decode=True), None)
    if decoded is None:
        del part["content-transfer-encoding"]
        decoded = _tried(lambda: part.get_payload(decode=True), None)
    return decoded if isinstance(decoded, bytes) else b""


def _as_text(content: bytes, charset: str) -> str:
    """`content` in its charset; if that is unknown, wrong or missing, as UTF-8 or Windows-1252."""
    for name in (_known(charset), "utf-8"):
        try:
            return content.decode(name)
        except (LookupError, ValueError):
            continue
    return content.decode("cp1252", "replace")


def _known(charset: str) -> str:
    """The codec for the charset of this name; that of UTF-8 if there is none."""
    name = _tried(lambda: codecs.lookup(charset).name, "utf-8")
    return "utf-8" if name in _NO_CHARSET else _WIDER.get(name, name)
