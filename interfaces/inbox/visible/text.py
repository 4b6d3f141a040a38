"""What the customer wrote, without the quoted rest: text in, text out. In doubt the text stays."""

import re
from collections.abc import Iterator

from outbox.letters import REPLY_MARKER

# "Em seg., 23 de nov. de 2026 às 10:00, Prazo <suporte@…> escreveu:", over up to three lines.
_WROTE = re.compile(
    r"^[> ]*(?:Em|On) (?=[^\n]*\d)(?:[^\n]*\n){0,2}?[^\n]*\b(?:escreveu|wrote):[ \t]*$",
    re.MULTILINE,
)
# "-----Mensagem original-----", "________________________________", as Outlook rules off.
_RULED = re.compile(
    r"^[> ]*(?:-{2,} ?(?:Mensagem original|Original Message) ?-{2,}|_{20,})[ \t]*$",
    re.MULTILINE | re.IGNORECASE,
)
# Outlook's block of headers: "De: … Enviado: … Para: … Assunto: …", one a line.
_HEADERS = re.compile(
    r"^[> ]*\*?(?:De|From):\*? [^\n]+\n+"
    r"(?:[> ]*\*?(?:Enviad[oa](?: em)?|Sent|Data|Date|Para|To|Cc|Assunto|Subject):\*? [^\n]*\n+)"
    r"{1,4}"
    r"[> ]*\*?(?:Assunto|Subject|Para|To):\*? [^\n]*$",
    re.MULTILINE | re.IGNORECASE,
)
_QUOTED = re.compile(r"[ \t]*>")
_QUOTED_NEXT = re.compile(r"\n*[ \t]*>")


def visible(text: str) -> str:
    """The part of `text` (clean) that stands above our reply line and above a quoted mail.

    The whole text where nothing stands above, or where answers stand between the quoted lines.
    """
    cut, quote = min(_quotes(text), default=(len(text), len(text)))
    above = _without_empty_end(text[:cut])
    return text.strip() if not above or _is_answered_inside(text[quote:]) else above


def _quotes(text: str) -> Iterator[tuple[int, int]]:
    """Where a quoted mail is announced and where it begins, by each of the signs of one."""
    marker = text.find(REPLY_MARKER)
    if marker >= 0:
        line = text.rfind("\n", 0, marker) + 1
        yield line, line
    for sign in (_WROTE, _RULED, _HEADERS):
        for found in sign.finditer(text):
            if sign is not _WROTE or _is_programs_line(found, text):
                yield found.span()
                break


def _is_programs_line(found: "re.Match[str]", text: str) -> bool:
    """Whether a mail program wrote it: it names an address, or quoted lines follow."""
    return "@" in found[0] or bool(_QUOTED_NEXT.match(text, found.end()))


def _is_answered_inside(quote: str) -> bool:
    """Whether every line of the quote is marked as one, but for answers between or below them."""
    if not _QUOTED_NEXT.match(quote):
        return False
    marks = [bool(_QUOTED.match(line)) for line in quote.split("\n") if line.strip()]
    return False in marks


def _without_empty_end(text: str) -> str:
    """Less the lines at the end that hold nothing but the marks of quoting."""
    lines = text.strip().split("\n")
    while lines and not lines[-1].strip("> \t"):
        lines.pop()
    return "\n".join(lines)
