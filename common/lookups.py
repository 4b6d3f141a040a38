"""Conditions and counts that Django's own expressions do not write."""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import IntegerField, Lookup, QuerySet, Subquery
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


class CountOf(Subquery):
    """`values(late=CountOf(late), mine=CountOf(mine))`: how many rows each queryset has.

    Each is counted by the index that suits it, where `aggregate(…, filter=…)` reads all rows that
    any of them has.
    """

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()

    def __init__(self, found: QuerySet[Any]) -> None:
        super().__init__(found.order_by().values("pk"))
