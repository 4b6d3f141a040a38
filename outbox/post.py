"""Promising a letter, inside the transaction of the event that it tells. Sending is tasks.py's."""

import re
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from django.conf import settings
from django.utils.functional import Promise

from common.later import poke
from common.text import clean, one_line
from outbox.models import Delivery, Lane
from outbox.tasks import deliver, sweep

Json: TypeAlias = "str | int | float | bool | Promise | Sequence[Json] | Mapping[str, Json] | None"

_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,253}>")
_HEADER = re.compile(r"(?:X|List|Precedence)(?:-[A-Za-z]+)*")
_MOST_REFERENCES = 20
# A line of a mail takes 998 (RFC 5322, 2.1.1).
_LONGEST_VALUE = 900


def post(
    letter: str,
    *,
    key: str,
    to: str,
    name: str,
    context: Mapping[str, Json],
    topic: str = "",
    reply_to: str = "",
    in_reply_to: str = "",
    references: Sequence[str] = (),
    headers: Mapping[str, str] | None = None,
    secret: bool = False,
) -> Delivery:
    """Promise `templates/emails/<letter>/` to one recipient; once for each `key` (L12).

    Call it in the transaction of the event: promise and event exist together or not at all. For
    a `key` that was promised before, that promise is returned as it stands.

    - `key` is `letter:event:recipient`; it is shown to staff, so no secret goes in it.
    - `context` is what the letter says, in words as told at this moment: dates as sentences,
      never as dates (L10, B7). Anything that is not JSON raises `TypeError`.
    - `topic` (`ticket:1024`) finds all letters about one thing.
    - `in_reply_to` and `references` may come from strangers' mail; what is no Message-ID is
      dropped.
    - `headers` beyond ours: `X-…`, `List-…` and `Precedence` only, else `ValueError`.
    - `secret` letters hold an access link: they go first, are never shown, and their context is
      erased once sent.
    """
    for header in headers or {}:
        if not _HEADER.fullmatch(header):
            raise ValueError(f"A letter cannot set the header {header!r}.")
    promise = Delivery(
        key=key,
        letter=letter,
        topic=topic,
        lane=Lane.ACCESS if secret else Lane.NEWS,
        to_address=to,
        to_name=one_line(name, 100),
        context=frozen(context),
        secret=secret,
        message_id=f"<{uuid.uuid4().hex}@{settings.MAIL_REPLY_DOMAIN}>",
        in_reply_to=next(iter(_message_ids([in_reply_to])), ""),
        references=_message_ids(references),
        reply_to=reply_to,
        headers={
            header: one_line(value, _LONGEST_VALUE) for header, value in (headers or {}).items()
        },
    )
    Delivery.objects.bulk_create([promise], ignore_conflicts=True)
    kept = Delivery.objects.get(key=key)
    if kept.message_id == promise.message_id:
        poke(deliver, kept.pk)
    return kept


@dataclass(frozen=True)
class Addressed:
    """One of many letters of a kind, as `post` is told of a single one."""

    key: str
    to: str
    name: str
    context: Mapping[str, Json]


def post_in_bulk(letter: str, addressed: Iterable[Addressed], *, secret: bool = False) -> None:
    """Promise many letters at once, each once for its key, behind those that somebody waits for
    at the sign-in page. A sweep sends them."""
    promises = [
        Delivery(
            key=each.key,
            letter=letter,
            lane=Lane.NEWS,
            to_address=each.to,
            to_name=one_line(each.name, 100),
            context=frozen(each.context),
            secret=secret,
            message_id=f"<{uuid.uuid4().hex}@{settings.MAIL_REPLY_DOMAIN}>",
        )
        for each in addressed
    ]
    Delivery.objects.bulk_create(promises, ignore_conflicts=True, batch_size=1000)
    poke(sweep)


def frozen(value: Json) -> object:
    """`value` as plain JSON that PostgreSQL takes, whatever characters people have typed."""
    if isinstance(value, str | Promise):
        return clean(str(value))
    if isinstance(value, Mapping):
        return {str(name): frozen(item) for name, item in value.items()}
    if isinstance(value, Sequence):
        return [frozen(item) for item in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    raise TypeError(f"A letter tells words, not a {type(value).__name__}: write it out first.")


def _message_ids(values: Sequence[str]) -> list[str]:
    """The Message-IDs among `values`; of a long thread, the first and the latest."""
    ids = [value.strip() for value in values if _MESSAGE_ID.fullmatch(value.strip())]
    return ids if len(ids) <= _MOST_REFERENCES else [ids[0], *ids[-_MOST_REFERENCES + 1 :]]
