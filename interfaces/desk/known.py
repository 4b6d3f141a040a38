"""What the pages of incidents and defects share: their tickets, and the preview of an answer."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import wraps
from hashlib import sha256
from typing import Any, TypeVar
from uuid import uuid5

from django.core import signing
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Count, Model, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, render
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from accounts.guards import desk_required, person
from accounts.models import User
from common import clock
from common.text import clean
from interfaces.web.requests import actor
from tickets import actions, numbers
from tickets.actions import bulk
from tickets.actors import Actor
from tickets.errors import Refused
from tickets.lifecycle import Status
from tickets.models import Channel, Ticket
from tickets.models.scopes import TicketQuerySet
from tickets.next_step import NextStep, next_step

M = TypeVar("M", bound=Model)
# A page names so many, and says how many more there are.
MOST = 200
ROWS = 25
_SALT = "desk.preview"


def on_row(
    rows: Callable[[], QuerySet[M]], *methods: str
) -> Callable[[Callable[[HttpRequest, M], HttpResponse]], Callable[..., HttpResponseBase]]:
    """Hand the view the row that the address names, and only for `methods` (405 otherwise).

    The whole desk may see each incident and defect; for others there is none, by any method (R1).
    """
    answered = [*methods, "HEAD"] if "GET" in methods else [*methods]

    def decorate(
        view: Callable[[HttpRequest, M], HttpResponse],
    ) -> Callable[..., HttpResponseBase]:
        @desk_required
        @wraps(view)
        def found(request: HttpRequest, /, **named: Any) -> HttpResponseBase:
            row = get_object_or_404(rows(), **named)
            if request.method not in answered:
                return HttpResponseNotAllowed(methods)
            return view(request, row)

        return found

    return decorate


@dataclass(frozen=True)
class Group:
    """Those of `tickets` that `user` sees, and whether there are others."""

    tickets: Sequence[Ticket]
    more: int
    unseen: bool

    @classmethod
    def of(cls, user: User, tickets: TicketQuerySet) -> "Group":
        seen = tickets.visible_to(user).with_people()
        listed = list(seen.order_by("number")[: MOST + 1])
        more = seen.count() - MOST if len(listed) > MOST else 0
        return cls(listed[:MOST], more, bulk.unseen(user, tickets))

    @property
    def active(self) -> list[Ticket]:
        return [each for each in self.tickets if not each.is_ended]


@dataclass(frozen=True)
class Preview:
    """What a bulk answer will do: to how many tickets by status, which are left out, and what the
    customer of `example` will read, as at `at`."""

    at: datetime
    counts: Sequence[tuple[Status, int]]
    total: int
    left_out: Sequence[Ticket]
    example: Ticket
    body: SafeString
    step: NextStep


def rehearse(user: User, tickets: TicketQuerySet, text: str) -> Preview | None:
    """The answer to the first of `tickets` that has not ended, in a transaction that is undone: so
    the preview cannot tell another story. None where all have ended.

    Raises `Refused` where the answer would.
    """
    bulk.require_sight(user, tickets.active())
    now = clock.now()
    found = list(tickets.with_people().order_by("number"))
    active = [each for each in found if not each.is_ended]
    if not active:
        return None
    with transaction.atomic():
        event = actions.propose_solution(active[0], by=Actor(user, Channel.DESK), body=text)
        transaction.set_rollback(True)
    assert event.message is not None  # noqa: S101 - it was just written
    counts = Counter(each.status for each in active)
    return Preview(
        at=now,
        counts=[(status, counts[status]) for status in Status if counts[status]],
        total=len(active),
        left_out=[each for each in found if each.is_ended],
        example=active[0],
        body=mark_safe(event.message.body_html),  # noqa: S308 - sanitised where it was written
        step=next_step(event.ticket, reader=event.ticket.requester, now=now),
    )


def counted(rows: QuerySet[Any], user: User, *, by: str) -> QuerySet[Any]:
    """Incidents or defects, each with how many of its tickets `user` may see; `by` is the path
    from a ticket to them."""
    seen = Ticket.objects.visible_to(user).filter(**{by: OuterRef("pk")}).order_by()
    count = seen.values(by).annotate(n=Count("pk", distinct=True)).values("n")
    found: QuerySet[Any] = rows.annotate(count=Coalesce(Subquery(count), 0))
    return found


def by_numbers(user: User, typed: str) -> tuple[list[Ticket], list[str]]:
    """The tickets that `typed` names and `user` sees, and the words that name none."""
    words = typed.replace(",", " ").replace(";", " ").split()
    wanted = {word: numbers.parse(word) for word in words[:MOST]}
    seen = Ticket.objects.visible_to(user).filter(number__in=[n for n in wanted.values() if n])
    found = {each.number: each for each in seen}
    return (
        [found[n] for n in dict.fromkeys(wanted.values()) if n in found],
        [word for word, n in wanted.items() if n not in found],
    )


def each_of(
    request: HttpRequest, typed: str, act: Callable[[Ticket, Actor], object]
) -> tuple[int, list[str]]:
    """Do `act` to each ticket that `typed` names: how many it took, and why not the others.

    Each of them is an act with its own key (L12).
    """
    tickets, nobody = by_numbers(person(request), typed)
    said = [_("%(word)s: não há ticket com esse número.") % {"word": word} for word in nobody]
    by, count = actor(request, Channel.DESK), 0
    for ticket in tickets:
        key = by.request_key
        its_own = replace(by, request_key=uuid5(key, str(ticket.number)) if key else None)
        try:
            act(ticket, its_own)
        except Refused as refused:
            said.append(f"{ticket.number}: {refused}")
        else:
            count += 1
    return count, said


def proof(user: User, row: Model, text: str, at: datetime) -> str:
    """What the form below a preview brings back: that `user` was shown `text` for `row` at `at`."""
    return signing.dumps([at.isoformat(), _shown(user, row, text)], salt=_SALT)


def previewed(request: HttpRequest, user: User, row: Model, text: str) -> datetime | None:
    """The moment at which `user` was shown just this `text` for `row`; None without proof."""
    try:
        at, shown = signing.loads(request.POST.get("previewed", ""), salt=_SALT)
    except signing.BadSignature:
        return None
    return datetime.fromisoformat(at) if shown == _shown(user, row, text) else None


def look_again() -> str:
    """Said where a form agrees to what was not previewed."""
    return _("Nada foi enviado: esta resposta ainda não foi conferida. Confira-a e confirme.")


def _shown(user: User, row: Model, text: str) -> str:
    told = f"{user.pk} {row._meta.label} {row.pk} {clean(text).strip()}"
    return sha256(told.encode()).hexdigest()


def page(request: HttpRequest, rows: QuerySet[Any]) -> dict[str, Any]:
    """One page of `rows` with its pager, by the address's `page`."""
    shown = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    span = {"first": shown.start_index(), "last": shown.end_index(), "all": shown.paginator.count}
    return {
        "rows": shown,
        "previous": _with(request, page=str(shown.previous_page_number()))
        if shown.has_previous()
        else "",
        "next": _with(request, page=str(shown.next_page_number())) if shown.has_next() else "",
        "span": _("%(first)d a %(last)d de %(all)d") % span,
    }


def tabs(request: HttpRequest, states: Mapping[str, str], chosen: str) -> list[dict[str, Any]]:
    """The states of a list as tabs; the other filters stay."""
    return [
        {
            "label": label,
            "url": _with(request, state=state, page=""),
            "count": None,
            "current": state == chosen,
        }
        for state, label in states.items()
    ]


def _with(request: HttpRequest, **changes: str) -> str:
    query = request.GET.copy()
    for name, value in changes.items():
        query[name] = value
    for name in [name for name, value in query.items() if not value]:
        del query[name]
    return f"{request.path}?{query.urlencode()}"


def form_page(request: HttpRequest, form: Form, title: str, *, back: str) -> HttpResponse:
    """The page on which an incident or a defect is written down or changed."""
    context = {"form": form, "title": title, "back": back, "submit": title}
    status = 422 if form.errors else 200
    return render(request, "desk/known_form.html", context, status=status)
