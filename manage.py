#!/usr/bin/env python3
"""Django's commands, over the variables of this terminal or else of the demo that is running."""

import os
import sys

from helpdesk.environment import adopt_running_demo

# These read no row: for them any settings will do.
WITHOUT_DATABASE = {
    "check",
    "collectstatic",
    "compilemessages",
    "deadline",
    "help",
    "makemessages",
    "makemigrations",
}


def main() -> int:
    """Run the command that the arguments name; 2 when it has no settings to run with."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    if not adopt_running_demo():
        if command not in WITHOUT_DATABASE and "--help" not in sys.argv:
            sys.stderr.write(
                "Nada configurado: deixe `make demo` rodando em outro terminal, "
                "ou defina DATABASE_URL, REDIS_URL e SECRET_KEY.\n"
            )
            return 2
        os.environ.setdefault("SECRET_KEY", "reads-no-row")
        os.environ.setdefault("DATABASE_URL", "postgres:///none?host=/nowhere")
        os.environ.setdefault("REDIS_URL", "unix:///nowhere")

    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
    return 0


if __name__ == "__main__":
    sys.exit(main())
