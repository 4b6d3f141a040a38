"""Makes the demonstration's data; what it is, is in helpdesk/demo/."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from helpdesk.demo.seed import seed


class Command(BaseCommand):
    help = "Semeia a demonstração (só com DEMO=1). Onde já há pessoas, não muda nada."

    def handle(self, *args: Any, **options: Any) -> None:
        """Refused outside the demo."""
        if not settings.DEMO:
            raise CommandError("A demonstração só se semeia com DEMO=1.", returncode=2)
        made = seed()
        self.stdout.write("Demonstração semeada." if made else "Já há pessoas; nada mudou.")
