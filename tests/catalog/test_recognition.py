"""E2: what patterns find in pasted text; one that is badly written harms nobody."""

import pytest

from catalog.models import Pattern, Product
from catalog.recognition import Found, found, patterns_of, recognise

LOG = """2026-11-13 09:12:01 INFO  Faturamento build 12.1.2610
2026-11-13 09:12:04 ERROR FAT0120 Rejeição 539: duplicidade de NF-e
"""


def pattern(finds, expression, **more):
    return Pattern(name=expression, finds=finds, expression=expression, example="x", **more)


def test_E2_each_pattern_finds_its_first_thing_in_a_log():
    patterns = [
        pattern("version", r"build (\d+(?:\.\d+)+)"),
        pattern("routine", r"\b[A-Z]{3}\d{4}\b"),
        pattern("error_code", r"Rejeição (?P<value>\d{3})"),
        pattern("error_code", r"\d{4}"),
        pattern("field", r"INFO|WARN", field_key="level"),
        pattern("field", r"Filial \d+", field_key="branch"),
    ]

    assert recognise(LOG, patterns) == [
        Found("version", "12.1.2610"),
        Found("routine", "FAT0120"),
        Found("error_code", "539"),
        Found("field", "INFO", "level"),
    ]


def test_a_pattern_that_never_ends_or_is_none_finds_nothing():
    patterns = [
        pattern("version", r"(x+x+)+y"),
        pattern("routine", r"("),
        pattern("error_code", r"\d{3}$"),
    ]

    assert recognise("x" * 5000 + "\n539", patterns) == [Found("error_code", "539")]
    with pytest.raises(TimeoutError):
        found(r"(x+x+)+y", "x" * 5000)


def test_the_ends_of_an_endless_log_are_read_and_a_value_is_one_line():
    text = "primeiro 1" + "\n" * 500_000 + "último\t\x002"

    assert found(r"primeiro \d", text) == "primeiro 1"
    assert recognise(text, [pattern("version", r"último\s\d")]) == [Found("version", "último 2")]


def test_patterns_in_use_for_all_products_and_for_this_one(db):
    product, other = (Product.objects.create(name=name) for name in ("Fiscal", "Folha"))
    for each in (
        pattern("version", "a"),
        pattern("version", "b", product=product),
        pattern("version", "c", product=other),
        pattern("version", "d", is_active=False),
    ):
        each.save()

    assert [each.expression for each in patterns_of(product)] == ["a", "b"]
    assert [each.expression for each in patterns_of(None)] == ["a"]
