"""Paging by key in several orders: pages that neither skip nor repeat a row when a list moves."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeVar

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, F, Model, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from common.lookups import AnyOf

M = TypeVar("M", bound=Model)

ROWS = 25

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_NEVER = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Key:
    """A column that a list is ordered by, as it stands in a cursor: a whole number."""

    name: str
    is_moment: bool = False
    newest_first: bool = False

    def written(self, row: Model) -> str:
        value = getattr(row, self.name)
        return str((value - _EPOCH) // _MICROSECOND if self.is_moment else value)

    def read(self, text: str) -> Any:
        """Raises `ValueError` or `OverflowError` for what no row can hold."""
        number = int(text)
        if not 0 <= number < 2**63:
            raise ValueError(text)
        return _EPOCH + number * _MICROSECOND if self.is_moment else number

    def order(self, *, backwards: bool) -> str:
        return f"-{self.name}" if self.newest_first != backwards else self.name

    def beyond(self, *, backwards: bool) -> str:
        return f"{self.name}__{'lt' if self.newest_first != backwards else 'gt'}"


_ID = Key("pk")
_NEWEST = Key("pk", newest_first=True)

# R4's default first. `due_at` is whatever comes next: the customer's deadline or ours.
KEYS: dict[str, tuple[Key, ...]] = {
    "severity": (Key("severity"), Key("waiting_since", is_moment=True), _ID),
    "deadline": (Key("due_at", is_moment=True), _ID),
    "last": (Key("last_at", is_moment=True, newest_first=True), _NEWEST),
    "opened": (Key("opened_at", is_moment=True, newest_first=True), _NEWEST),
    # Of mail: what has waited longest first, or what came last.
    "waiting": (Key("received_at", is_moment=True), _ID),
    "received": (Key("received_at", is_moment=True, newest_first=True), _NEWEST),
    # Of articles: what most looked for.
    "read": (Key("views", newest_first=True), _NEWEST),
}
_DUE_AT = Coalesce(F("deadline_at"), F("attention_at"), Value(_NEVER))


@dataclass(frozen=True)
class Page(Generic[M]):
    """Rows in their order; the cursors lead to the pages beside it, if any."""

    rows: list[M]
    before: str = ""
    after: str = ""


def page(
    found: QuerySet[M], order: str, *, after: str = "", before: str = "", rows: int = ROWS
) -> Page[M]:
    """The page of `found` that follows the cursor `after`, or precedes `before`; else the first.

    A cursor that is none, or one with nothing beyond it, leads to the first page.
    """
    keys, found = KEYS[order], _keyed(found, order)
    if values := _read(keys, before):
        some = _some(found, keys, rows, values, backwards=True)
        if len(some) > rows:
            some = some[rows - 1 :: -1]
            return Page(some, _cursor(keys, some[0]), _cursor(keys, some[-1]))
    values = _read(keys, after)
    if values and (some := _some(found, keys, rows, values)):
        return Page(some[:rows], _cursor(keys, some[0]), _next(keys, some, rows))
    some = _some(found, keys, rows)
    return Page(some[:rows], after=_next(keys, some, rows))


def every(found: QuerySet[M], order: str, *, at_once: int = 500) -> Iterator[M]:
    """All of `found`, read `at_once` rows a statement: for files, which no memory need hold."""
    keys, found = KEYS[order], _keyed(found, order)
    some = _some(found, keys, at_once)
    yield from some[:at_once]
    while len(some) > at_once:
        last = some[at_once - 1]
        some = _some(found, keys, at_once, [getattr(last, key.name) for key in keys])
        yield from some[:at_once]


@dataclass(frozen=True)
class Place:
    """Where a page stands: its rows are `first` to `last` of `total`.

    In a list longer than the `most` that is counted, `total` is None, and `first` known of its
    first page only.
    """

    first: int | None
    last: int | None
    total: int | None
    most: int

    @property
    def count(self) -> str:
        """How long the whole list is, in figures."""
        return f"{self.most}+" if self.total is None else f"{self.total}"

    @property
    def span(self) -> str:
        """Which of how many, where it is known which."""
        told = {"first": self.first, "last": self.last, "all": self.count}
        return _("%(first)d–%(last)d de %(all)s") % told


def place(found: QuerySet[M], order: str, shown: Page[M], *, most: int) -> Place:
    """Where `shown` stands in `found`, of which at most `most` are counted; one statement."""
    keys, found = KEYS[order], _keyed(found, order)
    earlier = Q(pk=None)
    if shown.before:
        first = [getattr(shown.rows[0], key.name) for key in keys]
        earlier = _beyond(keys, first, backwards=True)
    counted = found.order_by().annotate(is_earlier=earlier)[: most + 1]
    count = counted.aggregate(total=Count("pk"), earlier=Count("pk", filter=Q(is_earlier=True)))
    total = count["total"] if count["total"] <= most else None
    if shown.before and total is None:
        return Place(None, None, None, most)
    return Place(count["earlier"] + 1, count["earlier"] + len(shown.rows), total, most)


def _keyed(found: QuerySet[M], order: str) -> QuerySet[M]:
    """`found` with the columns that `order` goes by."""
    keyed: Any = found.annotate(due_at=_DUE_AT) if order == "deadline" else found
    rows: QuerySet[M] = keyed
    return rows


def _some(
    found: QuerySet[M],
    keys: tuple[Key, ...],
    rows: int,
    values: list[Any] | None = None,
    *,
    backwards: bool = False,
) -> list[M]:
    """One more than a page, so that it shows whether there is another.

    Which rows they are is found first; what each names is joined to those alone.
    """
    if values:
        found = found.filter(_beyond(keys, values, backwards=backwards))
    ordered = found.order_by(*(key.order(backwards=backwards) for key in keys))
    some = ordered.select_related(None).values("pk")[: rows + 1]
    return list(ordered.filter(AnyOf(F("pk"), ArraySubquery(some))))


def _beyond(keys: tuple[Key, ...], values: list[Any], *, backwards: bool) -> Q:
    """(a, b, c) > (x, y, z), each key in its own direction."""
    condition = Q()
    for key, value in reversed(list(zip(keys, values, strict=True))):
        further = Q(**{key.beyond(backwards=backwards): value})
        condition = further | (Q(**{key.name: value}) & condition) if condition else further
    # What the first key alone excludes, an index can skip.
    first = keys[0].beyond(backwards=backwards)
    return Q(**{f"{first}e": values[0]}) & condition


def _next(keys: tuple[Key, ...], some: list[M], rows: int) -> str:
    return _cursor(keys, some[rows - 1]) if len(some) > rows else ""


def _cursor(keys: tuple[Key, ...], row: Model) -> str:
    return "-".join(key.written(row) for key in keys)


def _read(keys: tuple[Key, ...], cursor: str) -> list[Any] | None:
    parts = cursor.split("-")
    if len(parts) != len(keys):
        return None
    try:
        return [key.read(part) for key, part in zip(keys, parts, strict=True)]
    except (ValueError, OverflowError):
        return None
