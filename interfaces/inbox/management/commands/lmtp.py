"""The door for a mail server on this machine or network; what it answers: interfaces/inbox/lmtp."""

import asyncio
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from interfaces.inbox import lmtp


class Command(BaseCommand):
    help = (
        "Recebe e-mails por LMTP, até SIGTERM. Não pede senha: só o seu servidor de e-mail deve "
        "alcançar este endereço."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="padrão: 127.0.0.1")
        parser.add_argument("--port", type=int, default=2424, help="padrão: 2424")
        parser.add_argument(
            "--socket", type=Path, metavar="CAMINHO", help="um socket unix, em vez de host e porta"
        )

    def handle(self, *args: Any, host: str, port: int, socket: Path | None, **options: Any) -> None:
        where = str(socket) if socket else f"{host}:{port}"

        def ready() -> None:
            self.stdout.write(f"LMTP em {where}")
            self.stdout.flush()

        asyncio.run(lmtp.serve(host=host, port=port, path=socket, ready=ready))
