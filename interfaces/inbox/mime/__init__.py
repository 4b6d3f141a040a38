"""A raw mail taken apart, whatever its bytes: never raises. What it means is decided elsewhere."""

from dataclasses import dataclass
from functools import cached_property

from common.html import html_to_text
from common.text import clean, one_line
from interfaces.inbox.mime import headers as read_headers
from interfaces.inbox.mime.body import Attached, read
from interfaces.inbox.mime.parts import whole

__all__ = ["Attached", "Parsed", "parse"]

# Mails inside the mail whose words are read too; the others are files alone.
_MOST_INSIDE = 3


@dataclass(frozen=True)
class Parsed:
    """What a mail holds. Headers are decoded, one line each; texts are clean (`common.text`).

    `recipients` are addresses, those of our own server's stamp first; `refers_to` the
    Message-IDs of the mails that it answers, the nearest first. `plain` and `html` are the same
    words twice; `html` is empty for a mail without HTML, and calls the images that stand in it
    by the `content_id` of their file (`cid:`). `inside` are mails attached to it, each of them
    also a file.
    """

    headers: tuple[tuple[str, str], ...]
    from_address: str
    recipients: tuple[str, ...]
    message_id: str
    refers_to: tuple[str, ...]
    content_type: str
    report_type: str
    plain: str
    html: str
    attachments: tuple[Attached, ...]
    inside: tuple["Parsed", ...] = ()

    def header(self, name: str) -> str | None:
        """The first header called `name` (in lower case), or None."""
        return next((value for known, value in self.headers if known.lower() == name), None)

    @property
    def subject(self) -> str:
        return one_line(self.header("subject") or "", 255)

    @cached_property
    def text(self) -> str:
        """The words: the plain part, else those of the HTML."""
        return self.plain if self.plain.strip() else html_to_text(self.html)


def parse(raw: bytes) -> Parsed:
    """Take `raw` apart. What cannot be read is empty; what is declared wrongly is guessed."""
    return _parse(raw, is_inside=False)


def _parse(raw: bytes, *, is_inside: bool) -> Parsed:
    mail = whole(raw)
    body = read(mail)
    inside = [] if is_inside else body.mails[:_MOST_INSIDE]
    return Parsed(
        headers=tuple((name, read_headers.in_clear(value)) for name, value in mail.headers),
        from_address=read_headers.from_address(mail.headers),
        recipients=read_headers.recipients(mail.headers),
        message_id=read_headers.message_id(mail.headers),
        refers_to=read_headers.refers_to(mail.headers),
        content_type=mail.content_type,
        report_type=mail.parameter("report-type").lower(),
        plain=clean(body.words.plain),
        html=clean(body.words.html),
        attachments=tuple(body.attached),
        inside=tuple(_parse(each, is_inside=True) for each in inside),
    )
