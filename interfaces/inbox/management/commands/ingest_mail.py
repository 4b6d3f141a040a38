"""The pipe by which a mail server hands over one message; exit codes as sysexits.h has them."""

import json
import os
import sys
from datetime import datetime
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandParser
from django.db import InterfaceError, OperationalError
from django.db.models import Value
from django.db.models.functions import Greatest

from common import clock
from interfaces.inbox.models import Mailbox
from interfaces.inbox.reception import receive
from interfaces.inbox.report import report


class Command(BaseCommand):
    help = (
        "Recebe um e-mail pela entrada padrão: guarda o original, coloca-o no ticket e imprime "
        "uma linha JSON. Sai com 0; com 65 se nada veio; com 75 se o banco está fora do ar, para "
        "que o servidor de e-mail tente de novo."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--mailbox", metavar="NOME", help="a caixa de e-mail pela qual a mensagem chegou"
        )
        parser.add_argument(
            "--nothing-new",
            action="store_true",
            help="não lê mensagem alguma: só anota que a caixa acaba de ser lida e estava vazia",
        )

    def handle(
        self, *args: Any, mailbox: str | None, nothing_new: bool, **options: Any
    ) -> str | None:
        """Nothing that a mail holds makes it fail; what our side lacks is to be tried again."""
        at = clock.now()
        raw = b"" if nothing_new else sys.stdin.buffer.read()
        if not raw.strip() and not nothing_new:
            self._end(os.EX_DATAERR, "Nenhuma mensagem na entrada padrão.")
        try:
            return self._take(raw, mailbox, at)
        except (OperationalError, InterfaceError) as error:
            self._end(os.EX_TEMPFAIL, f"O banco de dados não respondeu ({type(error).__name__}).")

    def _take(self, raw: bytes, name: str | None, at: datetime) -> str | None:
        box = Mailbox.objects.filter(name=name).first() if name else None
        if name and box is None:
            # For the mail server to keep the message until the name is mended.
            self._end(os.EX_TEMPFAIL, f"Não há caixa de e-mail com o nome “{name}”.")
        line = None
        if raw:
            received = receive(raw, mailbox=box, at=at)
            # ASCII alone: a mail server's pipe may have any charset, or none.
            line = json.dumps(report(received.mail, again=received.again))
        if box is not None:
            Mailbox.objects.filter(pk=box.pk).update(read_at=Greatest("read_at", Value(at)))
        return line

    def _end(self, code: int, sentence: str) -> NoReturn:
        self.stderr.write(sentence)
        sys.exit(code)
