"""The desk's page of answers: an analyst's own, a supervisor's all, with rates and trends (S4)."""

import csv
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.guards import desk_required, person
from accounts.models import User
from common import clock
from common.sheets import disarmed
from surveys import queries
from surveys.forms import FilterForm
from surveys.models import Survey, SurveyQuerySet

_ROWS = 25
# More make no number of an answer.
_DIGITS = 18
_HEADS = [
    _("Ticket"),
    _("Cliente"),
    _("Enviada"),
    _("Respondida"),
    _("Nota"),
    _("O que pesou"),
    _("Comentário"),
    _("Analista"),
    _("Fila"),
    _("Conta nas taxas"),
]


@require_safe
@desk_required
def answers(request: HttpRequest) -> HttpResponse:
    """Rates and answers of the surveys that the reader may see, as filtered in the address."""
    reader = person(request)
    form, surveys = _chosen(request, reader)
    rows = _page_of(queries.answers(surveys), request.GET.get("before", ""))
    context = {
        "form": form,
        "rates": queries.rates(surveys),
        "months": queries.by_month(surveys, reader.zone),
        "people": queries.by_person(surveys) if reader.is_supervisor else [],
        "queues": queries.by_queue(surveys) if reader.is_supervisor else [],
        "rows": rows[:_ROWS],
        "next": _with(request, before=rows[_ROWS - 1].pk) if len(rows) > _ROWS else "",
        "first": _with(request, before=None) if request.GET.get("before") else "",
        "query": _with(request, before=None),
    }
    return render(request, "surveys/answers.html", context)


@require_safe
@desk_required
def export(request: HttpRequest) -> HttpResponse:
    """The same answers as a CSV for Brazilian sheets: `;` between cells, UTF-8 with its mark."""
    _form, surveys = _chosen(request, person(request))
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="pesquisas.csv"'
    write = csv.writer(response, delimiter=";").writerow
    write(_HEADS)
    for survey in queries.answers(surveys).iterator(chunk_size=500):
        write([disarmed(value) for value in _cells(survey)])
    return response


def _chosen(request: HttpRequest, reader: User) -> tuple[FilterForm, SurveyQuerySet]:
    form = FilterForm(request.GET, reader=reader)
    return form, form.apply(Survey.objects.visible_to(reader), clock.now())


def _page_of(found: SurveyQuerySet, before: str) -> list[Survey]:
    """One more than a page, from the answer after number `before` on; paging is by key."""
    known = before.isdecimal() and len(before) <= _DIGITS
    last = found.filter(pk=before).first() if known else None
    return list((queries.after(found, last) if last else found)[: _ROWS + 1])


def _with(request: HttpRequest, **changes: object) -> str:
    """The address's filters with `changes`; None takes one away."""
    query = request.GET.copy()
    for name, value in changes.items():
        query.pop(name, None)
        if value is not None:
            query[name] = str(value)
    return f"?{query.urlencode()}"


def _cells(survey: Survey) -> list[object]:
    assert survey.rated_queue is not None  # noqa: S101 - a constraint of answered ones
    return [
        survey.ticket.number,
        survey.ticket.organization.name,
        _moment(survey.sent_at),
        _moment(survey.answered_at),
        survey.score,
        ", ".join(survey.reason_labels()),
        survey.comment,
        survey.rated.name if survey.rated else "",
        survey.rated_queue.name,
        gettext("sim") if survey.counts else gettext("não"),
    ]


def _moment(value: datetime | None) -> str:
    """In the reader's zone, as sheets of Brazil read it."""
    return timezone.localtime(value).strftime("%d/%m/%Y %H:%M") if value else ""
