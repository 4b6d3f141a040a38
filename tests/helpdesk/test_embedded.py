"""What the embedded servers refuse, and where their sockets go."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from helpdesk import embedded


def test_data_of_another_version_are_refused_in_words(tmp_path: Path):
    data = tmp_path / "pg"
    data.mkdir()
    (data / "PG_VERSION").write_text("17\n")

    with pytest.raises(embedded.CannotStartError) as refused:
        embedded.postgres(data, run=tmp_path, log=tmp_path / "log")

    assert str(refused.value) == (
        f"Os dados em {data} são do PostgreSQL 17, e o instalado é o 18. "
        "Converta-os com pg_dump e pg_restore, ou apague-os com `make reset`."
    )


def test_sockets_stay_in_a_short_path_and_leave_a_long_one(tmp_path: Path):
    short = Path("/srv/prazo/.data/run")
    long = tmp_path / ("longo" * 20) / "run"
    spaced = Path("/srv/meu prazo/run")

    folders = [embedded._socket_folder(run) for run in (short, long, spaced)]

    assert folders[0] == short
    assert [len(str(folder)) < 80 for folder in folders] == [True, True, True]
    assert [oct(folder.stat().st_mode) for folder in folders[1:]] == ["0o40700", "0o40700"]
    for folder in folders[1:]:
        folder.rmdir()


def test_locks_of_the_dead_and_of_strangers_are_dropped(tmp_path: Path):
    data, sockets = tmp_path / "pg", tmp_path / "sockets"
    data.mkdir()
    sockets.mkdir()
    locks = [data / "postmaster.pid", sockets / ".s.PGSQL.5432.lock"]
    dead = subprocess.Popen(["true"])
    os.waitid(os.P_PID, dead.pid, os.WEXITED | os.WNOWAIT)  # dead, its number still taken
    living = subprocess.Popen([sys.executable, "-c", "input()", str(data)], stdin=subprocess.PIPE)

    left = {}
    for name, pid in {"dead": dead.pid, "stranger": os.getpid(), "server": living.pid}.items():
        for lock in locks:
            lock.write_text(f"{pid}\nmore\n")
        embedded._drop_stale_locks(data, sockets)
        left[name] = [lock.exists() for lock in locks]
    dead.wait()
    living.communicate(b"\n")

    assert left == {
        "dead": [False, False],
        "stranger": [False, False],
        "server": [True, True],
    }


def test_whether_a_database_holds_something(empty_database: str):
    assert embedded.finds(empty_database, "SELECT FROM pg_class") is True
    assert embedded.finds(empty_database, "SELECT FROM pg_class WHERE false") is False
