"""A mail's HTML as lines that can be judged, and put together again from those that are kept.

The sanitiser's own output is read, not the mail's: there every tag is closed and every `<` that
is no tag's is escaped, so that a list of tags and texts is a faithful tree.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import unescape
from urllib.parse import unquote

import nh3

from common.text import clean
from interfaces.inbox.visible.lines import Label, Line, Sign, of_line

_BLOCKS = {
    *("address", "article", "blockquote", "body", "center", "dd", "div", "dl", "dt", "fieldset"),
    *("figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main"),
    *("ol", "p", "pre", "section", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul"),
}
_INLINE = {
    *("a", "b", "br", "caption", "code", "del", "em", "font", "i", "img", "ins", "s", "span"),
    *("strong", "sub", "sup", "u"),
}
_VOID = {"br", "hr", "img"}
_CELLS = {"td", "th"}
_MARKUP = {"class", "id", "style", "type", "data-marker", "hidden", "align"}
_OWN = {
    "a": {"href", "title", "name"},
    "img": {"src", "alt"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
}
_BREAKING = _BLOCKS | {"br"}
_DROPPED = {"script", "style", "template", "title", "noscript", "textarea", "head"}

_TOKEN = re.compile(r"<(/?)([a-z0-9]+)([^>]*)>|[^<]+")
_IMAGE = re.compile(r'<img [^>]*?src="(cid:[^"]*)"')
_ATTRIBUTE = re.compile(r'([a-z-]+)="([^"]*)"')

# By class, id or style, as programs write them; ids are prefixed when one webmail quotes another.
_CITED = re.compile(
    r"gmail_quote|yahoo_quoted|protonmail_quote|moz-quote|zmail_extra|mail_quote", re.IGNORECASE
)
_WRAPPER = re.compile(
    r"yahoo_quoted|yahoo-quoted|zmail_extra|OLK_SRC_BODY_SECTION|ms-outlook-mobile-reference-message|"
    r"uol_quote|original-?message|mensagem-?original",
    re.IGNORECASE,
)
_ANNOUNCED = re.compile(
    r"gmail_attr|moz-cite-prefix|moz-email-headers-table|yahoo-attribution", re.IGNORECASE
)
_FROM_HERE = re.compile(
    r"divRplyFwdMsg|appendonsend|stopSpelling|zwchr|__DIVIDER__|__HEADERS__|"
    r"replyForwardMarker|mail-editor-reference-message-container",
    re.IGNORECASE,
)
_SIGNED = re.compile(
    r"gmail_signature|moz-signature|ms-outlook-mobile-signature|AppleMailSignature|"
    r"protonmail_signature_block|ymail_android_signature|yahoo-signature|composer_signature|"
    r"_rc_sig\b|__SIG_P(?:RE|OST)__|zimbra-signature|\b(?:x_)?Signature\b",
    re.IGNORECASE,
)
_HIDDEN = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all", re.IGNORECASE)
_RULE_OF_OUTLOOK = r"(?:#?(?:B5C4DF|E1E1E1)|rgb\((?:181, ?196, ?223|225, ?225, ?225)\))"
_BORDER_TOP = re.compile(
    rf"border-top\s*:\s*(?:1(?:\.0)?pt\s+)?solid\s+(?:1(?:\.0)?pt\s+)?{_RULE_OF_OUTLOOK}",
    re.IGNORECASE,
)
_BORDER_LEFT = re.compile(r"border-left(?:-width)?\s*:\s*(?!none|0)[^;]{1,60}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Token:
    """A piece of HTML and the line in which it stands; `name` is empty for text."""

    html: str
    line: int
    name: str = ""
    is_end: bool = False


@dataclass(frozen=True, slots=True)
class _Open:
    """What an open element says of the lines in it."""

    name: str
    depth: int
    sign: Sign
    is_hidden: bool
    is_cited: bool


class Page:
    """HTML of a mail in lines."""

    def __init__(self, html: str) -> None:
        self._tokens: list[_Token] = []
        self._texts: list[list[str]] = [[]]
        self._states: list[_Open] = []
        self._has_image: set[int] = set()
        self._begins_quote: set[int] = set()
        self._kinds: dict[tuple[str, str, _Open], _Open] = {}
        self._read(_canonical(html))

    @property
    def lines(self) -> list[Line]:
        made = []
        for at, (texts, state) in enumerate(zip(self._texts, self._states, strict=True)):
            words = " ".join("".join(texts).split())
            sign = Sign.QUOTE if at in self._begins_quote else state.sign
            line = of_line(words, state.depth, sign)
            line.has_image = at in self._has_image
            line.is_cited = state.is_cited
            made.append(line)
        return made

    def only(self, labels: Sequence[Label], wanted: Label) -> str:
        """The HTML of the lines that are labelled `wanted`, with the elements in which they are."""
        return "".join(self._kept([label is wanted for label in labels]))

    def _read(self, canonical: str) -> None:
        stack = [_Open("", 0, Sign.NONE, is_hidden=False, is_cited=False)]
        self._states.append(stack[0])
        for found in _TOKEN.finditer(canonical):
            name, is_end = found[2] or "", bool(found[1])
            if not name:
                self._take_text(found[0], stack[-1])
            elif is_end:
                if len(stack) > 1:
                    stack.pop()
                self._break_at(name, stack[-1])
                self._add(found[0], name, is_end=True)
            else:
                self._take_tag(found[0], name, found[3], stack)

    def _take_text(self, html: str, state: _Open) -> None:
        if state.is_hidden:
            return
        if state.name != "pre":
            self._texts[-1].append(unescape(html))
            self._add(html)
            return
        for count, row in enumerate(html.split("\n")):
            if count:
                self._add("\n")
                self._new_line(state)
            self._texts[-1].append(unescape(row))
            self._add(row)

    def _take_tag(self, html: str, name: str, attributes: str, stack: list[_Open]) -> None:
        known = dict(_ATTRIBUTE.findall(attributes)) if attributes else {}
        # A mail's elements are mostly alike.
        kind = (name, attributes, stack[-1])
        state = self._kinds.get(kind) or self._kinds.setdefault(
            kind, _state(name, known, stack[-1])
        )
        self._break_at(name, state)
        if _is_from_here(name, known) and not state.is_hidden:
            self._begins_quote.add(len(self._texts) - 1)
        if not state.is_hidden:
            if name == "img" and known.get("src", "").lower().startswith("cid:"):
                self._has_image.add(len(self._texts) - 1)
                html = _calling(html, known["src"])
            self._add(html, name)
        if name == "br":
            self._new_line(stack[-1])
        if name not in _VOID:
            stack.append(state)

    def _break_at(self, name: str, state: _Open) -> None:
        if name in _BLOCKS:
            self._new_line(state)

    def _new_line(self, state: _Open) -> None:
        """A line begins, unless this one holds nothing yet and says nothing."""
        at = len(self._texts) - 1
        is_blank = not self._texts[-1] and at not in self._has_image
        if is_blank and at not in self._begins_quote and not self._has_break(at):
            self._states[-1] = state
            return
        self._texts.append([])
        self._states.append(state)

    def _has_break(self, at: int) -> bool:
        last = self._tokens[-1] if self._tokens else None
        return bool(last and last.name == "br" and last.line == at)

    def _add(self, html: str, name: str = "", *, is_end: bool = False) -> None:
        self._tokens.append(_Token(html, len(self._texts) - 1, name, is_end))

    def _kept(self, wanted: Sequence[bool]) -> Iterator[str]:
        """Elements open with the first thing kept in them; without any they do not."""
        waiting: list[_Token] = []
        opened: list[bool] = []
        last, is_apart = 0, True
        for token in self._tokens:
            if token.is_end:
                if opened and opened.pop():
                    is_apart = is_apart or token.name in _BREAKING
                    yield token.html
                elif waiting:
                    waiting.pop()
                continue
            is_element = bool(token.name) and token.name not in _VOID
            if is_element:
                waiting.append(token)
                opened.append(False)
                if token.name not in _CELLS:
                    continue
            if not wanted[token.line]:
                continue
            is_apart = is_apart or any(each.name in _BREAKING for each in [*waiting, token])
            if token.line != last and not is_apart:
                # What stood between the two lines is left out.
                yield "<br>"
            yield from (each.html for each in waiting)
            opened[len(opened) - len(waiting) :] = [True] * len(waiting)
            waiting.clear()
            if not is_element:
                yield token.html
            last, is_apart = token.line, token.name in _BREAKING


def sources(html: str) -> frozenset[str]:
    """The addresses by which `html` calls images of the mail, to the letter."""
    return frozenset(map(unescape, _IMAGE.findall(html)))


def images(html: str) -> frozenset[str]:
    """The images of the mail that `html` calls, by their content ids."""
    return frozenset(unquote(each.removeprefix("cid:")) for each in sources(html))


def _canonical(html: str) -> str:
    return nh3.clean(
        clean(html),
        tags=_BLOCKS | _INLINE,
        attributes={"*": _MARKUP, **_OWN},
        clean_content_tags=_DROPPED,
        url_schemes={"http", "https", "mailto", "tel", "cid"},
        link_rel=None,
    )


def _calling(html: str, src: str) -> str:
    """Schemes are compared in lower case from here on."""
    return html.replace(src, f"cid:{src[4:]}", 1)


def _state(name: str, known: dict[str, str], outer: _Open) -> _Open:
    if not known and name != "blockquote":
        return (
            outer
            if name == outer.name
            else _Open(name, outer.depth, outer.sign, outer.is_hidden, outer.is_cited)
        )
    marks = " ".join(known.get(key, "") for key in ("class", "id", "data-marker"))
    style = known.get("style", "")
    is_quote = name == "blockquote" and _is_cite(known, marks, style, outer)
    is_wrapper = bool(_WRAPPER.search(marks))
    sign = outer.sign
    if _ANNOUNCED.search(marks):
        sign = Sign.ATTRIBUTION
    elif _SIGNED.search(marks):
        sign = Sign.SIGNATURE
    is_hidden = outer.is_hidden or "hidden" in known or bool(style and _HIDDEN.search(style))
    return _Open(
        name,
        outer.depth + (is_quote or is_wrapper),
        sign,
        is_hidden,
        outer.is_cited or is_quote or is_wrapper,
    )


def _is_cite(known: dict[str, str], marks: str, style: str, outer: _Open) -> bool:
    """A blockquote that a program made of a quoted mail; one that only indents is none."""
    return (
        known.get("type", "").lower() == "cite"
        or bool(_CITED.search(marks))
        or outer.is_cited
        or bool(_BORDER_LEFT.search(style))
    )


def _is_from_here(name: str, known: dict[str, str]) -> bool:
    """Whether the rest of the mail is quoted from this element on, whatever it is in."""
    if not known:
        return False
    marks = " ".join(known.get(key, "") for key in ("class", "id", "data-marker"))
    return bool(_FROM_HERE.search(marks)) or (
        name == "div" and bool(_BORDER_TOP.search(known.get("style", "")))
    )
