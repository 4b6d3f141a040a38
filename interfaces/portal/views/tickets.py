"""The list of tickets, with its filters in the address."""

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.guards import customer_required, person
from common import clock
from interfaces.portal.forms import FilterForm
from interfaces.portal.lists import MOST_ROWS, STATUSES, Stage, Whose, counts, filtered
from interfaces.portal.rows import rows
from interfaces.web import organizations
from interfaces.web.paging import page, place
from interfaces.web.scope import asks_for, varies


@require_safe
@varies
@customer_required
def tickets(request: HttpRequest) -> HttpResponse:
    """25 rows, the last interaction first; for htmx the list alone."""
    user = person(request)
    organization = organizations.chosen(request)
    form = FilterForm(request.GET, user=user, organization=organization)
    chosen = form.chosen()
    stage = chosen.pop("stage", "")
    found = filtered(user, chosen, organization)
    numbers = counts(found)
    if stage:
        found = found.filter(status__in=STATUSES[stage])
    shown = page(
        found,
        "last",
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    whose = chosen.get("whose", Whose.MINE)
    fragment = asks_for(request)
    context = {
        "form": form,
        "rows": rows(shown.rows, user, clock.now()),
        "tabs": _tabs(request.GET, stage, numbers),
        "total": numbers[stage],
        "place": place(found, "last", shown, most=numbers[stage]) if shown.before else None,
        "previous": shown.before and _address(request.GET, before=shown.before),
        "next": shown.after and _address(request.GET, after=shown.after),
        "narrowed": bool(stage or chosen.keys() - {"whose"}),
        "plain": reverse("portal:tickets"),
        "wider": "" if whose == Whose.ALL else _address(request.GET, whose=Whose.ALL),
        "nothing": _NOTHING[Whose(whose)],
        "exported": _address(request.GET).removeprefix(reverse("portal:tickets")),
        "most": MOST_ROWS if numbers[stage] > MOST_ROWS else 0,
        "fragment": fragment,
    }
    response = render(request, "portal/_list.html" if fragment else "portal/tickets.html", context)
    if fragment:
        response["HX-Push-Url"] = _address(request.GET)
    return response


_NOTHING = {
    Whose.MINE: _("Você ainda não abriu nenhum ticket"),
    Whose.WATCHED: _("Você não acompanha nenhum ticket"),
    Whose.COMPANY: _("Sua empresa ainda não abriu nenhum ticket"),
    Whose.ALL: _("Ainda não há tickets"),
}


def _tabs(asked: QueryDict, stage: str, numbers: dict[str, int]) -> list[dict[str, Any]]:
    choices = [("", _("Todos")), *((each.value, each.label) for each in Stage)]
    return [
        {
            "label": label,
            "url": _address(asked, stage=value),
            "count": numbers[value],
            "current": value == stage,
        }
        for value, label in choices
    ]


def _address(asked: QueryDict, **changes: str) -> str:
    """This list with `changes`, on its first page unless they name another; empty is left out."""
    query = asked.copy()
    for name in ("after", "before"):
        query.pop(name, None)
    for name, value in changes.items():
        query[name] = value
    for name in [name for name, value in query.items() if not value]:
        del query[name]
    return f"{reverse('portal:tickets')}?{query.urlencode()}"
