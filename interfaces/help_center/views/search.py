"""Searching the help center: articles for whoever reads them, and what else is known."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from accounts.models import User
from common import clients, pace
from common.text import one_line
from interfaces.help_center.forms import SearchForm
from knowledge import inquiries
from knowledge import search as knowledge
from knowledge.search import Found
from knowledge.words import marked

ROWS = 10
LAST_PAGE = 20
# What strangers behind one address, and all of them, search in vain in an hour of real seconds;
# more is a machine at play.
_MOST_OF_ONE, _MOST_MISSES, _IN_SECONDS = 20, 500, 3600


@dataclass(frozen=True)
class Result:
    """One answer; title and summary in parts, each with whether it is one of the words asked."""

    found: Found
    title: Sequence[tuple[str, bool]]
    summary: Sequence[tuple[str, bool]]


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """What answers `q`, the best first; what finds no article anywhere is noted for the writers
    (K6)."""
    typed = one_line(request.GET.get("q", ""), knowledge.LONGEST)
    number = _page(request.GET.get("page", ""))
    first = (number - 1) * ROWS
    form = SearchForm(request.GET, reader=request.user)
    found = knowledge.find(typed, reader=request.user, among=form.among, first=first, articles=ROWS)
    if number > 1 and not found.articles:
        return redirect(_address(typed, 1, form))
    if typed and not found.articles and not form.chosen:
        _miss(request, typed)
    last = first + len(found.articles)
    is_more = last < found.total and number < LAST_PAGE
    others = [
        each
        for each in (*found.incidents, *found.defects)
        if number == 1 and form.product_id in (None, each.product)
    ]
    context = {
        "q": typed,
        "form": form,
        "everywhere": _address(typed, 1),
        "articles": [_result(each, typed) for each in found.articles],
        "known": [_result(each, typed) for each in others],
        "total": found.total,
        "first": first + 1,
        "last": last,
        "previous": _address(typed, number - 1, form) if number > 1 else "",
        "next": _address(typed, number + 1, form) if is_more else "",
    }
    return render(request, "help_center/search.html", context)


def _page(text: str) -> int:
    """A page that there may be; the first for what is none."""
    is_number = text.isascii() and text.isdecimal() and len(text) < 4
    return max(1, min(int(text), LAST_PAGE)) if is_number else 1


def _address(typed: str, number: int, form: SearchForm | None = None) -> str:
    asked = {"q": typed, **(form.chosen if form else {})}
    if number > 1:
        asked["page"] = str(number)
    return f"{reverse('help_center:search')}?{urlencode(asked)}"


def _result(found: Found, typed: str) -> Result:
    return Result(found, marked(found.title, typed), marked(found.summary, typed))


def _miss(request: HttpRequest, typed: str) -> None:
    """The desk searches for itself, and machines for nobody."""
    if isinstance(request.user, User):
        if not request.user.is_desk:
            inquiries.miss(typed)
        return
    own, all_of_them = f"help-misses:{clients.address(request)}", "help-misses"
    if not (
        pace.is_too_fast(own, _MOST_OF_ONE, _IN_SECONDS)
        or pace.is_too_fast(all_of_them, _MOST_MISSES, _IN_SECONDS)
    ):
        inquiries.miss(typed)
