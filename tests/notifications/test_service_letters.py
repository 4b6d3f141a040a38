"""The letters of the scope gate: to whom they go, and what they say, whole (E3)."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
import time_machine

from catalog.models import PaidService, Product, ScopeNote, ServiceTerms
from outbox.letters import write
from outbox.models import Delivery
from tests.cast import at, by
from tests.notifications.conftest import said
from tickets import actions
from tickets.models import Ticket

Box = Callable[[], list[tuple[str, str]]]
TITLE = "NF-e rejeitada com o código 539"
ASKED_BEFORE = (
    "Mensagens anteriores\n"
    "\n"
    "Ana Nogueira, sex., 13/11, 09:00, pelo portal:\n"
    "> Ao retransmitir, a SEFAZ rejeita a nota.\n"
    "\n"
)
OFFERED_BEFORE = (
    "Mensagens anteriores\n"
    "\n"
    "Elisa Prado (suporte), sex., 13/11, 10:00:\n"
    "> Isto é treinamento. A Academia faz.\n"
    "\n"
    "Ana Nogueira, sex., 13/11, 09:00, pelo portal:\n"
    "> Ao retransmitir, a SEFAZ rejeita a nota.\n"
    "\n"
)
TERMS = "Condições, versão 2:\n\n> Duas horas, a distância.\n>\n> A cobrança vai na fatura.\n\n"


def letter(name: str, to: str) -> tuple[str, str]:
    """Subject and text, whose amounts break at no line's end."""
    subject, body = said(name, to)
    return subject, body.replace("R$\xa0", "R$ ")


def begins(ticket: Ticket, status: str, *, facts: str = "Nota fiscal eletrônica") -> str:
    return (
        "##- responda acima desta linha -##\n"
        "\n"
        f"{TITLE}\n"
        f"Ticket {ticket.number} · {facts} · {status}\n"
        "\n"
    )


def ends(why: str, *, unwatch: bool = False, profile: str = "/perfil/") -> str:
    stop = "Deixar de acompanhar:\nhttp://127.0.0.1:8000/avisos/cancelar/…/\n\n" if unwatch else ""
    return (
        f"{why}\n"
        "\n"
        f"{stop}"
        "Escolher os avisos:\n"
        f"http://127.0.0.1:8000{profile}#avisos\n"
        "\n"
        "Prazo: http://127.0.0.1:8000\n"
    )


@pytest.fixture
def note(product: Product) -> ScopeNote:
    service = PaidService.objects.create(name="Treinamento a distância")
    text = "Duas horas, a distância.\n\nA cobrança vai na fatura."
    ServiceTerms.objects.create(service=service, number=2, text=text, price=180, unit="hora")
    return ScopeNote.objects.create(
        product=product, title="Treinamento", text="x", door="Academia", service=service
    )


@pytest.fixture
def offer(watched: Ticket, note: ScopeNote, elisa: Any) -> int:
    """Made by Elisa on 13/11 at ten."""
    with time_machine.travel(at("2026-11-13T10:00"), tick=False):
        event = actions.offer_service(
            watched,
            note=note,
            terms=ServiceTerms.objects.get(),
            price=Decimal("360"),
            by=by(elisa, channel="desk"),
            body="Isto é treinamento. A Academia faz.",
        )
    return int(event.data["offer"])


def test_E3_out_of_scope_whole(watched: Ticket, note: ScopeNote, elisa: Any, box: Box) -> None:
    with time_machine.travel(at("2026-11-24T14:32"), tick=False):
        by_elisa = by(elisa, channel="desk")
        actions.judge_out_of_scope(watched, note=note, by=by_elisa, body="A Academia faz.")

    assert box() == [("survey", "Ana"), ("out_of_scope", "Ana"), ("out_of_scope", "Bruno")]
    assert letter("out_of_scope", "Ana") == (
        f"[{watched.number}] Fora do escopo do suporte: {TITLE}",
        begins(watched, "Validação Cliente") + "Olá, Ana.\n"
        "\n"
        "Elisa Prado respondeu que isto não faz parte do suporte, e disse quem faz:\n"
        "\n"
        "> A Academia faz.\n"
        "\n"
        "Aguardando sua validação até qui., 03/12, 23:59. Sem retorno, será encerrado.\n"
        "\n"
        "Resolveu, confirmar:\n"
        "http://127.0.0.1:8000/carta/…/\n"
        "\n"
        "Não resolveu:\n"
        "http://127.0.0.1:8000/carta/…/\n"
        "\n"
        "Abrir o ticket:\n"
        f"http://127.0.0.1:8000/tickets/{watched.number}/\n"
        "\n"
        "Se não concorda ou faltou algo, use o link “Não resolveu” ou responda a este e-mail: o "
        "ticket volta para o suporte e o prazo deixa de valer. Se está claro, confirme pelo link "
        "e o ticket é encerrado.\n"
        "\n"
        + ASKED_BEFORE
        + ends(
            "Você recebe porque este ticket está em seu nome. "
            "Quem mais recebe na sua empresa: Bruno Sakamoto."
        ),
    )


def test_E3_service_offered_whole(watched: Ticket, offer: int, box: Box) -> None:
    assert box() == [("service_offered", "Ana"), ("service_offered", "Bruno")]
    assert letter("service_offered", "Ana") == (
        f"[{watched.number}] Oferta de serviço pago: {TITLE}",
        begins(watched, "Pendente Cliente") + "Olá, Ana.\n"
        "\n"
        "Elisa Prado respondeu que isto não faz parte do suporte e ofereceu um serviço pago: "
        "Treinamento a distância, por R$ 360,00.\n"
        "\n"
        "> Isto é treinamento. A Academia faz.\n"
        "\n" + TERMS + "Aguardando sua decisão sobre o serviço pago até seg., 23/11, 23:59. "
        "Sem retorno, nada é contratado e o ticket vai para Validação Cliente; depois, em 02/12, "
        "será encerrado.\n"
        "\n"
        "Ver a oferta e decidir:\n"
        f"http://127.0.0.1:8000/tickets/{watched.number}/\n"
        "\n"
        "Para aceitar ou recusar, abra o ticket no portal: uma resposta por e-mail não contrata "
        "nada. Se há dúvidas, responda a este e-mail, e o ticket volta para o suporte.\n"
        "\n"
        + ASKED_BEFORE
        + ends(
            "Você recebe porque este ticket está em seu nome. "
            "Quem mais recebe na sua empresa: Bruno Sakamoto."
        ),
    )


def test_E3_a_watcher_is_told_who_decides(watched: Ticket, offer: int) -> None:
    asked = letter("service_offered", "Bruno")[1].split("será encerrado.\n\n")[1]

    assert asked.split("\n\nMensagens")[0] == (
        "Ver a oferta:\n"
        f"http://127.0.0.1:8000/tickets/{watched.number}/\n"
        "\n"
        "Quem aceita ou recusa é Ana ou a administração da empresa, no portal: uma resposta por "
        "e-mail não contrata nada. Se há dúvidas, responda a este e-mail, e o ticket volta para "
        "o suporte."
    )


def test_E3_service_accepted_whole_is_the_receipt_of_who_accepted(
    watched: Ticket, offer: int, carla: Any, box: Box
) -> None:
    box()
    with time_machine.travel(at("2026-11-13T12:00"), tick=False):
        actions.accept_service(watched, offer=offer, by=by(carla))

    assert box() == [("service_accepted", each) for each in ("Ana", "Elisa", "Carla", "Bruno")]
    assert letter("service_accepted", "Carla") == (
        f"[{watched.number}] Serviço aceito: {TITLE}",
        begins(watched, "Aberto") + "Olá, Carla.\n"
        "\n"
        "Você aceitou em sex., 13/11, 12:00 o serviço pago Treinamento a distância, por "
        "R$ 360,00, pelas condições abaixo. Guarde este recibo.\n"
        "\n" + TERMS + "Com o suporte desde sex., 13/11, 12:00. Nada é preciso de você agora; "
        "avisaremos por e-mail quando houver resposta.\n"
        "\n"
        "Abrir o ticket:\n"
        f"http://127.0.0.1:8000/tickets/{watched.number}/\n"
        "\n"
        "Para escrever ao suporte, responda a este e-mail, com anexos se quiser.\n"
        "\n"
        + OFFERED_BEFORE
        + ends(
            "Você recebe porque aceitou este serviço. "
            "Quem mais recebe na sua empresa: Ana Nogueira e Bruno Sakamoto."
        ),
    )
    assert (
        "Carla Menezes aceitou em sex., 13/11, 12:00 o serviço pago Treinamento a distância, "
        "por R$ 360,00, pelas condições abaixo.\n"
    ) in letter("service_accepted", "Ana")[1]


def test_E3_service_declined_whole_to_the_desk(
    watched: Ticket, offer: int, ana: Any, box: Box
) -> None:
    box()
    with time_machine.travel(at("2026-11-13T11:00"), tick=False):
        actions.decline_service(watched, offer=offer, by=by(ana), reason="É caro.")

    assert box() == [("service_declined", "Elisa"), ("service_declined", "Bruno")]
    facts = "Metalúrgica Serra Azul · Média · Nota fiscal eletrônica"
    assert letter("service_declined", "Elisa") == (
        f"[{watched.number}] Serviço recusado: {TITLE}",
        begins(watched, "Aberto", facts=facts) + "Olá, Elisa.\n"
        "\n"
        "Ana Nogueira recusou o serviço pago Treinamento a distância, de R$ 360,00. "
        "Nada foi contratado. O motivo:\n"
        "\n"
        "> É caro.\n"
        "\n"
        "Com o suporte; vence ter., 17/11, 23:59. Depois disso conta como vencido na fila.\n"
        "\n"
        "Abrir o ticket:\n"
        f"http://127.0.0.1:8000/mesa/tickets/{watched.number}/\n"
        "\n"
        "Responda a este e-mail para responder ao cliente: todos os do ticket leem, e nem o "
        "status nem o prazo mudam. Nota interna, pedido de informações e solução, só pela mesa.\n"
        "\n"
        + OFFERED_BEFORE
        + ends("Você recebe porque é responsável por este ticket.", profile="/mesa/perfil/"),
    )


def test_E3_declined_without_a_reason_no_letter_announces_one(
    watched: Ticket, offer: int, ana: Any
) -> None:
    with time_machine.travel(at("2026-11-13T11:00"), tick=False):
        actions.decline_service(watched, offer=offer, by=by(ana))

    assert "Nada foi contratado.\n\nCom o suporte" in letter("service_declined", "Bruno")[1]


def test_E3_service_withdrawn_whole_to_a_watcher(
    watched: Ticket, offer: int, elisa: Any, box: Box
) -> None:
    box()
    with time_machine.travel(at("2026-11-13T11:10"), tick=False):
        by_elisa = by(elisa, channel="desk")
        actions.withdraw_service(watched, offer=offer, by=by_elisa, reason="O preço é outro.")

    assert box() == [("service_withdrawn", "Ana"), ("service_withdrawn", "Bruno")]
    assert letter("service_withdrawn", "Bruno") == (
        f"[{watched.number}] Oferta retirada: {TITLE}",
        begins(watched, "Aberto") + "Olá, Bruno.\n"
        "\n"
        "Elisa Prado retirou a oferta do serviço pago Treinamento a distância, de R$ 360,00. "
        "Nada foi contratado. O motivo:\n"
        "\n"
        "> O preço é outro.\n"
        "\n"
        "Com o suporte desde sex., 13/11, 11:10. Nada é preciso de você agora; avisaremos por "
        "e-mail quando houver resposta.\n"
        "\n"
        "Abrir o ticket:\n"
        f"http://127.0.0.1:8000/tickets/{watched.number}/\n"
        "\n"
        "Para escrever ao suporte, responda a este e-mail, com anexos se quiser.\n"
        "\n"
        + OFFERED_BEFORE
        + ends(
            "Você recebe porque acompanha este ticket. "
            "Quem mais recebe na sua empresa: Ana Nogueira.",
            unwatch=True,
        ),
    )


@pytest.mark.parametrize(
    ("to", "button"), [("Ana", "Ver a oferta e decidir"), ("Bruno", "Ver a oferta")]
)
def test_E3_the_html_of_an_offer_has_its_price_its_terms_and_its_button(
    offer: int, to: str, button: str
) -> None:
    delivery = Delivery.objects.get(letter="service_offered", to_name__startswith=to)

    html = str(write(delivery).alternatives[0][0])

    assert "Treinamento a distância, por R$\xa0360,00." in html
    assert "Condições, versão 2:" in html
    assert "A cobrança vai na fatura." in html
    assert f">{button}</a>" in html
