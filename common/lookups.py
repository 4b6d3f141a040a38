"""Conditions that Django's own lookups do not write."""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Lookup
from django.db.models.sql.compiler import SQLCompiler


class AnyOf(Lookup[Any]):
    """`filter(AnyOf(F("pk"), ArraySubquery(keys)))`: those whose key is one of an array.

    PostgreSQL finds the array once, before it joins anything, and then goes by the index. An
    `IN (SELECT …)` is one more join, which in a statement of many joins comes last, after all rows
    have been read.
    """

    lookup_name = "any_of"

    def as_sql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper
    ) -> tuple[str, tuple[str | int, ...]]:
        left, left_params = self.process_lhs(compiler, connection)
        right, right_params = self.process_rhs(compiler, connection)
        return f"{left} = ANY ({right})", (*left_params, *right_params)
