"""Mails made worse, each by a seed: the same seed makes the same mail."""

import random
import re
from collections.abc import Callable

Mutation = Callable[[bytes, random.Random], bytes]

_CHARSETS = (
    b"utf-8 iso-8859-1 windows-1252 iso-2022-jp utf-7 utf-16 gb18030 koi8-r us-ascii idna "
    b"unicode-escape zlib x-nada".split()
)
_ENCODINGS = b"7bit 8bit binary base64 quoted-printable uuencode x-nada".split()
_TYPES = (
    b"text/plain text/html multipart/mixed multipart/alternative multipart/report message/rfc822 "
    b"application/ms-tnef application/pkcs7-mime text/calendar image/png texto".split()
)
_HEADERS = re.compile(rb"(?:[!-9;-~]+:[^\n]*\n(?:[ \t][^\n]*\n)*)+")
_ONE = re.compile(rb"[!-9;-~]+:[^\n]*\n(?:[ \t][^\n]*\n)*")
_BOUNDARY = re.compile(rb"^--[^\r\n]{1,70}\r?$", re.MULTILINE)
_NEST = b"%b\nContent-Type: multipart/mixed; boundary=%b\n\n--%b\nContent-Type: %b\n\n%b\n--%b--\n"


def mutated(raw: bytes, seed: int) -> bytes:
    """`raw` with one to six things done to it."""
    chance = random.Random(seed)
    for mutate in chance.choices(MUTATIONS, k=chance.randint(1, 6)):
        raw = mutate(raw, chance)
    return raw[:2_000_000]


def _flip(raw: bytes, chance: random.Random) -> bytes:
    """Some bytes are others."""
    made = bytearray(raw)
    for _count in range(chance.randint(1, 1 + len(made) // 50) if made else 0):
        made[chance.randrange(len(made))] = chance.randrange(256)
    return bytes(made)


def _cut(raw: bytes, chance: random.Random) -> bytes:
    """It ends early, or a piece is missing."""
    start, end = sorted((chance.randint(0, len(raw)), chance.randint(0, len(raw))))
    return raw[:end] if chance.random() < 0.5 else raw[:start] + raw[end:]


def _repeat(raw: bytes, chance: random.Random) -> bytes:
    """A piece stands there many times."""
    start = chance.randint(0, len(raw))
    piece = raw[start : start + chance.randint(1, 200)]
    return raw[:start] + piece * chance.randint(2, 300) + raw[start:]


def _headers_shuffled(raw: bytes, chance: random.Random) -> bytes:
    """Headers are doubled, dropped, or in another order."""
    found = _HEADERS.match(raw)
    if not found:
        return raw
    headers = _ONE.findall(found[0])
    what = chance.randrange(3)
    if what == 0:
        headers += chance.choices(headers, k=chance.randint(1, 5))
    elif what == 1:
        headers = [each for each in headers if chance.random() < 0.7]
    chance.shuffle(headers)
    return b"".join(headers) + raw[found.end() :]


def _labels_swapped(raw: bytes, chance: random.Random) -> bytes:
    """A charset, a transfer encoding or a type is another."""
    sign, others = chance.choice(
        [
            (rb"charset=\"?[\w-]+", [b"charset=" + each for each in _CHARSETS]),
            (
                rb"Content-Transfer-Encoding: *\S+",
                [b"Content-Transfer-Encoding: " + each for each in _ENCODINGS],
            ),
            (rb"Content-Type: *[\w/.+-]+", [b"Content-Type: " + each for each in _TYPES]),
        ]
    )
    return re.sub(sign, lambda _found: chance.choice(others), raw)


def _boundaries_broken(raw: bytes, chance: random.Random) -> bytes:
    """Some boundary lines are gone, closed, or others."""

    def broken(found: "re.Match[bytes]") -> bytes:
        line = found[0]
        return chance.choice([line, line, b"", line.rstrip() + b"--", line[:-2], b"--outra"])

    return _BOUNDARY.sub(broken, raw)


def _parts_shuffled(raw: bytes, chance: random.Random) -> bytes:
    """Parts are in another order."""
    lines = _BOUNDARY.findall(raw)
    if not lines:
        return raw
    head, *parts = raw.split(lines[0])
    chance.shuffle(parts)
    return lines[0].join([head, *parts])


def _nested(raw: bytes, chance: random.Random) -> bytes:
    """It stands within another mail, and that in another."""
    for count in range(chance.randint(1, 30)):
        mark = b"n%d" % count
        kind = chance.choice([b"text/plain", b"message/rfc822", b"multipart/mixed; boundary=x"])
        head = raw.partition(b"\n\n")[0][:2_000] if chance.random() < 0.3 else b"Subject: dentro"
        raw = _NEST % (head.replace(b"Content-Type", b"X-Type"), mark, mark, kind, raw, mark)
    return raw


def _line_ends_changed(raw: bytes, chance: random.Random) -> bytes:
    bare = raw.replace(b"\r\n", b"\n")
    return bare.replace(b"\n", chance.choice([b"\n", b"\r\n", b"\r", b"\r\r\n", b"\n\n", b""]))


def _nuls_sown(raw: bytes, chance: random.Random) -> bytes:
    made = bytearray(raw)
    for _count in range(chance.randint(1, 40)):
        made.insert(chance.randint(0, len(made)), chance.choice(b"\x00\x00\x1b\x80\xff"))
    return bytes(made)


def _long_header(raw: bytes, chance: random.Random) -> bytes:
    name = chance.choice([b"Subject", b"From", b"To", b"References", b"Content-Type", b"X-Muito"])
    piece = chance.choice([b"x", b"=?utf-8?q?=C3?= ", b"<a@b>", b'a="', b", ", b";b*0*="])
    return name + b": " + piece * chance.randint(100, 20_000) + b"\n" + raw


def _tags_sown(raw: bytes, chance: random.Random) -> bytes:
    """HTML that opens and never closes, quotes in quotes."""
    tags = [
        b"<div>",
        b"<blockquote type=cite>",
        b"<table><td>",
        b"<!--",
        b"<a href='",
        b"> ",
        b"</p>",
    ]
    at = chance.randint(0, len(raw))
    return raw[:at] + chance.choice(tags) * chance.randint(1, 3_000) + raw[at:]


MUTATIONS: list[Mutation] = [
    _flip,
    _cut,
    _repeat,
    _headers_shuffled,
    _labels_swapped,
    _boundaries_broken,
    _parts_shuffled,
    _nested,
    _line_ends_changed,
    _nuls_sown,
    _long_header,
    _tags_sown,
]
