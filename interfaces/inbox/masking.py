"""The links of our letters, taken out of what came by mail and is given on as a file (R1, L8).

Whoever holds a letter acts by its links in its reader's name, and people forward letters as files.
"""

import binascii
import codecs
import quopri
import re
from collections.abc import Iterator
from dataclasses import replace

from common import links
from interfaces.inbox.mime import Attached
from interfaces.inbox.mime.headers import in_clear
from interfaces.inbox.mime.parts import DEEPEST, MOST_PARTS, Part, whole

_MAILS = {"message/rfc822", "message/global"}
_BINARY_WITHIN = 8192
_HEADER = re.compile(rb"^([!-9;-~]{1,200}:)([^\n]*(?:\n[ \t][^\n]*)*)", re.MULTILINE)


def masked(file: Attached) -> Attached:
    """`file` without our links, where it is a text or a mail; else as it came.

    Within archives and documents links stay: nobody's mail program puts a letter there.
    """
    is_mail = file.content_type in _MAILS or file.name.lower().endswith(".eml")
    content = mail(file.content) if is_mail else text(file.content)
    return file if content == file.content else replace(file, content=content)


def text(content: bytes) -> bytes:
    """`content` without our links; what is no text is left as it is."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            words = content.decode("utf-16")
        except UnicodeDecodeError:
            return content
        hidden = links.masked(words)
        return content if hidden == words else hidden.encode("utf-16")
    if b"\0" in content[:_BINARY_WITHIN]:
        return content
    # Byte for byte: tokens are ASCII in every other charset that mail is written in.
    return links.masked(content.decode("latin-1"), by="...").encode("latin-1")


def mail(raw: bytes, depth: int = 0) -> bytes:
    """`raw` without our links, also in its encoded parts and in mails within it; all else stays
    byte for byte."""
    top = whole(raw)
    made, at = [], 0
    for leaf in _leaves(top):
        made += [_head(top.raw[at : leaf.start]), _body(leaf, depth)]
        at = leaf.end
    hidden = b"".join([*made, text(top.raw[at:])])
    # `whole` reads another line end for old Macintosh mail.
    return raw if hidden == top.raw else hidden


def _head(lines: bytes) -> bytes:
    return text(_HEADER.sub(_header, lines))


def _header(found: "re.Match[bytes]") -> bytes:
    if b"=?" not in found[2]:
        return found[0]
    # Encoded words may tear a link apart (List-Unsubscribe of our letters).
    value = in_clear(b" ".join(found[2].split()).decode("latin-1"))
    hidden = links.masked(value, by="...")
    return found[0] if hidden == value else found[1] + b" " + hidden.encode("ascii", "replace")


def _leaves(top: Part) -> Iterator[Part]:
    """The parts that hold content, in their order."""
    waiting, seen = [top], 0
    while waiting:
        part = waiting.pop()
        seen += 1
        inside = part.inside() if part.is_multipart and seen < MOST_PARTS else []
        waiting.extend(reversed(inside))
        if not inside:
            yield part


def _body(part: Part, depth: int) -> bytes:
    """The stretch of `part`, written anew in its own encoding only where a link was in it."""
    stretch = part.raw[part.start : part.end]
    content = part.content()
    if part.content_type in _MAILS and depth < DEEPEST:
        hidden = mail(content, depth + 1)
    else:
        hidden = text(content)
    if hidden == content:
        return stretch
    match part.header("content-transfer-encoding").strip().lower():
        case "base64":
            size = 57
            lines = (hidden[at : at + size] for at in range(0, len(hidden), size))
            return b"".join(map(binascii.b2a_base64, lines))
        case "quoted-printable":
            return quopri.encodestring(hidden)
        case _:
            return hidden
