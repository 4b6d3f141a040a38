"""Between plain text and HTML, and what of a stranger's HTML may be shown. No templates here."""

import re
from collections.abc import Callable, Collection, Iterator
from html import unescape

import nh3
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from common.text import clean

_REL = "noopener nofollow noreferrer"
_URL = re.compile(r"(https?://[^\s<>\"]+)", re.IGNORECASE)
_AFTER_A_URL = ".,;:!?'*_…"

_INLINE = {
    "a",
    "b",
    "br",
    "code",
    "del",
    "em",
    "i",
    "ins",
    "s",
    "span",
    "strong",
    "sub",
    "sup",
    "u",
}
_BLOCKS = {"blockquote", "div", "h1", "h2", "h3", "h4", "h5", "h6", "ol", "p", "pre", "table", "ul"}
_ROWS = {"caption", "hr", "li", "tr"}
_ALLOWED = {*_INLINE, *_BLOCKS, *_ROWS, "tbody", "td", "tfoot", "th", "thead"}
_ATTRIBUTES = {
    "a": {"href", "title"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
}
_IMAGE = {"alt", "height", "src", "width"}
_SOURCELESS = re.compile(r'<img(?![^>]* src=")[^>]*>')
_NO_TEXT = {"noscript", "script", "style", "template", "textarea", "title"}
_SCHEMES = {"http", "https", "mailto", "tel"}

# The parser's time grows with the square of the nesting and of the ampersands: 10,000 open tags
# take 0.2 s, ten times as many half a minute. Past these numbers, only the words are kept.
_MOST_TAGS = 10_000
_MOST_AMPERSANDS = 100_000
_TAG = re.compile(r"<[^<>]*>")


def text_to_html(text: str) -> SafeString:
    """`text` as paragraphs, line breaks and links, everything else escaped; in linear time.

    Links open where the reader is and tell the other site nothing. Words are not broken: where
    the result is shown, the style sheet lets long ones wrap.
    """
    paragraphs = (f"<p>{'<br>'.join(map(_linked, lines))}</p>" for lines in _paragraphs(text))
    return mark_safe("".join(paragraphs))  # noqa: S308 - every piece is escaped by _linked


def sanitise(html: str, images: Collection[str] = ()) -> str:
    """What of a stranger's `html` may stand in our pages: no script, style, form or class.

    Links lead out only (http, https, mailto, tel). An image stays if its source is, to the letter,
    one of `images`: none is ever fetched from elsewhere, which would tell that we read the mail.
    HTML with absurdly many tags gives its words.
    """
    if is_absurd(html):
        return text_to_html(html_to_text(html))
    kept = nh3.clean(
        clean(html),
        tags={*_ALLOWED, "img"} if images else _ALLOWED,
        attributes={**_ATTRIBUTES, "img": _IMAGE} if images else _ATTRIBUTES,
        attribute_filter=_only_from(images) if images else None,
        clean_content_tags=_NO_TEXT,
        # The filter judges addresses where images may stay; theirs need no scheme.
        url_schemes={*_SCHEMES, "cid"} if images else _SCHEMES,
        url_relative="pass_through" if images else "deny",
        link_rel=_REL,
    )
    return _SOURCELESS.sub("", kept) if images else kept


def _only_from(images: Collection[str]) -> Callable[[str, str, str], str | None]:
    def judged(tag: str, name: str, value: str) -> str | None:
        if name == "src":
            return value if value in images else None
        if name == "href":
            return value if value.strip().partition(":")[0].lower() in _SCHEMES else None
        return value

    return judged


def html_to_text(html: str) -> str:
    """The words of `html`: blocks apart, list items with a dash, links with their address."""
    if is_absurd(html):
        return _tidy(unescape(_TAG.sub("\n", clean(html))))
    # The serialized form escapes every `<` and `>` that is not a tag's own, so it splits exactly.
    canonical = nh3.clean(
        clean(html),
        tags=_ALLOWED,
        attributes={"a": {"href"}},
        clean_content_tags=_NO_TEXT,
        url_schemes=_SCHEMES,
        url_relative="deny",
        link_rel=None,
    )
    return _tidy("".join(_words(canonical)))


def is_absurd(html: str) -> bool:
    """Whether it has so many tags that only its words are worth reading."""
    return html.count("<") > _MOST_TAGS or html.count("&") > _MOST_AMPERSANDS


def _paragraphs(text: str) -> Iterator[list[str]]:
    lines: list[str] = []
    for line in [*clean(text).split("\n"), ""]:
        if line.strip():
            lines.append(line)
        elif lines:
            yield lines
            lines = []


def _linked(line: str) -> str:
    pieces = _URL.split(line)
    return "".join(_link(piece) if n % 2 else escape(piece) for n, piece in enumerate(pieces))


def _link(found: str) -> str:
    end = len(found)
    unopened = found.count(")") - found.count("(")
    while found[end - 1] in _AFTER_A_URL or (found[end - 1] == ")" and unopened > 0):
        unopened -= found[end - 1] == ")"
        end -= 1
    url, rest = escape(found[:end]), escape(found[end:])
    if url.endswith("://"):
        return f"{url}{rest}"
    return f'<a href="{url}" rel="{_REL}">{url}</a>{rest}'


def _words(canonical: str) -> Iterator[str]:
    verbatim = 0
    href = text = ""
    for piece in re.split(r"(<[^>]*>)", canonical):
        name = piece.strip("</>").split(" ")[0]
        if not piece.startswith("<"):
            words = unescape(piece)
            words = words if verbatim else re.sub(r"\s+", " ", words)
            text += words
            yield words
        elif name == "a":
            # A link's address is told unless its text already is the address.
            if piece == "</a>" and href and text.strip() not in (href, href.partition(":")[2]):
                yield f" <{href}>"
            found = re.search(r'href="([^"]*)"', piece)
            href, text = unescape(found[1]) if found else "", ""
        elif name in _BLOCKS:
            verbatim += (name == "pre") * (-1 if piece.startswith("</") else 1)
            yield "\n\n"
        elif name == "br" or (name in _ROWS and not piece.startswith("</")):
            yield "\n- " if name == "li" else "\n"
        elif piece in ("<td>", "<th>"):
            yield " "


def _tidy(text: str) -> str:
    lines = "\n".join(line.strip() for line in text.split("\n"))
    # A paragraph that opens a list item starts beside its dash.
    beside = re.sub(r"^-\n+", "- ", lines, flags=re.MULTILINE)
    return re.sub(r"\n{3,}", "\n\n", beside).strip("\n")
