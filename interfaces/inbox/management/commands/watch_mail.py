"""A process that reads IMAP mailboxes the moment their servers tell of mail (inbox/watch.py)."""

import signal
from pathlib import Path
from threading import Event
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from interfaces.inbox.watch import watch


class Command(BaseCommand):
    help = (
        "Fica ao lado das caixas IMAP e lê cada mensagem assim que o servidor avisa (IDLE), até "
        "SIGTERM. Sem ele, as caixas são lidas a cada 60 segundos."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--alive", type=Path, metavar="ARQUIVO", help="um arquivo tocado enquanto tudo anda"
        )

    def handle(self, *args: Any, alive: Path | None, **options: Any) -> None:
        over = Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: over.set())
        watch(over, alive=alive.touch if alive else lambda: None)
