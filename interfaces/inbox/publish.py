"""What a mail says, as a message of a ticket: its words, its images in place, its files.

Whether it may be published, and where, is decided elsewhere (`decision.py`).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape
from io import BytesIO
from urllib.parse import unquote
from uuid import UUID, uuid5

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import gettext as _

from accounts.models import Organization, User
from catalog.models import Product
from common import links
from common.files import FileRefused
from common.html import text_to_html
from common.text import one_line
from interfaces.inbox import answers, masking
from interfaces.inbox.content import Content
from interfaces.inbox.mime import Attached
from interfaces.inbox.models import InboundMail
from tickets import actions
from tickets.actions.messages import LONGEST_BODY
from tickets.actions.opening import LONGEST_TITLE
from tickets.actors import Actor
from tickets.errors import Refused
from tickets.models import Attachment, Channel, Queue, Ticket, TicketEvent

_MAIL = UUID("6a1f0f5e-1d0b-5b0e-9c57-3d6c1b8f2a44")
# "Re: ", "RES: ", "Enc: ", "Fwd: " and their like, however many.
_PREFIXES = re.compile(
    r"(?:(?:re|res|resp|enc|fwd?|rv|tr|aw|wg)\s*(?:[\[(][0-9]{1,3}[\])])?\s*:\s*)+", re.IGNORECASE
)
_TITLE_FROM_TEXT = 80
# Written by the sanitiser: attributes in double quotes, and no bare > within them.
_IMAGE = re.compile(r'<img [^>]*?src="cid:([^"]*)"[^>]*>')
_MOST_HTML = 1_000_000


@dataclass
class Stored:
    """The uploads of one act. What it does not keep is gone from the disk as well."""

    uploads: list[Attachment] = field(default_factory=list)

    @contextmanager
    def or_nothing(self) -> Iterator[None]:
        """A transaction, or a part of one, whose failure takes its uploads along: their rows by
        itself, their files by hand."""
        before = len(self.uploads)
        try:
            with transaction.atomic():
                yield
        except BaseException:
            self.discard(before)
            raise

    def discard(self, kept: int = 0) -> None:
        """Remove the files of all uploads but the first `kept`."""
        while len(self.uploads) > kept:
            self.uploads.pop().file.delete(save=False)


@dataclass(frozen=True)
class Case:
    """A mail that is being decided, what it holds, and its uploads while nothing is certain.

    `entered_by` is the analyst who lets it out of quarantine.
    """

    mail: InboundMail
    content: Content
    stored: Stored = field(default_factory=Stored)
    entered_by: User | None = None

    def written_by(self, person: User) -> Actor:
        """`person` as who did it, when it was received (L11), the same for each copy (L12)."""
        return Actor(
            person,
            Channel.EMAIL,
            at=self.mail.received_at,
            request_key=uuid5(_MAIL, self.mail.identity),
            entered_by=self.entered_by,
            sender_check=self.mail.trust,
            quietly=self.mail.is_quiet,
        )


@dataclass(frozen=True)
class Composed:
    """A mail's words as a message, its files stored; `refused` says of each other file why."""

    body: str
    html: str
    files: list[UUID]
    refused: list[str]


def deliver(case: Case, person: User, ticket: Ticket) -> TicketEvent:
    """As what customer `person` says to `ticket`, wherever that belongs by now (L5 to L7, L11)."""
    composed = _some(compose(case, person))
    event = actions.deliver(
        ticket,
        by=case.written_by(person),
        body=composed.body,
        files=composed.files,
        html=composed.html,
    )
    return _told(case, person, event, composed)


def reply(case: Case, person: User, ticket: Ticket) -> TicketEvent:
    """As the reply of `person` of support to the customer."""
    composed = _some(compose(case, person))
    event = actions.reply(
        ticket,
        by=case.written_by(person),
        body=composed.body,
        files=composed.files,
        html=composed.html,
    )
    return _told(case, person, event, composed)


def open_ticket(
    case: Case,
    person: User,
    organization: Organization,
    product: Product,
    queue: Queue | None,
    watchers: Sequence[User],
) -> TicketEvent:
    """As a new ticket of `person`. Where only the subject says something, that is the text."""
    composed = compose(case, person)
    heading = title(case.content)
    event = actions.open_ticket(
        by=case.written_by(person),
        organization=organization,
        product=product,
        title=heading,
        body=composed.body or ("" if composed.files else heading),
        files=composed.files,
        html=composed.html,
        watchers=watchers,
        queue=queue,
    )
    return _told(case, person, event, composed)


def _some(composed: Composed) -> Composed:
    if not composed.body and not composed.files:
        raise Refused("empty", _("O e-mail não traz texto nem arquivos."))
    return composed


def _told(case: Case, person: User, event: TicketEvent, composed: Composed) -> TicketEvent:
    if composed.refused:
        answers.files_refused(case.mail, person, event.ticket, composed.refused)
    return event


def title(content: Content) -> str:
    """The subject without what answering and forwarding puts before it, else the first words."""
    subject = _PREFIXES.sub("", content.parsed.subject.strip(), count=1)
    first_words = one_line(content.written.text.strip().partition("\n")[0], _TITLE_FROM_TEXT)
    return one_line(subject, LONGEST_TITLE) or first_words or _("(sem assunto)")


def compose(case: Case, person: User) -> Composed:
    """Store the files of a mail as `person`'s and make a message of the rest.

    A file that is refused is named in the text, for all who read it. Of a text beyond what a
    message takes the whole comes as a file.
    """
    # Where a quoted letter could not be told from the answer, its links would act, for whoever
    # reads the message, in the name of the letter's reader.
    text, html = links.masked(case.content.written.text), links.masked(case.content.written.html)
    files = _worth_keeping(case.content)
    if len(text) > LONGEST_BODY or len(html) > _MOST_HTML:
        files = [Attached(_("mensagem-completa.txt"), "text/plain", text.encode()), *files]
        text = text[: LONGEST_BODY // 2] + "\n\n" + _("(Continua no arquivo anexo.)")
        html = text_to_html(text)
    by_cid, refused = _upload(case.entered_by or person, files, case.stored)
    html = _with_images(html, by_cid)
    if refused:
        notes = "\n".join(refused)
        text = "\n\n".join(filter(None, [text, notes]))
        html += text_to_html(notes)
    return Composed(text, html, [each.key for each in case.stored.uploads], refused)


def _worth_keeping(content: Content) -> list[Attached]:
    """Not the images that stand in the quoted rest alone: they are our own, or were sent before."""
    written = content.written
    shown = {_called(cid) for cid in _IMAGE.findall(written.html)}
    return [
        file
        for file in content.parsed.attachments
        if not (written.has_more and file.is_inline) or file.content_id in shown
    ]


def _upload(
    uploader: User, files: Sequence[Attached], stored: Stored
) -> tuple[dict[str, Attachment], list[str]]:
    """Store the files that are taken: those that may stand in the text, by their Content-ID. For
    each other one a line that says which and why."""
    by_cid: dict[str, Attachment] = {}
    refused: list[str] = []
    for file in files:
        try:
            upload = _taken(uploader, masking.masked(file), stored)
        except FileRefused as why:
            refused.append(_("Arquivo recusado: %(why)s") % {"why": why.sentence})
            continue
        if file.content_id and upload.safe_inline:
            by_cid.setdefault(file.content_id, upload)
    return by_cid, refused


def _taken(uploader: User, file: Attached, stored: Stored) -> Attachment:
    if len(stored.uploads) == settings.MAX_FILES_A_MESSAGE:
        raise FileRefused(
            _("“%(name)s” passa do limite de %(most)d arquivos por mensagem.")
            % {"name": file.name, "most": settings.MAX_FILES_A_MESSAGE}
        )
    stream = BytesIO(file.content)
    upload = actions.upload(uploader, file.name, stream, len(file.content))
    stored.uploads.append(upload)
    return upload


def _with_images(html: str, by_cid: Mapping[str, Attachment]) -> str:
    """Images of the mail point to our own files; others go: nothing is loaded from elsewhere."""

    def shown(found: "re.Match[str]") -> str:
        upload = by_cid.get(_called(found[1]))
        if upload is None:
            return ""
        url = reverse("web:file", args=[upload.key])
        return f'<img src="{url}" alt="{escape(upload.name)}">'

    return _IMAGE.sub(shown, html)


def _called(cid: str) -> str:
    """The Content-ID that stands encoded in an address (RFC 2392)."""
    return unquote(unescape(cid))
