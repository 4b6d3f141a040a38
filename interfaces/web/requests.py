"""From a browser's request to an actor and its files; who may come in: accounts/guards.py."""

import json
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from accounts.guards import person
from accounts.models import User
from common import clock
from common.files import FileRefused
from tickets import actions
from tickets.actors import Actor
from tickets.errors import Refused
from tickets.models import Attachment, Channel

# More unsent files than this at once is no longer somebody writing a message.
MOST_UNSENT = 200
# Fields of a form that its writer did not fill in.
UNWRITTEN = frozenset({"csrfmiddlewaretoken", "request_key", "seen"})


def received_at(get_response: Callable[[HttpRequest], HttpResponse]) -> Any:
    """Middleware: the moment when our first process got the request (L11): the web server stamps
    it before the body is read (helpdesk/door.py), other servers' requests are stamped here.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        stamped = getattr(request, "scope", {}).get("prazo.received_at")
        request.received_at = stamped or clock.now()  # type: ignore[attr-defined]  # ours alone
        return get_response(request)

    return middleware


def stamp(request: HttpRequest) -> datetime:
    """When our first process got this request; aware, UTC."""
    return getattr(request, "received_at", None) or clock.now()


def actor(
    request: HttpRequest,
    channel: Channel,
    *,
    user: User | None = None,
    entered_by: User | None = None,
) -> Actor:
    """Who acts by this request: the person signed in, or `user`, entered by an analyst.

    The form's `request_key` makes the same form, sent twice, have one effect (L12); filled in
    anew, as after the browser's Back, it is another request. A form without one, or with nonsense
    in it, counts each time.
    """
    return Actor(
        user or person(request),
        channel,
        stamp(request),
        _request_key(request),
        entered_by,
    )


def _request_key(request: HttpRequest) -> UUID | None:
    """Names this very request: the form that was drawn, where it went, and all that it said."""
    drawn = as_key(request.POST.get("request_key", ""))
    if drawn is None:
        return None
    said = [field for field in sorted(request.POST.lists()) if field[0] not in UNWRITTEN]
    files = [
        (name, file.name, file.size)
        for name, brought in sorted(request.FILES.lists())
        for file in brought
    ]
    return uuid5(drawn, json.dumps([request.path, said, files]))


def files_of(request: HttpRequest) -> list[UUID]:
    """Keys of the files of this form: those sent ahead (`files`), and those that come with it
    where there is no script (`uploads`). Raises `Refused` with the reason of the first refusal;
    the others are kept all the same, for `stored_files` to draw the form again with them. Of too
    many, none is kept.
    """
    keys = _sent_ahead(request)
    new, refusal = brought(request, "uploads", beside=len(keys))
    request.file_keys = keys + new  # type: ignore[attr-defined]  # ours alone
    if refusal is not None:
        raise refusal
    return keys + new


def brought(request: HttpRequest, name: str, *, beside: int) -> tuple[list[UUID], Refused | None]:
    """Store the files that came with the form as `name`: their keys, and the first refusal.

    `beside` others were sent ahead. Of too many, none is kept.
    """
    user, uploads = person(request), request.FILES.getlist(name)
    keys: list[UUID] = []
    refusal: Refused | None = None
    try:
        check_room(user, len(uploads), beside=beside)
    except Refused as full:
        return [], full
    for upload in uploads:
        try:
            stored = actions.upload(user, upload.name or "", upload, upload.size or 0)
        except FileRefused as refused:
            refusal = refusal or Refused("file_refused", refused.sentence)
        else:
            keys.append(stored.key)
    return keys, refusal


def check_room(user: User, coming: int, *, beside: int = 0) -> None:
    """Refuse, before one is stored, files that no message of `user` could take.

    `coming` are new; `beside` them the message names others, which were sent ahead.
    """
    if coming + beside > settings.MAX_FILES_A_MESSAGE:
        most = {"most": settings.MAX_FILES_A_MESSAGE}
        sentence = _("São no máximo %(most)d arquivos por mensagem. Envie os demais em outra.")
        raise Refused("too_many_files", sentence % most)
    waiting = Attachment.objects.filter(uploaded_by=user, message=None)
    if coming and waiting.count() + coming > MOST_UNSENT:
        sentence = _("Há arquivos demais à espera. Envie a mensagem ou remova alguns.")
        raise Refused("too_many_unsent", sentence)


def stored_files(request: HttpRequest) -> list[dict[str, Any]]:
    """The unsent files that this form named or brought, for drawing it again with nothing lost."""
    return unsent(person(request), sent_files(request))


def sent_files(request: HttpRequest) -> list[UUID]:
    """Keys of the files that this form named or brought (`files_of`), whosever they are."""
    return getattr(request, "file_keys", None) or _sent_ahead(request)


def unsent(user: User, keys: Iterable[object]) -> list[dict[str, Any]]:
    """Those of `keys`, of a form or a draft, that are files of `user` which no message took yet."""
    known = [key for text in keys if (key := as_key(str(text))) is not None]
    return [described(each) for each in Attachment.objects.unsent_of(user, known)] if known else []


def _sent_ahead(request: HttpRequest) -> list[UUID]:
    return [key for text in request.POST.getlist("files") if (key := as_key(text)) is not None]


def described(attachment: Attachment) -> dict[str, Any]:
    """An attachment as templates and scripts are told of it."""
    return {
        "id": str(attachment.key),
        "name": attachment.name,
        "size": attachment.size,
        "type": attachment.content_type,
    }


def as_key(text: str) -> UUID | None:
    """The key that `text` is; None if it is none."""
    try:
        return UUID(text)
    except ValueError:
        return None
