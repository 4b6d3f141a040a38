"""common/text.py: cleaned, cut and compared, whatever people type or paste."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.text import clean, fold, one_line


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a\r\nb\rc\u2028d\x0be", "a\nb\nc\nd\ne"),
        ("um\x00dois\x07\x1b[31m", "umdois[31m"),
        ("coluna\tum", "coluna\tum"),
        ("ac\u0327a\u0303o", "ação"),
        ("meio par \ud83d", "meio par "),
        ("direita \u202e para esquerda", "direita \u202e para esquerda"),
    ],
)
def test_clean_keeps_what_a_reader_sees(typed: str, kept: str) -> None:
    assert clean(typed) == kept


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("  Nota\r\nBcc: a@x.com  ", "Nota Bcc: a@x.com"),
        ("fatura\u202efdp.exe", "faturafdp.exe"),
        ("a\u200bb\u2066c\u00ad\ufeff", "abc"),
        ("família 👩\u200d👧", "família 👩\u200d👧"),
        ("x" * 30, "x" * 19 + "…"),
        ("palavra outra palavra", "palavra outra palav…"),
        ("", ""),
    ],
)
def test_one_line_is_safe_in_a_header(typed: str, line: str) -> None:
    assert one_line(typed, 20) == line


def test_one_line_leaves_no_letter_without_its_accent() -> None:
    assert one_line("abcq\u0303xyz", 5) == "abc…"


@given(st.text(), st.integers(1, 60))
def test_one_line_is_one_line_within_the_limit(text: str, limit: int) -> None:
    line = one_line(text, limit)

    assert len(line) <= limit
    assert not any(unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") for c in line)
    assert one_line(line, limit) == line


@given(st.text())
def test_clean_twice_is_clean_once(text: str) -> None:
    assert clean(clean(text)) == clean(text)


def test_fold_compares_without_case_and_accents() -> None:
    assert fold("AÇÃO de Côbrança") == fold("acao DE cobranca") == "acao de cobranca"
    assert fold("Straße") == "strasse"
    assert fold("ação") != fold("acoes")


@given(st.text())
def test_fold_twice_is_fold_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)
