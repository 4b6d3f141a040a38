"""A ticket's number: digits only, so it can be typed on a phone; never reused."""

import re

from django.db.models import BigIntegerField, Func, Value

SEQUENCE = "ticket_number"
# PostgreSQL's nextval hands a number out once, also when the transaction is rolled back.
NEXT = Func(Value(SEQUENCE), function="nextval", output_field=BigIntegerField())

_TYPED = re.compile(r"#?\s*(\d[\d.\s]{0,20})")


def parse(typed: str) -> int | None:
    """The number that a person typed ("482913", "#482.913"), or None if it is none."""
    found = _TYPED.fullmatch(typed.strip())
    if not found:
        return None
    number = int(re.sub(r"\D", "", found[1]))
    return number if number < 2**63 else None
