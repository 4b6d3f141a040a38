"""The pipe by which a mail server hands over one message, or a person a folder of them; exit codes
as sysexits.h has them."""

import json
import logging
import os
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandParser
from django.db import InterfaceError, OperationalError
from django.db.models import Value
from django.db.models.functions import Greatest

from common import clock
from interfaces.inbox import mime
from interfaces.inbox.envelope import first_owner
from interfaces.inbox.models import Mailbox
from interfaces.inbox.reception import Received, receive, rehearse
from interfaces.inbox.report import report

log = logging.getLogger(__name__)

_LONGEST_HEAD = 256 * 1024


class Command(BaseCommand):
    help = (
        "Recebe um e-mail pela entrada padrão: guarda o original, decide o que fazer dele e "
        "imprime uma linha JSON. Sai com 0; com 64 se as opções não combinam; com 65 se nada veio "
        "ou se um arquivo não pôde ser lido; com 66 se a pasta não existe; com 75 se o banco está "
        "fora do ar ou a caixa não existe ou está inativa, para que o servidor de e-mail tente de "
        "novo."
    )
    requires_system_checks = []

    def create_parser(self, prog_name: str, subcommand: str, **more: Any) -> CommandParser:
        """A mail server knows 64 for a wrong use, not argparse's 2."""
        parser = super().create_parser(prog_name, subcommand, **more)
        parser.error = self._misused  # type: ignore[method-assign]
        return parser

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--mailbox",
            metavar="NOME",
            help="a caixa de e-mail pela qual a mensagem chegou; sem ela, a do endereço a que foi",
        )
        parser.add_argument("--json", action="store_true", help="imprime JSON, como sempre")
        parser.add_argument(
            "--dry-run", action="store_true", help="decide, imprime e não grava nem envia nada"
        )
        what = parser.add_mutually_exclusive_group()
        what.add_argument(
            "--batch",
            type=Path,
            metavar="PASTA",
            help="recebe cada arquivo da pasta, em ordem, e imprime uma linha para cada um",
        )
        what.add_argument(
            "--nothing-new",
            action="store_true",
            help="não lê mensagem alguma: só anota que a caixa acaba de ser lida e estava vazia",
        )

    def handle(
        self,
        *args: Any,
        mailbox: str | None,
        dry_run: bool,
        batch: Path | None,
        nothing_new: bool,
        **options: Any,
    ) -> None:
        """Nothing that a mail holds makes it fail; what our side lacks is to be tried again."""
        if nothing_new and (dry_run or not mailbox):
            self._misused("--nothing-new é para uma caixa: --mailbox NOME, sem --dry-run.")
        began = clock.now()
        mails = self._inputs(batch, nothing_new)
        try:
            box = self._box(mailbox)
            take = partial(self._take, box, rehearse if dry_run else receive, began)
            unread = [name for name, raw in mails if not take(name, raw)]
            if box is not None and not unread and not dry_run:
                Mailbox.objects.filter(pk=box.pk).update(read_at=Greatest("read_at", Value(began)))
        except (OperationalError, InterfaceError) as error:
            self._end(os.EX_TEMPFAIL, f"O banco de dados não respondeu ({type(error).__name__}).")
        except Exception as error:
            # Any other code would have a mail server give the mail back to its sender.
            log.exception("a mail could not be taken")
            self._end(os.EX_TEMPFAIL, f"O e-mail não pôde ser recebido ({type(error).__name__}).")
        if unread:
            self._end(os.EX_DATAERR, f"Não deu para receber: {', '.join(map(str, unread))}.")

    def _inputs(
        self, batch: Path | None, nothing_new: bool
    ) -> Iterator[tuple[str | None, bytes | OSError]]:
        """Each mail with the name of its file; what could not be read in its place."""
        if nothing_new:
            return iter(())
        if batch is not None:
            if not batch.is_dir():
                self._end(os.EX_NOINPUT, f"A pasta {batch} não existe.")
            files = sorted(each for each in batch.iterdir() if not each.is_dir())
            return ((file.name, _content(file)) for file in files)
        raw = sys.stdin.buffer.read()
        if not raw.strip():
            self._end(os.EX_DATAERR, "Nenhuma mensagem na entrada padrão.")
        return iter([(None, raw)])

    def _box(self, name: str | None) -> Mailbox | None:
        if not name:
            return None
        box = Mailbox.objects.filter(name=name).first()
        # In both cases for the mail server to keep the message until somebody has mended it.
        if box is None:
            self._end(os.EX_TEMPFAIL, f"Não há caixa de e-mail com o nome “{name}”.")
        if not box.is_active:
            self._end(os.EX_TEMPFAIL, f"A caixa de e-mail “{name}” está inativa.")
        return box

    def _take(
        self,
        box: Mailbox | None,
        do: Callable[..., Received],
        at: datetime,
        name: str | None,
        raw: bytes | OSError,
    ) -> bool:
        """Receive one mail, or only rehearse it, and print its line; False if it was none."""
        line: dict[str, Any] = {} if name is None else {"file": name}
        if isinstance(raw, OSError):
            line |= {"error": f"Não pôde ser lido: {raw.strerror}."}
        elif not raw.strip():
            line |= {"error": "O arquivo está vazio."}
        else:
            received = do(raw, mailbox=box or _addressed(raw), at=at)
            line |= report(received.mail, again=received.again, content=received.content)
        # ASCII alone: a mail server's pipe may have any charset, or none.
        self.stdout.write(json.dumps(line))
        return "error" not in line

    def _misused(self, message: str) -> NoReturn:
        self._end(os.EX_USAGE, message)

    def _end(self, code: int, sentence: str) -> NoReturn:
        self.stderr.write(sentence)
        sys.exit(code)


def _addressed(raw: bytes) -> Mailbox | None:
    """The mailbox that its headers name, those of our own server first."""
    return first_owner(mime.parse(raw[:_LONGEST_HEAD]).recipients)[0]


def _content(file: Path) -> bytes | OSError:
    try:
        return file.read_bytes()
    except OSError as error:
        return error
