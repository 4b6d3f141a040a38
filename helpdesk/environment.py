"""Where the data lies, and the variables of the demo that is running; no Django here."""

import json
import os
from collections.abc import Mapping
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent


def data_dir() -> Path:
    """The folder of everything that an installation writes; DATA_DIR moves it."""
    return Path(os.environ.get("DATA_DIR") or BASE_DIR / ".data").resolve()


def running_demo() -> Path:
    """The file that holds the variables of a running demo; it is there only while one runs."""
    return data_dir() / "run" / "environment.json"


def publish(variables: Mapping[str, str]) -> None:
    """Let `manage.py` in another terminal find the running demo."""
    file = running_demo()
    file.touch(mode=0o600)
    file.write_text(json.dumps(variables, indent=1))


def adopt_running_demo() -> bool:
    """Take the running demo's variables, unless this terminal has a database of its own."""
    if "DATABASE_URL" in os.environ:
        return True
    try:
        variables = json.loads(running_demo().read_text())
    except FileNotFoundError:
        return False
    for name, value in variables.items():
        os.environ.setdefault(name, value)
    return True
