"""What the customer wrote, without the quoted rest: text in, text out. In doubt the text stays."""

import re

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
    cut = min(_starts(text), default=len(text))
    above = _without_empty_end(text[:cut])
    return text.strip() if not above or _is_answered_inside(text[cut:]) else above


def _starts(text: str) -> list[int]:
    """Where a quoted mail begins, by each of the signs of it."""
    marker = text.find(REPLY_MARKER)
    starts = [text.rfind("\n", 0, marker) + 1] if marker >= 0 else []
    starts += [found.start() for found in _WROTE.finditer(text) if _is_quote(found, text)]
    for sign in (_RULED, _HEADERS):
        if found := sign.search(text):
            starts.append(found.start())
    return starts


def _is_quote(found: "re.Match[str]", text: str) -> bool:
    """Whether it is a mail program's line: it names an address, or quoted lines follow."""
    return "@" in found[0] or bool(_QUOTED_NEXT.match(text, found.end()))


def _is_answered_inside(quoted: str) -> bool:
    """Whether unquoted lines follow quoted ones, as they do between the lines of an answer."""
    lines = [line for line in quoted.split("\n") if line.strip()]
    marks = [bool(_QUOTED.match(line)) for line in lines]
    return True in marks and False in marks[marks.index(True) :]


def _without_empty_end(text: str) -> str:
    """Less the lines at the end that hold nothing but the marks of quoting."""
    lines = text.strip().split("\n")
    while lines and not lines[-1].strip("> \t"):
        lines.pop()
    return "\n".join(lines)
