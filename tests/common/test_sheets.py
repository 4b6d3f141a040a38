"""common/sheets.py: no spreadsheet runs a cell, and what was written comes back as it was."""

import pytest

from common.sheets import disarmed, rearmed


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+55 11", "-1", "@soma", "\t=1", "\r=1", "\n=1", "＝1+1", "＋1", "－1", "＠soma"],
)
def test_what_a_sheet_would_run_is_text_there_and_comes_back(text: str) -> None:
    assert (disarmed(text), rearmed(disarmed(text))) == (f"'{text}", text)


@pytest.mark.parametrize("text", ["", "Natal", "'aspas'", "’=", "5"])
def test_anything_else_stays_as_it_is(text: str) -> None:
    assert (disarmed(text), rearmed(text)) == (text, text)


def test_what_is_no_text_is_written_as_text() -> None:
    assert (disarmed(4), disarmed(-4)) == ("4", "'-4")
