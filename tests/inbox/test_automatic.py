"""L5: automatic answers and bounces are told from what people write."""

import pytest

from interfaces.inbox.automatic import automatic
from interfaces.inbox.mime import parse
from interfaces.inbox.models import Outcome
from tests.inbox.conftest import write


@pytest.mark.parametrize(
    ("headers", "outcome"),
    [
        ({"Auto_Submitted": "auto-replied"}, Outcome.AUTO_REPLY),
        ({"Auto_Submitted": "auto-generated; owner=x"}, Outcome.AUTO_REPLY),
        ({"Precedence": "bulk"}, Outcome.AUTO_REPLY),
        ({"Precedence": "auto_reply"}, Outcome.AUTO_REPLY),
        ({"X_Auto_Response_Suppress": "All"}, Outcome.AUTO_REPLY),
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
    ],
)
def test_people_are_people(headers: dict[str, str]) -> None:
    assert automatic(parse(write(**headers))) is None
