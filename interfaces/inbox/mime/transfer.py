"""What transport made of bytes undone: base64, quoted-printable, uuencode, wrapped lines."""

import binascii
import quopri
import re
import string
from collections.abc import Iterator

_CHUNK = re.compile(rb"[A-Za-z0-9+/]+={0,2}")
_NOT_BASE64 = bytes(
    set(range(256)) - set(b"+/=") - set(string.ascii_letters.encode() + b"0123456789")
)
_BEGIN = re.compile(r"^begin [0-7]{3,4} ([^\n]{1,200})\n", re.MULTILINE)
_END = re.compile(r"^`?[ \t]*\n?end[ \t]*$\n?", re.MULTILINE)
_MOST_ENDS = 10_000
_MARKS = re.compile(r"(?:>)*")


def decoded(content: bytes, encoding: str, is_text: bool) -> bytes:
    """`content` by its Content-Transfer-Encoding; as it stands where it is not what it says."""
    name = encoding.strip().lower().strip("\"';")
    if name in ("base64", "base-64"):
        return _of_base64(content, is_text)
    if name in ("quoted-printable", "quoted_printable"):
        return quopri.decodestring(content)
    if name in ("uuencode", "x-uuencode", "uue", "x-uue"):
        found = next(uuencoded(content.decode("latin-1")), None)
        return found[3] if found else content
    return content


def uuencoded(text: str) -> Iterator[tuple[int, int, str, bytes]]:
    """The files that stand uuencoded in `text`: from, to, name, content."""
    at = 0
    while begun := _BEGIN.search(text, at):
        ended = _END.search(text, begun.end())
        content = _of_uu(text[begun.end() : ended.start()]) if ended else None
        if ended is None or content is None:
            # Whatever follows is as doubtful; trying on from each beginning takes its square.
            return
        yield begun.start(), ended.end(), begun[1].strip(), content
        at = ended.end()


def unflowed(text: str, *, joins_words: bool) -> str:
    """The lines of format=flowed joined to paragraphs (RFC 3676; `joins_words` is DelSp)."""
    made: list[list[str]] = []
    flows, last_depth = False, 0
    for line in text.split("\n"):
        marks = _MARKS.match(line)
        depth = len(marks[0]) if marks else 0
        words = line[depth:].removeprefix(" ")
        goes_on = words.endswith(" ") and words != "-- "
        kept = words[:-1] if goes_on and joins_words else words
        if flows and depth == last_depth and words != "-- ":
            made[-1].append(kept)
        else:
            made.append([f"{'>' * depth} {kept}" if depth else kept])
        flows, last_depth = goes_on, depth
    return "\n".join(map("".join, made))


def _of_base64(content: bytes, is_text: bool) -> bytes:
    if is_text and content.strip().count(b" ") > len(content) / 20:
        return content  # plain words under a wrong label
    if b"=" not in content.rstrip(b"=\r\n"):
        try:
            return binascii.a2b_base64(content)
        except binascii.Error:
            pass  # cut off, or not counted rightly
    alphabet = content.translate(None, _NOT_BASE64)
    if alphabet.count(b"=") > _MOST_ENDS:
        return content  # no base64
    # Two or three may have been joined, each with its own end.
    return b"".join(map(_chunk, _CHUNK.findall(alphabet)))


def _chunk(chunk: bytes) -> bytes:
    bare = chunk.rstrip(b"=")
    bare = bare[: len(bare) - (len(bare) % 4 == 1)]
    return binascii.a2b_base64(bare + b"=" * (-len(bare) % 4))


def _of_uu(lines: str) -> bytes | None:
    made: list[bytes] = []
    for line in lines.encode("latin-1", "replace").splitlines():
        if not line.strip():
            continue
        try:
            made.append(binascii.a2b_uu(line))
        except binascii.Error:
            # Some writers count wrongly (as the library's own decoder knows).
            size = (((line[0] - 32) & 63) * 4 + 5) // 3
            try:
                made.append(binascii.a2b_uu(line[:size]))
            except binascii.Error:
                return None
    return b"".join(made) if made else None
