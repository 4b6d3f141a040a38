"""A mail's parts put together: its words in plain text and in HTML, its files, mails inside it."""

import mimetypes
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape, unescape
from urllib.parse import quote, unquote

from django.utils.translation import gettext as _

from common.files import clean_name
from common.html import html_to_text, text_to_html
from interfaces.inbox.mime import charsets, invitations, shells, tnef, transfer
from interfaces.inbox.mime.headers import in_clear
from interfaces.inbox.mime.parts import DEEPEST, MOST_PARTS, Part, whole

_SHOWN = {"image/png", "image/jpeg", "image/jpg", "image/pjpeg", "image/gif", "image/webp"}
# More words than that are no message to read: they stay whole as a file, and begin as text.
_MOST_WORDS = 1_000_000
_DATA = re.compile(
    rb"\bsrc\s*=\s*([\"'])data:(image/(?:png|jpe?g|gif|webp));base64,([A-Za-z0-9+/=\s%]+)\1",
    re.IGNORECASE,
)
_CID = re.compile(r"\bcid:([^\"'\s<>)]{1,500})", re.IGNORECASE)
_MAILS = {"message/rfc822", "message/global"}
_SMIME = {"application/pkcs7-mime", "application/x-pkcs7-mime"}
_TNEF = {"application/ms-tnef", "application/vnd.ms-tnef"}
# Another rendering of words that are there in HTML or plain text already.
_RENDERINGS = {"text/x-amp-html", "text/watch-html", "text/enriched", "text/richtext"}
_EXTENSIONS = {
    "message/rfc822": ".eml",
    "message/global": ".eml",
    "message/delivery-status": ".txt",
    "message/disposition-notification": ".txt",
    "text/calendar": ".ics",
    "text/plain": ".txt",
    "text/rfc822-headers": ".txt",
}


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that came with the mail; `content_type` is what the mail says, not what it is.

    `content_id` is the name by which the mail's HTML calls an image; `is_inline` that it does so,
    or that the image stands between the texts.
    """

    name: str
    content_type: str
    content: bytes
    content_id: str = ""
    is_inline: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """The same words twice, or once: `html` is empty where none came as HTML, `plain` where all
    did."""

    plain: str = ""
    html: str = ""

    @property
    def is_empty(self) -> bool:
        return not self.plain.strip() and not self.html.strip()


@dataclass(slots=True)
class Body:
    """What is gathered on the way through the parts."""

    words: Words = field(default_factory=Words)
    attached: list[Attached] = field(default_factory=list)
    mails: list[bytes] = field(default_factory=list)
    invitation: str = ""
    parts: int = 0
    room: int = _MOST_WORDS


def read(part: Part) -> Body:
    """All that `part` holds. Nothing of it is lost: what is not words is a file."""
    body = Body()
    body.words = _words(part, body)
    if body.words.is_empty and body.invitation:
        body.words = Words(body.invitation)
    called = {_called(each) for each in _CID.findall(body.words.html)}
    body.attached = [
        Attached(each.name, each.content_type, each.content, each.content_id, True)
        if each.content_id and each.content_id in called
        else each
        for each in body.attached
    ]
    return body


def _called(cid: str) -> str:
    return unquote(unescape(cid))


def _words(part: Part, body: Body, parent: str = "") -> Words:
    body.parts += 1
    if part.is_multipart and part.depth < DEEPEST and body.parts < MOST_PARTS:
        inside = part.inside()
        if inside:
            return _of_multipart(part, inside, body)
        # No boundary is in it: the words are there all the same.
        return _text(part, body, "text/plain") if part.start < part.end else Words()
    return _of_leaf(part, body, parent)


def _of_multipart(part: Part, inside: list[Part], body: Body) -> Words:
    kind = part.content_type
    if kind == "multipart/alternative":
        return _best([(each, _words(each, body, kind)) for each in inside])
    if kind == "multipart/signed":
        rest = inside[1:]
        words = _words(inside[0], body, kind)
        others = [_words(each, body, kind) for each in rest if not _is_signature(each)]
        return _joined([words, *others])
    if kind == "multipart/encrypted":
        return _encrypted(inside[-1], body, "PGP")
    if kind == "multipart/appledouble":
        inside = [each for each in inside if each.content_type != "application/applefile"] or inside
    if kind == "multipart/report":
        first = _words(inside[0], body, kind)
        for each in inside[1:]:
            _keep(each, body)
        return first
    return _in_order(inside, body, kind)


def _best(read: Sequence[tuple[Part, Words]]) -> Words:
    """One of several renderings of the same: HTML is the last that there is, plain the first.

    Renderings of one kind that say different things stand side by side: someone mislabelled them.
    """
    rich = [words for _part, words in read if words.html.strip()]
    plain = [words.plain for _part, words in read if words.plain.strip()]
    distinct = [
        text
        for n, text in enumerate(plain)
        if not any(text.strip() in other for other in plain[:n])
    ]
    return Words("\n\n".join(distinct), rich[-1].html if rich else "")


def _in_order(inside: list[Part], body: Body, kind: str) -> Words:
    """Texts one after another; images that stand between them without being called, in place."""
    first = len(body.attached)
    read: list[Words | tuple[Part, int]] = []
    for each in inside:
        before = len(body.attached)
        words = _words(each, body, kind)
        is_picture = each.content_type in _SHOWN and each.disposition == "inline"
        if is_picture and len(body.attached) == before + 1 and kind != "multipart/related":
            read.append((each, before))
        elif not words.is_empty:
            read.append(words)
    texts = [each for each in read if isinstance(each, Words)]
    called = {_called(cid) for each in texts for cid in _CID.findall(each.html)}
    if not texts or first == len(body.attached):
        return _joined(texts)
    return _joined(
        [each if isinstance(each, Words) else _picture(body, each[1], called) for each in read]
    )


def _picture(body: Body, number: int, called: set[str]) -> Words:
    file = body.attached[number]
    if file.content_id in called:
        return Words()
    cid = file.content_id or f"{number + 1}@imagem"
    body.attached[number] = Attached(file.name, file.content_type, file.content, cid, True)
    return Words("", f'<p><img src="cid:{escape(quote(cid))}" alt="{escape(file.name)}"></p>')


def _joined(read: Sequence[Words]) -> Words:
    filled = [each for each in read if not each.is_empty]
    if len(filled) == 1:
        return filled[0]
    plain = "\n\n".join(filter(None, (_plain(each).strip("\n") for each in filled)))
    if not any(each.html for each in filled):
        return Words(plain)
    pieces = (each.html or f"<div>{text_to_html(each.plain)}</div>" for each in filled)
    return Words(plain, "\n".join(pieces))


def _plain(words: Words) -> str:
    return words.plain if words.plain.strip() else html_to_text(words.html)


def _of_leaf(part: Part, body: Body, parent: str) -> Words:
    kind = part.content_type
    if part.disposition != "attachment":
        is_body = not part.name or parent in ("", "multipart/alternative")
        if kind in ("text/plain", "text/html") and is_body:
            return _text(part, body, kind)
        if kind in _RENDERINGS and parent == "multipart/alternative":
            return Words()
    if kind in _MAILS:
        return _mail(part, body)
    if kind in _SMIME or (kind == "application/octet-stream" and part.name == "smime.p7m"):
        return _smime(part, body)
    if kind in _TNEF or part.name.lower() in ("winmail.dat", "win.dat"):
        return _tnef(part, body)
    if kind == "text/calendar" and not body.invitation:
        charset = part.parameter("charset")
        body.invitation = invitations.words(charsets.decoded(part.content(), charset))
    _keep(part, body)
    return Words()


def _text(part: Part, body: Body, kind: str) -> Words:
    content = part.content()
    if kind == "text/html":
        content = _DATA.sub(lambda found: _pictured(found, body), content)
    if len(content) > body.room:
        _keep(part, body)
        content = content[: body.room]
    body.room -= len(content)
    if kind == "text/html":
        charset = part.parameter("charset") or charsets.of_html(content)
        return Words("", charsets.decoded(content, charset))
    text = charsets.decoded(content, part.parameter("charset")).replace("\r\n", "\n")
    if part.parameter("format").lower() == "flowed":
        text = transfer.unflowed(text, joins_words=part.parameter("delsp").lower() == "yes")
    return Words(_without_files(shells.without_clear_signature(text), body))


def _pictured(found: "re.Match[bytes]", body: Body) -> bytes:
    """An image that stands in the HTML itself, made a file that the HTML calls."""
    kind = found[2].decode().lower()
    content = transfer.decoded(found[3], "base64", is_text=False)
    number = len(body.attached) + 1
    cid = f"{number}@imagem"
    body.attached.append(Attached(_own_name(kind, number), kind, content, cid, True))
    return b'src="cid:%s"' % cid.encode()


def _without_files(text: str, body: Body) -> str:
    """`text` without what is no text: files that stand uuencoded in it, an encrypted block."""
    kept, at = "", 0
    for start, end, name, content in transfer.uuencoded(text):
        if len(body.attached) >= MOST_PARTS:
            break
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        body.attached.append(Attached(clean_name(name), kind, content))
        kept += text[at:start]
        at = end
    text = kept + text[at:]
    if block := shells.pgp_messages(text):
        name = _("mensagem-cifrada.asc")
        body.attached.append(Attached(name, "application/pgp-encrypted", block[0].encode()))
        told = _encrypted_into(name, "PGP")
        text = f"{text[: block.start()]}{told}{text[block.end() :]}"
    return text


def _mail(part: Part, body: Body) -> Words:
    content = part.content()
    subject = in_clear(whole(content[:64_000]).header("subject"))
    name = in_clear(part.name) or (f"{subject[:100]}.eml" if subject else "")
    _add(body, part, name, content)
    body.mails.append(content)
    return Words()


def _smime(part: Part, body: Body) -> Words:
    signed = shells.signed_content(part.content())
    if signed is None:
        return _encrypted(part, body, "S/MIME")
    inner = whole(signed)
    inner.depth = part.depth + 1
    return _words(inner, body)


def _encrypted(part: Part, body: Body, how: str) -> Words:
    return Words(_encrypted_into(_keep(part, body), how))


def _encrypted_into(name: str, how: str) -> str:
    told = _(
        "Esta mensagem veio cifrada (%(how)s), e aqui não há chave para a ler. "
        "O original está no arquivo “%(name)s”."
    )
    return told % {"how": how, "name": name} + "\n"


def _tnef(part: Part, body: Body) -> Words:
    found = tnef.unpacked(part.content())
    if found is None:
        _keep(part, body)
        return Words()
    for each in found.files:
        kind = each.content_type or mimetypes.guess_type(each.name)[0] or ""
        name = clean_name(each.name) if each.name else _own_name(kind, len(body.attached) + 1)
        kind = kind or "application/octet-stream"
        body.attached.append(Attached(name, kind, each.content, each.content_id.strip("<>")))
    return Words(found.plain, found.html)


def _keep(part: Part, body: Body) -> str:
    return _add(body, part, in_clear(part.name), part.content())


def _add(body: Body, part: Part, name: str, content: bytes) -> str:
    """Keep it as a file, unless it is nothing at all; its name."""
    name = clean_name(name) if name else _own_name(part.content_type, len(body.attached) + 1)
    if content or part.name:
        cid = part.header("content-id").strip().strip("<>")[:500]
        body.attached.append(Attached(name, part.content_type, content, cid))
    return name


def _is_signature(part: Part) -> bool:
    return part.content_type in {
        "application/pgp-signature",
        "application/pkcs7-signature",
        "application/x-pkcs7-signature",
    }


def _own_name(content_type: str, count: int) -> str:
    """A name for a file that came without one."""
    extension = _EXTENSIONS.get(content_type) or mimetypes.guess_extension(content_type) or ""
    return _("anexo-%(count)d%(extension)s") % {"count": count, "extension": extension}
