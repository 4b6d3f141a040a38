"""What is inside a winmail.dat ([MS-OXTNEF]): files and words. Bounded, whatever its bytes."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from interfaces.inbox.mime.charsets import decoded

_SIGNATURE = 0x223E9F78
_MOST_ATTRIBUTES = 5_000
_MOST_PROPERTIES = 1_000

# Attributes ([MS-OXTNEF] 2.1.3.3) without their types.
_BODY, _PROPERTIES, _CODEPAGE = 0x800C, 0x9003, 0x9007
_BEGINS_A_FILE, _TITLE, _DATA, _OF_FILE = 0x9002, 0x8010, 0x800F, 0x9005
# Properties ([MS-OXPROPS]).
_P_BODY, _P_HTML, _P_INTERNET_CODEPAGE = 0x1000, 0x1013, 0x3FDE
_P_DATA, _P_SHORT_NAME, _P_LONG_NAME, _P_DISPLAY = 0x3701, 0x3704, 0x3707, 0x3001
_P_MIME_TYPE, _P_CONTENT_ID = 0x370E, 0x3712
# An embedded message, where a file's data is: its interface comes before it.
_EMBEDDED = bytes.fromhex("0703020000000000c000000000000046")

_SIZES = {2: 2, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 10: 4, 11: 2, 20: 8, 64: 8, 72: 16}
_OF_LENGTH = {0x0D, 0x1E, 0x1F, 0x102}


@dataclass(slots=True)
class File:
    name: str = ""
    content_type: str = ""
    content_id: str = ""
    content: bytes = b""


@dataclass(slots=True)
class Unpacked:
    plain: str = ""
    html: str = ""
    files: list[File] = field(default_factory=list)


def unpacked(content: bytes) -> Unpacked | None:
    """What `content` holds; None if it is no TNEF, is cut off, or holds nothing to read."""
    try:
        found = _read(content)
    except (struct.error, ValueError, IndexError):
        return None
    found.files = [each for each in found.files if each.content]
    return found if found.files or found.plain.strip() or found.html.strip() else None


def _read(content: bytes) -> Unpacked:
    found = Unpacked()
    charset = "cp1252"
    for level, name, data in _attributes(content):
        if name == _CODEPAGE:
            charset = f"cp{struct.unpack_from('<I', data)[0]}"
        elif name == _BEGINS_A_FILE:
            found.files.append(File())
        elif level == 2 and found.files:
            _tell(found.files[-1], name, data, charset)
        elif name == _BODY:
            found.plain = _text(data, charset)
        elif name == _PROPERTIES:
            _tell_of_message(found, data, charset)
    return found


def _tell(file: File, name: int, data: bytes, charset: str) -> None:
    if name == _TITLE:
        file.name = file.name or _text(data, charset)
    elif name == _DATA:
        file.content = data
    elif name == _OF_FILE:
        known = dict(_properties(data, charset))
        names = (known.get(each) for each in (_P_LONG_NAME, _P_SHORT_NAME, _P_DISPLAY))
        file.name = next((each for each in names if isinstance(each, str) and each), file.name)
        file.content_type = str(known.get(_P_MIME_TYPE) or "")
        file.content_id = str(known.get(_P_CONTENT_ID) or "")
        inside = known.get(_P_DATA)
        if isinstance(inside, bytes) and not file.content:
            file.content = inside.removeprefix(_EMBEDDED)


def _tell_of_message(found: Unpacked, data: bytes, charset: str) -> None:
    known = dict(_properties(data, charset))
    codepage = known.get(_P_INTERNET_CODEPAGE)
    page = known.get(_P_HTML)
    if isinstance(page, bytes):
        number = struct.unpack("<I", codepage)[0] if isinstance(codepage, bytes) else 1252
        found.html = decoded(page, "utf-8" if number == 65001 else f"cp{number}")
    elif isinstance(page, str):
        found.html = page
    if isinstance(known.get(_P_BODY), str):
        found.plain = str(known[_P_BODY])


def _attributes(content: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Level, name and data of each; a checksum that is wrong or cut off says it is broken."""
    (signature,) = struct.unpack_from("<I", content)
    if signature != _SIGNATURE:
        raise ValueError("no TNEF")
    at = 6
    for _count in range(_MOST_ATTRIBUTES):
        if at + 11 > len(content):
            return
        level, name, _type, size = struct.unpack_from("<BHHI", content, at)
        data = content[at + 9 : at + 9 + size]
        (checksum,) = struct.unpack_from("<H", content, at + 9 + size)
        if sum(data) & 0xFFFF != checksum:
            raise ValueError("broken")
        yield level, name, data
        at += 11 + size


def _properties(data: bytes, charset: str) -> Iterator[tuple[int, str | bytes]]:
    """Number and first value of each MAPI property ([MS-OXTNEF] 2.1.3.4)."""
    (count,) = struct.unpack_from("<I", data)
    at = 4
    for _count in range(min(count, _MOST_PROPERTIES)):
        if at + 4 > len(data):
            return
        kind, number = struct.unpack_from("<HH", data, at)
        at += 4
        if number >= 0x8000:
            at = _after_name(data, at)
        has_many = bool(kind & 0x1000)
        kind &= 0x0FFF
        values = 1
        if has_many or kind in _OF_LENGTH:
            (values,) = struct.unpack_from("<I", data, at)
            at += 4
        value: str | bytes = b""
        for turn in range(values):
            if at > len(data):
                return
            size = _SIZES.get(kind, 0)
            if kind in _OF_LENGTH:
                (size,) = struct.unpack_from("<I", data, at)
                at += 4
            elif not size:
                return
            if not turn:
                value = _value(kind, data[at : at + size], charset)
            at += size + -size % 4
        yield number, value


def _after_name(data: bytes, at: int) -> int:
    """Past the name of a named property: a GUID, and a number or a string."""
    (kind,) = struct.unpack_from("<I", data, at + 16)
    at += 20
    if kind == 0:
        return at + 4
    (size,) = struct.unpack_from("<I", data, at)
    return int(at + 4 + size + -size % 4)


def _value(kind: int, raw: bytes, charset: str) -> str | bytes:
    if kind == 0x1F:
        return raw.decode("utf-16-le", "replace").rstrip("\x00")
    return _text(raw, charset) if kind == 0x1E else raw


def _text(raw: bytes, charset: str) -> str:
    return decoded(raw.rstrip(b"\x00"), charset)
