"""L5: automatic answers and bounces are told from what people write."""

import pytest

from interfaces.inbox.automatic import automatic, doubt
from interfaces.inbox.mime import parse
from interfaces.inbox.models import Outcome
from tests.inbox.conftest import write


@pytest.mark.parametrize(
    ("headers", "outcome"),
    [
        ({"Auto_Submitted": "auto-replied"}, Outcome.AUTO_REPLY),
        ({"Auto_Submitted": "auto-generated; owner=x"}, Outcome.AUTO_REPLY),
        ({"Precedence": "auto_reply"}, Outcome.AUTO_REPLY),
        ({"Return_Path": "<>"}, Outcome.AUTO_REPLY),
        ({"X_Autoreply": "yes"}, Outcome.AUTO_REPLY),
        ({"sender": "Mail Delivery System <MAILER-DAEMON@mx.example>"}, Outcome.BOUNCE),
        ({"Return_Path": "<>", "sender": "postmaster@mx.example"}, Outcome.BOUNCE),
    ],
)
def test_L5_machines_are_told_by_their_headers(headers: dict[str, str], outcome: str) -> None:
    found = automatic(parse(write(**headers)))

    assert found is not None
    assert found[0] == outcome


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [
        (b"delivery-status", Outcome.BOUNCE),
        (b"disposition-notification", Outcome.AUTO_REPLY),
    ],
)
def test_L5_reports_are_told_by_their_type(kind: bytes, outcome: str) -> None:
    raw = (
        b"From: ana@serraazul.example\r\n"
        b"Content-Type: multipart/report; boundary=X; report-type=%s\r\n\r\n"
        b"--X\r\n\r\nNao entregue.\r\n--X--\r\n" % kind
    )

    found = automatic(parse(raw))

    assert found is not None
    assert found[0] == outcome


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Auto_Submitted": "no"},
        {"Precedence": "normal"},
        {"X_Auto_Response_Suppress": "None"},
        {"Return_Path": "<ana@serraazul.example>"},
        {"subject": "Resposta automática não sai do sistema"},
        {"subject": "Re: Automatic reply: NF-e rejeitada"},
        {"X_Loop": "suporte@serraazul.example"},
        {"X_MS_Exchange_Inbox_Rules_Loop": "ana@serraazul.example"},
        {"sender": "Ana <postmaster@serraazul.example>"},
    ],
)
def test_people_are_people(headers: dict[str, str]) -> None:
    mail = parse(write(**headers))

    assert (automatic(mail), doubt(mail)) == (None, "")


WEAK = [
    ({"Precedence": "list"}, "Precedence"),
    ({"Precedence": "bulk"}, "Precedence"),
    ({"Precedence": "junk"}, "Precedence"),
    ({"X_Auto_Response_Suppress": "All"}, "X-Auto-Response-Suppress"),
    ({"X_Auto_Response_Suppress": "DR, OOF"}, "X-Auto-Response-Suppress"),
    ({"List_Id": "Fiscal <fiscal.serraazul.example>"}, "List-Id"),
    ({"List_Unsubscribe": "<https://lista.example/sair>"}, "List-Unsubscribe"),
]


@pytest.mark.parametrize(("headers", "_sign"), WEAK)
def test_L5_what_lists_and_exchange_add_makes_no_machine(
    headers: dict[str, str], _sign: str
) -> None:
    mail = parse(write(**headers))

    assert (automatic(mail), doubt(mail)) == (None, "")


@pytest.mark.parametrize(("headers", "sign"), WEAK)
def test_L5_with_a_second_sign_a_person_must_decide(headers: dict[str, str], sign: str) -> None:
    away = parse(write(subject="Ausência até 30/11", **headers))
    silent = parse(write("\n", files=[("log.txt", "text/plain", b"linha")], **headers))

    assert (automatic(away), automatic(silent)) == (None, None)
    assert (doubt(away), doubt(silent)) == (
        f"Parece um aviso de ausência (assunto e cabeçalho {sign}).",
        f"Pode ser automático: o cabeçalho {sign}, e nenhum texto.",
    )


@pytest.mark.parametrize(
    ("subject", "is_absence"),
    [
        ("Automatic reply: NF-e", True),
        ("Out of Office: NF-e", True),
        ("Fora do escritório até 30/11", True),
        ("AUSÊNCIA: volto em 30/11", True),
        ("Re: Automatic reply: NF-e", False),
        ("Ausentes não aparecem na folha", False),
    ],
)
def test_absence_notes_are_told_by_how_they_begin(subject: str, is_absence: bool) -> None:
    mail = parse(write(subject=subject, Precedence="bulk"))

    assert bool(doubt(mail)) == is_absence
