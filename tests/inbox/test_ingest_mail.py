"""`manage.py ingest_mail`: a pipe that loses nothing and says what it did."""

import io
import json
import os
import subprocess
import sys
from typing import Any

import pytest
from django.core.management import call_command

from common import clock
from interfaces.inbox.models import InboundMail, Mailbox
from tests.inbox.conftest import reply_to, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def ingest(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs the command with `raw` at its standard input: exit code and what it printed."""

    def run(raw: bytes, *args: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))
        out, err = io.StringIO(), io.StringIO()
        try:
            call_command("ingest_mail", *args, stdout=out, stderr=err)
        except SystemExit as end:
            return int(str(end.code)), err.getvalue().strip()
        return 0, out.getvalue()

    return run


def test_it_prints_one_line_of_what_became_of_the_mail(ingest: Any, ticket: Any) -> None:
    raw = reply_to(
        ticket,
        "Segue.\n\n-----Mensagem original-----\nDe: Prazo",
        files=[("log.txt", "text/plain", b"linha")],
    )

    code, printed = ingest(raw)

    assert (code, printed.count("\n")) == (0, 1)
    assert json.loads(printed) == {
        "outcome": "replied",
        "ticket": ticket.number,
        "from": "ana@serraazul.example",
        "subject": "Re: NF-e rejeitada",
        "visible_text": "Segue.",
        "attachments": [{"name": "log.txt", "type": "text/plain", "size": 5}],
        "why": "Pelo endereço de resposta do ticket.",
    }


def test_L12_the_same_mail_again_is_a_duplicate(ingest: Any, ticket: Any) -> None:
    ingest(reply_to(ticket))

    code, printed = ingest(reply_to(ticket))

    told = json.loads(printed)
    assert (code, told["outcome"], told["ticket"]) == (0, "duplicate", ticket.number)


def test_what_goes_nowhere_is_kept_and_told(ingest: Any, db: None) -> None:
    code, printed = ingest(write())

    told = json.loads(printed)
    assert (code, told["outcome"], told["ticket"]) == (0, "quarantined", None)
    assert InboundMail.objects.count() == 1


@pytest.mark.parametrize("raw", [b"", b"\r\n \r\n"])
def test_nothing_at_the_input_is_a_data_error(ingest: Any, raw: bytes) -> None:
    assert ingest(raw) == (65, "Nenhuma mensagem na entrada padrão.")


def test_a_mailbox_is_noted_as_read(ingest: Any, ticket: Any, queue: Any) -> None:
    Mailbox.objects.create(name="Fiscal", address="fiscal@prazo.example", queue=queue)
    before = clock.now()

    ingest(reply_to(ticket), "--mailbox", "Fiscal")

    box, mail = Mailbox.objects.get(), InboundMail.objects.get()
    assert (mail.mailbox, mail.received_at) == (box, box.read_at)
    assert before <= mail.received_at <= clock.now()


def test_an_empty_mailbox_is_noted_as_read_too(ingest: Any, queue: Any) -> None:
    Mailbox.objects.create(name="Fiscal", address="fiscal@prazo.example", queue=queue)

    told = ingest(b"", "--mailbox", "Fiscal", "--nothing-new")

    assert told == (0, "")
    assert Mailbox.objects.get().read_at is not None


def test_an_unknown_mailbox_is_to_be_tried_again(ingest: Any, db: None) -> None:
    told = ingest(write(), "--mailbox", "Fiscal")

    assert told == (75, "Não há caixa de e-mail com o nome “Fiscal”.")
    assert InboundMail.objects.count() == 0


def test_a_database_that_is_away_is_to_be_tried_again(settings: Any) -> None:
    away = {**os.environ, "DATABASE_URL": "postgres://nobody@/none?host=/nowhere"}

    ended = subprocess.run(
        [sys.executable, settings.BASE_DIR / "manage.py", "ingest_mail"],
        input=write(),
        env=away,
        capture_output=True,
    )

    assert (ended.returncode, ended.stdout) == (75, b"")
    assert "O banco de dados não respondeu (OperationalError)." in ended.stderr.decode()
