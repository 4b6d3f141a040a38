"""R5: a workbook that would cost more than people's rows is refused before it is read."""

import io
import time
import zipfile

import pytest
from openpyxl import Workbook

from accounts import sheets
from common.errors import Refused

SHEET = "xl/worksheets/sheet1.xml"
END = b"</sheetData>"


def book(*rows: list[str]) -> bytes:
    made, file = Workbook(), io.BytesIO()
    for row in rows:
        made.active.append(row)
    made.save(file)
    return file.getvalue()


def changed(*, more: bytes = b"", encoding: str = "utf-8", name: str = SHEET) -> bytes:
    """A workbook of one person with `more` at the end of its rows, its sheet under `name`."""
    file = io.BytesIO()
    small = book(["nome", "e-mail"], ["Ana", "a@x.example"])
    with (
        zipfile.ZipFile(io.BytesIO(small)) as old,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for each in old.namelist():
            data = old.read(each)
            if each == SHEET:
                data = data.replace(END, more + END).decode().encode(encoding)
            new.writestr(
                name if each == SHEET else each, data.replace(SHEET.encode(), name.encode())
            )
    return file.getvalue()


def row(cells: bytes) -> bytes:
    return b'<row r="9">' + cells + b"</row>"


def test_five_thousand_people_in_six_columns_are_read() -> None:
    people = [
        [f"Pessoa de nome comprido {n}", *[f"{n}-{k}@x.example" for k in range(5)]]
        for n in range(5000)
    ]

    assert len(sheets.read(book(["nome", *["e-mail"] * 5], *people))) == 5001


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (changed(more=row(b"<c/>" * 5_000_000)), "unpacks_too_big"),
        (changed(more=row(b"<c/>" * 160_000)), "unpacks_too_big"),
        (changed(more=row(b"<x:c/>" * 160_000)), "unpacks_too_big"),
        (changed(more=row(b"<x/>" * 700_000)), "unpacks_too_big"),
        (changed(more=row(b"<c/>" * 160_000), name="xl/worksheets/sheet1.bin"), "unpacks_too_big"),
        (changed(encoding="utf-16"), "unreadable"),
        (changed(encoding="utf-16-le"), "unreadable"),
        (changed(encoding="utf-16", name="xl/worksheets/sheet1.bin"), "unreadable"),
        (changed(more=b"<!-- -->"), "unreadable"),
    ],
    ids=["20 MB", "cells", "named cells", "tags", "other name", "utf-16", "le", "named", "doctype"],
)
def test_what_would_cost_too_much_is_refused_at_once(data: bytes, code: str) -> None:
    begun = time.process_time()

    with pytest.raises(Refused) as refused:
        sheets.read(data)

    assert refused.value.code == code
    assert time.process_time() - begun < 1


def test_the_same_workbook_with_nothing_added_is_read() -> None:
    assert [cells[:2] for _line, cells in sheets.read(changed())] == [
        ["nome", "e-mail"],
        ["Ana", "a@x.example"],
    ]
