"""`manage.py ingest_mail`: a pipe that loses nothing and says what it did."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

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
        run.printed = out.getvalue
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


def test_without_a_name_the_mailbox_is_that_of_its_address(
    ingest: Any, mailbox: Any, ana: Any
) -> None:
    elsewhere = "Cliente <compras@serraazul.example>"
    to = f"{elsewhere}, {mailbox.address}"

    told = [json.loads(ingest(write(to=to), *args)[1])["outcome"] for args in (["--dry-run"], [])]
    Mailbox.objects.update(is_active=False)
    off = json.loads(ingest(write(to=to, message_id="<2@serraazul.example>"))[1])["outcome"]

    assert (told, off) == (["opened", "opened"], "quarantined")
    boxes = InboundMail.objects.order_by("pk").values_list("mailbox", flat=True)
    assert list(boxes) == [mailbox.pk, None]


def test_an_empty_mailbox_is_noted_as_read_too(ingest: Any, queue: Any) -> None:
    Mailbox.objects.create(name="Fiscal", address="fiscal@prazo.example", queue=queue)

    told = ingest(b"", "--mailbox", "Fiscal", "--nothing-new")

    assert told == (0, "")
    assert Mailbox.objects.get().read_at is not None


def test_an_unknown_mailbox_is_to_be_tried_again(ingest: Any, db: None) -> None:
    told = ingest(write(), "--mailbox", "Fiscal")

    assert told == (75, "Não há caixa de e-mail com o nome “Fiscal”.")
    assert InboundMail.objects.count() == 0


@pytest.mark.parametrize("args", [[], ["--dry-run"], ["--nothing-new"]])
def test_an_inactive_mailbox_is_to_be_tried_again(ingest: Any, queue: Any, args: list[str]) -> None:
    Mailbox.objects.create(
        name="Fiscal", address="fiscal@prazo.example", queue=queue, is_active=False
    )

    told = ingest(write(), "--mailbox", "Fiscal", *args)

    assert told == (75, "A caixa de e-mail “Fiscal” está inativa.")
    assert (InboundMail.objects.count(), Mailbox.objects.get().read_at) == (0, None)


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


# --- Only deciding, and whole folders ------------------------------------------------------------


def test_a_dry_run_says_the_same_and_leaves_nothing(ingest: Any, ticket: Any, queue: Any) -> None:
    Mailbox.objects.create(name="Fiscal", address="fiscal@prazo.example", queue=queue)
    raw = reply_to(ticket, files=[("log.txt", "text/plain", b"linha")])
    events = ticket.events.count()

    code, rehearsed = ingest(raw, "--dry-run", "--json", "--mailbox", "Fiscal")

    assert (code, InboundMail.objects.count(), ticket.events.count()) == (0, 0, events)
    assert Mailbox.objects.get().read_at is None
    assert ingest(raw) == (0, rehearsed)


def test_a_folder_gives_one_line_a_file_in_their_order(
    ingest: Any, ticket: Any, tmp_path: Path
) -> None:
    (tmp_path / "b.eml").write_bytes(reply_to(ticket, "Segundo.", message_id="<2@x.example>"))
    (tmp_path / "a.eml").write_bytes(reply_to(ticket, "Primeiro.", message_id="<1@x.example>"))
    (tmp_path / "pasta").mkdir()

    code, printed = ingest(b"", "--batch", str(tmp_path))

    lines = [json.loads(line) for line in printed.splitlines()]
    assert code == 0
    assert [(each["file"], each["outcome"], each["visible_text"]) for each in lines] == [
        ("a.eml", "replied", "Primeiro."),
        ("b.eml", "replied", "Segundo."),
    ]
    assert set(lines[0]) == {
        "file", "outcome", "ticket", "from", "subject", "visible_text", "attachments", "why"
    }  # fmt: skip


def test_of_a_folder_what_cannot_be_read_has_its_line_and_stops_nothing(
    ingest: Any, ticket: Any, tmp_path: Path, queue: Any
) -> None:
    Mailbox.objects.create(name="Fiscal", address="fiscal@prazo.example", queue=queue)
    (tmp_path / "a.eml").symlink_to(tmp_path / "sumiu")
    (tmp_path / "b.eml").write_bytes(b"\n")
    (tmp_path / "c.eml").write_bytes(reply_to(ticket))

    code, told = ingest(b"", "--batch", str(tmp_path), "--mailbox", "Fiscal")

    lines = [json.loads(line) for line in ingest.printed().splitlines()]
    assert (code, told) == (65, "Não deu para receber: a.eml, b.eml.")
    assert lines[:2] == [
        {"file": "a.eml", "error": "Não pôde ser lido: No such file or directory."},
        {"file": "b.eml", "error": "O arquivo está vazio."},
    ]
    assert (lines[2]["file"], lines[2]["outcome"]) == ("c.eml", "replied")
    assert Mailbox.objects.get().read_at is None


def test_a_folder_that_is_not_there_is_no_input(ingest: Any, db: None, tmp_path: Path) -> None:
    assert ingest(b"", "--batch", str(tmp_path / "x")) == (66, f"A pasta {tmp_path}/x não existe.")


@pytest.mark.parametrize(
    "args",
    [
        ["--nothing-new"],
        ["--nothing-new", "--mailbox", "Fiscal", "--dry-run"],
        ["--nothing-new", "--batch", "."],
        ["--caixa", "Fiscal"],
    ],
)
def test_options_that_do_not_fit_are_a_wrong_use(ingest: Any, db: None, args: list[str]) -> None:
    assert ingest(write(), *args)[0] == 64


def test_whatever_our_side_lacks_is_to_be_tried_again(ingest: Any, ticket: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE inbox_inboundmail RENAME TO inbox_away")

    assert ingest(reply_to(ticket)) == (75, "O e-mail não pôde ser recebido (ProgrammingError).")
