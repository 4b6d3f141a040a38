"""The servers of a test run, up before Django reads its settings; loaded by `-p tests.services`.

PostgreSQL starts once a run, unless DATABASE_URL names one, and pytest-django gives each xdist
worker its own database in it. Valkey starts once a process and is always ours: tests empty it.
"""

import os
import shutil
import tempfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from helpdesk import embedded, process
from helpdesk.process import Child

# Races open 50 connections in each xdist worker.
CONNECTIONS = 300


@contextmanager
def servers() -> Iterator[None]:
    """Start what this process needs, and say where in the environment, which workers inherit."""
    folder = Path(tempfile.mkdtemp(prefix="prazo-"))
    (folder / "run").mkdir()
    started: list[Child] = []
    try:
        if "DATABASE_URL" not in os.environ:
            postgres = embedded.postgres(
                folder / "pg",
                run=folder / "run",
                log=folder / "postgres.log",
                connections=CONNECTIONS,
                durable=False,
            )
            started.append(postgres.child)
            postgres.start()
            os.environ["DATABASE_URL"] = postgres.url
        valkey = embedded.valkey(
            folder / "valkey", run=folder / "run", log=folder / "valkey.log", durable=False
        )
        started.append(valkey.child)
        valkey.start()
        os.environ["REDIS_URL"] = valkey.url
        # Where collectstatic would write, and WhiteNoise looks.
        (folder / "data" / "static").mkdir(parents=True)
        os.environ["DATA_DIR"] = str(folder / "data")
        yield
    finally:
        process.stop(started, grace=5)
        shutil.rmtree(folder)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None]:
    """Before pytest-django, whose own hook here reads the settings."""
    os.environ |= {
        "SECRET_KEY": "only-in-tests",
        "DEBUG": "0",
        "DEMO": "0",
        # Needs no collectstatic; the manifest has tests of its own (make demo).
        "STATICFILES_STORAGE": "django.contrib.staticfiles.storage.StaticFilesStorage",
    }
    context = servers()
    context.__enter__()
    early_config.add_cleanup(lambda: context.__exit__(None, None, None))
    return (yield)
