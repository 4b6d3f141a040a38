"""From an API request to what the verbs are told: who acts, when, once (L11, L12). No rules."""

from collections.abc import Sequence
from uuid import UUID, uuid5

from django.core.files.uploadedfile import UploadedFile
from rest_framework.request import Request

from accounts.models import User
from interfaces.web.requests import check_room, stamp
from tickets import actions
from tickets.actors import Actor
from tickets.models import Channel

_REQUEST = UUID("0d9c5a0e-5a53-5f57-8f0b-6a1f3c0f7b52")


def reader(request: Request) -> User:
    """Who is signed in; the permission class lets nobody else in."""
    assert isinstance(request.user, User)  # noqa: S101
    return request.user


def actor(request: Request) -> Actor:
    """The person signed in. `Idempotency-Key` makes the same request, sent again to the same
    address, have one effect (L12)."""
    key = request.headers.get("Idempotency-Key", "")
    request_key = uuid5(_REQUEST, f"{request.path}\n{key}") if key else None
    return Actor(reader(request), Channel.API, stamp(request._request), request_key)


def upload(request: Request, files: "Sequence[UploadedFile[bytes]]") -> list[UUID]:
    """Keep the files that came with the request; `FileRefused` for the first refused one, and
    `Refused` before any for too many."""
    person = reader(request)
    check_room(person, len(files))
    return [actions.upload(person, each.name or "", each, each.size or 0).key for each in files]
