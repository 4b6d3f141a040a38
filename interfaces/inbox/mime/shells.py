"""What is inside the shells of S/MIME and PGP, as far as it can be read without a key."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

# The DER of object identifiers: RFC 5652, 5.1 and 4.
_SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
_DEEPEST = 12
_MOST_VALUES = 300_000

_ARMOUR = re.compile(
    r"^-----BEGIN PGP MESSAGE-----[ \t]*$.*?^-----END PGP MESSAGE-----[ \t]*$\n?",
    re.MULTILINE | re.DOTALL,
)
_CLEAR = re.compile(
    r"^-----BEGIN PGP SIGNED MESSAGE-----[ \t]*\n(?:[A-Za-z-]+: [^\n]*\n)*[ \t]*\n", re.MULTILINE
)
_SIGNATURE = re.compile(
    r"^-----BEGIN PGP SIGNATURE-----[ \t]*$.*?^-----END PGP SIGNATURE-----[ \t]*$\n?",
    re.MULTILINE | re.DOTALL,
)


def signed_content(der: bytes) -> bytes | None:
    """What an S/MIME SignedData holds (RFC 5652, 5.2); None if this is none. The signature is not
    verified."""
    try:
        info = next(_Value(der, 0, len(der)).children()).children()
        kind, wrapped = next(info), next(info)
        if kind.content() != _SIGNED_DATA:
            return None
        encapsulated = list(next(wrapped.children()).children())[2]
        _content_type, holder = list(encapsulated.children())[:2]
        return next(holder.children()).octets()
    except (IndexError, StopIteration, ValueError):
        return None


def pgp_messages(text: str) -> "re.Match[str] | None":
    """The first encrypted block in `text`."""
    return _ARMOUR.search(text) if "-----END PGP MESSAGE-----" in text else None


def without_clear_signature(text: str) -> str:
    """`text` without the armour of a clear-text PGP signature (RFC 9580, 7)."""
    begun = _CLEAR.search(text) if "-----END PGP SIGNATURE-----" in text else None
    if begun is None:
        return text
    before, signed = text[: begun.start()], text[begun.end() :]
    found = _SIGNATURE.search(signed)
    words, after = (signed[: found.start()], signed[found.end() :]) if found else (signed, "")
    return before + re.sub(r"^- ", "", words, flags=re.MULTILINE) + after


@dataclass(frozen=True, slots=True)
class _Value:
    """A run of BER values within `der`; what they are is asked of `children`."""

    der: bytes
    start: int
    end: int
    is_compound: bool = True
    depth: int = 0
    seen: list[None] = field(default_factory=list)

    def children(self) -> "Iterator[_Value]":
        at = self.start
        while at < self.end:
            value, at = self._next(at)
            if value is None:
                return
            yield value

    def content(self) -> bytes:
        return self.der[self.start : self.end]

    def octets(self) -> bytes:
        """An octet string, whole or in pieces."""
        if not self.is_compound:
            return self.content()
        return b"".join(each.octets() for each in self.children())

    def _next(self, at: int) -> "tuple[_Value | None, int]":
        """The value that begins at `at`, and where the next one does; None at an end mark."""
        self.seen.append(None)
        if self.depth > _DEEPEST or len(self.seen) > _MOST_VALUES:
            raise ValueError("nested too deep, or in too many pieces")
        tag, first = self.der[at], self.der[at + 1]
        at += 2
        if (tag, first) == (0, 0):
            return None, at
        is_compound = bool(tag & 0x20)
        if first == 0x80:
            return self._endless(at, is_compound)
        size = first
        if first > 0x80:
            count = first & 0x7F
            size = int.from_bytes(self.der[at : at + count], "big")
            at += count
        end = min(at + size, self.end)
        return _Value(self.der, at, end, is_compound, self.depth + 1, self.seen), end

    def _endless(self, at: int, is_compound: bool) -> "tuple[_Value, int]":
        """A value of indefinite length: it goes to the mark that ends it."""
        inner = _Value(self.der, at, self.end, is_compound, self.depth + 1, self.seen)
        following = at
        while following < self.end:
            value, following = inner._next(following)
            if value is None:
                return _Value(
                    self.der, at, following - 2, is_compound, self.depth + 1, self.seen
                ), following
        return inner, self.end
