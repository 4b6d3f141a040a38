"""The one verb of surveys: answer. It touches no ticket (S2)."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from common.text import clean
from surveys import rules
from surveys.models import Reason, Score, Survey
from tickets.errors import Refused

LONGEST_COMMENT = 4_000


@transaction.atomic
def answer(
    survey: Survey, *, score: int, reasons: Collection[str] = (), comment: str = "", now: datetime
) -> Survey:
    """Answer `survey`, or change its answer, at `now` (aware); it rates whoever was assigned at
    the last entry into Validação before, else the queue (S6).

    Refused from 30 days after the ticket's end (S3), for one that was cancelled, merged or
    discarded before it was answered (S6), and for a score or a reason that the form does not
    have. The same answer again changes nothing (L12). The ticket itself is not touched (S2).
    """
    survey = _hold(survey)
    if refused := rules.refusal(survey, now):
        raise refused
    given = {
        "score": _known_score(score),
        "reasons": _known_reasons(reasons),
        "comment": clean(comment).strip()[:LONGEST_COMMENT],
        "rated_id": survey.entry_assignee_id,
        "rated_queue_id": survey.entry_queue_id,
    }
    if all(getattr(survey, name) == value for name, value in given.items()):
        return survey
    for name, value in given.items():
        setattr(survey, name, value)
    if survey.answered_at is None:
        survey.answered_at = now
    else:
        survey.changed_at = now
    survey.save(
        update_fields=[
            "score",
            "reasons",
            "comment",
            "rated",
            "rated_queue",
            "answered_at",
            "changed_at",
        ]
    )
    return survey


def _hold(survey: Survey) -> Survey:
    rows = Survey.objects.select_for_update(of=("self",))
    return rows.select_related("ticket__queue__policy__calendar").get(pk=survey.pk)


def _known_score(score: int) -> int:
    if score not in Score.values:
        raise Refused("unknown_score", _("Escolha uma nota de 1 a 5."))
    return score


def _known_reasons(reasons: Collection[str]) -> list[str]:
    """In the order of the form, so that the same ones compare equal."""
    if not set(reasons) <= set(Reason.values):
        raise Refused("unknown_reason", _("Escolha os motivos entre os da lista."))
    return [reason for reason in Reason.values if reason in reasons]
