"""surveys/actions.py and rules.py: answering, changing, and until when (S2, S3, S4, S6)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction

from surveys import rules
from surveys.actions import LONGEST_COMMENT, answer
from surveys.models import Survey
from tests.cast import at, by
from tests.surveys.conftest import again, end_by
from tickets import actions
from tickets.errors import Refused
from tickets.models import Ticket, TicketEvent

Propose = Callable[..., Ticket]
NOON = at("2026-11-13T12:00")


def given(survey: Survey) -> tuple[Any, ...]:
    survey = again(survey)
    return survey.score, survey.reasons, survey.comment, survey.rated, survey.rated_queue


def test_S4_a_score_reasons_and_a_comment(survey: Survey, elisa: Any, queue: Any) -> None:
    answer(survey, score=4, reasons=["clarity", "speed"], comment=" Ótimo.\x00 ", now=NOON)

    assert given(survey) == (4, ["speed", "clarity"], "Ótimo.", elisa, queue)
    assert (again(survey).answered_at, again(survey).changed_at) == (NOON, None)


def test_S4_only_the_score_is_needed(survey: Survey, elisa: Any, queue: Any) -> None:
    answer(survey, score=1, now=NOON)

    assert given(survey) == (1, [], "", elisa, queue)


def test_S3_an_answer_can_be_changed(survey: Survey, elisa: Any, queue: Any) -> None:
    answer(survey, score=4, comment="Bom.", now=NOON)
    later = at("2026-11-14T12:00")

    answer(survey, score=2, reasons=["other"], now=later)

    assert given(survey) == (2, ["other"], "", elisa, queue)
    assert (again(survey).answered_at, again(survey).changed_at) == (NOON, later)


def test_L12_the_same_answer_again_changes_nothing(survey: Survey) -> None:
    answer(survey, score=4, reasons=["speed"], comment="Bom.", now=NOON)

    answer(survey, score=4, reasons=["speed"], comment="Bom.", now=at("2026-11-14T12:00"))

    assert (again(survey).answered_at, again(survey).changed_at) == (NOON, None)


@pytest.mark.parametrize(
    ("score", "reasons", "code"),
    [(0, [], "unknown_score"), (6, [], "unknown_score"), (4, ["charme"], "unknown_reason")],
)
def test_what_the_form_does_not_have_is_refused(
    survey: Survey, score: int, reasons: list[str], code: str
) -> None:
    with pytest.raises(Refused) as refused:
        answer(survey, score=score, reasons=reasons, now=NOON)

    assert (refused.value.code, again(survey).answered_at) == (code, None)


def test_an_endless_comment_is_cut(survey: Survey) -> None:
    answer(survey, score=4, comment="x" * (LONGEST_COMMENT + 1), now=NOON)

    assert len(again(survey).comment) == LONGEST_COMMENT


def test_S2_the_ticket_is_not_touched(survey: Survey) -> None:
    before = Ticket.objects.values().get(pk=survey.ticket_id)
    events = TicketEvent.objects.count()

    answer(survey, score=1, comment="Péssimo, não resolveu.", now=NOON)

    assert Ticket.objects.values().get(pk=survey.ticket_id) == before
    assert TicketEvent.objects.count() == events


def _confirmed(survey: Survey, ana: Any) -> None:
    """Ended on Friday, 13/11/2026, 11:00; 30 days later is 13/12."""
    actions.confirm_solution(survey.ticket, by=by(ana, "2026-11-13T11:00"))


@pytest.mark.parametrize("answered_before", [False, True])
@pytest.mark.parametrize(
    ("when", "in_time"),
    [
        (at("2026-12-13T23:59:59"), True),
        (at("2026-12-13T22:30", "America/Manaus"), True),
        (at("2026-12-14T00:00"), False),
    ],
)
def test_S3_until_30_days_after_the_end(
    survey: Survey, ana: Any, when: datetime, in_time: bool, answered_before: bool
) -> None:
    if answered_before:
        answer(survey, score=5, now=NOON)
    _confirmed(survey, ana)
    assert rules.open_until(again(survey)) == at("2026-12-13T23:59:59")

    if in_time:
        answer(survey, score=3, now=when)
        assert again(survey).score == 3
    else:
        with pytest.raises(Refused) as refused:
            answer(survey, score=3, now=when)
        assert (refused.value.code, str(refused.value)) == (
            "too_late",
            "O prazo para avaliar este atendimento terminou em dom., 13/12, 23:59.",
        )
        assert again(survey).score == (5 if answered_before else None)


def test_S3_while_the_ticket_is_active_there_is_no_end(survey: Survey, ana: Any) -> None:
    actions.reply(survey.ticket, by=by(ana, "2026-11-13T11:00"), body="Não resolveu.")

    assert rules.open_until(again(survey)) is None
    assert answer(survey, score=2, now=at("2028-01-01T10:00")).score == 2


def test_S6_it_rates_whoever_was_assigned_at_the_last_entry_before_the_answer(
    survey: Survey, ana: Any, elisa: Any, fabio: Any, propose: Propose
) -> None:
    ticket = survey.ticket
    actions.reply(ticket, by=by(ana, "2026-11-13T11:00"), body="Não resolveu.")
    actions.assign(ticket, to=fabio, by=by(fabio, "2026-11-13T11:30", "desk"))

    answer(survey, score=5, now=NOON)
    assert again(survey).rated == elisa

    propose(ticket, "2026-11-13T13:00")
    assert again(survey).rated == elisa

    answer(survey, score=3, now=at("2026-11-13T14:00"))
    assert again(survey).rated == fabio


def test_S6_without_an_assignee_it_rates_the_queue(
    ticket: Ticket, propose: Propose, queue: Any
) -> None:
    survey = Survey.objects.get(ticket=propose(ticket))

    answer(survey, score=5, now=NOON)

    assert given(survey) == (5, [], "", None, queue)


def _back_to_open(survey: Survey, ana: Any) -> Ticket:
    return actions.reply(survey.ticket, by=by(ana, "2026-11-13T11:00"), body="Ainda não.").ticket


SAYS_SO = [
    ("cancelled", "Este ticket foi cancelado, e por isso não há atendimento a avaliar."),
    ("merged", "Este ticket foi unido a outro, e por isso não há atendimento a avaliar aqui."),
    (
        "discarded",
        "Este ticket foi descartado pelo suporte, e por isso não há atendimento a avaliar.",
    ),
]


@pytest.mark.parametrize(("how", "sentence"), SAYS_SO)
def test_S6_cancelled_merged_or_discarded_after_the_sending_it_says_so(
    survey: Survey, opened: Callable[..., Ticket], ana: Any, elisa: Any, how: str, sentence: str
) -> None:
    ticket = _back_to_open(survey, ana)
    end_by(how, ticket, ana=ana, elisa=elisa, other=opened(title="Outro"))

    with pytest.raises(Refused) as refused:
        answer(survey, score=5, now=NOON)

    assert (refused.value.code, str(refused.value)) == ("nothing_to_rate", sentence)
    assert again(survey).out_of_rates


@pytest.mark.parametrize("how", ["cancelled", "merged", "discarded"])
def test_S6_an_answer_given_before_stays_out_of_the_rates_and_can_be_changed(
    survey: Survey, opened: Callable[..., Ticket], ana: Any, elisa: Any, how: str
) -> None:
    answer(survey, score=5, now=at("2026-11-13T10:30"))
    ticket = _back_to_open(survey, ana)
    end_by(how, ticket, ana=ana, elisa=elisa, other=opened(title="Outro"))

    answer(survey, score=4, now=NOON)

    assert (again(survey).score, again(survey).counts) == (4, False)
    assert list(Survey.objects.counted()) == []


def test_S6_taking_the_merge_back_brings_the_survey_back(
    survey: Survey, opened: Callable[..., Ticket], ana: Any, elisa: Any
) -> None:
    ticket = _back_to_open(survey, ana)
    end_by("merged", ticket, ana=ana, elisa=elisa, other=opened(title="Outro"))

    with time_machine.travel(at("2026-11-13T11:45"), tick=False):
        actions.unmerge(Ticket.objects.get(pk=ticket.pk), by=by(elisa, channel="desk"))

    assert answer(survey, score=5, now=NOON).counts


@pytest.mark.parametrize(
    "row",
    [
        {"score": 6},
        {"reasons": ["charme"]},
        {"score": None},
        {"rated_queue": None},
        {"answered_at": None},
    ],
)
def test_the_database_refuses_half_an_answer(survey: Survey, row: dict[str, Any]) -> None:
    answer(survey, score=5, reasons=["speed"], now=NOON)

    with pytest.raises(IntegrityError), transaction.atomic():
        Survey.objects.filter(pk=survey.pk).update(**row)


def test_S1_the_database_keeps_one_a_ticket(survey: Survey, queue: Any) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Survey.objects.create(ticket=survey.ticket, entry_queue=queue)
