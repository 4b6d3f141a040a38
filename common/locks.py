"""One at a time, across all processes: locks of PostgreSQL that a dead process cannot keep."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.db import DatabaseError, connection


@contextmanager
def alone(what: str) -> Iterator[bool]:
    """Whether nobody else was at `what`; if so, nobody else begins it until the block ends.

    Never waits. The lock belongs to this thread's database connection: it goes with it, whatever
    ends the process. It outlives transactions, so call it outside of them.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [what])
        [is_ours] = cursor.fetchone() or [False]
    try:
        yield is_ours
    finally:
        if is_ours:
            _release(what)


def _release(what: str) -> None:
    # Where the connection broke, the lock broke with it.
    with suppress(DatabaseError), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [what])
