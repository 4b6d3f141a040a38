"""`make demo` for real, in a folder of its own: everything comes up, and nothing stays behind."""

import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest
from django.conf import settings

from helpdesk import supervisor
from helpdesk.process import birth

# What this test run has set, and a terminal has not.
OURS = {"DATABASE_URL", "REDIS_URL", "SECRET_KEY", "DEMO", "DEBUG", "STATICFILES_STORAGE"}
PARTS = {"postgres", "valkey", "mailsink", "web", "worker", "beat"}


def test_it_revives_what_dies_starts_after_a_kill_with_its_data_and_stops_to_the_last(
    tmp_path: Path,
):
    port = _free_port()
    killed = _start(tmp_path, port)
    dead = _processes(tmp_path)["worker"]
    os.kill(dead, signal.SIGKILL)
    _read(killed, "worker parou (código -9) e volta em 1 s\n")
    _read(killed, "worker voltou\n")
    first = _processes(tmp_path)
    _sql(tmp_path, "UPDATE accounts_user SET name = 'Ana N.' WHERE email LIKE 'ana@%'")
    _sql(tmp_path, "UPDATE inbox_mailbox SET door = 'imap', imap_host = 'x', imap_user = 'x'")
    ahead = tmp_path / "clock.json"
    ahead.write_text('{"offset_seconds": 86400}')
    killed.kill()
    killed.communicate()

    stopped = _start(tmp_path, port)
    second = _processes(tmp_path)
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=10) as answer:
        assert answer.status == 200
    kept = _sql(tmp_path, "SELECT name FROM accounts_user WHERE email LIKE 'ana@%'")
    asked = time.monotonic()
    stopped.send_signal(signal.SIGTERM)
    stopped.communicate()

    assert (stopped.returncode, time.monotonic() - asked < 10) == (0, True)
    assert (set(first), set(second)) == (PARTS, PARTS | {"watch"})
    assert (kept, ahead.read_text()) == ([("Ana N.",)], '{"offset_seconds": 86400}')
    assert first["worker"] != dead
    assert [pid for pid in [*first.values(), *second.values()] if birth(pid)] == []


def test_over_given_servers_it_starts_none_of_its_own(tmp_path: Path, empty_database: str):
    given = {"DATABASE_URL": empty_database, "REDIS_URL": os.environ["REDIS_URL"]}

    supervisor = _start(tmp_path, _free_port(), **given)
    started = _processes(tmp_path)
    supervisor.send_signal(signal.SIGTERM)
    supervisor.communicate()

    assert (supervisor.returncode, set(started)) == (0, PARTS - {"postgres", "valkey"})


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """What a demo has left behind."""
    (tmp_path / "data" / "pg").mkdir(parents=True)
    (tmp_path / "data" / "clock.json").write_text('{"offset_seconds": 86400}')
    return tmp_path / "data"


def test_reset_removes_all_that_the_demo_wrote_and_nothing_else(data: Path):
    beside = data.parent / "beside"
    beside.touch()

    assert supervisor.reset(data) == 0
    assert list(data.parent.iterdir()) == [beside]


def test_reset_removes_nothing_of_a_demo_that_runs(data: Path, capsys: pytest.CaptureFixture[str]):
    with (data / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        refused = supervisor.reset(data)

    assert (refused, (data / "clock.json").exists()) == (1, True)
    assert capsys.readouterr().out == (
        f"O Prazo já está rodando sobre {data}. Pare-o com Ctrl-C no terminal dele.\n"
    )


def _sql(data: Path, statement: str) -> list[tuple[str, ...]]:
    """What the running demo's database answers."""
    url = json.loads((data / "run" / "environment.json").read_text())["DATABASE_URL"]
    with closing(psycopg2.connect(url)) as database, database, database.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


def _start(data: Path, port: int, **given: str) -> subprocess.Popen[str]:
    """The supervisor, once it has said that it is ready."""
    env = {name: value for name, value in os.environ.items() if name not in OURS}
    supervisor = subprocess.Popen(
        [sys.executable, "-m", "helpdesk.supervisor", "demo", "--port", str(port)],
        env={**env, "DATA_DIR": str(data), **given},
        cwd=settings.BASE_DIR,
        stdout=subprocess.PIPE,
        text=True,
    )
    _read(supervisor, " s] pronto\n")
    return supervisor


def _read(supervisor: subprocess.Popen[str], ending: str) -> None:
    """What the supervisor says, until a line that ends so."""
    said = []
    for line in supervisor.stdout:
        said.append(line)
        if line.endswith(ending):
            return
    raise AssertionError("".join(said))


def _processes(data: Path) -> dict[str, int]:
    return {file.stem: int(file.read_text().split()[0]) for file in (data / "run").glob("*.pid")}
