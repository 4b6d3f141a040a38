"""What the customer wrote, without the quoted rest, as words and as HTML. In doubt it stays."""

from dataclasses import dataclass

from common.html import text_to_html
from interfaces.inbox.mime import Parsed
from interfaces.inbox.visible.text import visible

__all__ = ["Written", "visible", "written"]


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
    """The words of `mail` that its sender wrote in it."""
    text = visible(mail.text)
    return Written(text, text_to_html(text), has_more=text != mail.text.strip())
