"""The list of tickets as a file, CSV or XLSX, with the filters of the list that it stands by."""

import csv
from collections.abc import Iterator
from io import BytesIO, StringIO
from itertools import chain, islice

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from openpyxl import Workbook  # type: ignore[import-untyped]
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE  # type: ignore[import-untyped]

from accounts.guards import customer_required, person
from common.sheets import disarmed
from interfaces.portal.forms import FilterForm
from interfaces.portal.lists import MOST_ROWS, STATUSES, filtered
from interfaces.web import organizations
from interfaces.web.paging import every
from tickets.models import Ticket

_HEADS = [
    _("Ticket"),
    _("Título"),
    _("Empresa"),
    _("Produto"),
    _("Severidade"),
    _("Situação"),
    _("Quem pediu"),
    _("Aberto em"),
    _("Última interação"),
]
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
@customer_required
def export(request: HttpRequest) -> HttpResponseBase:
    """What the list shows (R1), all pages of it; `format=xlsx` for a workbook."""
    user = person(request)
    organization = organizations.chosen(request)
    chosen = FilterForm(request.GET, user=user, organization=organization).chosen()
    stage = chosen.pop("stage", "")
    found = filtered(user, chosen, organization)
    if stage:
        found = found.filter(status__in=STATUSES[stage])
    tickets = islice(every(found, "opened"), MOST_ROWS)
    heads = [str(head) for head in _HEADS]
    rows = chain([heads], ([disarmed(cell) for cell in _cells(each)] for each in tickets))
    if request.GET.get("format") == "xlsx":
        return _workbook(rows)
    response = StreamingHttpResponse(_lines(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="tickets.csv"'
    return response


def _cells(ticket: Ticket) -> list[object]:
    return [
        ticket.number,
        ticket.title,
        ticket.organization.name,
        ticket.product.name,
        ticket.get_severity_display(),
        ticket.get_status_display(),
        ticket.requester.name,
        timezone.localtime(ticket.opened_at).strftime("%d/%m/%Y %H:%M"),
        timezone.localtime(ticket.last_at).strftime("%d/%m/%Y %H:%M"),
    ]


def _lines(rows: Iterator[list[str]]) -> Iterator[str]:
    """For Brazilian sheets: `;` between cells, UTF-8 with its mark."""
    yield "\ufeff"
    for row in rows:
        line = StringIO()
        csv.writer(line, delimiter=";").writerow(row)
        yield line.getvalue()


def _workbook(rows: Iterator[list[str]]) -> HttpResponse:
    """Without the control characters that no workbook may hold, wherever they came from."""
    book, file = Workbook(write_only=True), BytesIO()
    sheet = book.create_sheet("Tickets")
    for row in rows:
        sheet.append([ILLEGAL_CHARACTERS_RE.sub("", cell) for cell in row])
    book.save(file)
    response = HttpResponse(file.getvalue(), content_type=_XLSX)
    response["Content-Disposition"] = 'attachment; filename="tickets.xlsx"'
    return response
