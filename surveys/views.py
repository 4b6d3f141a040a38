"""The survey's public page: opened by a signed link, with no sign-in (S3). GET answers nothing."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from common import clock
from common.links import BadLink
from surveys import actions, links, rules
from surveys.forms import AnswerForm
from surveys.models import Survey
from tickets import correspondence
from tickets.deadlines import zone_of
from tickets.errors import Refused
from tickets.next_step import next_step

View = Callable[[HttpRequest, str], HttpResponse]

# Nobody changes their mind so often; real seconds.
_MOST_ANSWERS = 30
_IN_SECONDS = 3600


def private(view: View) -> View:
    """The link is a key: no other site, no search engine and no cache learns of it.

    `same-origin`, since under `no-referrer` a browser posts with the origin "null", which the
    CSRF check refuses.
    """

    @wraps(view)
    def kept(request: HttpRequest, token: str) -> HttpResponse:
        response = view(request, token)
        response["Referrer-Policy"] = "same-origin"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return kept


@never_cache
@private
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """Show the survey; take an answer, or a changed one, and come back to show it."""
    survey = _found(token)
    if survey is None:
        return render(request, "surveys/not_found.html", status=404)
    if request.method != "POST":
        return _page(request, survey, AnswerForm(survey))
    form = AnswerForm(survey, request.POST)
    if not form.is_valid():
        return _page(request, survey, form, status=422)
    try:
        _slowly(survey)
        actions.answer(survey, **form.cleaned_data, now=clock.now())
    except Refused as refused:
        form.add_error(None, str(refused))
        return _page(request, survey, form, status=409)
    messages.success(request, _("Avaliação registrada. Obrigado!"))
    return redirect(request.path)


def _found(token: str) -> Survey | None:
    try:
        number = links.number_in(token)
    except BadLink:
        return None
    return (
        Survey.objects.select_related(
            "ticket__queue__policy__calendar",
            "ticket__requester",
            "ticket__merged_into",
            "entry_assignee",
            "entry_queue",
        )
        .filter(ticket__number=number)
        .first()
    )


def _page(
    request: HttpRequest, survey: Survey, form: AnswerForm, status: int = 200
) -> HttpResponse:
    now, ticket = clock.now(), survey.ticket
    context = {
        "survey": survey,
        "ticket": ticket,
        "ticket_url": correspondence.page(ticket.number, ticket.requester),
        "step": next_step(ticket, reader=ticket.requester, now=now),
        "tz": zone_of(ticket),
        "until": rules.open_until(survey),
        "refused": rules.refusal(survey, now),
        "form": form,
    }
    return render(request, "surveys/answer.html", context, status=status)


def _slowly(survey: Survey) -> None:
    """Refuse a machine that answers one survey over and over; a cache that is away lets it."""
    key = f"survey-answers:{survey.pk}"
    cache.add(key, 0, _IN_SECONDS)
    try:
        count = cache.incr(key) or 0
    except ValueError:
        return
    if count > _MOST_ANSWERS:
        raise Refused("too_often", _("São mudanças demais em pouco tempo. Espere uma hora."))
