"""surveys/followers.py: one survey a ticket, on entering Validação Cliente (S1, S5, S6)."""

from collections.abc import Callable
from typing import Any

import pytest
import time_machine

from outbox.letters import write
from outbox.models import Delivery
from surveys import links
from surveys.models import Survey
from tests.cast import at, by
from tests.surveys.conftest import end_by
from tickets import actions, events
from tickets.models import Ticket, TicketEvent

Propose = Callable[..., Ticket]


def state(ticket: Ticket) -> list[tuple[Any, Any, bool]]:
    """Of the ticket's surveys: assignee and queue at the last entry, whether it was sent."""
    found = Survey.objects.filter(ticket=ticket).select_related("entry_assignee", "entry_queue")
    return [(each.entry_assignee, each.entry_queue, each.sent_at is not None) for each in found]


def sent() -> list[tuple[str, str, str]]:
    found = Delivery.objects.order_by("pk")
    return [(each.letter, each.to_address, each.key) for each in found]


def test_S1_proposing_a_solution_sends_it_to_the_requester(
    ticket: Ticket, propose: Propose, elisa: Any, queue: Any
) -> None:
    propose(ticket)

    assert state(ticket) == [(None, queue, True)]
    assert sent() == [
        ("survey", "ana@serraazul.example", f"survey:{ticket.number}:{ticket.requester_id}")
    ]


def test_S1_so_does_silence(ticket: Ticket, elisa: Any, queue: Any) -> None:
    actions.assign(ticket, to=elisa, by=by(elisa, "2026-11-13T09:30", "desk"))
    actions.request_information(ticket, by=by(elisa, "2026-11-13T10:00", "desk"), body="O XML?")
    assert state(ticket) == []

    actions.advance(ticket.pk, now=at("2026-11-24T00:00"))

    assert state(ticket) == [(elisa, queue, True)]
    assert len(sent()) == 1


def test_B8_both_deadlines_at_once_send_it_with_the_end(ticket: Ticket, elisa: Any) -> None:
    with time_machine.travel(at("2026-11-13T10:00"), tick=False):
        actions.request_information(ticket, by=by(elisa, channel="desk"), body="O XML?")
    with time_machine.travel(at("2026-12-20T08:00"), tick=False):
        actions.advance(ticket.pk, now=at("2026-12-20T08:00"))

    assert len(sent()) == 1
    body = write(Delivery.objects.get()).body
    assert "Encerrado em qua., 02/12, 23:59. Sem retorno no prazo." in body
    assert "Aguardando" not in body


def test_S1_the_letter_whole(ticket: Ticket, elisa: Any, propose: Propose) -> None:
    actions.assign(ticket, to=elisa, by=by(elisa, "2026-11-13T09:30", "desk"))
    with time_machine.travel(at("2026-11-13T10:00"), tick=False):
        propose(ticket)
        address = links.address(ticket.number)

    n = ticket.number
    letter = write(Delivery.objects.get())
    assert letter.subject == f"[{n}] Como foi o atendimento? NF-e rejeitada com o código 539"
    assert letter.body == (
        "##- responda acima desta linha -##\n"
        "\n"
        "NF-e rejeitada com o código 539\n"
        f"Ticket {n} · Nota fiscal eletrônica · Validação Cliente\n"
        "\n"
        "Olá, Ana.\n"
        "\n"
        "Como foi o atendimento de Elisa Prado neste ticket? Avaliar não reabre nem muda o ticket. "
        "Recomendamos avaliar depois do encerramento, quando dá para julgar tudo; a resposta pode "
        "ser mudada até 30 dias depois dele.\n"
        "\n"
        "Aguardando sua validação até qua., 25/11, 23:59. Sem retorno, será encerrado.\n"
        "\n"
        "Avaliar o atendimento:\n"
        f"{address}\n"
        "\n"
        "Para continuar a conversa, responda a este e-mail ou abra o ticket "
        f"{n}: http://127.0.0.1:8000/tickets/{n}/\n"
        "\n"
        "Mensagens anteriores\n"
        "\n"
        "Elisa Prado (suporte), sex., 13/11, 10:00:\n"
        "> Atualize.\n"
        "\n"
        "Ana Nogueira, sex., 13/11, 09:00, pelo portal:\n"
        "> Ao retransmitir, a SEFAZ rejeita a nota.\n"
        "\n"
        "Você recebe porque este ticket está em seu nome.\n"
        "\n"
        "Prazo: http://127.0.0.1:8000\n"
    )


def test_S6_entering_again_sends_nothing_and_remembers_the_new_assignee(
    ticket: Ticket, ana: Any, elisa: Any, fabio: Any, queue: Any, propose: Propose
) -> None:
    actions.assign(ticket, to=elisa, by=by(elisa, "2026-11-13T09:30", "desk"))
    propose(ticket)
    actions.reply(ticket, by=by(ana, "2026-11-13T11:00"), body="Não resolveu.")
    actions.assign(ticket, to=fabio, by=by(fabio, "2026-11-13T11:30", "desk"))
    assert state(ticket) == [(elisa, queue, True)]

    propose(ticket, "2026-11-13T12:00")

    assert state(ticket) == [(fabio, queue, True)]
    assert len(sent()) == 1


def test_S6_proposing_again_within_validation_is_an_entry(
    ticket: Ticket, fabio: Any, queue: Any, propose: Propose
) -> None:
    propose(ticket)
    actions.assign(ticket, to=fabio, by=by(fabio, "2026-11-13T11:30", "desk"))

    propose(ticket, "2026-11-13T12:00")

    assert state(ticket) == [(fabio, queue, True)]
    assert len(sent()) == 1


def test_S6_a_staff_reply_in_validation_is_no_entry(
    ticket: Ticket, elisa: Any, fabio: Any, queue: Any, propose: Propose
) -> None:
    propose(ticket)
    actions.assign(ticket, to=fabio, by=by(fabio, "2026-11-13T11:30", "desk"))

    actions.reply(ticket, by=by(fabio, "2026-11-13T12:00", "desk"), body="Alguma dúvida?")

    assert state(ticket) == [(None, queue, True)]


def test_S6_a_requester_who_has_left_gets_none(
    ticket: Ticket, ana: Any, queue: Any, propose: Propose
) -> None:
    ana.memberships.update(is_active=False)

    propose(ticket)

    assert state(ticket) == [(None, queue, False)]
    assert sent() == []


def test_S6_whoever_took_over_from_a_leaver_gets_the_one_survey(
    ticket: Ticket, ana: Any, carla: Any, elisa: Any, propose: Propose
) -> None:
    ana.memberships.update(is_active=False)
    propose(ticket)
    actions.change_requester(ticket, to=carla, by=by(elisa, "2026-11-13T11:00", "desk"))

    propose(ticket, "2026-11-13T12:00")
    propose(ticket, "2026-11-13T13:00")

    assert [to for _letter, to, _key in sent()] == ["carla@serraazul.example"]


@pytest.mark.parametrize("how", ["cancelled", "merged", "discarded"])
def test_S5_cancelled_merged_and_discarded_get_none(
    opened: Callable[..., Ticket], ana: Any, elisa: Any, how: str
) -> None:
    ticket = opened()

    end_by(how, ticket, ana=ana, elisa=elisa, other=opened(title="Outro"))

    assert Ticket.objects.get(pk=ticket.pk).end_reason == how
    assert (list(Survey.objects.all()), sent()) == ([], [])


def test_S6_a_follow_up_has_its_own(ticket: Ticket, ana: Any, propose: Propose) -> None:
    propose(ticket)
    actions.confirm_solution(ticket, by=by(ana, "2026-11-13T11:00"))
    successor = actions.follow_up(ticket, by=by(ana, "2026-11-13T12:00"), body="Voltou.").ticket

    propose(successor, "2026-11-13T13:00")

    assert [each.ticket_id for each in Survey.objects.order_by("pk")] == [ticket.pk, successor.pk]
    assert len(sent()) == 2


def fail(event: TicketEvent) -> None:
    raise RuntimeError("a follower failed")


def test_what_a_later_follower_raises_undoes_survey_and_act(
    ticket: Ticket, propose: Propose, settings: Any
) -> None:
    settings.TICKET_FOLLOWERS = ["surveys.followers.follow", f"{__name__}.fail"]
    events.followers.cache_clear()

    with pytest.raises(RuntimeError):
        propose(ticket)

    assert Ticket.objects.get(pk=ticket.pk).status == "open"
    assert (list(Survey.objects.all()), sent()) == ([], [])
