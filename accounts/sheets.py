"""Sheets of people as they come, CSV or XLSX, read into rows of text; what the rows say is not
judged here (accounts/imports.py)."""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime

from django.utils.translation import gettext as _
from openpyxl import load_workbook  # type: ignore[import-untyped]

from common.errors import Refused
from common.sheets import rearmed
from common.text import one_line

MOST_BYTES = 2 * 1024 * 1024
MOST_ROWS = 5_000
_MOST_COLUMNS = 30
_LONGEST_CELL = 500
# A sheet of 5,000 people with six columns unpacks to a little more than 2 MB.
_MOST_UNPACKED = 6 * 1024 * 1024
_MOST_PARTS = 200
# What is read is built in memory, some 400 bytes a tag: a cell with a value has four.
_MOST_CELLS = (MOST_ROWS + 1) * _MOST_COLUMNS
_MOST_TAGS = 4 * _MOST_CELLS
_CELL = re.compile(rb"<(?:[^\s<>/:]{1,50}:)?c[\s/>]")
_OTHER_ENCODING = re.compile(
    rb"""^(?:\xef\xbb\xbf)?\s*<\?xml[^>]*encoding\s*=\s*["'](?!utf-8["'])""", re.I
)
_DELIMITERS = ";,\t"

Line = tuple[int, list[str]]


def read(data: bytes) -> list[Line]:
    """The rows that hold something, each with its number in the sheet, the first one the header.

    Refused: what is neither CSV nor XLSX, too large packed or unpacked, too many rows.
    """
    if len(data) > MOST_BYTES:
        raise Refused("too_big", _("A planilha passa de 2 MB. Envie-a em partes."))
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise Refused(
            "old_sheet",
            _("Este é o formato antigo do Excel, ou tem senha. Salve como XLSX ou CSV."),
        )
    rows = _of_xlsx(data) if data.startswith(b"PK\x03\x04") else _of_csv(data)
    lines = []
    for number, cells in rows:
        texts = [_text(cell) for cell in cells[:_MOST_COLUMNS]]
        if not any(texts):
            continue
        lines.append((number, texts))
        if len(lines) > MOST_ROWS + 1:
            raise Refused(
                "too_many_rows", _("São no máximo 5.000 pessoas por planilha. Envie-a em partes.")
            )
    if len(lines) < 2:
        raise Refused(
            "no_rows", _("Não há pessoas na planilha: a primeira linha dá os nomes das colunas.")
        )
    return lines


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime | date):
        return cell.isoformat()
    return one_line(rearmed(str(cell).strip()), _LONGEST_CELL)


def _of_csv(data: bytes) -> Iterator[tuple[int, Sequence[object]]]:
    text = _decoded(data)
    if "\x00" in text:
        raise _unreadable()
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for cells in reader:
            yield reader.line_num, cells
    except csv.Error:
        raise _unreadable() from None


def _decoded(data: bytes) -> str:
    """UTF-8, UTF-16 where it says so, else what Windows writes in Brazil."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _of_xlsx(data: bytes) -> Iterator[tuple[int, Sequence[object]]]:
    try:
        _check_parts(data)
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        yield from _numbered(sheet.iter_rows(max_col=_MOST_COLUMNS, values_only=True))
    except Refused:
        raise
    # A broken workbook breaks openpyxl in more ways than it names.
    except Exception:
        raise _unreadable() from None


def _numbered(rows: Iterable[tuple[object, ...]]) -> Iterator[tuple[int, Sequence[object]]]:
    """With their numbers, from 1; a sheet that claims a million empty rows is left early."""
    empty = 0
    for number, cells in enumerate(rows, start=1):
        empty = 0 if any(cell is not None for cell in cells) else empty + 1
        if empty > MOST_ROWS:
            return
        yield number, cells


def _check_parts(data: bytes) -> None:
    """Refuse what unpacks to far more than it weighs, holds more than can be read, or XML that
    defines entities. What a part is called says nothing: a workbook may name it as it likes."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = archive.infolist()
        if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > _MOST_UNPACKED:
            raise _too_big()
        texts = [text for part in parts if _is_xml(part.filename, text := archive.read(part))]
    if any(b"\0" in text or b"<!" in text or _OTHER_ENCODING.match(text) for text in texts):
        raise _unreadable()
    if sum(text.count(b"<") for text in texts) > _MOST_TAGS:
        raise _too_big()
    if sum(1 for text in texts for _cell in _CELL.finditer(text)) > _MOST_CELLS:
        raise _too_big()


def _is_xml(name: str, data: bytes) -> bool:
    """By its name or its first sign, in whatever encoding."""
    begun = data.lstrip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n")
    return name.lower().endswith((".xml", ".rels")) or begun.startswith(b"<")


def _too_big() -> Refused:
    return Refused(
        "unpacks_too_big",
        _("A planilha é grande demais. Deixe só uma aba, com as pessoas e as colunas do modelo."),
    )


def _unreadable() -> Refused:
    return Refused(
        "unreadable",
        _("Não conseguimos ler o arquivo. Salve a planilha como XLSX ou CSV e envie de novo."),
    )
