"""What changed between two texts, line by line and, inside a changed line, word by word. Pure.

Lines and words are matched by Ratcliff and Obershelp's algorithm, as `difflib` has it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from typing import Literal

Kind = Literal["same", "inserted", "deleted"]

_WORD = re.compile(r"\s+|\w+|[^\w\s]")
# Two lines less alike than this are told apart as one that went and one that came.
_ALIKE = 0.4
# Of a longer run of equal lines only the ends are shown.
_AROUND = 2
# Longer lines are compared whole: the time grows with the square of their words.
_MOST_WORDS = 2_000


@dataclass(frozen=True)
class Piece:
    """Words that stay, come or go."""

    kind: Kind
    text: str


@dataclass(frozen=True)
class Line:
    """One line: its pieces; or, with `skipped`, how many equal ones are left out here."""

    pieces: tuple[Piece, ...] = ()
    skipped: int = 0

    @property
    def is_same(self) -> bool:
        return all(piece.kind == "same" for piece in self.pieces)


def between(old: Sequence[str], new: Sequence[str]) -> list[Line]:
    """The lines of both texts in order; equal ones far from any change are left out."""
    return list(_folded(_lines(old, new)))


def _lines(old: Sequence[str], new: Sequence[str]) -> Iterator[Line]:
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield from (_whole("same", text) for text in old[i:j])
        else:
            yield from _changed(old[i:j], new[k:m])


def _changed(old: Sequence[str], new: Sequence[str]) -> Iterator[Line]:
    """Lines in the same place are the same line rewritten, where they are alike."""
    for before, after in zip(old, new, strict=False):
        pieces = _words(before, after)
        if pieces:
            yield Line(pieces)
        else:
            yield _whole("deleted", before)
            yield _whole("inserted", after)
    yield from (_whole("deleted", text) for text in old[len(new) :])
    yield from (_whole("inserted", text) for text in new[len(old) :])


def _words(before: str, after: str) -> tuple[Piece, ...]:
    """The pieces of a line that was rewritten; none where it became another line."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    if max(len(old), len(new)) > _MOST_WORDS:
        return ()
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if matcher.ratio() < _ALIKE:
        return ()
    pieces = []
    for tag, i, j, k, m in matcher.get_opcodes():
        if tag == "equal":
            pieces.append(Piece("same", "".join(old[i:j])))
            continue
        if i < j:
            pieces.append(Piece("deleted", "".join(old[i:j])))
        if k < m:
            pieces.append(Piece("inserted", "".join(new[k:m])))
    return tuple(pieces)


def _whole(kind: Kind, text: str) -> Line:
    return Line((Piece(kind, text),))


def _folded(lines: Iterator[Line]) -> Iterator[Line]:
    for is_same, run in groupby(lines, key=lambda line: line.is_same):
        some = list(run)
        if not is_same or len(some) <= 2 * _AROUND + 1:
            yield from some
            continue
        yield from some[:_AROUND]
        yield Line(skipped=len(some) - 2 * _AROUND)
        yield from some[-_AROUND:]
