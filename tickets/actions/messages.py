"""Writing a message with its files, and receiving uploads; shared by the verbs that speak."""

from collections.abc import Sequence
from typing import IO
from uuid import UUID

from django.conf import settings
from django.core.files import File
from django.utils.translation import gettext as _

from accounts.models import User
from common import files as file_rules
from common.html import text_to_html
from common.text import clean
from tickets.actors import Actor
from tickets.errors import Refused
from tickets.models import Attachment, Message, Ticket

LONGEST_BODY = 100_000


def write(
    ticket: Ticket,
    kind: Message.Kind,
    *,
    by: Actor,
    body: str,
    files: Sequence[UUID] = (),
    html: str = "",
) -> Message:
    """Add a message of `by` to `ticket` (held by the caller) and bind its uploads to it.

    `html` is an already sanitised form of the same text (mail); without it the text is marked
    up. Refuses an empty or endless text, too many files, and uploads that are not the writer's.
    """
    text = clean(body)
    if not text.strip() and not files:
        raise Refused("empty", _("Escreva a mensagem antes de enviar."))
    if len(text) > LONGEST_BODY:
        raise Refused("too_long", _("A mensagem é longa demais. Envie o texto como arquivo anexo."))
    if len(files) > settings.MAX_FILES_A_MESSAGE:
        raise Refused(
            "too_many_files",
            _("São no máximo %(most)d arquivos por mensagem. Envie os demais em outra.")
            % {"most": settings.MAX_FILES_A_MESSAGE},
        )
    author = by.person()
    message = Message.objects.create(
        ticket=ticket,
        kind=kind,
        author=author,
        entered_by=by.entered_by,
        by_customer=not author.is_desk,
        is_internal=kind == Message.Kind.NOTE,
        channel=by.channel,
        sender_check=by.sender_check,
        body_text=text,
        body_html=html or text_to_html(text),
        received_at=by.at,
    )
    _bind(message, by.entered_by or author, files)
    return message


def _bind(message: Message, uploader: User, keys: Sequence[UUID]) -> None:
    if not keys:
        return
    uploads = Attachment.objects.unsent_of(uploader, list(keys)).select_for_update()
    if len(found := list(uploads)) != len(set(keys)):
        raise Refused(
            "file_gone", _("Um dos arquivos não está mais disponível. Anexe-o outra vez.")
        )
    Attachment.objects.filter(pk__in=[each.pk for each in found]).update(message=message)


def upload(user: User, name: str, stream: IO[bytes], size: int) -> Attachment:
    """Keep a file of `user` until a message takes it; a day later it is removed.

    Raises `common.files.FileRefused` for what may not be attached.
    """
    inspected = file_rules.inspect(name, stream, size)
    attachment = Attachment(
        uploaded_by=user,
        name=inspected.name,
        content_type=inspected.content_type,
        size=size,
        sha256=file_rules.sha256(stream),
        safe_inline=inspected.safe_inline,
    )
    stream.seek(0)
    attachment.file.save(inspected.name, File(stream), save=False)
    attachment.save()
    return attachment
