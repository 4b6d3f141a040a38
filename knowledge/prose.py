"""An article's HTML: what may stand in it, its words, its headings with their anchors. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

import nh3
from django.utils.text import slugify

from common.html import html_to_text, is_absurd, text_to_html
from common.text import clean

# Where the files of articles are read: no image comes from elsewhere.
FILES = "/ajuda/arquivos/"

_INLINE = {"a", "code", "em", "img", "s", "strong", "sub", "sup", "u", "kbd"}
_BLOCKS = {"blockquote", "br", "h2", "h3", "hr", "li", "ol", "p", "pre", "ul"}
_TABLE = {"caption", "table", "tbody", "td", "th", "thead", "tr"}
KEPT = frozenset(_INLINE | _BLOCKS | _TABLE)
# Under other names, or at other levels, what is meant is the same.
_SAME = {"b": "strong", "i": "em", "del": "s", "h1": "h2", "h4": "h3", "h5": "h3", "h6": "h3"}
_RENAMED = re.compile(rf"<(/?)({'|'.join(_SAME)})>")
_ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"alt", "height", "src", "width"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
}
_IMAGE = re.compile(rf"{FILES}[0-9a-f]{{8}}(?:-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}}/")
_LINK = re.compile(r"(?:https?://|mailto:|tel:|/(?![/\\])|#).*", re.IGNORECASE | re.DOTALL)
_SOURCELESS = re.compile(r'<img(?![^>]* src=")[^>]*>')
_DEAD = re.compile(r"<a(?: title=\"[^\"]*\")?(?: rel=\"[^\"]*\")?>(.*?)</a>", re.DOTALL)
_EMPTY = re.compile(r"(?:\s|<br>|<p>(?:\s|<br>|&nbsp;)*</p>)*")
_NO_TEXT = {"noscript", "script", "style", "template", "textarea", "title"}

_PIECE = re.compile(r"(<[^>]*>)")
_HEADING = re.compile(r"<(h[23])>(.*?)</\1>", re.DOTALL)
_MARKS = {"h2": "## ", "h3": "### ", "li": "- ", "blockquote": "> "}
# Of the page that an article stands on.
_TAKEN = ("ajudou", "conta", "conteudo", "nesta-pagina", "relacionados", "titulo", "toasts")


def sanitise(html: str) -> str:
    """What of `html` may stand in an article: no script, style, form or class; images of articles
    only; links to the web, to mail, to telephones and to our own pages. Text without any tag
    becomes paragraphs, and nothing but blanks becomes nothing.
    """
    html = clean(html)
    if is_absurd(html):
        return str(text_to_html(html_to_text(html)))
    if "<" not in html:
        return str(text_to_html(unescape(html)))
    kept = nh3.clean(
        html,
        tags={*KEPT, *_SAME},
        attributes=_ATTRIBUTES,
        attribute_filter=_judged,
        clean_content_tags=_NO_TEXT,
        url_schemes={"http", "https", "mailto", "tel"},
        url_relative="pass_through",
        link_rel="noopener",
    )
    kept = _RENAMED.sub(lambda found: f"<{found[1]}{_SAME[found[2]]}>", kept)
    kept = _DEAD.sub(r"\1", _SOURCELESS.sub("", kept)).strip()
    return "" if _EMPTY.fullmatch(kept) else kept


def _judged(tag: str, name: str, value: str) -> str | None:
    if name not in {"rel", *_ATTRIBUTES.get(tag, ())}:
        return None  # as `lang` and `title`, which nh3 lets any tag keep
    if name == "src":
        return value if _IMAGE.fullmatch(value) else None
    if name == "href":
        return value.strip() if _LINK.fullmatch(value.strip()) else None
    return value


def words(html: str) -> str:
    """The words of sanitised `html` alone, a line a block: what is searched."""
    return "\n".join(text for _mark, text in _blocks(html))


def lines(html: str) -> list[str]:
    """Sanitised `html` as lines that can be compared: a heading, an item, a link and an image say
    what they are.
    """
    return [mark + text for mark, text in _blocks(html, whole=True)]


@dataclass(frozen=True)
class Heading:
    """One heading of an article, and the name by which its place is linked."""

    anchor: str
    text: str
    is_inner: bool


def with_anchors(html: str) -> tuple[str, list[Heading]]:
    """Sanitised `html` whose headings can be linked to, and those headings."""
    found: list[Heading] = []
    taken = set(_TAKEN)

    def named(heading: re.Match[str]) -> str:
        text = " ".join(unescape(_PIECE.sub("", heading[2])).split())
        anchor = _free(slugify(text)[:60].strip("-") or "parte", taken)
        if text:
            found.append(Heading(anchor, text, heading[1] == "h3"))
        return f'<{heading[1]} id="{anchor}">{heading[2]}</{heading[1]}>'

    return _HEADING.sub(named, html), found


def _free(name: str, taken: set[str]) -> str:
    """`name`, or the first of `name-2`, `name-3`… that is not taken; it is then."""
    free, n = name, 1
    while free in taken:
        n += 1
        free = f"{name}-{n}"
    taken.add(free)
    return free


def _blocks(html: str, *, whole: bool = False) -> Iterator[tuple[str, str]]:
    """Each block's mark and text; `whole`: with the addresses of links and images."""
    mark = text = href = ""
    verbatim = False
    for piece in _PIECE.split(f"{html}<p>"):
        if not piece.startswith("<"):
            text += unescape(piece)
            continue
        name = piece.strip("</>").split(" ")[0]
        if name in _INLINE:
            if whole:
                said, href = _said(piece, name, href)
                text += said
            continue
        for line in text.split("\n") if verbatim else [text]:
            if line.strip():
                yield mark, line.rstrip() if verbatim else " ".join(line.split())
        text = ""
        is_end = piece.startswith("</")
        verbatim = not is_end if name == "pre" else verbatim
        mark = "" if is_end else _MARKS.get(name, mark)


def _said(piece: str, name: str, href: str) -> tuple[str, str]:
    """What stands for an inline tag, and the address of the link that is open after it."""
    if name == "img":
        alt, source = (_attribute(piece, each) for each in ("alt", "src"))
        return f" [{alt}: {source}] ", href
    if piece == "</a>":
        return f" ({href})", ""
    return "", _attribute(piece, "href") if name == "a" else href


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf' {name}="([^"]*)"', tag)
    return unescape(found[1]) if found else ""
