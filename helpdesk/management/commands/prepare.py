"""Brings the database to where the code is: the one place that migrates."""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection

# Any number, the same for everyone who prepares this database.
LOCK = 7_291_150


class Command(BaseCommand):
    help = (
        "Aplica as migrações e, com DEMO=1, semeia a demonstração. "
        "Dois ao mesmo tempo esperam um pelo outro; repetir não muda nada."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run under an advisory lock: two `migrate` at once fail each other."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        try:
            call_command("migrate", interactive=False, verbosity=options["verbosity"])
            if settings.DEMO:
                call_command("seed_demo")
        finally:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
