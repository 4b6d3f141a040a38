"""The lines of a mail and what each of them is; the same for plain text and for HTML."""

import enum
import re
from collections.abc import Sequence
from dataclasses import dataclass

from interfaces.inbox.visible import signs

# Nobody writes so many; whatever it is, nothing of it is cut off.
MOST_LINES = 20_000


class Sign(enum.Enum):
    """What the markup of a mail program says of a line."""

    NONE = enum.auto()
    ATTRIBUTION = enum.auto()  # "On … wrote:"
    QUOTE = enum.auto()  # from here on, the rest is quoted
    SIGNATURE = enum.auto()


class Label(enum.Enum):
    """What a line is for a reader."""

    WRITTEN = enum.auto()
    SIGNATURE = enum.auto()
    QUOTED = enum.auto()


@dataclass(slots=True)
class Line:
    """`text` without the marks of quoting, `depth` how many those were.

    `has_image` tells that an image of the mail stands in it. A line that HTML marks as cited
    `is_cited`: that was done by a program, while a `>` may be anything.
    """

    text: str
    depth: int = 0
    sign: Sign = Sign.NONE
    has_image: bool = False
    is_cited: bool = False

    @property
    def is_empty(self) -> bool:
        return not self.text and not self.has_image


@dataclass(frozen=True, slots=True)
class Quote:
    """Where a quoted mail is announced and where it begins."""

    announced: int
    begins: int


def of_text(text: str) -> list[Line]:
    """The lines of a plain text with their depth."""
    return [of_line(line) for line in text.split("\n")]


def of_line(line: str, depth: int = 0, sign: Sign = Sign.NONE) -> Line:
    found = signs.MARKS.match(line)
    marks = found[0] if found else ""
    return Line(line[len(marks) :].strip(), depth + marks.count(">"), sign)


def labels(lines: Sequence[Line], *, is_answer: bool, is_forward: bool) -> list[Label]:
    """What each of `lines` is. In doubt it was written.

    Only an answer quotes: in other mails nothing but our own reply line is taken for the
    beginning of a quote, and what is forwarded is the content.
    """
    made = [Label.WRITTEN] * len(lines)
    if len(lines) > MOST_LINES:
        return made
    content = _forwarded(lines) if is_forward else len(lines)
    quote = None if is_forward else _quote(lines, is_answer=is_answer)
    end = quote.announced if quote else content
    over = _letter_over(lines, quote) if quote else 0
    if quote and over:
        made[quote.announced : over] = [Label.QUOTED] * (over - quote.announced)
        quote, end = None, len(lines)
    elif quote and _is_kept(lines, quote):
        quote, end = None, len(lines)
    if quote:
        made[end:] = [Label.QUOTED] * (len(lines) - end)
    _fold(lines, made, end)
    return made


def _quote(lines: Sequence[Line], *, is_answer: bool) -> Quote | None:
    """The first announcement of a quoted mail. What is forwarded within is content as well."""
    for at, line in enumerate(lines):
        if signs.may_be_marker(line.text) and signs.is_marker(_joined(lines, at, 3)):
            return Quote(_with_attribution(lines, at), at)
        if not is_answer:
            continue
        if line.sign is Sign.QUOTE or (line.is_cited and not line.is_empty):
            return Quote(_with_attribution(lines, at), at)
        if signs.is_forwarded(line.text):
            return None
        if end := _announcement(lines, at):
            return Quote(at, end)
    return None


def _announcement(lines: Sequence[Line], at: int) -> int:
    """Where the announcement that begins at line `at` is over; 0 if none begins there."""
    line = lines[at]
    if line.sign is Sign.ATTRIBUTION:
        end = at
        while end < len(lines) and lines[end].sign is Sign.ATTRIBUTION:
            end += 1
        return end
    if signs.may_be_attribution(line.text):
        for count in (1, 2, 3):
            joined = _joined(lines, at, count)
            if signs.is_attribution(joined) and _is_programs_line(joined, lines, at + count):
                return at + count
    if signs.is_original(line.text):
        return _headers(lines, at + 1) or at + 1
    if signs.is_rule(line.text):
        return _headers(lines, _next(lines, at + 1))
    return _headers(lines, at)


def _is_programs_line(joined: str, lines: Sequence[Line], following: int) -> bool:
    """Whether a mail program wrote it: it names an address, or quoted lines follow."""
    following = _next(lines, following)
    return "@" in joined or (following < len(lines) and lines[following].depth > 0)


def _headers(lines: Sequence[Line], at: int) -> int:
    """Where the headers of a quoted mail, one a line, are over; 0 if none begin at `at`."""
    if at >= len(lines) or not signs.begins_headers(lines[at].text):
        return 0
    found: set[str] = set()
    end, misses = at, 0
    for number in range(at, min(at + 16, len(lines))):
        label = signs.header(lines[number].text)
        if label in found and label != "other":
            break
        if label:
            found.add(label)
            end, misses = number + 1, 0
        elif not lines[number].is_empty:
            # A list of addresses goes on in the next line.
            misses += 1
            if misses > 1 or "@" not in lines[number].text:
                break
    is_whole = "from" in found and len(found) >= 3 and bool(found & {"date", "subject"})
    return end if is_whole else 0


def _with_attribution(lines: Sequence[Line], at: int) -> int:
    """Up over the lines by which an unknown program announces what stands at `at`."""
    above = at - 1
    while above >= 0 and (lines[above].is_empty or not lines[above].text.strip("-_ ")):
        above -= 1
    for count in (1, 2, 3):
        first = above - count + 1
        if first >= 0 and signs.is_any_attribution(_joined(lines, first, count)):
            return first
    return at


def _is_kept(lines: Sequence[Line], quote: Quote) -> bool:
    """Whether the quoted part is shown all the same: there are answers in it, or may be."""
    first = _next(lines, quote.begins)
    is_marked = first < len(lines) and lines[first].depth > 0
    if is_marked:
        return _is_answered(lines, first)
    above = [line for line in lines[: quote.announced] if not line.is_empty]
    is_bare = not any(line.depth == 0 for line in above if line.sign is not Sign.SIGNATURE)
    return (is_bare and first < len(lines)) or signs.says_answers_are_inside(
        " ".join(line.text for line in above[:10])
    )


def _letter_over(lines: Sequence[Line], quote: Quote) -> int:
    """Where our own letter, quoted whole and in one piece, is over and an answer stands below it;
    0 if it is not so."""
    begins = _next(lines, quote.begins)
    over = begins
    while over < len(lines) and (lines[over].depth or lines[over].is_empty):
        over += 1
    run = range(begins, over)
    is_ours = any(signs.may_be_marker(lines[at].text) for at in run)
    is_one_piece = not any(lines[at].depth for at in range(over, len(lines)))
    is_answer = is_ours and is_one_piece and _is_answered(lines, begins)
    return over if is_answer else 0


def _is_answered(lines: Sequence[Line], begins: int) -> bool:
    """Whether words stand between or below the marked lines."""
    for at in range(begins, len(lines)):
        line = lines[at]
        if line.depth or line.is_empty or line.sign in (Sign.SIGNATURE, Sign.ATTRIBUTION):
            continue
        if _begins_signature(lines, at, len(lines)):
            return False
        if not signs.is_program_line(line.text):
            return True
    return False


def _forwarded(lines: Sequence[Line]) -> int:
    """Where what is forwarded begins."""
    for at, line in enumerate(lines):
        if signs.is_forwarded(line.text) or line.is_cited or _announcement(lines, at):
            return at
    return len(lines)


def _fold(lines: Sequence[Line], made: list[Label], end: int) -> None:
    """Label the signature above `end`. Where it is all that there is, somebody may have written
    in its place, unless a telephone put it there."""
    own = [at for at in range(end) if not lines[at].is_empty]
    folded = {at for at in own if lines[at].sign is Sign.SIGNATURE}
    rest = [at for at in own if at not in folded]
    while rest and signs.is_device(lines[rest[-1]].text):
        folded.add(rest.pop())
    for at in reversed(rest):
        if _begins_signature(lines, at, end):
            folded.update(each for each in rest if each >= at)
            break
    is_by_device = all(signs.is_device(lines[at].text) for at in folded)
    if len(folded) < len(own) or is_by_device:
        for at in folded:
            made[at] = Label.SIGNATURE


def _begins_signature(lines: Sequence[Line], at: int, end: int) -> bool:
    """Whether the line is the delimiter of a signature (RFC 3676, 4.3) of a sensible length."""
    if lines[at].depth or lines[at].text != "--":
        return False
    below = [lines[each] for each in range(at + 1, min(end, at + 40))]
    written = [each.text for each in below if not each.is_empty]
    return end - at <= 40 and len(written) <= 15 and sum(map(len, written)) <= 1_500


def _next(lines: Sequence[Line], at: int) -> int:
    while at < len(lines) and lines[at].is_empty:
        at += 1
    return at


def _joined(lines: Sequence[Line], at: int, count: int) -> str:
    return " ".join(line.text[:500] for line in lines[at : at + count])


def squeezed(text: str) -> str:
    """Less empty lines at both ends, and at the end those of nothing but marks."""
    kept = text.strip().split("\n")
    while kept and not kept[-1].strip("> \t"):
        kept.pop()
    return re.sub(r"\n{4,}", "\n\n\n", "\n".join(kept))


def trim(lines: Sequence[Line], made: list[Label]) -> None:
    """Take empty lines off both ends of what was written."""
    written = [at for at, label in enumerate(made) if label is Label.WRITTEN]
    filled = [at for at in written if not lines[at].is_empty]
    for at in written:
        if not filled or at < filled[0] or at > filled[-1]:
            made[at] = Label.QUOTED


def has_more(lines: Sequence[Line], made: Sequence[Label]) -> bool:
    """Whether a line with words is left out."""
    return any(
        label is Label.QUOTED and not line.is_empty for line, label in zip(lines, made, strict=True)
    )
