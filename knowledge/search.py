"""Ranked search over what is known: articles, incidents that go on, defects with a correction.

One statement, whatever is typed. Words are compared as `f_words` leaves them and by their stems;
each typed word may also be meant as one that begins so (while it is being typed), as the nearest
known one (typing errors), glued to its neighbour or apart, or as its synonyms. A word weighs by
how rare it is (K. Spärck Jones, 1972), and by where it stands: title, codes, summary, text.
"""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.db.models import BooleanField, Q, QuerySet, TextField
from django.db.models.expressions import RawSQL

from accounts.models import User
from common.text import one_line
from knowledge.models import Article, Defect, Incident
from knowledge.ranking import SEARCH
from knowledge.words import ASKING

LONGEST = 200
MOST = 200
# How much of what was asked an answer must hold, by the weight of the words.
ENOUGH = 0.34
_ALL = Q()


@dataclass(frozen=True)
class Found:
    """An answer: `kind` is article, incident or defect, `name` its address or code.

    `version` is the one that corrects a defect, `is_released` whether it can be had. `product` is
    that of an incident or a defect. `score` orders those of one search only.
    """

    kind: str
    pk: int
    name: str
    title: str
    summary: str
    version: str
    is_released: bool
    product: int | None
    score: float


@dataclass(frozen=True)
class Answers:
    """What was found, each kind in its order; `total` counts the articles beyond the page."""

    articles: list[Found]
    incidents: list[Found]
    defects: list[Found]
    total: int

    def __bool__(self) -> bool:
        return bool(self.articles or self.incidents or self.defects)


NOTHING = Answers([], [], [], 0)


def find(
    typed: str,
    *,
    reader: User | AnonymousUser,
    product: int | None = None,
    typing: bool = False,
    among: Q = _ALL,
    first: int = 0,
    articles: int = 5,
    others: int = 3,
) -> Answers:
    """What answers `typed`, of what `reader` may read; one statement.

    Of incidents and corrections customers read those of the products that are open to them (R1).
    Articles about other products than `product` come last, and those that are not `among` the
    asked for do not come. `typing`: the last word may go on. At most `articles` from `first` on,
    and `others` of each other kind.
    """
    words = one_line(typed, LONGEST)
    if not words:
        return NOTHING
    candidates, visible = _candidates(reader, among)
    told = SEARCH.format(candidates=candidates, most=MOST)
    asked: list[Any] = [words, typing, list(ASKING)]
    shown: list[Any] = [product, ENOUGH, first, first + articles, others]
    with connection.cursor() as cursor:
        cursor.execute(told, [*asked, *visible, *shown])
        return _answers(cursor.fetchall())


def _answers(rows: list[tuple[Any, ...]]) -> Answers:
    kinds: dict[str, list[Found]] = {"article": [], "incident": [], "defect": []}
    total = 0
    for *values, count in rows:
        found = Found(*values)
        kinds[found.kind].append(found)
        if found.kind == "article":
            total = count
    return Answers(kinds["article"], kinds["incident"], kinds["defect"], total)


def _candidates(reader: User | AnonymousUser, among: Q) -> tuple[str, list[Any]]:
    """The selects of what may be an answer, and their parameters."""
    readable = Article.objects.visible_to(reader).filter(among)
    asked = [
        ("article", _holding(readable, "words", "rare")),
        ("article", _holding(readable, "words", "together")),
        ("article", _holding(readable, "head", "any_of")),
    ]
    if isinstance(reader, User):
        going_on = Incident.objects.filter(_open_to(reader), ended_at=None)
        public = Defect.objects.filter(_open_to(reader), is_public=True, fixed_in__isnull=False)
        corrected = public.exclude(state=Defect.State.WONT_FIX)
        asked.append(("incident", _holding(going_on, "words", "any_of")))
        asked.append(("defect", _holding(corrected, "words", "any_of")))
    selects: list[str] = []
    parameters: list[Any] = []
    for kind, rows in asked:
        sql, its_own = rows.query.sql_with_params()
        selects.append(f"SELECT '{kind}' AS kind, id, words FROM ({sql}) AS each (id, words)")  # noqa: S608 - ours
        parameters += its_own
    return " UNION ALL ".join(selects), parameters


def _open_to(reader: User) -> Q:
    """About the products that `reader` takes in some organization that is not of guests (R1); the
    desk, about all."""
    places = [place for place in reader.places.values() if not place.holds_guests]
    if reader.is_desk or any(place.takes_all for place in places):
        return Q()
    return Q(product__in=[0, *frozenset[int]().union(*(place.products for place in places))])


def _holding(rows: QuerySet[Any], column: str, wanted: str) -> QuerySet[Any]:
    """Some of `rows` whose `column` answers one of the questions of `ranking.SEARCH`."""
    table = rows.model._meta.db_table
    words = RawSQL(f"{table}.words", [], output_field=TextField())  # noqa: S611 - ours
    question = f"{table}.{column} @@ (SELECT {wanted} FROM wanted)"  # noqa: S608 - ours
    asks = RawSQL(question, [], output_field=BooleanField())  # noqa: S611 - ours
    found: QuerySet[Any] = rows.order_by().filter(asks).annotate(words=words)
    return found.values_list("pk", "words")[:MOST]
