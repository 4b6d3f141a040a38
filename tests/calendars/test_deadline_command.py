"""`manage.py deadline`: what it prints, what it refuses, and that it needs no database."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from calendars import seed
from calendars.management.commands.deadline import Command
from calendars.models import Calendar, CalendarException

ROOT = Path(__file__).resolve().parents[2]
FRIDAY = ["--from", "2026-11-13T10:00", "--days", "5"]
BEYOND = "A contagem sai do período de feriados conhecidos, de 01/01/1890 a 31/12/2100."

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command as from a terminal: exit code, standard output, standard error."""

    def run(*arguments: str, stdin: bytes = b"") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        code = 0
        try:
            Command().run_from_argv(["manage.py", "deadline", *arguments])
        except SystemExit as left:
            code = left.code if isinstance(left.code, int) else 1
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def answers(run: Run, *lines: str | bytes) -> list[dict[str, Any]]:
    """What a batch of these lines prints, one for each."""
    sent = b"".join((line if isinstance(line, bytes) else line.encode()) + b"\n" for line in lines)
    _, out, _ = run("--batch", stdin=sent)
    return [json.loads(line) for line in out.splitlines()]


def question(**changes: object) -> str:
    return json.dumps({"from": "2026-11-13T10:00", "days": 5} | changes)


# --- One question --------------------------------------------------------------------------------


def test_B2_table_says_day_by_day_why(run: Run) -> None:
    assert run(*FRIDAY, "--uf", "SP", "--worked", "2026-11-14", "--holiday", "2026-11-19") == (
        0,
        "Entrada  sex., 13/11/2026, 10:00:00 (America/Sao_Paulo)\n"
        "Prazo    seg., 23/11/2026, 23:59:59 (America/Sao_Paulo)\n"
        "\n"
        "conta  dia               por quê\n"
        "    1  sáb., 14/11/2026  exceção: dia trabalhado (informado)\n"
        "    –  dom., 15/11/2026  domingo\n"
        "    2  seg., 16/11/2026  dia útil\n"
        "    3  ter., 17/11/2026  dia útil\n"
        "    4  qua., 18/11/2026  dia útil\n"
        "    –  qui., 19/11/2026  exceção: sem expediente (feriado informado)\n"
        "    –  sex., 20/11/2026  feriado: Dia Nacional de Zumbi e da Consciência Negra\n"
        "    –  sáb., 21/11/2026  sábado\n"
        "    –  dom., 22/11/2026  domingo\n"
        "    5  seg., 23/11/2026  dia útil\n",
        "",
    )


def test_B2_json_is_iso_8601_with_the_local_offset(run: Run) -> None:
    code, out, err = run(
        "--from", "2026-02-13T22:30-05:00", "--days", "1", "--tz", "America/Noronha", "--json",
        "--optional", "carnaval, cinzas",
    )  # fmt: skip

    assert (code, err) == (0, "")
    assert json.loads(out) == {
        "entered": "2026-02-14T01:30:00-02:00",
        "deadline": "2026-02-19T23:59:59-02:00",
        "days": [
            {"date": "2026-02-15", "counts": False, "why": "domingo"},
            {"date": "2026-02-16", "counts": False, "why": "feriado: Carnaval"},
            {"date": "2026-02-17", "counts": False, "why": "feriado: Carnaval"},
            {"date": "2026-02-18", "counts": False, "why": "feriado: Quarta-feira de Cinzas"},
            {"date": "2026-02-19", "counts": True, "why": "dia útil"},
        ],
    }


@pytest.mark.parametrize(
    ("uf", "entered", "days", "deadline"),
    [
        ("SP", "2026-11-13T10:00", 5, "2026-11-23"),
        ("SP", "2026-11-14T09:00", 5, "2026-11-23"),
        ("SP", "2026-11-23T23:59:59", 7, "2026-12-02"),
        ("DF", "2026-11-23T23:59:59", 7, "2026-12-03"),
        ("sp", "2026-07-03T10:00", 5, "2026-07-13"),
        ("SP", "2026-07-13", 7, "2026-07-22"),
        ("SP", "2026-11-19 10:00", 5, "2026-11-27"),
        ("SP", "2026-11-28T02:59:59Z", 7, "2026-12-08"),
    ],
)
def test_B2_worked_examples(run: Run, uf: str, entered: str, days: int, deadline: str) -> None:
    _, out, _ = run("--from", entered, "--days", str(days), "--uf", uf, "--json")

    assert json.loads(out)["deadline"] == f"{deadline}T23:59:59-03:00"


@pytest.mark.parametrize(
    ("entered", "shown"),
    [
        # Clocks went forward over it: as one not yet moved would say.
        ("2018-11-04T00:30", "2018-11-04T01:30:00-02:00"),
        # It came twice: the earlier.
        ("2018-02-17T23:30", "2018-02-17T23:30:00-02:00"),
        ("2018-02-17T23:30-03:00", "2018-02-17T23:30:00-03:00"),
        ("2026-11-13T10:00:00.5", "2026-11-13T10:00:00.500000-03:00"),
    ],
)
def test_entry_at_clock_changes(run: Run, entered: str, shown: str) -> None:
    _, out, _ = run("--from", entered, "--days", "1", "--json")

    assert json.loads(out)["entered"] == shown


def test_days_in_thousands_are_counted_at_once(run: Run) -> None:
    code, out, _ = run("--from", "2026-11-13T10:00", "--days", "18000", "--json")

    assert code == 0
    assert json.loads(out)["deadline"] == "2097-11-14T23:59:59-03:00"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "Diga --from e --days (ou --batch)."),
        (["--days", "5"], "Diga --from e --days (ou --batch)."),
        (["--from", "2026-11-13T10:00"], "Diga --from e --days (ou --batch)."),
        (["--from"], "Opção --from: falta o valor."),
        ([*FRIDAY, "--ufs", "SP"], "Opção desconhecida: --ufs SP"),
        ([*FRIDAY, "--opt", "cinzas"], "Opção desconhecida: --opt cinzas"),
        ([*FRIDAY, "--json=sim"], "Opção --json não leva valor: 'sim'"),
        ([*FRIDAY, "-v", "9"], "Opção -v/--verbosity não aceita 9 (aceita 0, 1, 2, 3)"),
        ([*FRIDAY, "--uf", "XX"], "Não existe a UF “XX”."),
        ([*FRIDAY, "--uf", ""], "Não existe a UF “”."),
        ([*FRIDAY, "--uf", "São Paulo Capital"], "Não existe a UF “São Paulo Capital”."),
        ([*FRIDAY, "--tz", "Mars/Olympus"], "Não existe o fuso horário “Mars/Olympus”."),
        ([*FRIDAY, "--tz", "../x\ny"], "Não existe o fuso horário “../x�y”."),
        ([*FRIDAY, "--holiday", "19/11/2026"], "“19/11/2026” não é uma data como 2026-11-19."),
        ([*FRIDAY, "--holiday", "20261119"], "“20261119” não é uma data como 2026-11-19."),
        ([*FRIDAY, "--worked", "2026-02-30"], "“2026-02-30” não é uma data como 2026-11-19."),
        (
            [*FRIDAY, "--optional", "natal"],
            "“natal” não é um ponto facultativo; são: carnaval, cinzas, corpus-christi, servidor, "
            "vespera-natal, vespera-ano-novo.",
        ),
        (
            ["--from", "amanhã", "--days", "5"],
            "“amanhã” não é uma data e hora como 2026-11-13T10:00.",
        ),
        (
            ["--from", "2026-11-13T24:01", "--days", "5"],
            "“2026-11-13T24:01” não é uma data e hora como 2026-11-13T10:00.",
        ),
        (
            ["--from", "2026-11-13T10:00+99:00", "--days", "5"],
            "“2026-11-13T10:00+99:00” não é uma data e hora como 2026-11-13T10:00.",
        ),
        (
            ["--from", "2026-11-13T10:00", "--days", "-5"],
            "“-5” não serve: os dias são um número inteiro a partir de 1.",
        ),
        (
            ["--from", "2026-11-13T10:00", "--days", "0"],
            "“0” não serve: os dias são um número inteiro a partir de 1.",
        ),
        (
            ["--from", "2026-11-13T10:00", "--days", "５"],
            "“５” não serve: os dias são um número inteiro a partir de 1.",
        ),
        (
            ["--from", "2026-11-13T10:00", "--days", "9" * 5000],
            f"“{'9' * 40}…” não serve: os dias são um número inteiro a partir de 1.",
        ),
        (["--from", "2026-11-13T10:00", "--days", "100000"], BEYOND),
        (["--from", "2026-11-13T10:00", "--days", "9" * 18], BEYOND),
        (["--from", "9999-12-31T23:59", "--days", "5"], BEYOND),
        (["--from", "0001-01-01T00:00", "--days", "5"], BEYOND),
        (["--from", "2100-12-31T23:59", "--days", "1"], BEYOND),
        ([*FRIDAY, "--calendar", "X", "--uf", "SP"], "Com --calendar, --uf vem do calendário."),
        (["--batch", "--days", "5"], "Com --batch, --days vem em cada linha."),
        (["--batch", "--from", "x"], "Com --batch, --from vem em cada linha."),
    ],
)
def test_bad_options_are_one_line_and_exit_2(run: Run, arguments: list[str], sentence: str) -> None:
    assert run(*arguments) == (2, "", f"{sentence}\n")


def test_called_from_code_a_refusal_is_a_command_error() -> None:
    with pytest.raises(CommandError) as refused:
        call_command("deadline", *FRIDAY, "--uf", "XX")

    assert (str(refused.value), refused.value.returncode) == ("Não existe a UF “XX”.", 2)


# --- A batch -------------------------------------------------------------------------------------


def test_batch_answers_line_by_line_and_goes_on_after_a_bad_one(run: Run) -> None:
    sent = "\n".join([question(uf="DF"), "", question(days=0), question(days=1)]).encode()

    code, out, err = run("--batch", stdin=sent)

    first, second, third, fourth = (json.loads(line) for line in out.splitlines())
    assert (code, err) == (2, "")
    assert first["deadline"] == "2026-11-23T23:59:59-03:00"
    assert second == {"error": "A linha está vazia."}
    assert third == {"error": "“0” não serve: os dias são um número inteiro a partir de 1."}
    assert fourth == {
        "entered": "2026-11-13T10:00:00-03:00",
        "deadline": "2026-11-16T23:59:59-03:00",
        "days": [
            {"date": "2026-11-14", "counts": False, "why": "sábado"},
            {"date": "2026-11-15", "counts": False, "why": "domingo"},
            {"date": "2026-11-16", "counts": True, "why": "dia útil"},
        ],
    }


def test_batch_of_good_lines_exits_0_and_takes_all_keys(run: Run) -> None:
    full = question(
        tz="America/Rio_Branco",
        uf="ac",
        optional="carnaval,corpus-christi",
        holiday=["2026-11-19"],
        worked=["2026-11-14", "2026-11-15"],
    )

    code, out, err = run("--batch", "--json", stdin=f"\ufeff{full}\r\n".encode())

    answer = json.loads(out)
    assert (code, err) == (0, "")
    assert answer["deadline"] == "2026-11-18T23:59:59-05:00"
    assert [day["counts"] for day in answer["days"]] == [True] * 5


def test_empty_batch_says_nothing(run: Run) -> None:
    assert run("--batch") == (0, "", "")


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("null", "A linha precisa ser um objeto JSON."),
        ("[]", "A linha precisa ser um objeto JSON."),
        ("   ", "A linha está vazia."),
        ("{", "A linha não é um JSON válido."),
        ("[" * 100_000, "A linha não é um JSON válido."),
        (b'{"from": "\xff"}', "A linha não está em UTF-8."),
        ('{"days": 1}', "Falta a chave “from”."),
        ('{"from": "2026-11-13T10:00"}', "Falta a chave “days”."),
        ('{"from": "2026-11-13T10:00", "days": NaN}', "NaN não é um valor de JSON."),
        ('{"from": "2026-11-13T10:00", "days": 1, "days": 2}', "A linha repete uma chave."),
        (
            '{"from": "2026-11-13T10:00", "days": ' + "9" * 5000 + "}",
            "A linha não é um JSON válido.",
        ),
        (question(days=10**30), BEYOND),
        (question(calendar="SP"), "A chave “calendar” não é conhecida aqui."),
        (question(**{"from": 5}), "“from” precisa ser um texto."),
        (question(**{"from": None}), "“from” precisa ser um texto."),
        (question(tz=None), "“tz” precisa ser um texto."),
        (question(tz="\ud800"), "Não existe o fuso horário “�”."),
        (question(uf=["SP"]), "“uf” precisa ser um texto."),
        (question(uf="XX"), "Não existe a UF “XX”."),
        (question(optional=["cinzas"]), "“optional” precisa ser um texto."),
        (question(holiday="2026-11-19"), "“holiday” precisa ser uma lista de datas."),
        (question(holiday=[20261119]), "“holiday” precisa ser uma lista de datas."),
        (question(worked={"2026-11-19": 1}), "“worked” precisa ser uma lista de datas."),
        (question(worked=None), "“worked” precisa ser uma lista de datas."),
        (question(worked=["ontem"]), "“ontem” não é uma data como 2026-11-19."),
    ],
)
def test_batch_refuses_a_line_in_words(run: Run, line: str | bytes, error: str) -> None:
    assert answers(run, line) == [{"error": error}]


@pytest.mark.parametrize("days", [True, False, "5", 5.0, 0.5, 0, -1, None, [5], {"5": 5}, 1e300])
def test_batch_takes_days_as_a_whole_number_only(run: Run, days: object) -> None:
    (answer,) = answers(run, question(days=days))

    assert list(answer) == ["error"]
    assert answer["error"].endswith(" não serve: os dias são um número inteiro a partir de 1.")


# --- With the database, and without it -----------------------------------------------------------


@pytest.fixture
def calendar(db: None) -> Calendar:
    calendar = Calendar.objects.create(
        name="Manaus e região", time_zone="America/Manaus", uf="AM", weekdays=[1, 2, 3, 4, 5, 6]
    )
    seed.fill(calendar, date(2026, 12, 31))
    CalendarException.objects.create(calendar=calendar, date=date(2026, 11, 16), name="Ponte")
    return calendar


def called(*arguments: str) -> dict[str, Any]:
    """As `run`, but from code: a terminal's command closes the test's connection at its end."""
    out = io.StringIO()
    call_command("deadline", *arguments, "--json", stdout=out)
    return dict(json.loads(out.getvalue()))


def test_B1_calendar_of_the_database_with_more_days_on_top(calendar: Calendar) -> None:
    answer = called(*FRIDAY, "--calendar", "Manaus e região", "--holiday", "2026-11-17",
                    "--worked", "2026-11-20")  # fmt: skip

    assert answer["deadline"] == "2026-11-21T23:59:59-04:00"
    assert [day["counts"] for day in answer["days"]] == [
        True, False, False, False, True, True, True, True,
    ]  # fmt: skip


def test_B4_calendar_of_the_database_is_topped_up_for_a_long_count(calendar: Calendar) -> None:
    answer = called("--from", "2026-11-13T10:00", "--days", "600", "--calendar", calendar.name)

    calendar.refresh_from_db()
    assert answer["deadline"][:4] == str(calendar.filled_through)[:4] == "2028"


def test_batch_with_a_calendar_refuses_what_would_change_its_place(
    calendar: Calendar, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = "\n".join([question(), question(uf="SP")]).encode()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(sent)))
    out = io.StringIO()

    with pytest.raises(SystemExit) as left:
        call_command("deadline", "--batch", "--calendar", calendar.name, stdout=out)

    first, second = (json.loads(line) for line in out.getvalue().splitlines())
    assert left.value.code == 2
    assert first["deadline"] == "2026-11-21T23:59:59-04:00"
    assert second == {"error": "A chave “uf” não é conhecida aqui."}


@pytest.mark.parametrize("name", ["Nenhures", "\udcff"])
def test_unknown_calendar_is_refused_with_those_there_are(calendar: Calendar, name: str) -> None:
    with pytest.raises(CommandError) as refused:
        call_command("deadline", *FRIDAY, "--calendar", name)

    assert str(refused.value) == f"Não existe o calendário “{name}”. Existem: Manaus e região."


# An environment whose database is away.
AWAY = {
    "DATABASE_URL": "postgres://nobody@/nothing?host=/nowhere",
    "REDIS_URL": "unix:///nowhere",
    "SECRET_KEY": "x",
    "PATH": os.environ["PATH"],
}


def in_a_terminal(*arguments: str | bytes, **env: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "manage.py", "deadline", *arguments]
    return subprocess.run(command, cwd=ROOT, env=AWAY | env, capture_output=True, check=False)


def in_a_shell(arguments: str) -> subprocess.CompletedProcess[bytes]:
    command = ["bash", "-c", f'"{sys.executable}" manage.py deadline {arguments}']
    return subprocess.run(command, cwd=ROOT, env=AWAY, capture_output=True, check=False)


def test_without_a_calendar_the_database_may_be_away() -> None:
    done = in_a_terminal(*FRIDAY, "--json")

    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout)["deadline"] == "2026-11-23T23:59:59-03:00"


def test_with_a_calendar_and_no_database_one_line_says_so() -> None:
    done = in_a_terminal(*FRIDAY, "--calendar", "X")

    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr.decode() == "O banco de dados não respondeu.\n"


def test_whatever_the_terminal_speaks_json_is_utf_8_and_a_table_is_printed() -> None:
    speaks_ascii = {"PYTHONIOENCODING": "ascii", "LC_ALL": "C"}

    as_json = in_a_terminal(*FRIDAY, "--json", **speaks_ascii)
    as_table = in_a_terminal(*FRIDAY, **speaks_ascii)
    refused = in_a_terminal(*FRIDAY, "--uf", b"\xff\xfe", **speaks_ascii)

    assert json.loads(as_json.stdout.decode("utf-8"))["days"][0]["why"] == "sábado"
    assert b"s?b., 14/11/2026" in as_table.stdout
    assert [done.returncode for done in (as_json, as_table, refused)] == [0, 0, 2]
    assert [done.stderr.count(b"\n") for done in (as_json, as_table, refused)] == [0, 0, 1]


def test_a_reader_that_leaves_early_gets_no_traceback() -> None:
    done = in_a_shell("--from 2026-11-13 --days 18000 | head -n 1")

    assert done.stdout.decode() == "Entrada  sex., 13/11/2026, 00:00:00 (America/Sao_Paulo)\n"
    assert done.stderr == b""


def test_a_batch_with_its_input_closed_says_so() -> None:
    done = in_a_shell("--batch <&-")

    assert done.returncode == 2
    assert done.stderr.decode() == "Não há entrada para --batch ler.\n"
