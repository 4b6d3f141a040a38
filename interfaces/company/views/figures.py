"""The organization's figures: the page with its charts, and the same numbers as a file."""

import csv
from datetime import timedelta
from functools import partial
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.guards import person
from accounts.models import Organization
from common import clock
from common.sheets import disarmed
from interfaces.company.charts import answers, charts
from interfaces.company.scope import on_company
from interfaces.company.shell import shell
from reports import organization as reports
from reports.organization import Figures
from tickets.models import Ticket

PERIODS = {
    "30": gettext_lazy("30 dias"),
    "90": gettext_lazy("90 dias"),
    "365": gettext_lazy("12 meses"),
}
USUAL = "90"
_KEPT_SECONDS = 600


@on_company("GET")
def page(request: HttpRequest, organization: Organization) -> HttpResponse:
    """How things stand now, and how they went in the period that the address names."""
    period = _period(request)
    found = _figures(request, organization, period)
    here = reverse("company:figures", args=[organization.pk])
    tickets = reverse("portal:tickets") + f"?whose=company&organization={organization.pk}"
    context = shell(
        organization,
        "figures",
        figures=found,
        charts=charts(found),
        answers=answers(found),
        strip=_strip(found, tickets),
        periods=_periods(here, period),
        file=f"{reverse('company:figures_file', args=[organization.pk])}?period={period}",
    )
    return render(request, "company/figures.html", context)


@on_company("GET")
def file(request: HttpRequest, organization: Organization) -> HttpResponse:
    """The numbers of the page as a CSV that a Brazilian Excel opens."""
    period = _period(request)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="numeros-{organization.pk}.csv"'
    response.write("\ufeff")
    lines = csv.writer(response, delimiter=";")
    lines.writerow([_("Empresa"), disarmed(organization.name)])
    lines.writerow([_("Período"), str(PERIODS[period])])
    found = _figures(request, organization, period)
    counted = timezone.localtime(found.period.now).strftime("%d/%m/%Y %H:%M")
    lines.writerow([_("Tempos e satisfação contados em"), counted])
    for chart in charts(found):
        lines.writerow([])
        lines.writerow([chart.title])
        lines.writerow(chart.columns)
        lines.writerows([[disarmed(cell) for cell in row] for row in chart.rows])
    return response


def _figures(request: HttpRequest, organization: Organization, days: str) -> Figures:
    """The period is counted for all who administer the organization, who see the same of it."""
    reader, now = person(request), clock.now()
    seen = Ticket.objects.visible_to(reader).filter(organization=organization)
    since = now - timedelta(days=int(days))
    counted = partial(reports.period, seen, since=since, now=now, tz=reader.zone)
    key = f"figures:{organization.pk}:{days}:{now:%Y%m%d}:{reader.zone.key}"
    gone: Any = cache.get_or_set(key, counted, _KEPT_SECONDS)
    return reports.figures(seen, now=now, tz=reader.zone, period=gone)


def _period(request: HttpRequest) -> str:
    asked = request.GET.get("period", "")
    return asked if asked in PERIODS else USUAL


def _periods(here: str, period: str) -> list[dict[str, Any]]:
    return [
        {"label": label, "url": f"{here}?period={days}", "current": days == period}
        for days, label in PERIODS.items()
    ]


def _strip(found: Figures, tickets: str) -> list[dict[str, Any]]:
    """What is to be done, as links to the lists."""
    return [
        {
            "label": _("Esperam pela empresa"),
            "count": found.awaiting,
            "icon": "pending",
            "url": f"{tickets}&stage=awaiting",
        },
        {
            "label": _("Com prazo até hoje"),
            "count": found.late,
            "icon": "clock",
            "danger": True,
            "url": f"{tickets}&stage=awaiting",
        },
        {
            "label": _("Com o suporte"),
            "count": found.statuses["open"],
            "icon": "open",
            "url": f"{tickets}&stage=support",
        },
    ]
