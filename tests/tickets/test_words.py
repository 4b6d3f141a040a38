"""What is said: the next step (L10) and the history (L9), in whole Portuguese sentences."""

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.cast import SAO_PAULO, at, by, key, make_calendar, make_queue
from tickets import actions, history
from tickets.lifecycle import DiscardReason
from tickets.models import Ticket
from tickets.next_step import next_step


def said(ticket: Ticket, reader: Any, now: str) -> tuple[str, str]:
    fresh = Ticket.objects.with_people().get(pk=ticket.pk)
    step = next_step(fresh, reader=reader, now=at(now))
    return str(step), step.urgency


def told(ticket: Ticket) -> list[str]:
    return [f"{line.who} {line.what}" for line in history.lines(ticket.events.all(), SAO_PAULO)]


@pytest.fixture
def desk(elisa: Any) -> Any:
    return by(elisa, "2026-11-13T10:00", "desk")


def test_L10_the_sentence_while_the_ball_is_with_the_customer(
    ticket: Ticket, ana: Any, bruno: Any, elisa: Any, desk: Any
) -> None:
    actions.request_information(ticket, by=desk, body="Envie o XML.")

    then = "Sem retorno, vai para Validação Cliente; depois, em 02/12, será encerrado."
    assert said(ticket, ana, "2026-11-16T09:00") == (
        f"Aguardando você até seg., 23/11, 23:59. {then}",
        "calm",
    )
    assert said(ticket, bruno, "2026-11-22T10:00") == (
        f"Aguardando Ana até seg., 23/11, 23:59. {then}",
        "soon",
    )
    assert said(ticket, elisa, "2026-11-23T10:00")[1] == "today"
    assert said(ticket, elisa, "2026-11-24T00:01")[1] == "overdue"

    actions.propose_solution(ticket, by=desk, body="Atualize.")
    assert said(ticket, ana, "2026-11-16T09:00")[0] == (
        "Aguardando sua validação até qua., 25/11, 23:59. Sem retorno, será encerrado."
    )
    assert said(ticket, None, "2026-11-16T09:00")[0] == (
        "Aguardando a validação de Ana até qua., 25/11, 23:59. Sem retorno, será encerrado."
    )


def test_L10_a_reader_elsewhere_is_told_whose_clock_it_is(
    ticket: Ticket, ana: Any, desk: Any
) -> None:
    actions.propose_solution(ticket, by=desk, body="Atualize.")
    ana.time_zone = "America/Manaus"

    assert said(ticket, ana, "2026-11-16T09:00")[0] == (
        "Aguardando sua validação até qua., 25/11, 23:59 (horário de Brasília). "
        "Sem retorno, será encerrado."
    )


def test_L10_the_sentence_while_support_has_the_ball(ticket: Ticket, ana: Any, elisa: Any) -> None:
    assert said(ticket, ana, "2026-11-13T10:00") == (
        "Com o suporte desde sex., 13/11, 09:00. "
        "Nada é preciso de você agora; avisaremos por e-mail quando houver resposta.",
        "calm",
    )
    assert said(ticket, elisa, "2026-11-13T10:00") == (
        "Com o suporte; vence ter., 17/11, 23:59. Depois disso conta como vencido na fila.",
        "calm",
    )
    assert said(ticket, elisa, "2026-11-18T00:00") == (
        "Com o suporte, vencido desde ter., 17/11, 23:59. O cliente espera resposta.",
        "overdue",
    )


def test_L9_the_sentence_of_an_end_answers_why(
    opened: Callable[..., Ticket], ana: Any, desk: Any
) -> None:
    target, merged, cancelled = opened(), opened(), opened()
    actions.merge(merged, into=target, by=desk)
    actions.cancel(cancelled, by=by(ana, "2026-11-13T11:00"))

    assert said(merged, ana, "2026-11-13T12:00")[0] == (
        f"Unido ao ticket {target.number} em sex., 13/11, 10:00. A conversa continua lá."
    )
    assert said(cancelled, ana, "2026-11-13T12:00")[0] == (
        "Encerrado em sex., 13/11, 11:00. Cancelado pelo cliente. "
        "Para continuar, crie um acompanhamento ou responda a qualquer e-mail deste ticket."
    )
    actions.follow_up(cancelled, by=by(ana, "2026-11-13T12:00"), body="Voltou.")
    assert said(cancelled, ana, "2026-11-13T12:00")[0] == (
        "Encerrado em sex., 13/11, 11:00. Cancelado pelo cliente. Continua em um acompanhamento."
    )


def test_L9_every_step_in_words(
    opened: Callable[..., Ticket],
    ana: Any,
    bruno: Any,
    elisa: Any,
    fabio: Any,
    calendar_sp: Any,
    desk: Any,
) -> None:
    ticket, duplicate = opened(), opened()
    payroll = make_queue("Folha", calendar_sp)
    actions.take(ticket, by=desk)
    actions.assign(ticket, to=fabio, by=desk)
    actions.assign(ticket, to=None, by=desk)
    actions.take(ticket, by=desk)
    actions.note(ticket, by=desk, body="Nota")
    actions.change_severity(ticket, to=1, by=desk, reason="Parou.")
    actions.watch(ticket, who=bruno, by=by(ana))
    actions.watch(ticket, who=fabio, by=by(fabio))
    actions.unwatch(ticket, who=fabio, by=by(fabio))
    actions.unwatch(ticket, who=bruno, by=by(ana))
    actions.change_requester(ticket, to=bruno, by=desk)
    actions.merge(duplicate, into=ticket, by=desk)
    actions.reply(ticket, by=by(ana, "2026-11-13T10:30", "phone", entered_by=elisa), body="Ligou.")
    actions.move(ticket, to=payroll, by=desk)
    actions.request_information(ticket, by=desk, body="?")
    actions.resume(ticket, by=desk, reason="Engano.")
    actions.discard(ticket, by=desk, reason=DiscardReason.NOTHING_ASKED)

    assert told(ticket) == [
        "Ana Nogueira abriu o ticket",
        "Elisa Prado assumiu o ticket",
        "Elisa Prado passou o ticket para Fábio Quintela",
        "Elisa Prado deixou o ticket sem responsável",
        "Elisa Prado assumiu o ticket",
        "Elisa Prado escreveu uma nota interna",
        "Elisa Prado mudou a severidade de Média para Crítica",
        "Ana Nogueira incluiu Bruno Sakamoto entre quem acompanha",
        "Fábio Quintela passou a acompanhar o ticket",
        "Fábio Quintela deixou de acompanhar o ticket",
        "Ana Nogueira retirou Bruno Sakamoto de quem acompanha",
        "Elisa Prado passou o ticket de Ana Nogueira para Bruno Sakamoto",
        f"Elisa Prado uniu a este o ticket {duplicate.number}",
        "Ana Nogueira respondeu por telefone, registrado por Elisa Prado",
        "Elisa Prado moveu o ticket da fila Fiscal para Folha; "
        "Elisa Prado não atende essa fila e deixou o ticket",
        "Elisa Prado pediu informações",
        "Elisa Prado retomou o ticket",
        "Elisa Prado descartou o ticket: não pede nada",
    ]
    assert told(duplicate)[-1] == f"Elisa Prado uniu este ticket ao {ticket.number}"


def test_L9_the_systems_steps_and_the_follow_up_in_words(
    ticket: Ticket, ana: Any, desk: Any, queue: Any
) -> None:
    actions.request_information(ticket, by=desk, body="?")
    queue.policy.pending_days = 6
    queue.policy.save()
    actions.advance(ticket.pk, now=at("2026-11-16T08:00"))
    actions.advance(ticket.pk, now=at("2026-12-30T08:00"))
    new = actions.follow_up(ticket, by=by(ana, "2026-12-30T09:00"), body="Voltou.").ticket

    assert told(ticket) == [
        "Ana Nogueira abriu o ticket",
        "Elisa Prado pediu informações",
        "O sistema recalculou o prazo: o calendário ou a política da fila mudou; "
        "o prazo ficou em ter., 24/11, 23:59, e o encerramento, em 03/12",
        "O sistema passou o ticket para Validação Cliente por falta de retorno",
        "O sistema encerrou o ticket por falta de retorno",
        f"Ana Nogueira criou o acompanhamento {new.number}",
    ]
    assert told(new) == [
        f"Ana Nogueira continuou o ticket {ticket.number} e criou este acompanhamento"
    ]
    moved = [line for line in history.lines(ticket.events.all(), SAO_PAULO) if line.to_status]
    assert [line.to_status for line in moved] == ["pending", "validation", "closed", "followed"]
    assert moved[0].until == at("2026-11-23T23:59:59")


def test_L9_L10_a_line_tells_the_dates_that_a_step_changed_and_no_others(
    opened: Callable[..., Ticket], elisa: Any, calendar_sp: Any, desk: Any
) -> None:
    same = make_queue("Folha", calendar_sp, elisa)
    slower = make_queue("Brasília", make_calendar("Brasília", "DF"), elisa, validation_days=8)
    ticket = opened()
    actions.move(ticket, to=same, by=desk)
    actions.propose_solution(ticket, by=desk, body="Atualize.")
    actions.move(ticket, to=slower, by=desk)
    actions.move(ticket, to=same, by=desk)

    lines = history.lines(
        ticket.events.filter(verb="move"), SAO_PAULO, reader_zone=ZoneInfo("America/Manaus")
    )

    assert [line.what for line in lines] == [
        "moveu o ticket da fila Fiscal para Folha",
        "moveu o ticket da fila Folha para Brasília; "
        "o prazo ficou em qui., 26/11, 23:59 (horário de Brasília)",
        "moveu o ticket da fila Brasília para Folha",
    ]


def test_L9_entries_hold_ids_and_codes_only(
    opened: Callable[..., Ticket], ana: Any, bruno: Any, desk: Any
) -> None:
    ticket = opened(body="Texto secreto")
    actions.watch(ticket, who=bruno, by=by(ana))
    actions.change_severity(ticket, to=1, by=desk, reason="Motivo secreto")

    written = str(list(ticket.events.values_list("data", "reason")))

    for words in ("secreto", "Bruno", "serraazul"):
        assert words not in written


def test_L12_ends_twice_with_one_key_are_one(
    opened: Callable[..., Ticket], ana: Any, elisa: Any, desk: Any
) -> None:
    cancelled, merged, target, noted = opened(), opened(), opened(), opened()
    who = by(ana, "2026-11-13T11:00", request_key=key(1))
    merger = by(elisa, "2026-11-13T11:00", "desk", request_key=key(2))
    writer = by(elisa, "2026-11-13T11:00", "desk", request_key=key(3))
    actions.request_information(noted, by=desk, body="?")

    assert actions.cancel(cancelled, by=who) == actions.cancel(cancelled, by=who)
    first = actions.merge(merged, into=target, by=merger)
    assert actions.merge(merged, into=target, by=merger) == first
    assert actions.resume(noted, by=writer, reason="Engano") == actions.resume(
        noted, by=writer, reason="Engano"
    )


def test_L10_a_lead_of_zero_reminds_nobody(ticket: Ticket, queue: Any, desk: Any) -> None:
    queue.policy.reminder_lead = 0
    queue.policy.save()

    asked = actions.request_information(ticket, by=desk, body="?").ticket

    assert asked.remind_at is None
