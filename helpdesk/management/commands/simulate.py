"""Moves the demonstration's clock and prints what each day brought; see helpdesk/demo/."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from common import clock, dates
from helpdesk.demo import simulation, telling

_BAD_INPUT = 2

FURTHEST = timedelta(days=366)


class Command(BaseCommand):
    """Bad input: one sentence on stderr and exit 2; nothing has moved."""

    help = (
        "Avança o relógio da demonstração, dia a dia, e mostra o que aconteceu em cada um. "
        "Só com DEMO=1; o relógio não volta (`make reset` o restaura)."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--until",
            metavar="MOMENTO",
            help=(
                f"Até quando: 2026-12-10T08:00, no horário de {settings.TIME_ZONE}, "
                "ou com deslocamento (-03:00)."
            ),
        )
        parser.add_argument("--json", action="store_true", help="Um objeto JSON por dia e linha.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Refused outside the demo, for a moment that is past, and while another one runs."""
        if not settings.DEMO:
            raise _refusal("Só a demonstração tem um relógio que se avança (DEMO=1).")
        until, tz = _moment(options["until"]), simulation.zone()
        now = clock.now()
        if until <= now:
            told = dates.full(now, tz)
            raise _refusal(f"O relógio só avança, e já está em {told}. Escolha um momento depois.")
        if until - now > FURTHEST:
            raise _refusal("É longe demais. Avance no máximo um ano de cada vez.")
        try:
            for day in simulation.run(until):
                told = (
                    json.dumps(telling.as_json(day))
                    if options["json"]
                    else telling.line(day, today=now.astimezone(tz).date())
                )
                self.stdout.write(told)
                self.stdout.flush()
        except simulation.AlreadyMoving:
            raise _refusal("O relógio já está sendo avançado por outra pessoa.") from None
        if not options["json"]:
            self.stdout.write(f"O relógio da demonstração está em {dates.full(until, tz)}.")


def _moment(typed: str | None) -> datetime:
    """Local to the installation where it has no offset."""
    if typed is None:
        raise _refusal("Falta --until: até quando avançar, por exemplo 2026-12-10T08:00.")
    try:
        moment = datetime.fromisoformat(typed)
        local = moment if moment.tzinfo else moment.replace(tzinfo=simulation.zone())
        return local.astimezone(UTC)
    except (ValueError, OverflowError):
        raise _refusal(f"“{typed}” não é uma data e hora como 2026-12-10T08:00.") from None


def _refusal(sentence: str) -> CommandError:
    return CommandError(sentence, returncode=_BAD_INPUT)
