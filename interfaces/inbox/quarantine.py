"""What the desk's page of quarantined mail shows: the list, one mail, and where it could go."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from typing import Any

from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.guards import person
from accounts.models import Organization, User
from common import links
from common.files import FileRefused, clean_name, inspect
from common.html import text_to_html
from interfaces.inbox import decision, queries, route
from interfaces.inbox.accept_form import AcceptForm, Where
from interfaces.inbox.content import Content
from interfaces.inbox.models import InboundMail, InboundMailQuerySet, Outcome, State
from interfaces.inbox.publish import Case, title
from interfaces.web.paging import Place, page, place
from tickets.models import SenderCheck, Ticket

# A list longer than this is said to be so, and not counted.
MOST_COUNTED = 999
WAITING, REJECTED = "", "rejected"

_LONGEST_HEADER = 1_000
_HEADERS = {
    "to": gettext_lazy("Para"),
    "cc": gettext_lazy("Com cópia"),
    "reply-to": gettext_lazy("Responder para"),
    "date": gettext_lazy("Data escrita nele"),
    "return-path": gettext_lazy("Devolver para"),
    "message-id": "Message-ID",
    "in-reply-to": "In-Reply-To",
    "authentication-results": "Authentication-Results",
    "auto-submitted": "Auto-Submitted",
    "list-id": "List-Id",
}


# --- The list ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """One mail of the list; `why` it waits, or what became of it."""

    mail: InboundMail
    url: str
    why: str
    current: bool

    @property
    def is_suspect(self) -> bool:
        return self.mail.trust == SenderCheck.FAILED


@dataclass(frozen=True)
class MailList:
    """One page of the mails that wait for a person, or of those that people rejected."""

    which: str
    place: Place
    rows: Sequence[Row]
    previous: str
    next: str

    @property
    def is_of_rejected(self) -> bool:
        return self.which == REJECTED

    @property
    def title(self) -> str:
        return _("Rejeitados") if self.is_of_rejected else _("Quarentena")

    @property
    def other(self) -> str:
        """The address of the other of the two lists."""
        return _address("" if self.is_of_rejected else REJECTED)

    @property
    def count(self) -> str:
        return self.place.count

    @property
    def text(self) -> str:
        """What the foot says: which of how many, where a page is not the whole list."""
        if self.place.first is None:
            return _("%(all)s e-mails") % {"all": self.count}
        if not (self.previous or self.next):
            total = self.place.total or 0
            return ngettext("%(n)d e-mail", "%(n)d e-mails", total) % {"n": total} if total else ""
        return self.place.span


def mail_list(request: HttpRequest, current: int = 0) -> MailList:
    """The list of the request's address, in which mail `current` is open. Two statements."""
    which = REJECTED if request.GET.get("list") == REJECTED else WAITING
    reader = person(request)
    found = queries.rejected_by_people(reader) if which else queries.waiting_for(reader)
    found = found.defer("raw").select_related("about")
    order = "received" if which else "waiting"
    cursors = {name: request.GET.get(name, "") for name in ("after", "before")}
    shown = page(found, order, after=cursors["after"], before=cursors["before"])
    here = {name: value for name, value in cursors.items() if value}
    return MailList(
        which,
        place(found, order, shown, most=MOST_COUNTED),
        [_row(mail, which, here, current) for mail in shown.rows],
        _address(which, before=shown.before) if shown.before else "",
        _address(which, after=shown.after) if shown.after else "",
    )


def _row(mail: InboundMail, which: str, here: Mapping[str, str], current: int) -> Row:
    url = reverse("mail:quarantined", args=[mail.pk]) + _query(which, here)
    return Row(mail, url, why(mail), mail.pk == current)


def _address(which: str, **cursor: str) -> str:
    return reverse("mail:quarantine") + _query(which, cursor)


def _query(which: str, cursor: Mapping[str, str]) -> str:
    said = {"list": which, **cursor} if which else dict(cursor)
    return f"?{urlencode(said)}" if said else ""


def filters_of(request: HttpRequest) -> str:
    """The list beside a mail, as its address carries it."""
    kept = QueryDict(mutable=True)
    for name in ("list", "after", "before"):
        if value := request.GET.get(name, ""):
            kept[name] = value
    return f"?{kept.urlencode()}" if kept else ""


def why(mail: InboundMail) -> str:
    """Why a mail waits, in words for the desk: what a program said of a failure is not for it."""
    if mail.state != State.FAILED:
        return mail.why
    return _("O sistema tentou %(n)d vezes e não conseguiu tratar este e-mail.") % {
        "n": mail.attempts
    }


def following(reader: User, mail: InboundMail) -> InboundMail | None:
    """The mail to go on to after `mail`: the next in the list, else the first that waits."""
    found = queries.waiting_for(reader).defer("raw").exclude(pk=mail.pk)
    found = found.order_by("received_at", "pk")
    return found.filter(received_at__gte=mail.received_at).first() or found.first()


# --- One mail ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class File:
    """A file of a mail that is not published: `refusal` says why a ticket would not take it."""

    name: str
    size: int
    url: str
    refusal: str


@dataclass(frozen=True)
class Shown:
    """A mail as `reader` sees it; `form` as it was filled in and refused, or as it begins."""

    mail: InboundMail
    content: Content
    person: User | None
    form: AcceptForm
    query: str
    refusal: str = ""

    @property
    def why(self) -> str:
        return why(self.mail)

    @property
    def is_waiting(self) -> bool:
        return self.mail.state == State.QUARANTINED

    @property
    def has_failed(self) -> bool:
        return self.mail.state == State.FAILED

    @property
    def is_rejected(self) -> bool:
        return is_rejected(self.mail)

    @property
    def is_suspect(self) -> bool:
        return self.mail.trust == SenderCheck.FAILED

    @property
    def is_unproven(self) -> bool:
        return self.mail.trust == SenderCheck.UNKNOWN

    @property
    def name(self) -> str:
        """What the sender calls himself or herself."""
        return route.sender_name(self.content.parsed)

    @property
    def title(self) -> str:
        """What a new ticket would be called."""
        return title(self.content)

    @property
    def is_untouched(self) -> bool:
        """Whether the form stands as the mail suggests it."""
        return self.form.is_ready and not self.form.errors

    @property
    def goes_to_named(self) -> bool:
        return self.form.where_first == Where.NAMED

    @property
    def newcomer_of(self) -> Organization | None:
        """The customer to which accepting the mail as it stands adds its sender."""
        if self.person is not None:
            return None
        named = self.form.suggested.ticket
        if self.goes_to_named and named:
            return named.organization
        return self.form.suggested.organization

    @cached_property
    def text(self) -> SafeString:
        return _shown(self.content.written.text)

    @cached_property
    def whole(self) -> SafeString:
        """Also what it quotes; empty where that is nothing."""
        written, parsed = self.content.written, self.content.parsed
        return _shown(parsed.text) if written.has_more or written.signature else SafeString()

    @cached_property
    def headers(self) -> list[tuple[str, str]]:
        found = ((label, self.content.parsed.header(name)) for name, label in _HEADERS.items())
        return [(str(label), value[:_LONGEST_HEADER]) for label, value in found if value]

    @cached_property
    def files(self) -> list[File]:
        attached = enumerate(self.content.parsed.attachments)
        return [
            File(
                clean_name(each.name),
                len(each.content),
                reverse("mail:file", args=[self.mail.pk, index]),
                refusal(each.name, each.content),
            )
            for index, each in attached
        ]


def _shown(text: str) -> SafeString:
    """Without the links of a quoted letter, which act in the name of its reader."""
    return text_to_html(links.masked(text))


def refusal(name: str, content: bytes) -> str:
    """Why a ticket does not take this file; empty where it does."""
    try:
        inspect(name, BytesIO(content), len(content))
    except FileRefused as refused:
        return refused.sentence
    return ""


def is_rejected(mail: InboundMail) -> bool:
    """Whether a person has rejected it, which can be taken back."""
    return mail.outcome == Outcome.REJECTED and mail.settled_by_id is not None


def shown(
    request: HttpRequest, mail: InboundMail, *, data: QueryDict | None = None, refused: str = ""
) -> Shown:
    """What the reader of `request` sees of `mail`, whose raw is at hand."""
    content = Content(bytes(mail.raw))
    sender = route.sender(content.parsed)
    form = AcceptForm(
        data,
        suggested=decision.suggested(Case(mail, content)),
        person=sender,
        by=person(request),
    )
    return Shown(mail, content, sender, form, filters_of(request), refused)


@dataclass(frozen=True)
class Done:
    """What was done last: told on the page on which one goes on."""

    mail: InboundMail
    is_rejected: bool
    ticket: Ticket | None
    is_visible: bool


def done(request: HttpRequest) -> Done | None:
    """What became of the mail that the address names as settled just now, if the reader may
    know."""
    text, reader = request.GET.get("settled", ""), person(request)
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        return None
    found: Any = queries.settled_by(reader).defer("raw").select_related("ticket")
    mail: InboundMail | None = found.filter(pk=int(text)).first()
    if mail is None or mail.state not in (State.PLACED, State.RECEIVED):
        return None
    seen = Ticket.objects.visible_to(reader)
    is_visible = mail.ticket_id is not None and seen.filter(pk=mail.ticket_id).exists()
    return Done(mail, is_rejected(mail), mail.ticket, is_visible)


def found_for(reader: User) -> InboundMailQuerySet:
    """The mails whose page the reader may open: what waits, and what people rejected."""
    return queries.waiting_for(reader) | queries.rejected_by_people(reader)
