"""notifications/letters.py and templates/emails/: what each letter says, whole, as it was then."""

import re
from collections.abc import Callable
from email import message_from_bytes, policy
from email.utils import parseaddr
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings as django_settings

from catalog.intake import Field, Kind
from common import links
from notifications import letters
from outbox.letters import write
from outbox.models import Delivery
from tests.cast import at, by
from tests.notifications.conftest import again, said
from tickets import actions
from tickets.models import QueuePolicy, Ticket

TITLE = "NF-e rejeitada com o código 539"


@pytest.fixture
def clock() -> Callable[[str], Any]:
    """`with clock("2026-11-13T10:00"):` holds the present moment there."""
    return lambda moment: time_machine.travel(at(moment), tick=False)


def test_information_requested_whole(watched: Ticket, elisa: Any, clock: Any) -> None:
    with clock("2026-11-13T10:00"):
        actions.request_information(
            watched, by=by(elisa, channel="desk"), body="Envie:\n\n1. o XML;\n2. a versão."
        )

    n = watched.number
    assert said("information_requested", "Ana") == (
        f"[{n}] Pedido de informações: {TITLE}",
        "##- responda acima desta linha -##\n"
        "\n"
        f"{TITLE}\n"
        f"Ticket {n} · Nota fiscal eletrônica · Pendente Cliente\n"
        "\n"
        "Olá, Ana.\n"
        "\n"
        "Elisa Prado pediu informações para continuar:\n"
        "\n"
        "> Envie:\n"
        ">\n"
        "> 1. o XML;\n"
        "> 2. a versão.\n"
        "\n"
        "Aguardando você até seg., 23/11, 23:59. Sem retorno, vai para Validação Cliente; "
        "depois, em 02/12, será encerrado.\n"
        "\n"
        "Responder:\n"
        "http://127.0.0.1:8000/carta/…/\n"
        "\n"
        "Abrir o ticket:\n"
        f"http://127.0.0.1:8000/tickets/{n}/\n"
        "\n"
        "Você também pode responder a este e-mail, com anexos se quiser.\n"
        "\n"
        "Mensagens anteriores\n"
        "\n"
        "Ana Nogueira, sex., 13/11, 09:00, pelo portal:\n"
        "> Ao retransmitir, a SEFAZ rejeita a nota.\n"
        "\n"
        "Você recebe porque este ticket está em seu nome. "
        "Quem mais recebe na sua empresa: Bruno Sakamoto.\n"
        "\n"
        "Escolher os avisos:\n"
        "http://127.0.0.1:8000/perfil/#avisos\n"
        "\n"
        "Prazo: http://127.0.0.1:8000\n",
    )


def test_E2_the_letter_names_the_fields_that_are_asked_for(watched: Ticket, elisa: Any) -> None:
    asks = by(elisa, "2026-11-13T10:00", "desk")
    fields = [Field("xml", Kind.FILE, "XML da nota"), Field("prints", Kind.YES_NO, "Imprime?")]
    actions.request_information(watched, by=asks, body="Faltou:", fields=fields)

    assert (
        "> Faltou:\n>\n> Responda, por favor:\n> - XML da nota\n> - Imprime?\n"
        in said("information_requested", "Ana")[1]
    )


def test_solution_proposed_whole_to_a_watcher(watched: Ticket, elisa: Any, clock: Any) -> None:
    with clock("2026-11-24T14:32"):
        actions.propose_solution(watched, by=by(elisa, channel="desk"), body="Atualize a filial.")

    n = watched.number
    assert said("solution_proposed", "Bruno") == (
        f"[{n}] Solução proposta: {TITLE}",
        "##- responda acima desta linha -##\n"
        "\n"
        f"{TITLE}\n"
        f"Ticket {n} · Nota fiscal eletrônica · Validação Cliente\n"
        "\n"
        "Olá, Bruno.\n"
        "\n"
        "Elisa Prado propôs uma solução:\n"
        "\n"
        "> Atualize a filial.\n"
        "\n"
        "Aguardando a validação de Ana até qui., 03/12, 23:59. Sem retorno, será encerrado.\n"
        "\n"
        "Não resolveu:\n"
        "http://127.0.0.1:8000/carta/…/\n"
        "\n"
        "Abrir o ticket:\n"
        f"http://127.0.0.1:8000/tickets/{n}/\n"
        "\n"
        "Se não resolveu, use o link ou responda a este e-mail, com anexos se quiser: o ticket "
        "volta para o suporte e o prazo deixa de valer.\n"
        "\n"
        "Mensagens anteriores\n"
        "\n"
        "Ana Nogueira, sex., 13/11, 09:00, pelo portal:\n"
        "> Ao retransmitir, a SEFAZ rejeita a nota.\n"
        "\n"
        "Você recebe porque acompanha este ticket. "
        "Quem mais recebe na sua empresa: Ana Nogueira.\n"
        "\n"
        "Deixar de acompanhar:\n"
        "http://127.0.0.1:8000/avisos/cancelar/…/\n"
        "\n"
        "Escolher os avisos:\n"
        "http://127.0.0.1:8000/perfil/#avisos\n"
        "\n"
        "Prazo: http://127.0.0.1:8000\n",
    )


def test_replied_whole_to_the_desk(watched: Ticket, ana: Any, clock: Any) -> None:
    with clock("2026-11-13T11:00"):
        actions.reply(watched, by=by(ana), body="Segue o XML.")

    n = watched.number
    assert said("replied", "Elisa") == (
        f"[{n}] Ana Nogueira respondeu: {TITLE}",
        "##- responda acima desta linha -##\n"
        "\n"
        f"{TITLE}\n"
        f"Ticket {n} · Metalúrgica Serra Azul · Média · Nota fiscal eletrônica · Aberto\n"
        "\n"
        "Olá, Elisa.\n"
        "\n"
        "Ana Nogueira respondeu:\n"
        "\n"
        "> Segue o XML.\n"
        "\n"
        "Com o suporte; vence ter., 17/11, 23:59. Depois disso conta como vencido na fila.\n"
        "\n"
        "Abrir o ticket:\n"
        f"http://127.0.0.1:8000/mesa/tickets/{n}/\n"
        "\n"
        "Responda a este e-mail para responder ao cliente: todos os do ticket leem, e nem o "
        "status nem o prazo mudam. Nota interna, pedido de informações e solução, só pela mesa.\n"
        "\n"
        "Mensagens anteriores\n"
        "\n"
        "Ana Nogueira, sex., 13/11, 09:00, pelo portal:\n"
        "> Ao retransmitir, a SEFAZ rejeita a nota.\n"
        "\n"
        "Você recebe porque é responsável por este ticket.\n"
        "\n"
        "Escolher os avisos:\n"
        "http://127.0.0.1:8000/mesa/perfil/#avisos\n"
        "\n"
        "Prazo: http://127.0.0.1:8000\n",
    )


def test_B8_expired_whole_tells_both_deadlines(watched: Ticket, elisa: Any, clock: Any) -> None:
    with clock("2026-11-13T10:00"):
        actions.request_information(watched, by=by(elisa, channel="desk"), body="O XML?")
    with clock("2026-12-20T08:00"):
        actions.advance(watched.pk, now=at("2026-12-20T08:00"))

    n = watched.number
    assert said("expired", "Ana") == (
        f"[{n}] Encerrado por falta de retorno: {TITLE}",
        "##- responda acima desta linha -##\n"
        "\n"
        f"{TITLE}\n"
        f"Ticket {n} · Nota fiscal eletrônica · Encerrado\n"
        "\n"
        "Olá, Ana.\n"
        "\n"
        "Não recebemos resposta até seg., 23/11, 23:59, e o ticket passou para Validação Cliente. "
        "Também não recebemos a validação até qua., 02/12, 23:59, e o sistema encerrou o ticket.\n"
        "\n"
        "Encerrado em qua., 02/12, 23:59. Sem retorno no prazo. Para continuar, crie um "
        "acompanhamento ou responda a qualquer e-mail deste ticket.\n"
        "\n"
        "Continuar em Acompanhamento:\n"
        "http://127.0.0.1:8000/carta/…/\n"
        "\n"
        "Abrir o ticket:\n"
        f"http://127.0.0.1:8000/tickets/{n}/\n"
        "\n"
        "Mensagens anteriores\n"
        "\n"
        "Elisa Prado (suporte), sex., 13/11, 10:00:\n"
        "> O XML?\n"
        "\n"
        "Ana Nogueira, sex., 13/11, 09:00, pelo portal:\n"
        "> Ao retransmitir, a SEFAZ rejeita a nota.\n"
        "\n"
        "Você recebe porque este ticket está em seu nome. "
        "Quem mais recebe na sua empresa: Bruno Sakamoto.\n"
        "\n"
        "Escolher os avisos:\n"
        "http://127.0.0.1:8000/perfil/#avisos\n"
        "\n"
        "Prazo: http://127.0.0.1:8000\n",
    )


def test_L6_follow_up_whole(watched: Ticket, ana: Any, bruno: Any, clock: Any) -> None:
    with clock("2026-11-13T11:00"):
        actions.cancel(watched, by=by(ana))
    with clock("2026-11-16T09:00"):
        successor = actions.follow_up(watched, by=by(bruno), body="Voltou a acontecer.").ticket

    n, p = successor.number, watched.number
    assert said("follow_up", "Ana") == (
        f"[{n}] Continuação do ticket {p}: {TITLE}",
        "##- responda acima desta linha -##\n"
        "\n"
        f"{TITLE}\n"
        f"Ticket {n} · Nota fiscal eletrônica · Aberto\n"
        "\n"
        "Olá, Ana.\n"
        "\n"
        f"O ticket {p}, já encerrado, continua neste, de número {n}, com todo o histórico. "
        "Bruno Sakamoto escreveu:\n"
        "\n"
        "> Voltou a acontecer.\n"
        "\n"
        "Com o suporte desde seg., 16/11, 09:00. Nada é preciso de você agora; avisaremos por "
        "e-mail quando houver resposta.\n"
        "\n"
        "Abrir o ticket:\n"
        f"http://127.0.0.1:8000/tickets/{n}/\n"
        "\n"
        "Para escrever ao suporte, responda a este e-mail, com anexos se quiser.\n"
        "\n"
        "Mensagens anteriores\n"
        "\n"
        "Ana Nogueira, sex., 13/11, 09:00, pelo portal:\n"
        "> Ao retransmitir, a SEFAZ rejeita a nota.\n"
        "\n"
        "Você recebe porque este ticket está em seu nome. "
        "Quem mais recebe na sua empresa: Bruno Sakamoto.\n"
        "\n"
        "Escolher os avisos:\n"
        "http://127.0.0.1:8000/perfil/#avisos\n"
        "\n"
        "Prazo: http://127.0.0.1:8000\n",
    )
    assert "histórico. Você escreveu:\n" in said("follow_up", "Bruno")[1]


def sentence(letter: str, to: str) -> str:
    """What happened, after the greeting."""
    return said(letter, to)[1].split("Olá, ")[1].split("\n\n")[1]


def test_opened(opened: Callable[..., Ticket], ana: Any, bruno: Any) -> None:
    ticket = opened(watchers=[bruno])

    assert (said("opened", "Ana")[0], sentence("opened", "Ana")) == (
        f"[{ticket.number}] Recebemos o seu ticket: {TITLE}",
        f"Recebemos o seu ticket. O número é {ticket.number}.",
    )
    assert (said("opened", "Bruno")[0], sentence("opened", "Bruno")) == (
        f"[{ticket.number}] Novo ticket: {TITLE}",
        f"Ana Nogueira abriu um ticket que você acompanha. O número é {ticket.number}.",
    )


@pytest.mark.parametrize(
    ("channel", "way"),
    [("phone", "por telefone"), ("email", "por e-mail"), ("portal", "pelo portal")],
)
def test_C1_what_the_desk_recorded_is_told_by_the_door_that_it_came_by(
    ana: Any, bruno: Any, elisa: Any, organization: Any, product: Any, channel: str, way: str
) -> None:
    said_so = by(ana, channel=channel, entered_by=elisa)
    ticket = actions.open_ticket(
        by=said_so,
        organization=organization,
        product=product,
        title="Ligou",
        body="Oi",
        watchers=[bruno],
    ).ticket
    actions.reply(ticket, by=said_so, body="A versão é 12.")

    assert sentence("opened", "Ana") == (
        f"Elisa Prado registrou o ticket que você abriu {way}. O número é {ticket.number}."
    )
    assert sentence("replied", "Ana") == f"Elisa Prado registrou o que você disse {way}:"
    assert sentence("replied", "Bruno") == f"Ana Nogueira respondeu {way}, e Elisa Prado registrou:"


def test_L10_the_reminder_has_the_date_and_what_was_asked(
    watched: Ticket, elisa: Any, fabio: Any, clock: Any
) -> None:
    with clock("2026-11-13T10:00"):
        actions.request_information(watched, by=by(elisa, channel="desk"), body="Envie o XML.")
        actions.note(watched, by=by(fabio, channel="desk"), body="Este cliente demora.")
        actions.reply(watched, by=by(fabio, channel="desk"), body="Sem pressa.")
    with clock("2026-11-19T09:00"):
        actions.advance(watched.pk, now=at("2026-11-19T09:00"))

    n = watched.number
    subject, body = said("reminder", "Ana")
    assert subject == f"[{n}] Lembrete, até seg., 23/11, 23:59: {TITLE}"
    assert body.split("Olá, Ana.\n\n")[1].split("\n\nVocê também")[0] == (
        "O suporte ainda aguarda a sua resposta. Elisa Prado escreveu:\n"
        "\n"
        "> Envie o XML.\n"
        "\n"
        "Aguardando você até seg., 23/11, 23:59. Sem retorno, vai para Validação Cliente; "
        "depois, em 02/12, será encerrado.\n"
        "\n"
        "Responder:\n"
        "http://127.0.0.1:8000/carta/…/\n"
        "\n"
        "Abrir o ticket:\n"
        f"http://127.0.0.1:8000/tickets/{n}/"
    )
    assert sentence("reminder", "Bruno").startswith("O suporte ainda aguarda a resposta de Ana.")


def test_the_other_sentences(
    watched: Ticket,
    opened: Callable[..., Ticket],
    ana: Any,
    carla: Any,
    elisa: Any,
    fabio: Any,
    clock: Any,
) -> None:
    def desk(user: Any) -> Any:
        return by(user, channel="desk")

    with clock("2026-11-13T10:00"):
        duplicate = opened(user=carla, title="A mesma")
        actions.merge(duplicate, into=watched, by=desk(fabio))
        actions.unmerge(again(duplicate), by=desk(fabio))
        actions.discard(again(duplicate), by=desk(fabio), reason="mistake")  # type: ignore[arg-type]
        actions.propose_solution(watched, by=desk(elisa), body="Atualize.")
        actions.resume(watched, by=desk(elisa), reason="Saiu do ar.")
        actions.assign(watched, to=fabio, by=desk(elisa))
        actions.request_information(watched, by=desk(fabio), body="E agora?")
    with clock("2026-11-24T00:00"):
        actions.advance(watched.pk, now=at("2026-11-24T00:00"))
    with clock("2026-12-03T00:00"):
        actions.advance(watched.pk, now=at("2026-12-03T00:00"))
        actions.deliver(again(watched), by=by(ana, "2026-12-02T20:00", "email"), body="Não.")
        actions.propose_solution(watched, by=desk(fabio), body="Agora sim.")
        actions.confirm_solution(watched, by=by(carla))
        other = opened(title="Outra")
        actions.change_requester(other, to=carla, by=desk(elisa))
        actions.cancel(other, by=by(carla))
        last = opened("2026-12-03T00:00", watchers=[carla])
        actions.cancel(last, by=by(ana))

    n, m = watched.number, duplicate.number
    assert [
        (letter, sentence(letter, to))
        for letter, to in [
            ("merged", "Carla"),
            ("unmerged", "Carla"),
            ("discarded", "Carla"),
            ("resumed", "Ana"),
            ("assigned", "Fábio"),
            ("moved", "Ana"),
            ("expired", "Ana"),
            ("reinstated", "Ana"),
            ("confirmed", "Ana"),
            ("inherited", "Carla"),
            ("cancelled", "Carla"),
        ]
    ] == [
        (
            "merged",
            f"Fábio Quintela uniu este ticket ao {n}, “{TITLE}”, que trata da mesma ocorrência. "
            f"Você passa a acompanhar o {n}.",
        ),
        (
            "unmerged",
            f"Fábio Quintela desfez a união com o ticket {n}. Este ticket está aberto de novo.",
        ),
        ("discarded", "Fábio Quintela encerrou o ticket. Motivo: aberto por engano."),
        ("resumed", "Elisa Prado retomou o ticket, e o prazo deixou de valer. O motivo:"),
        ("assigned", "Elisa Prado passou este ticket para você."),
        (
            "moved",
            "Não recebemos resposta no prazo, e o sistema passou o ticket para Validação Cliente.",
        ),
        (
            "expired",
            "Não recebemos a validação até qua., 02/12, 23:59, e o sistema encerrou o ticket.",
        ),
        (
            "reinstated",
            "Uma resposta chegou dentro do prazo, mas foi registrada depois que o sistema "
            "encerrou o ticket. O encerramento foi desfeito.",
        ),
        ("confirmed", "Carla Menezes confirmou a solução, e o ticket foi encerrado."),
        ("inherited", "Elisa Prado passou este ticket de Ana Nogueira para você."),
        ("cancelled", "Ana Nogueira cancelou o ticket: ele não é mais necessário."),
    ]
    assert said("merged", "Carla")[0] == f"[{m}] Unido ao ticket {n}: A mesma"
    assert (
        f"Abrir o ticket {n}:\nhttp://127.0.0.1:8000/tickets/{n}/\n" in said("merged", "Carla")[1]
    )


def test_L8_absorbed(
    watched: Ticket, opened: Callable[..., Ticket], carla: Any, elisa: Any
) -> None:
    actions.request_information(watched, by=by(elisa, "2026-11-13T10:00", "desk"), body="O XML?")
    duplicate = opened("2026-11-13T11:00", user=carla)

    actions.merge(duplicate, into=watched, by=by(elisa, "2026-11-13T12:00", "desk"))

    assert sentence("absorbed", "Ana") == (
        f"Elisa Prado uniu a este o ticket {duplicate.number}, que traz uma mensagem mais recente. "
        "Por isso o ticket voltou para o suporte, e o prazo deixou de valer."
    )


def test_R3_another_severity_with_its_reason(watched: Ticket, elisa: Any) -> None:
    actions.change_severity(watched, to=1, by=by(elisa, channel="desk"), reason="Parou a operação.")

    subject, body = said("severity_changed", "Ana")
    assert subject == f"[{watched.number}] Severidade Crítica: {TITLE}"
    assert (
        "Elisa Prado mudou a severidade de Média para Crítica. O motivo:\n\n> Parou a operação.\n"
        in body
    )


def test_files_are_named(watched: Ticket, ana: Any, tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    stored = [
        actions.upload(ana, name, _stream(b"linha\n"), 6).key for name in ["erro.log", "passo.txt"]
    ]

    actions.reply(watched, by=by(ana), body="", files=stored)

    body = said("replied", "Elisa")[1]
    assert "respondeu:\n\nArquivos, na página do ticket: erro.log, passo.txt.\n\n" in body


def _stream(content: bytes) -> Any:
    from io import BytesIO

    return BytesIO(content)


def test_the_deadline_names_its_zone_where_the_reader_s_differs(
    watched: Ticket, bruno: Any, elisa: Any, clock: Any
) -> None:
    bruno.time_zone = "America/Manaus"
    bruno.save()

    with clock("2026-11-24T14:32"):
        actions.propose_solution(watched, by=by(elisa, channel="desk"), body="Atualize.")

    until = "até qui., 03/12, 23:59"
    assert f"{until}. Sem retorno" in said("solution_proposed", "Ana")[1]
    assert f"{until} (horário de Brasília). Sem retorno" in said("solution_proposed", "Bruno")[1]


def test_L10_what_a_letter_says_is_frozen(watched: Ticket, elisa: Any, ana: Any) -> None:
    event = actions.request_information(
        watched, by=by(elisa, "2026-11-13T10:00", "desk"), body="O XML?"
    )
    before = said("information_requested", "Ana")

    Ticket.objects.filter(pk=watched.pk).update(title="Outro título")
    QueuePolicy.objects.update(pending_days=90)
    actions.advance(watched.pk, now=at("2026-11-13T12:00"))
    event.message.__class__.objects.update(body_text="Trocado")
    elisa.name = "Elisa Souza"
    elisa.save()
    actions.reply(watched, by=by(ana, "2026-11-13T13:00"), body="Segue.")

    assert said("information_requested", "Ana") == before


def test_L13_no_letter_ever_quotes_a_note(
    watched: Ticket, ana: Any, elisa: Any, fabio: Any, clock: Any
) -> None:
    with clock("2026-11-13T10:00"):
        actions.note(watched, by=by(elisa, channel="desk"), body="SEGREDO")
        actions.request_information(watched, by=by(elisa, channel="desk"), body="O XML?")
        actions.note(watched, by=by(fabio, channel="desk"), body="SEGREDO")
    with clock("2026-12-20T08:00"):
        actions.advance(watched.pk, now=at("2026-11-19T09:00"))
        actions.advance(watched.pk, now=at("2026-12-20T08:00"))
        successor = actions.follow_up(again(watched), by=by(ana), body="De novo.").ticket
        actions.propose_solution(successor, by=by(elisa, channel="desk"), body="Atualize.")

    sent = [write(each) for each in Delivery.objects.all()]
    assert {each.letter for each in Delivery.objects.all()} == {
        "information_requested",
        "reminder",
        "survey",
        "expired",
        "follow_up",
        "solution_proposed",
    }
    assert [each.subject for each in sent if b"SEGREDO" in each.message().as_bytes()] == []
    assert not Delivery.objects.filter(context__icontains="SEGREDO").exists()


def test_headers_thread_a_ticket_and_its_follow_up(watched: Ticket, ana: Any, elisa: Any) -> None:
    actions.reply(watched, by=by(elisa), body="Bom dia.")
    actions.reply(watched, by=by(elisa), body="Mais uma coisa.")
    actions.cancel(watched, by=by(ana))
    successor = actions.follow_up(watched, by=by(ana), body="Voltou.").ticket

    first, second, third = Delivery.objects.filter(to_name="Ana Nogueira").order_by("pk")
    root, next_root = (
        f"<ticket-{watched.number}@prazo.example>",
        f"<ticket-{successor.number}@prazo.example>",
    )
    assert [(each.in_reply_to, each.references, each.topic) for each in (first, second, third)] == [
        (root, [root], f"ticket:{watched.number}"),
        (first.message_id, [root, first.message_id], f"ticket:{watched.number}"),
        (next_root, [root, next_root], f"ticket:{successor.number}"),
    ]


def test_customers_and_the_desk_answer_by_mail(watched: Ticket, fabio: Any, elisa: Any) -> None:
    actions.reply(watched, by=by(fabio), body="Bom dia.")

    headers = {
        each.to_name: message_from_bytes(write(each).message().as_bytes(), policy=policy.default)
        for each in Delivery.objects.all()
    }
    assert set(headers) == {"Ana Nogueira", "Bruno Sakamoto", "Elisa Prado"}
    for each in headers.values():
        token = re.fullmatch(r"ticket\+(\w+)@prazo\.example", parseaddr(each["Reply-To"])[1])
        assert token is not None
        assert links.read_mail_token(token[1]) == watched.number
        assert each["Auto-Submitted"] == "auto-generated"


def test_the_desk_is_told_to_answer_only_where_it_may(
    watched: Ticket, ana: Any, elisa: Any
) -> None:
    actions.cancel(watched, by=by(ana))

    delivery = Delivery.objects.get(letter="cancelled", to_name="Elisa Prado")
    assert delivery.reply_to == ""
    body = str(write(delivery).body)
    assert "##-" not in body
    assert "Responda a este e-mail" not in body


def test_every_letter_has_its_folder_and_every_folder_its_letter() -> None:
    # The inbox answers mails with letters of its own.
    folders = {
        path.parent.name
        for path in (django_settings.BASE_DIR / "templates" / "emails").glob("*/subject.txt")
        if not path.parent.name.startswith("mail_")
    }

    named = {name for name in vars(letters) if not name.startswith("_")}
    assert folders - named == {
        "survey",
        "access_welcome",
        "access_reset",
        "digest",
        "partner_invited",
        "defect_released",  # of no ticket
    }
