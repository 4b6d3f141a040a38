"""Followers that end what they follow in the middle of its transaction, or just after it."""

import os
import signal

from django.db import connection, transaction

from tickets.models import TicketEvent


def killed(event: TicketEvent) -> None:
    """The process is killed before anything is committed."""
    os.kill(os.getpid(), signal.SIGKILL)


def killed_later(event: TicketEvent) -> None:
    """The process is killed as soon as all is committed."""
    transaction.on_commit(lambda: os.kill(os.getpid(), signal.SIGKILL))


def cut_off(event: TicketEvent) -> None:
    """The database ends the connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
