"""A ticket's history as the API tells it: the house's chapters with their words. Reads only."""

from typing import Any

from django.urls import reverse

from accounts.models import User
from interfaces.web.requests import described
from tickets import history
from tickets.deadlines import zone_of
from tickets.models import Message, Ticket
from tickets.queries import Chapter, chapters


def timeline(ticket: Ticket, reader: User) -> list[dict[str, Any]]:
    """The history of `ticket` as `reader` may see it (L6, L8, L13), the oldest ticket first."""
    read = chapters(ticket, reader)
    names = history.Names.of(event for chapter in read for event in chapter.events)
    return [
        {
            "number": chapter.ticket.number,
            "title": chapter.ticket.title,
            "steps": _steps(chapter, reader, names),
        }
        for chapter in read
    ]


def _steps(chapter: Chapter, reader: User, names: history.Names) -> list[dict[str, Any]]:
    zone = zone_of(chapter.ticket)
    messages = {message.pk: with_files(message) for message in chapter.messages}
    return [
        {
            "verb": line.event.verb,
            "at": line.event.at,
            "channel": line.event.channel,
            "who": line.who,
            "what": line.what,
            "from_status": line.event.from_status,
            "to_status": line.event.to_status,
            "message": messages.get(line.event.message_id or 0),
        }
        for line in history.lines(chapter.events, zone, reader_zone=reader.zone, names=names)
    ]


def with_files(message: Message) -> Message:
    """The message with its files as the API describes them."""
    message.described_files = [  # type: ignore[attr-defined]  # read by its serializer
        described(each) | {"url": reverse("web:file", args=[each.key])}
        for each in message.attachments.all()
    ]
    return message
