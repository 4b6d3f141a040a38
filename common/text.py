"""Plain text as people write it: cleaned, cut, compared. HTML lives in `common/html.py`."""

import re
import unicodedata

_LINE_ENDS = re.compile(r"\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
# Controls say nothing to a reader, PostgreSQL refuses NUL, and half a surrogate pair is no text.
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
# The two invisible format characters that words and emoji need; the others can only deceive.
_JOINERS = "\u200c\u200d"


def clean(text: str) -> str:
    """`text` in Unicode form C: lines end in `\\n`, and no other control but the tab is left."""
    return unicodedata.normalize("NFC", _CONTROLS.sub("", _LINE_ENDS.sub("\n", text)))


def one_line(text: str, limit: int) -> str:
    """`text` on a single line of at most `limit` characters, fit for a subject, a name or a title.

    Invisible format characters go, above all those that turn the reading direction round.
    What is cut off is shown by an ellipsis and never leaves half an accented letter behind.
    """
    visible = (c for c in clean(text) if unicodedata.category(c) != "Cf" or c in _JOINERS)
    line = unicodedata.normalize("NFC", " ".join("".join(visible).split()))
    if len(line) <= limit:
        return line
    end = limit - 1
    while end > 0 and (unicodedata.combining(line[end]) or line[end] in _JOINERS):
        end -= 1
    return f"{line[:end].rstrip()}…"


def fold(text: str) -> str:
    """`text` without case and accents, for comparing what people typed: `Ação` is `acao`."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFD", text).casefold())
    bare = "".join(c for c in folded if not unicodedata.combining(c))
    return unicodedata.normalize("NFKD", bare.casefold())
