"""People from a sheet: uploaded, previewed row by row, then invited at once."""

import csv
from io import BytesIO
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from openpyxl import Workbook  # type: ignore[import-untyped]

from accounts import imports as sheets
from accounts.guards import person
from accounts.imports import Column, Level, Row
from accounts.models import Organization, PeopleImport
from accounts.sheets import MOST_BYTES, read
from catalog.models import Product
from common.errors import Refused
from common.sheets import disarmed
from interfaces.company import pacing
from interfaces.company.forms import SheetForm
from interfaces.company.pacing import Pace
from interfaces.company.scope import on_company
from interfaces.company.shell import shell

ROWS = 100
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@on_company("GET", "POST")
def upload(request: HttpRequest, organization: Organization) -> HttpResponse:
    """The sheet and how it has to be; once read, its preview."""
    data = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = SheetForm(*data)
    if form.is_bound and form.is_valid():
        sheet = form.cleaned_data["sheet"]
        try:
            pacing.require_calm(organization, Pace.SHEETS)
            # No more than can be taken comes into memory.
            lines = read(sheet.read(MOST_BYTES + 1))
            made = sheets.preview(organization, lines, name=sheet.name or "", by=person(request))
            return redirect("company:import", organization.pk, made.key)
        except Refused as refused:
            form.add_error("sheet", str(refused))
    context = shell(
        organization,
        "people",
        form=form,
        teams=organization.teams.all(),
        products=Product.objects.filter(is_active=True).values_list("name", flat=True),
    )
    return render(request, "company/import.html", context, status=422 if form.is_bound else 200)


@on_company("GET")
def template(request: HttpRequest, organization: Organization) -> HttpResponse:
    """An empty sheet with the names of the columns."""
    names = [column.value for column in Column]
    if request.GET.get("format") != "xlsx":
        return _csv("pessoas", [names])
    book = Workbook(write_only=True)
    book.create_sheet(_("Pessoas")).append(names)
    file = BytesIO()
    book.save(file)
    response = HttpResponse(file.getvalue(), content_type=_XLSX)
    response["Content-Disposition"] = 'attachment; filename="pessoas.xlsx"'
    return response


@on_company("GET")
def preview(request: HttpRequest, organization: Organization, key: UUID) -> HttpResponse:
    """Every row with what is right and wrong of it, those to be mended first."""
    sheet = _sheet(organization, key)
    rows = sheets.rows_of(sheet)
    numbers = sheets.levels(rows)
    level = request.GET.get("level", Level.ERROR if numbers[Level.ERROR] else "")
    shown = [row for row in rows if not level or row.level == level]
    pages = Paginator(shown, ROWS)
    page = pages.get_page(request.GET.get("page"))
    context = shell(
        organization,
        "people",
        sheet=sheet,
        rows=[(row, _said(row)) for row in page.object_list],
        tabs=_tabs(numbers, len(rows), level),
        invited=sum(numbers[each] for each in sheets.INVITED),
        wrong=numbers[Level.ERROR],
        skipped=numbers[Level.SKIP],
        total=len(shown),
        first=page.start_index(),
        last=page.end_index(),
        previous=page.has_previous() and f"?level={level}&page={page.previous_page_number()}",
        next=page.has_next() and f"?level={level}&page={page.next_page_number()}",
    )
    return render(request, "company/preview.html", context)


def _said(row: Row) -> str:
    """What the sheet says beyond who it is."""
    more = (Column.ROLE, Column.SEES, Column.TEAM, Column.PRODUCTS)
    return " · ".join(text for column in more if (text := row.typed.get(column.value, "")))


_TABS = {
    "": gettext_lazy("Todas"),
    Level.ERROR: gettext_lazy("Com erro"),
    Level.WARNING: gettext_lazy("Com aviso"),
    Level.SKIP: gettext_lazy("Já estão"),
    Level.OK: gettext_lazy("Prontas"),
}


def _tabs(numbers: Any, total: int, level: str) -> list[dict[str, Any]]:
    return [
        {
            "label": label,
            "url": f"?level={each}",
            "count": numbers[each] if each else total,
            "current": each == level,
        }
        for each, label in _TABS.items()
        if not each or numbers[each] or each == level
    ]


@on_company("GET")
def errors(request: HttpRequest, organization: Organization, key: UUID) -> HttpResponse:
    """What is to be mended, as a CSV: one line a problem, with what was typed."""
    rows = sheets.rows_of(_sheet(organization, key))
    heads = [_("linha"), _("coluna"), _("problema"), *(column.value for column in Column)]
    return _csv("pessoas-a-corrigir", [heads, *_problems(rows)])


def _problems(rows: list[Row]) -> list[list[object]]:
    return [
        [
            row.line,
            problem.column,
            problem.sentence,
            *(row.typed.get(column.value, "") for column in Column),
        ]
        for row in rows
        for problem in row.problems
        if row.level == Level.ERROR
    ]


@on_company("POST")
def accept(request: HttpRequest, organization: Organization, key: UUID) -> HttpResponse:
    """Invite those whose rows are right; a second time nothing (L12)."""
    sheet = _sheet(organization, key)
    try:
        if sheet.accepted_at is None:
            numbers = sheets.levels(sheets.rows_of(sheet))
            invited = sum(numbers[each] for each in sheets.INVITED)
            pacing.require_calm(organization, Pace.OF_SHEETS, times=invited)
        count = sheets.accept(sheet, by=person(request))
    except Refused as refused:
        messages.warning(request, str(refused))
        return redirect("company:import", organization.pk, key)
    if not count:
        messages.info(request, _("Esta planilha já foi aceita; ninguém foi convidado de novo."))
        return redirect("company:import", organization.pk, key)
    told = ngettext(
        "%(n)d pessoa convidada: recebe por e-mail o link para entrar.",
        "%(n)d pessoas convidadas: cada uma recebe por e-mail o link para entrar.",
        count,
    )
    messages.success(request, told % {"n": count})
    return redirect("company:import", organization.pk, key)


def _sheet(organization: Organization, key: UUID) -> PeopleImport:
    return get_object_or_404(PeopleImport, organization=organization, key=key)


def _csv(name: str, rows: list[list[Any]]) -> HttpResponse:
    """For Brazilian sheets: `;` between cells, UTF-8 with its mark, nothing that runs."""
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    write = csv.writer(response, delimiter=";").writerow
    for row in rows:
        write([disarmed(cell) for cell in row])
    return response
