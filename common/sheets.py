"""Cells of a CSV that people open in a spreadsheet, which would run some texts (CWE-1236)."""

# Signs that start a formula, their full-width forms, and the blanks that some sheets skip.
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")


def disarmed(cell: object) -> str:
    """`cell` as text that no spreadsheet runs: an apostrophe stands before what looks so."""
    text = str(cell)
    return f"'{text}" if text.startswith(_FORMULA) else text


def rearmed(text: str) -> str:
    """What `disarmed` was given."""
    return text[1:] if text.startswith(tuple(f"'{sign}" for sign in _FORMULA)) else text
