"""The one place that migrates, and what a terminal without settings hears."""

import os
import subprocess
import sys
from pathlib import Path

from django.conf import settings

MANAGE = [sys.executable, "manage.py"]


def test_two_at_once_migrate_once(empty_database: str):
    env = os.environ | {"DATABASE_URL": empty_database}

    both = [
        subprocess.Popen(
            [*MANAGE, "prepare"],
            cwd=settings.BASE_DIR,
            env=env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for _ in range(2)
    ]
    said = [process.communicate()[0] for process in both]

    assert [process.returncode for process in both] == [0, 0], said
    assert sorted("No migrations to apply." in each for each in said) == [False, True]


def test_a_terminal_without_settings_is_told_what_to_do(tmp_path: Path):
    lost = {"DATABASE_URL", "REDIS_URL", "SECRET_KEY"}
    env = {name: value for name, value in os.environ.items() if name not in lost}

    done = subprocess.run(
        [*MANAGE, "prepare"],
        cwd=settings.BASE_DIR,
        env=env | {"DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
    )

    assert (done.returncode, done.stdout, done.stderr) == (
        2,
        "",
        "Nada configurado: deixe `make demo` rodando em outro terminal, "
        "ou defina DATABASE_URL, REDIS_URL e SECRET_KEY.\n",
    )
