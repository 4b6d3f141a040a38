"""A ticket's whole history as templates draw it: chapters of messages and sentences."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from common import dates
from interfaces.web.requests import described
from tickets import history
from tickets.deadlines import zone_of
from tickets.lifecycle import EndReason
from tickets.models import Channel, Message, SenderCheck, Ticket, Verb
from tickets.queries import Chapter, chapters

_ICONS = {
    Verb.OPEN: "plus",
    Verb.CONFIRM_SOLUTION: "check",
    Verb.CANCEL: "x",
    Verb.DISCARD: "trash",
    Verb.MERGE: "merge",
    Verb.ABSORB: "merge",
    Verb.UNMERGE: "merge",
    Verb.FOLLOW_UP: "followed",
    Verb.EXPIRE_PENDING: "validation",
    Verb.EXPIRE_VALIDATION: "closed",
    Verb.REINSTATE: "open",
    Verb.RESUME: "open",
    Verb.REMIND: "clock",
    Verb.RECOMPUTE: "clock",
    Verb.MOVE: "inbox",
    Verb.CHANGE_SEVERITY: "alert",
    Verb.WATCH: "eye",
    Verb.UNWATCH: "eye",
    Verb.BOUNCE: "mail",
    Verb.JOIN_INCIDENT: "alert",
    Verb.LEAVE_INCIDENT: "alert",
    Verb.LINK_DEFECT: "bug",
    Verb.UNLINK_DEFECT: "bug",
    Verb.OFFER_SERVICE: "ask",
    Verb.ACCEPT_SERVICE: "check",
    Verb.DECLINE_SERVICE: "x",
    Verb.WITHDRAW_SERVICE: "undo",
}
# What the message's own template does not say.
_KIND_LABELS: dict[str, Any] = {
    Message.Kind.REASON: gettext_lazy("Motivo"),
    Message.Kind.SCOPE: gettext_lazy("Fora do escopo do suporte"),
}
# Said of a sender to the desk alone: a customer could do nothing about it, and whoever forges
# mail would learn which of it passes.
_DOUBTS = {SenderCheck.FAILED, SenderCheck.UNKNOWN}
# As the inbox writes an image of a mail into a message, where no link stands around it.
_LINK_OR_IMAGE = re.compile(r'<a [^>]*>|</a>|<img src="(/[^"]*)"[^>]*>')


@dataclass(frozen=True)
class Entry:
    """One line of the timeline: a message (`body` is sanitised HTML), or a sentence.

    `absorbed` is the number of the ticket that this step merged into the chapter's; `url` leads
    to what a sentence is about. Of a message that came by mail, `full` leads to the whole text
    and `original` to the file; `check` tells the desk that its sender was not confirmed.
    """

    at: datetime
    icon: str = ""
    actor: str = ""
    text: str = ""
    absorbed: int = 0
    url: str = ""
    message: Message | None = None
    author: str = ""
    photo: Any = None
    affiliation: str = ""
    support: bool = False
    kind: str = ""
    kind_label: str = ""
    body: SafeString = field(default_factory=SafeString)
    channel: str = ""
    check: str = ""
    check_label: str = ""
    full: str = ""
    original: str = ""
    entered_by: str = ""
    answered: datetime | None = None
    attachments: list[dict[str, Any]] = field(default_factory=list)

    @property
    def apart(self) -> list[dict[str, Any]]:
        """The files that do not stand in the text."""
        return [file for file in self.attachments if not file["in_place"]]

    @property
    def anchor(self) -> str:
        return f"mensagem-{self.message.pk}" if self.message else ""


@dataclass(frozen=True)
class ChapterView:
    """One ticket of the history. `folded`: not the ticket of the page but one before or merged."""

    ticket: Ticket
    entries: list[Entry]
    folded: bool
    meta: str


@dataclass(frozen=True)
class Line:
    """One line of the conversation, and the ticket that it merged, to be read in its place."""

    entry: Entry
    merged: "Fold | None" = None


@dataclass(frozen=True)
class Fold:
    """Another ticket of the history, folded in."""

    ticket: Ticket
    meta: str
    lines: list[Line]


def timeline(ticket: Ticket, reader: User, now: datetime) -> list[ChapterView]:
    """The history of `ticket` as `reader` may see it (L6, L8, L13), the oldest ticket first."""
    read = chapters(ticket, reader)
    names = history.Names.of(event for chapter in read for event in chapter.events)
    return [
        ChapterView(
            chapter.ticket,
            _entries(chapter, reader, names),
            folded=chapter.ticket.pk != ticket.pk,
            meta=_meta(chapter, reader),
        )
        for chapter in read
    ]


def conversation(chapters_shown: Iterable[ChapterView]) -> tuple[list[Fold], list[Line]]:
    """The tickets before, and the lines of the page's own; merged ones where they were merged."""
    merged: dict[int, ChapterView] = {}
    others: list[ChapterView] = []
    for each in chapters_shown:
        if each.folded and each.ticket.merged_into_id is not None:
            merged[each.ticket.number] = each
        else:
            others.append(each)
    told = [(each, _lines(each, merged)) for each in others]
    earlier = [Fold(each.ticket, each.meta, lines) for each, lines in told if each.folded]
    return earlier, next(lines for each, lines in told if not each.folded)


def last_message_id(chapters_shown: Iterable[ChapterView]) -> int:
    """The newest message on screen, for telling whether somebody wrote meanwhile."""
    shown = (
        entry.message.pk
        for chapter in chapters_shown
        if not chapter.folded
        for entry in chapter.entries
        if entry.message
    )
    return max(shown, default=0)


def _lines(chapter: ChapterView, merged: dict[int, ChapterView]) -> list[Line]:
    """Each merged ticket is told once, where it was merged last."""
    lines = []
    for entry in reversed(chapter.entries):
        other = merged.pop(entry.absorbed, None)
        fold = Fold(other.ticket, other.meta, _lines(other, merged)) if other else None
        lines.append(Line(entry, fold))
    return lines[::-1]


def _entries(chapter: Chapter, reader: User, names: history.Names) -> list[Entry]:
    by_id = {message.pk: message for message in chapter.messages}
    answers = [message.received_at for message in chapter.messages if message.by_customer]
    zone = zone_of(chapter.ticket)
    entries = []
    for line in history.lines(chapter.events, zone, reader_zone=reader.zone, names=names):
        message = by_id.get(line.event.message_id or 0)
        if message is None or line.event.verb in _BOTH or "predecessor" in line.event.data:
            entries.append(_sentence(line, _until(line, reader, zone), _about(line, reader)))
        if message is not None:
            entries.append(_message(message, reader, answers, line.on_behalf))
        if message is not None and line.to_status and line.event.verb not in _BOTH:
            entries.append(_status_sentence(line, _until(line, reader, zone)))
    return entries


# Said in a sentence as well as by their message.
_BOTH = {
    Verb.RESUME,
    Verb.CHANGE_SEVERITY,
    Verb.OFFER_SERVICE,
    Verb.DECLINE_SERVICE,
    Verb.WITHDRAW_SERVICE,
}


def _about(line: history.Line, reader: User) -> str:
    """The letter that came back, for those who may read letters."""
    if line.event.verb != Verb.BOUNCE or not (reader.is_supervisor and reader.is_staff):
        return ""
    return reverse("admin:outbox_delivery_change", args=[line.event.data["delivery"]])


def _sentence(line: history.Line, until: str, url: str) -> Entry:
    return Entry(
        at=line.event.at,
        icon=_ICONS.get(Verb(line.event.verb), "user"),
        actor=line.who,
        text=line.what + until,
        absorbed=line.event.data["ticket"] if line.event.verb == Verb.ABSORB else 0,
        url=url,
    )


def _status_sentence(line: history.Line, until: str) -> Entry:
    """After a message that moved the ticket: "passou o ticket de Aberto para …"."""
    return Entry(
        at=line.event.at,
        icon=line.to_status,
        actor=line.who,
        text=_("passou o ticket de %(from)s para %(to)s")
        % {
            "from": line.event.get_from_status_display(),
            "to": line.event.get_to_status_display(),
        }
        + until,
    )


def _until(line: history.Line, reader: User, zone: ZoneInfo) -> str:
    """The date told at this step, in the calendar's zone, as the deadline itself is told."""
    if line.until is None or not line.to_status:
        return ""
    return " " + _("até %(when)s") % {
        "when": dates.exact(line.until, zone, reader.zone, now=line.event.at)
    }


def _message(message: Message, reader: User, answers: list[datetime], on_behalf: str = "") -> Entry:
    answered = None
    if message.kind == Message.Kind.REQUEST:
        answered = min((at for at in answers if at > message.received_at), default=None)
    body, shown = _with_pictures(message.body_html)
    doubt = message.sender_check if reader.is_desk and message.sender_check in _DOUBTS else ""
    return Entry(
        at=message.received_at,
        message=message,
        author=message.author.name,
        photo=message.author.photo,
        affiliation=_affiliation(message, reader, on_behalf),
        support=not message.by_customer,
        kind=str(message.kind),
        kind_label=str(_KIND_LABELS.get(message.kind, "")),
        body=mark_safe(body),  # noqa: S308 - sanitised where it was written
        channel=_channel(message),
        check=doubt,
        check_label=str(SenderCheck(doubt).label) if doubt else "",
        full=_full(message, reader),
        original=_original(message, reader),
        entered_by=message.entered_by.name if message.entered_by else "",
        answered=answered,
        attachments=[
            described(each)
            | {
                "url": (url := reverse("web:file", args=[each.key])),
                "image": each.safe_inline,
                "in_place": url in shown,
            }
            for each in message.attachments.all()
        ],
    )


def _full(message: Message, reader: User) -> str:
    """Where the whole mail is read; what support wrote by mail may quote internal letters (L13)."""
    if not message.sender_check or not (reader.is_desk or message.by_customer):
        return ""
    return reverse("mail:full", args=[message.pk])


def _original(message: Message, reader: User) -> str:
    if not message.sender_check or not reader.is_desk:
        return ""
    return reverse("mail:original", args=[message.pk])


def _with_pictures(html: str) -> tuple[str, set[str]]:
    """`html`, each of its images a link to the whole picture, and the addresses of those."""
    shown: set[str] = set()
    is_linked = False

    def opened(found: "re.Match[str]") -> str:
        nonlocal is_linked
        if not found[1]:
            is_linked = found[0] != "</a>"
            return found[0]
        shown.add(found[1])
        return found[0] if is_linked else f'<a href="{found[1]}">{found[0]}</a>'

    return (_LINK_OR_IMAGE.sub(opened, html) if "<img " in html else html), shown


def _affiliation(message: Message, reader: User, on_behalf: str) -> str:
    if on_behalf:
        mine = message.author_id == reader.pk
        told = _("Você, por %(name)s") if mine else _("Parceiro, por %(name)s")
        return told % {"name": on_behalf}
    if message.author_id == reader.pk:
        return str(_("Você"))
    return "" if message.by_customer else str(_("Suporte"))


def _channel(message: Message) -> str:
    """The door, where it says something: a colleague at the desk needs no word."""
    return "" if message.channel == Channel.DESK else str(Channel(message.channel).label)


def _meta(chapter: Chapter, reader: User) -> str:
    """ "4 mensagens, de 26/10 a 17/11 · encerrado em 06/11: sem retorno no prazo"."""
    count = len(chapter.messages)
    words = ngettext("%(count)d mensagem", "%(count)d mensagens", count) % {"count": count}
    if chapter.messages:
        first = dates.day(chapter.messages[0].received_at.astimezone(reader.zone).date())
        last = dates.day(chapter.messages[-1].received_at.astimezone(reader.zone).date())
        words += f", {first}" if first == last else _(", de %s a %s") % (first, last)
    ticket = chapter.ticket
    if ticket.ended_at is not None:
        words += " · " + _("encerrado em %(day)s: %(why)s") % {
            "day": dates.day(ticket.ended_at.astimezone(reader.zone).date()),
            "why": EndReason(ticket.end_reason).label,
        }
    return words
