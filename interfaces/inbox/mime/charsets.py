"""Bytes to text, whatever charset a mail claims or forgets."""

import codecs
import re

# What mail programs write under the name of a narrower charset, or under a name of their own.
_WIDER = {
    "ascii": "utf-8",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "cp950",
}
_ALSO_CALLED = {
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-8-e": "iso-8859-8",
    "unicode-1-1-utf-7": "utf-7",
    "utf8mb4": "utf-8",
    "windows-31j": "cp932",
    "x-mac-roman": "mac-roman",
    "macintosh": "mac-roman",
    "windows-874": "cp874",
    "tis-620": "cp874",
    "cp-850": "cp850",
}
# Python knows these as charsets, mail does not, and some take the square of the text's length.
_NO_CHARSET = {"idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape", "mbcs"}
_ONE_BYTE = re.compile(r"cp1\d\d\d|cp[48]\d\d|iso8859-\d+|koi8-[rut]|mac-\w+")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_META = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)


def decoded(content: bytes, charset: str) -> str:
    """`content` in its charset; if that is unknown, wrong or missing, as UTF-8 or Windows-1252.

    Never raises. Text that claims a charset of one byte a letter and yet is UTF-8 throughout is
    UTF-8: by chance that hardly happens.
    """
    for bom, name in _BOMS:
        if content.startswith(bom):
            return content.decode(name, "replace").removeprefix("\ufeff")
    if content.isascii() and b"\x1b" not in content and not _needs_ascii(charset):
        return content.decode("ascii")
    name = codec(charset)
    if (
        _ONE_BYTE.fullmatch(name)
        and not content.isascii()
        and (text := _strictly(content, "utf-8"))
    ):
        return text
    for each in dict.fromkeys((name, "utf-8")):
        if (text := _strictly(content, each)) is not None:
            return text
    if name != "utf-8" and not _ONE_BYTE.fullmatch(name):
        # A letter of many bytes is broken somewhere: the rest is still readable.
        text = content.decode(name, "replace")
        if text.count("\ufffd") * 10 < len(text):
            return text
    return content.decode("utf-8", _BY_BYTE)


def codec(charset: str) -> str:
    """Python's name of the charset called so; that of UTF-8 if there is none."""
    asked = charset.strip().strip("\"'").lower()[:40]
    try:
        name = codecs.lookup(_ALSO_CALLED.get(asked, asked)).name
        b"    ".decode(name, "replace")  # raises for what turns bytes into bytes
    except (LookupError, ValueError, AttributeError):
        return "utf-8"
    return "utf-8" if name in _NO_CHARSET else _WIDER.get(name, name)


def of_html(content: bytes) -> str:
    """The charset that an HTML page claims for itself; empty if it claims none."""
    found = _META.search(content[:4096])
    return found[1].decode("ascii") if found else ""


def _needs_ascii(charset: str) -> bool:
    """Whether plain ASCII bytes may stand for other letters: UTF-7, HZ, UTF-16 and their like."""
    name = codec(charset) if charset else "utf-8"
    return name == "utf-7" or name.startswith(
        ("hz", "utf-16", "utf-32", "iso2022", "cp037", "cp500")
    )


def _strictly(content: bytes, name: str) -> str | None:
    try:
        return content.decode(name)
    except (LookupError, ValueError):
        return None


def _as_windows(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    broken = error.object[error.start : error.end]
    return broken.decode("cp1252", "replace"), error.end


_BY_BYTE = "prazo-windows-1252"
codecs.register_error(_BY_BYTE, _as_windows)
