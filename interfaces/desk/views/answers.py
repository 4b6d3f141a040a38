"""How far a bulk answer has come, and trying again what was refused (M2)."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.guards import person
from accounts.models import User
from interfaces.desk import known
from interfaces.web.requests import actor
from interfaces.web.scope import asks_for, varies
from tickets import actions
from tickets.errors import Refused
from tickets.models import BulkAnswer, BulkAnswerRow, Channel, DefectFollower, Message, Ticket


def _answers() -> QuerySet[BulkAnswer]:
    return BulkAnswer.objects.select_related(
        "created_by", "incident__product", "defect__product", "defect__fixed_in"
    )


@varies
@known.on_row(_answers, "GET")
def answer(request: HttpRequest, answer: BulkAnswer) -> HttpResponse:
    """How many are answered, which were not and why; for htmx the part that changes alone."""
    return _page(request, answer)


@known.on_row(_answers, "POST")
def retry(request: HttpRequest, answer: BulkAnswer) -> HttpResponse:
    """Try those again that were refused, in one's own name."""
    try:
        actions.retry_answers(answer, by=actor(request, Channel.DESK))
    except Refused as refused:
        return _page(request, answer, refusal=str(refused), status=409)
    messages.success(request, _("Tentando de novo, agora em seu nome."))
    return redirect("desk:answer", answer.key)


def _page(
    request: HttpRequest, answer: BulkAnswer, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    rows = _rows(answer, person(request))
    context = {
        "answer": answer,
        "counts": rows.aggregate(
            all=Count("pk"),
            done=Count("pk", filter=Q(done_at__isnull=False)),
            refused=Count("pk", filter=~Q(refusal="")),
        ),
        "refused": _listed(rows.exclude(refusal="")),
        "newer": _listed(rows.filter(_wrote_after_the_preview())),
        "told": _told(answer),
        "refusal": refusal,
    }
    template = "desk/_answer_progress.html" if asks_for(request) else "desk/answer.html"
    return render(request, template, context, status=status)


def _rows(answer: BulkAnswer, reader: User) -> QuerySet[BulkAnswerRow]:
    """The rows of tickets that the reader may see (R1)."""
    return answer.rows.filter(ticket__in=Ticket.objects.visible_to(reader))


def _listed(rows: QuerySet[BulkAnswerRow]) -> list[BulkAnswerRow]:
    return list(rows.select_related("ticket__organization").order_by("pk")[: known.MOST])


def _wrote_after_the_preview() -> Q:
    """Whether a customer wrote between the preview and the answer: its writer had not read it."""
    written = Message.objects.filter(
        ticket=OuterRef("ticket"),
        by_customer=True,
        received_at__gt=OuterRef("answer__previewed_at"),
        received_at__lte=OuterRef("done_at"),
    )
    return Q(Exists(written), done_at__isnull=False)


def _told(answer: BulkAnswer) -> dict[str, Any] | None:
    """Of a defect: how many waited for the correction, and how many of them were told."""
    if answer.defect_id is None:
        return None
    waits = DefectFollower.objects.filter(defect=answer.defect_id, person__is_active=True)
    return waits.aggregate(all=Count("pk"), done=Count("told_at"))
