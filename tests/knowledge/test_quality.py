"""Whether customers find what they look for: the whole set of queries, by kind."""

from collections import Counter

from django.contrib.auth.models import AnonymousUser

from knowledge import search
from tests.knowledge.conftest import QUERIES

FIRST = 3
LEAST = 0.9
# No kind of query is left behind while others make up for it.
LEAST_OF_A_KIND = 0.75


def test_nine_of_ten_queries_find_an_expected_article_among_the_first_three(library, ana):
    asked, found, misses = Counter(), Counter(), []
    for query in QUERIES:
        shown = _first(query["typed"], ana)
        asked[query["kind"]] += 1
        if set(shown) & set(query["expects"]):
            found[query["kind"]] += 1
        else:
            misses.append(f"{query['kind']}: {query['typed']!r} → {shown}, not {query['expects']}")

    rates = {kind: found[kind] / count for kind, count in asked.items()}
    said = "\n".join([f"{kind}: {rate:.0%}" for kind, rate in rates.items()] + misses)
    assert asked.total() >= 150
    assert found.total() / asked.total() >= LEAST, said
    assert min(rates.values()) >= LEAST_OF_A_KIND, said


def test_no_query_finds_an_internal_article(library):
    internal = {each.slug for each in library if each.audience == "internal"}
    assert internal

    for query in QUERIES:
        shown = search.find(query["typed"], reader=AnonymousUser(), articles=50).articles
        assert internal & {each.name for each in shown} == set(), query


def _first(typed, reader):
    return [each.name for each in search.find(typed, reader=reader, articles=FIRST).articles]
