"""common/files.py: which files are taken, as what, and how they are given back."""

import hashlib
import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.files import (
    FileRefused,
    Inspected,
    StreamedFile,
    clean_name,
    inspect,
    response,
    sha256,
)

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(40)
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(40)
GIF = b"GIF89a" + bytes(40)
WEBP = b"RIFF\x24\x00\x00\x00WEBPVP8 " + bytes(40)
BMP = b"BM\x46\x00\x00\x00" + bytes(40)
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n"
WINDOWS = b"MZ\x90\x00\x03\x00\x00\x00" + bytes(52) + b"\x80\x00\x00\x00PE\x00\x00"
LINUX = b"\x7fELF\x02\x01\x01" + bytes(60)
MAC = b"\xcf\xfa\xed\xfe\x07\x00\x00\x01" + bytes(40)
SHORTCUT = b"L\x00\x00\x00\x01\x14\x02\x00" + bytes(60)
SCRIPT = b"#!/bin/sh\nrm -rf /\n"
PAGE = b"<!DOCTYPE html><html><body>oi</body></html>"
WEBM = (
    b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01B\xf2\x81\x04B\xf3\x81\x08B\x82\x84webm"
    + bytes(20)
)
SEVEN_ZIP = b"7z\xbc\xaf\x27\x1c\x00\x04" + bytes(40)
RAR = b"Rar!\x1a\x07\x01\x00" + bytes(40)
GZIP = b"\x1f\x8b\x08\x00" + bytes(40)
OFFICE = "application/vnd.openxmlformats-officedocument."


def ole(root_class: bytes = bytes(16)) -> bytes:
    """An OLE file: 512-byte sectors, the directory in the first of them."""
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(22) + (9).to_bytes(2, "little") + bytes(16)
    return header.ljust(512, b"\x00") + bytes(80) + root_class + bytes(416)


def package(*parts: str) -> bytes:
    """A ZIP file with these members."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for part in parts:
            archive.writestr(part, "x" * 3000)
    return held.getvalue()


def looked_at(name: str, content: bytes) -> Inspected:
    return inspect(name, io.BytesIO(content), len(content))


@pytest.mark.parametrize(
    ("name", "content", "content_type", "kind", "safe_inline"),
    [
        ("tela.png", PNG, "image/png", "image", True),
        ("foto.JPG", JPEG, "image/jpeg", "image", True),
        ("a.gif", GIF, "image/gif", "image", True),
        ("a.webp", WEBP, "image/webp", "image", True),
        ("a.bmp", BMP, "image/bmp", "image", False),
        ("nota.pdf", PDF, "application/pdf", "document", False),
        ("a.doc", ole(), "application/msword", "document", False),
        ("a.zip", package("a.txt"), "application/zip", "archive", False),
        ("a.zip", package("a.exe"), "application/zip", "archive", False),
        ("a.7z", SEVEN_ZIP, "application/x-7z-compressed", "archive", False),
        ("a.rar", RAR, "application/x-rar-compressed", "archive", False),
        ("a.tar.gz", GZIP, "application/gzip", "archive", False),
        ("gravação.webm", WEBM, "video/webm", "video", False),
        ("a.txt", "Olá".encode(), "text/plain", "text", False),
        ("a.txt", "Olá".encode("utf-16"), "text/plain", "text", False),
        ("a.txt", b"MZ, disse ele", "text/plain", "text", False),
        ("a.csv", b"a;b\n1;2\n", "text/csv", "text", False),
        ("nfe.xml", b"<?xml version='1.0'?><NFe/>", "application/xml", "text", False),
        ("a.html", PAGE, "text/html", "text", False),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml", "text", False),
        ("console.log", b"ok\x00ok", "application/octet-stream", "other", False),
        ("base.dbf", b"\x03\x7a\x01\x01" + bytes(40), "application/octet-stream", "other", False),
        ("fonte.prw", b"User Function X()", "text/plain", "text", False),
        ("image", PNG, "image/png", "image", True),
    ],
)
def test_taken(name: str, content: bytes, content_type: str, kind: str, safe_inline: bool) -> None:
    assert looked_at(name, content) == Inspected(name, content_type, kind, safe_inline)


@pytest.mark.parametrize(
    ("name", "parts", "content_type"),
    [
        (
            "a.docx",
            ("[Content_Types].xml", "word/document.xml"),
            f"{OFFICE}wordprocessingml.document",
        ),
        (
            "a.docm",
            ("[Content_Types].xml", "word/document.xml"),
            f"{OFFICE}wordprocessingml.document",
        ),
        ("a.xlsx", ("xl/workbook.xml", "[Content_Types].xml"), f"{OFFICE}spreadsheetml.sheet"),
        (
            "a.xlsx",
            ("customXml/1.xml", "xl/workbook.xml", "[Content_Types].xml"),
            f"{OFFICE}spreadsheetml.sheet",
        ),
    ],
)
def test_documents_are_known_by_their_parts(
    name: str, parts: tuple[str, ...], content_type: str
) -> None:
    assert looked_at(name, package(*parts)) == Inspected(name, content_type, "document", False)


def test_a_document_with_a_password_is_taken() -> None:
    taken = Inspected("a.xlsx", f"{OFFICE}spreadsheetml.sheet", "document", False)

    assert looked_at("a.xlsx", ole()) == taken


@pytest.mark.parametrize("name", ["tela.jpg", "tela.gif", "tela.bmp"])
def test_an_image_is_taken_as_the_safe_image_that_it_is(name: str) -> None:
    assert looked_at(name, PNG) == Inspected(name, "image/png", "image", True)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        *[
            (f"a.{ending}", b"qualquer coisa")
            for ending in ("exe", "DLL", "bat", "ps1", "js", "hta")
        ],
        *[
            (f"a.{ending}", b"qualquer coisa")
            for ending in ("jar", "apk", "lnk", "vbs", "cmd", "scr")
        ],
        *[("foto.png", program) for program in (WINDOWS, LINUX, MAC, SHORTCUT, SCRIPT)],
        ("relatório.doc", ole(bytes.fromhex("84100c0000000000c000000000000046"))),
        ("nota.pdf.exe", PDF),
        ("nota.exe. ", PDF),
        ("nota.e\u200bxe", PDF),
        ("sem_extensao", SCRIPT),
    ],
)
def test_programs_are_refused_by_name_and_by_content(name: str, content: bytes) -> None:
    with pytest.raises(FileRefused) as refused:
        looked_at(name, content)

    assert refused.value.sentence == (
        f"“{clean_name(name)}” é um programa ou script, e programas não são aceitos. "
        "Se ele for necessário para reproduzir o problema, envie-o em um arquivo .zip."
    )


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("nota.pdf", PAGE),
        ("nota.pdf", PNG),
        ("tela.png", PDF),
        ("tela.png", PAGE),
        ("tela.jpg", BMP),
        ("a.docx", package("a.txt")),
        ("a.docx", package("[Content_Types].xml", "xl/workbook.xml")),
        ("a.xls", PAGE),
        ("a.zip", RAR),
        ("a.txt", PDF),
        ("a.txt", PNG),
        ("a.mp4", PAGE),
        ("a.mp3", PNG),
    ],
)
def test_content_that_belies_its_name_is_refused(name: str, content: bytes) -> None:
    with pytest.raises(FileRefused) as refused:
        looked_at(name, content)

    assert refused.value.sentence == (
        f"O conteúdo de “{name}” não corresponde à extensão .{name.split('.')[-1]}. "
        "Salve o arquivo de novo nesse formato ou corrija a extensão, e anexe-o de novo."
    )


def test_empty_and_too_large_files_are_refused() -> None:
    with pytest.raises(FileRefused) as empty:
        inspect("a.txt", io.BytesIO(), 0)
    with pytest.raises(FileRefused) as large:
        inspect("a.txt", io.BytesIO(b"x"), 25 * 1024 * 1024 + 1)

    assert empty.value.sentence == "“a.txt” está vazio. Confira o arquivo e anexe-o de novo."
    assert large.value.sentence == (
        "“a.txt” passa do limite de 25 MB por arquivo. Compacte-o ou divida-o em partes."
    )
    assert inspect("a.txt", io.BytesIO(b"x"), 25 * 1024 * 1024).content_type == "text/plain"


@given(st.text(max_size=12), st.binary(min_size=1, max_size=600))
def test_any_file_is_taken_or_refused_and_left_at_its_start(name: str, content: bytes) -> None:
    stream = io.BytesIO(content)

    try:
        shown = inspect(name, stream, len(content)).safe_inline
    except FileRefused:
        shown = False

    assert stream.tell() == 0
    assert not shown or content.startswith((b"\x89PNG", b"\xff\xd8\xff", b"GIF", b"RIFF"))


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ana\\nota.pdf", "nota.pdf"),
        ("nota\r\nSet-Cookie: a.pdf", "nota Set-Cookie_ a.pdf"),
        ("fatura\u202efdp.png", "faturafdp.png"),
        ("a.exe\x00.png", "a.exe.png"),
        ("con.txt", "_con.txt"),
        ("...", "arquivo"),
        ("", "arquivo"),
        ("relatório de ação.pdf", "relatório de ação.pdf"),
        ("a" * 300 + ".pdf", "a" * 145 + "….pdf"),
    ],
)
def test_names_are_cleaned(given_name: str, kept: str) -> None:
    assert clean_name(given_name) == kept


@given(st.text())
def test_a_cleaned_name_is_clean(name: str) -> None:
    kept = clean_name(name)

    assert 0 < len(kept) <= 150
    assert not set(kept) & set('/\\<>:"|?*\x00\r\n')
    assert clean_name(kept) == kept


def test_sha256_reads_the_whole_stream_and_goes_back() -> None:
    content = b"0123456789" * 300_000
    stream = io.BytesIO(content)
    stream.seek(7)

    assert sha256(stream) == hashlib.sha256(content).hexdigest()
    assert stream.tell() == 0


def test_a_safe_image_may_be_shown_in_the_page() -> None:
    answer = response(io.BytesIO(PNG), "ação.png", "image/png", inline=True)

    assert dict(answer.items()) == {
        "Content-Type": "image/png",
        "Content-Length": str(len(PNG)),
        "Content-Disposition": "inline; filename*=utf-8''a%C3%A7%C3%A3o.png",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "private, max-age=3600",
        "Vary": "Cookie",
    }


class Counted(io.BytesIO):
    """Counts the bytes that were read of it."""

    taken = 0

    def read(self, size: int | None = -1, /) -> bytes:
        piece = super().read(size)
        self.taken += len(piece)
        return piece


@pytest.mark.asyncio
@pytest.mark.filterwarnings("error")
async def test_a_file_is_read_a_piece_at_a_time_as_it_goes_out() -> None:
    piece = StreamedFile.block_size
    file = Counted(bytes(3 * piece + 1))
    answer = response(file, "log.txt", "text/plain", inline=False)

    read = [(len(part), file.taken) async for part in answer]

    sizes = [piece, piece, piece, 1]
    assert read == [(size, sum(sizes[: n + 1])) for n, size in enumerate(sizes)]
    assert answer["Content-Length"] == str(3 * piece + 1)


@pytest.mark.parametrize("content_type", ["text/html", "image/svg+xml", "application/pdf"])
def test_nothing_else_is_ever_shown_in_the_page(content_type: str) -> None:
    answer = response(io.BytesIO(PAGE), 'a".html', content_type, inline=True)

    assert answer["Content-Disposition"] == r'attachment; filename="a\".html"'
    assert answer["Content-Type"] == content_type
