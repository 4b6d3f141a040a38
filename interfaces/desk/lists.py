"""One list of tickets, as its address asks for it: what the pane of the list shows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.guards import person
from common import clock
from interfaces.desk.filters import NOBODY, FilterForm, Order
from interfaces.desk.rows import Row, rows
from interfaces.desk.scope import shown_to
from interfaces.web.paging import Place, page, place

NOTHING: Mapping[str, str] = {}

# A list longer than this is said to be so, and not counted.
MOST_COUNTED = 999


@dataclass(frozen=True)
class Chip:
    """A filter that is on, and the address without it."""

    label: str
    url: str


@dataclass(frozen=True)
class SortLink:
    label: str
    url: str
    current: bool


@dataclass(frozen=True)
class TicketList:
    """What a list shows; `url` is its own address, and `here` that of this page of it."""

    title: str
    place: Place
    rows: list[Row]
    url: str
    here: str
    previous: str
    next: str
    form: FilterForm
    chips: list[Chip]
    orders: list[SortLink]

    @property
    def order(self) -> str:
        return str(self.form.order.label)

    @property
    def count(self) -> str:
        return self.place.count

    @property
    def text(self) -> str:
        """What the foot says: which of how many, where a page is not the whole list."""
        if self.place.first is None:
            return _("%(all)s tickets") % {"all": self.count}
        if not (self.previous or self.next):
            total = self.place.total or 0
            return ngettext("%(n)d ticket", "%(n)d tickets", total) % {"n": total} if total else ""
        return self.place.span


def build(request: HttpRequest) -> TicketList:
    """The list of the request's address. Two statements, and one for each select of its form."""
    user, now = person(request), clock.now()
    form = FilterForm(request.GET, user=user)
    found = form.apply(shown_to(user), now)
    shown = page(
        found,
        form.order,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    by_severity = form.order == Order.SEVERITY
    return TicketList(
        title=form.title,
        place=place(found, form.order, shown, most=MOST_COUNTED),
        rows=rows(shown.rows, user, now, query=_query(request), by_severity=by_severity),
        url=_list_url(_query(request)),
        here=_list_url(_query(request, keep_page=True)),
        previous=_list_url(_query(request, {"before": shown.before})) if shown.before else "",
        next=_list_url(_query(request, {"after": shown.after})) if shown.after else "",
        form=form,
        chips=_chips(request, form),
        orders=_orders(request, form.order),
    )


def _orders(request: HttpRequest, current: Order) -> list[SortLink]:
    return [
        SortLink(str(each.label), _list_url(_query(request, {"sort": each})), each == current)
        for each in Order
    ]


def _chips(request: HttpRequest, form: FilterForm) -> list[Chip]:
    """The filters that are on, but for the view, which the rail shows."""
    return [
        Chip(
            f"{form.fields[name].label}: {_said(form, name, value)}",
            _list_url(_query(request, {name: ""})),
        )
        for name, value in form.chosen.items()
        if name != "view"
    ]


def _said(form: FilterForm, name: str, value: Any) -> str:
    if value == NOBODY:
        return _("Ninguém")
    choices = dict(getattr(form.fields[name], "choices", ())) if name in _CODED else {}
    return str(choices.get(value, value))


# Filters whose value is a code, and not a row that has a name.
_CODED = {"status", "severity", "age"}


def filters_of(request: HttpRequest) -> str:
    """The filters of the list that a ticket's page has beside it, as its address carries them."""
    return _query(request, keep_page=True)


def _list_url(query: str) -> str:
    return f"{reverse('desk:queue')}{query}"


def _query(
    request: HttpRequest, changes: Mapping[str, str] = NOTHING, *, keep_page: bool = False
) -> str:
    """The list's own filters, with `changes`; an empty one takes a filter away."""
    query = QueryDict(mutable=True)
    for name in FilterForm.base_fields:
        if value := changes.get(name, request.GET.get(name, "")):
            query[name] = value
    for name in ("after", "before"):
        if value := changes.get(name, request.GET.get(name, "") if keep_page else ""):
            query[name] = value
    return f"?{query.urlencode()}" if query else ""
