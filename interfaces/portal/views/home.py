"""The first page: what awaits me, then my tickets."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.guards import person, signed_in
from accounts.models import User
from accounts.places import invitations
from common import clock
from interfaces.portal.lists import Whose, administered, concerning, tickets_of, totals
from interfaces.portal.rows import rows
from interfaces.web.organizations import chosen
from tickets.lifecycle import WITH_CUSTOMER

# What fits on a first page; the list has the rest.
MOST = 10


@require_safe
@signed_in
def home(request: HttpRequest) -> HttpResponseBase:
    """What awaits me, the nearest deadline first, and the latest of the rest.

    An organization's administrator may look at all of its tickets; of several organizations only
    the one that was chosen is shown (R2). The desk has its own page.
    """
    user, now = person(request), clock.now()
    if user.is_desk:
        return redirect("desk:dashboard")
    organization = chosen(request)
    administers = bool(administered(user, organization))
    company = request.GET.get("whose") == Whose.COMPANY and administers
    whose = Whose.COMPANY if company else Whose.MINE
    mine = tickets_of(user, whose, organization)
    awaiting = (mine if company else concerning(user, organization)).awaiting_customer()
    others = mine.exclude(status__in=WITH_CUSTOMER)
    awaited = rows(awaiting.order_by("deadline_at", "pk")[: MOST + 1], user, now)
    numbers = totals(user, organization)
    context = {
        "greeting": greeting(user, now),
        "invitations": invitations(user),
        "tabs": _tabs(numbers, whose) if administers else [],
        "awaiting": awaited[:MOST],
        "more_await": len(awaited) > MOST,
        "all_mine": not any(row.waits_for for row in awaited),
        "recent": rows(others.order_by("-last_at", "-pk")[:MOST], user, now),
        "company": company,
        "whose": whose,
        "total": numbers[whose],
        "seen": numbers[Whose.ALL],
    }
    return render(request, "portal/home.html", context)


def _tabs(numbers: dict[str, int], whose: Whose) -> list[dict[str, Any]]:
    home = reverse("portal:home")
    urls = {Whose.MINE: home, Whose.COMPANY: f"{home}?whose={Whose.COMPANY.value}"}
    return [
        {"label": each.label, "url": url, "count": numbers[each], "current": each == whose}
        for each, url in urls.items()
    ]


def greeting(user: User, now: datetime) -> str:
    """By the hour of the reader's own clock."""
    hour = now.astimezone(user.zone).hour
    hello = _("Bom dia") if hour < 12 else _("Boa tarde") if hour < 18 else _("Boa noite")
    return f"{hello}, {user.first_name}"
