"""What the customer wrote, without the quoted rest, as words and as HTML. In doubt it stays.

HTML comes first: there, mail programs mark what they quote. `html.py` and `lines.py` turn either
form into lines, `signs.py` knows the words, and the same judgement (`lines.labels`) holds for both.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import escape
from django.utils.translation import gettext as _

from common.html import html_to_text, is_absurd, sanitise, text_to_html
from interfaces.inbox.mime import Parsed
from interfaces.inbox.visible import lines, signs
from interfaces.inbox.visible.html import Page, images, sources
from interfaces.inbox.visible.lines import Label

__all__ = ["Written", "visible", "written"]

# Nobody writes so much: all of it is text, and HTML only its beginning.
_MOST_SHOWN = 300_000


@dataclass(frozen=True, slots=True)
class Written:
    """What a customer wrote: `text` in words, `html` the same sanitised, ready for our pages.

    `signature` is what a mail program or its owner puts under every mail; it is not in `text`,
    and stands folded in `html`. Images of the mail are in `html` as `<img src="cid:…">`, for the
    caller to point at the stored files; `cids` are theirs. `has_more` tells that the mail's full
    text holds more: what it quotes.
    """

    text: str
    html: str
    signature: str = ""
    has_more: bool = False
    cids: frozenset[str] = frozenset()


def written(mail: Parsed) -> Written:
    """The words of `mail` that its sender wrote in it. What a mail without words of its own, or
    one that forwards, has attached as mails is read as well."""
    is_forward = signs.is_forward(mail.subject)
    is_answer = bool(mail.refers_to) or signs.is_answer(mail.subject)
    found = _of_html(mail, is_answer, is_forward) if _has_page(mail) else None
    if found is None:
        found = _of_text(mail.text, is_answer, is_forward)
    if mail.inside and (is_forward or not is_answer):
        return _with_mails(found, mail.inside)
    return found


def visible(text: str, *, is_answer: bool = True, is_forward: bool = False) -> str:
    """The lines of `text` (clean) that its sender wrote, with the signature."""
    rows = text.split("\n")
    made = lines.labels(lines.of_text(text), is_answer=is_answer, is_forward=is_forward)
    return lines.squeezed(_rows(rows, made, Label.WRITTEN, Label.SIGNATURE))


def _rows(rows: Sequence[str], made: Sequence[Label], *wanted: Label) -> str:
    return "\n".join(row for row, label in zip(rows, made, strict=True) if label in wanted)


def _has_page(mail: Parsed) -> bool:
    return bool(mail.html.strip()) and not is_absurd(mail.html)


def _of_html(mail: Parsed, is_answer: bool, is_forward: bool) -> Written | None:
    """None if the HTML holds nothing to read: then the plain text may."""
    if len(mail.html) > 3 * _MOST_SHOWN:
        return _of_text(html_to_text(mail.html), is_answer, is_forward)
    page = Page(mail.html)
    rows = page.lines
    if all(row.is_empty for row in rows):
        return None
    made = lines.labels(rows, is_answer=is_answer, is_forward=is_forward)
    lines.trim(rows, made)
    kept, signature = page.only(made, Label.WRITTEN), page.only(made, Label.SIGNATURE)
    html = sanitise(kept, sources(kept))
    folded = sanitise(signature, sources(signature)) if signature else ""
    return Written(
        text=html_to_text(kept),
        html=_with_signature(html, folded),
        signature=html_to_text(signature) if signature else "",
        has_more=lines.has_more(rows, made),
        cids=images(html) | images(folded),
    )


def _of_text(text: str, is_answer: bool, is_forward: bool) -> Written:
    if text.count("\n") > lines.MOST_LINES or len(text) > _MOST_SHOWN:
        return Written(text.strip(), text_to_html(text[:_MOST_SHOWN]))
    rows = text.split("\n")
    judged = lines.of_text(text)
    made = lines.labels(judged, is_answer=is_answer, is_forward=is_forward)
    words = lines.squeezed(_rows(rows, made, Label.WRITTEN))
    signature = lines.squeezed(_rows(rows, made, Label.SIGNATURE))
    html = _with_signature(text_to_html(words), text_to_html(signature))
    return Written(words, html, signature, lines.has_more(judged, made))


def _with_signature(html: str, signature: str) -> str:
    if not signature.strip():
        return html
    told = escape(_("Assinatura"))
    return f"{html}<details><summary>{told}</summary>{signature}</details>"


def _with_mails(found: Written, mails: Sequence[Parsed]) -> Written:
    """Below the mail's own words, those of the mails that it forwards as files."""
    heads = [_head(each) for each in mails]
    texts = [f"{head}\n\n{each.text.strip()}" for head, each in zip(heads, mails, strict=True)]
    pages = [text_to_html(text) for text in texts]
    return Written(
        text="\n\n".join(filter(None, [found.text, *texts])),
        html="".join([found.html, *(f"<blockquote>{page}</blockquote>" for page in pages)]),
        signature=found.signature,
        has_more=found.has_more,
        cids=found.cids,
    )


def _head(mail: Parsed) -> str:
    rows = [
        _("---------- Mensagem encaminhada ----------"),
        _("De: %s") % (mail.header("from") or mail.from_address),
        _("Data: %s") % (mail.header("date") or ""),
        _("Assunto: %s") % mail.subject,
    ]
    return "\n".join(row for row in rows if not row.endswith(": "))
