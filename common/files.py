"""Files from strangers: which are taken, under what name and type, and how they are given back."""

import hashlib
import re
import struct
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import IO

import filetype  # type: ignore[import-untyped]  # it ships no types
from asgiref.sync import sync_to_async
from django.conf import settings
from django.http import FileResponse
from django.utils.translation import gettext as _

from common.text import one_line

SAFE_INLINE = frozenset({"image/gif", "image/jpeg", "image/png", "image/webp"})
_NAME_LIMIT = 150
_CHUNK = 1024 * 1024
_HEAD = 8192

# Opened by a double click, these run something.
_RUNNING = re.compile(
    r"apk|app|appimage|appx|appxbundle|bash|bat|chm|cmd|com|command|cpl|csh|deb|desktop|"
    r"dll|dmg|drv|ear|elf|exe|gadget|hta|inf|ins|iso|jar|jnlp|js|jse|ksh|lnk|mjs|msc|msi|"
    r"msix|msp|mst|ocx|pif|pkg|ps1|ps1xml|ps2|psc1|psd1|psm1|reg|rpm|run|scf|scpt|scr|sct|"
    r"sh|shb|shs|so|sys|url|vb|vbe|vbs|vhd|vhdx|war|ws|wsc|wsf|wsh|xbap|xll|zsh"
)
_PROGRAM = re.compile(
    rb"MZ.{0,62}\x00"  # Windows and DOS; a text that happens to begin with MZ has no NUL
    rb"|\x7fELF"
    rb"|\xfe\xed\xfa[\xce\xcf]|[\xce\xcf]\xfa\xed\xfe|\xca\xfe\xba\xbe"  # Mach-O, Java class
    rb"|L\x00\x00\x00\x01\x14\x02\x00"  # Windows shortcut
    rb"|dex\n0|\x00asm|Cr24|[CFZ]WS[\x01-\x40]"  # Android, WebAssembly, Chrome, Flash
    rb"|!<arch>\ndebian|\xed\xab\xee\xdb"  # Debian and Red Hat packages
    rb"|(?:\xef\xbb\xbf)?#![ \t]*/",  # a script and its interpreter
    re.DOTALL,
)

_OLE = "application/x-ole-storage"
_OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_INSTALLER_CLASS = bytes.fromhex("84100c0000000000c000000000000046")  # {000C1084-…}, [MS-CFB]
_ZIP = "application/zip"
_OOXML = "application/vnd.openxmlformats-officedocument."
_WORD = f"{_OOXML}wordprocessingml.document"
_SHEET = f"{_OOXML}spreadsheetml.sheet"
_SLIDES = f"{_OOXML}presentationml.presentation"
_ODF = "application/vnd.oasis.opendocument."
_ZIPPED = (_WORD, _SHEET, _SLIDES, f"{_ODF}text", f"{_ODF}spreadsheet", f"{_ODF}presentation")

# By extension: the type that is told, then what else the content may be seen as.
_SIGNED: dict[str, tuple[str, ...]] = {
    "pdf": ("application/pdf",),
    "rtf": ("application/rtf",),
    "doc": ("application/msword", _OLE),
    "xls": ("application/vnd.ms-excel", _OLE),
    "ppt": ("application/vnd.ms-powerpoint", _OLE),
    "msg": ("application/vnd.ms-outlook", _OLE),
    # A document with a password is an OLE file around the encrypted one.
    **dict.fromkeys(("docx", "docm", "dotx", "dotm"), (_WORD, _OLE)),
    **dict.fromkeys(("xlsx", "xlsm", "xltx", "xltm", "xlsb"), (_SHEET, _OLE)),
    **dict.fromkeys(("pptx", "pptm", "ppsx", "potx"), (_SLIDES, _OLE)),
    "odt": (f"{_ODF}text",),
    "ods": (f"{_ODF}spreadsheet",),
    "odp": (f"{_ODF}presentation",),
    "zip": (_ZIP, *_ZIPPED, "application/epub+zip"),
    "7z": ("application/x-7z-compressed",),
    "rar": ("application/x-rar-compressed",),
    "gz": ("application/gzip",),
    "tgz": ("application/gzip",),
    "bz2": ("application/x-bzip2",),
    "xz": ("application/x-xz",),
    "tar": ("application/x-tar",),
}
_IMAGES = {
    "png": "image/png",
    "gif": "image/gif",
    "webp": "image/webp",
    **dict.fromkeys(("jpg", "jpeg", "jpe", "jfif", "pjpeg"), "image/jpeg"),
    "bmp": "image/bmp",
    "tif": "image/tiff",
    "tiff": "image/tiff",
    "heic": "image/heic",
    "avif": "image/avif",
    "ico": "image/x-icon",
}
# Recorders disagree on signatures, so of these only the family is held against the name.
_RECORDINGS = {
    "mp3": "audio/mpeg",
    "wav": "audio/x-wav",
    "ogg": "audio/ogg",
    "opus": "audio/ogg",
    "m4a": "audio/mp4",
    "aac": "audio/aac",
    "amr": "audio/amr",
    "flac": "audio/x-flac",
    "mp4": "video/mp4",
    "m4v": "video/x-m4v",
    "mov": "video/quicktime",
    "avi": "video/x-msvideo",
    "mkv": "video/x-matroska",
    "webm": "video/webm",
    "wmv": "video/x-ms-wmv",
    "mpg": "video/mpeg",
    "mpeg": "video/mpeg",
    "3gp": "video/3gpp",
}
_TEXTS = {
    **dict.fromkeys(("txt", "log", "ini", "cfg", "conf", "sql", "md", "trc"), "text/plain"),
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "json": "application/json",
    "xml": "application/xml",
    "xsd": "application/xml",
    "html": "text/html",
    "htm": "text/html",
    "xhtml": "application/xhtml+xml",
    "svg": "image/svg+xml",
    "eml": "message/rfc822",
    "ics": "text/calendar",
    "vcf": "text/vcard",
    "yml": "application/yaml",
    "yaml": "application/yaml",
}
_NOT_TEXT = re.compile(rb"[\x00-\x07\x0e-\x1a\x1c-\x1f]")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
# Nothing in these looks binary at first sight, yet they are no text to read.
_TEXT_LIKE = ("application/pdf", "application/rtf")

_DEVICES = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?", re.IGNORECASE)


class FileRefused(Exception):  # noqa: N818 - reads as what happened: the file was refused
    """The file is not taken; `sentence` says in Portuguese why, and how to mend it."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Inspected:
    """What a file is, by its content. `kind`: image, audio, video, document, archive, text, other.

    `safe_inline`: a browser may show it in the page. Everything else is only ever downloaded.
    """

    name: str
    content_type: str
    kind: str
    safe_inline: bool


def inspect(name: str, stream: IO[bytes], size: int) -> Inspected:
    """Hold a file's content against its name; `stream` is left at its start. `size` is in bytes.

    Raises `FileRefused` for a file that is empty or over `MAX_FILE_BYTES`, that runs when it is
    opened (by name or by content), or whose content belies its name. An image that is another
    safe image than it says is taken as what it is; a document with macros, an archive, HTML and
    SVG are taken and never shown inline.
    """
    name = clean_name(name)
    if size == 0:
        raise FileRefused(
            _("“%(name)s” está vazio. Confira o arquivo e anexe-o de novo.") % {"name": name}
        )
    if size > settings.MAX_FILE_BYTES:
        raise FileRefused(
            _(
                "“%(name)s” passa do limite de %(limit)d MB por arquivo. "
                "Compacte-o ou divida-o em partes."
            )
            % {"name": name, "limit": settings.MAX_FILE_BYTES // 2**20}
        )
    try:
        return _inspect(name, stream)
    finally:
        stream.seek(0)


def clean_name(name: str) -> str:
    """A name that every file system takes and that shows what it is: no path, no hidden turns."""
    base = re.split(r"[/\\]", one_line(name, 2000))[-1]
    base = re.sub(r'[<>:"|?*]', "_", base).strip(". ")
    if _DEVICES.fullmatch(base):
        base = f"_{base}"
    stem, dot, extension = base.rpartition(".")
    if len(base) > _NAME_LIMIT and stem and len(extension) < 20:
        base = f"{one_line(stem, _NAME_LIMIT - len(extension) - 1)}{dot}{extension}"
    return one_line(base, _NAME_LIMIT) or _("arquivo")


def sha256(stream: IO[bytes]) -> str:
    """The hexadecimal SHA-256 of the whole stream, read in pieces; it is left at its start."""
    digest = hashlib.sha256()
    stream.seek(0)
    while chunk := stream.read(_CHUNK):
        digest.update(chunk)
    stream.seek(0)
    return digest.hexdigest()


class StreamedFile(FileResponse):
    """A file that goes out a piece at a time under ASGI too, where Django would read it whole."""

    block_size = 256 * 1024

    async def __aiter__(self) -> AsyncIterator[bytes]:
        pieces = iter(self)
        # Beside the thread that answers requests: a slow disk holds nobody else up.
        take = sync_to_async(lambda: next(pieces, b""), thread_sensitive=False)
        while piece := await take():
            yield piece


def response(file: IO[bytes], name: str, content_type: str, inline: bool) -> StreamedFile:
    """`file` as an answer that no browser runs, re-guesses or shares (RFC 6266 for the name).

    Only `SAFE_INLINE` types are ever shown in the page, whatever `inline` asks for. The file may
    be kept by the reader's own browser for an hour, for the session that asked for it.
    """
    answer = StreamedFile(
        file,
        as_attachment=not (inline and content_type in SAFE_INLINE),
        filename=name,
        content_type=content_type,
    )
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    answer["Cache-Control"] = "private, max-age=3600"
    answer["Vary"] = "Cookie"
    return answer


def _inspect(name: str, stream: IO[bytes]) -> Inspected:
    stream.seek(0)
    head = stream.read(_HEAD)
    extension = name.rpartition(".")[2].lower() if "." in name else ""
    if _RUNNING.fullmatch(extension) or _PROGRAM.match(head) or _is_installer(stream, head):
        raise FileRefused(
            _(
                "“%(name)s” é um programa ou script, e programas não são aceitos. "
                "Se ele for necessário para reproduzir o problema, envie-o em um arquivo .zip."
            )
            % {"name": name}
        )
    content_type = _type_of(extension, _seen_as(stream, head), _is_text(head))
    if content_type is None:
        raise FileRefused(
            _(
                "O conteúdo de “%(name)s” não corresponde à extensão .%(extension)s. "
                "Salve o arquivo de novo nesse formato ou corrija a extensão, e anexe-o de novo."
            )
            % {"name": name, "extension": extension}
        )
    return Inspected(name, content_type, _kind_of(content_type), content_type in SAFE_INLINE)


def _type_of(extension: str, seen: str | None, is_text: bool) -> str | None:
    """The type to tell, or None if the content (`seen` as that type) belies the extension."""
    if extension in _SIGNED:
        return _SIGNED[extension][0] if seen in _SIGNED[extension] else None
    if extension in _IMAGES:
        return seen if seen in SAFE_INLINE or seen == _IMAGES[extension] else None
    if extension in _RECORDINGS:
        belies = is_text or not (seen is None or seen.startswith(("audio/", "video/")))
        return None if belies else _RECORDINGS[extension]
    if extension in _TEXTS:
        if is_text:
            return None if seen in _TEXT_LIKE else _TEXTS[extension]
        # A log with stray bytes is taken, as bytes; what carries another type's signature is not.
        return "application/octet-stream" if seen is None else None
    if is_text and seen not in _TEXT_LIKE:
        return "text/plain"
    return seen or "application/octet-stream"


def _seen_as(stream: IO[bytes], head: bytes) -> str | None:
    """The type that the content's signature shows, if any."""
    if head.startswith(_OLE_MAGIC):
        return _OLE
    if head.startswith(b"\x1aE\xdf\xa3"):
        return "video/webm" if b"webm" in head[:64] else "video/x-matroska"
    seen: str | None = filetype.guess_mime(head)
    # Writers order a package's parts as they like; the content types are in it somewhere.
    if seen == _ZIP and _contains(stream, b"[Content_Types].xml"):
        parts = {b"word/document.xml": _WORD, b"xl/workbook.": _SHEET, b"ppt/presentation": _SLIDES}
        return next((mime for part, mime in parts.items() if _contains(stream, part)), seen)
    return seen


def _is_text(head: bytes) -> bool:
    return head.startswith(_UTF_16) or not _NOT_TEXT.search(head)


def _is_installer(stream: IO[bytes], head: bytes) -> bool:
    """Whether an OLE file is a Windows installer: the class of its root entry ([MS-CFB] 2.6)."""
    if not head.startswith(_OLE_MAGIC) or len(head) < 52:
        return False
    (shift,) = struct.unpack_from("<H", head, 30)
    (sector,) = struct.unpack_from("<I", head, 48)
    if shift not in (9, 12):
        return False
    stream.seek(((sector + 1) << shift) + 80)
    return stream.read(16) == _INSTALLER_CLASS


def _contains(stream: IO[bytes], needle: bytes) -> bool:
    stream.seek(0)
    tail = b""
    while chunk := stream.read(_CHUNK):
        if needle in tail + chunk:
            return True
        tail = chunk[-len(needle) :]
    return False


def _kind_of(content_type: str) -> str:
    family = content_type.partition("/")[0]
    if content_type in _TEXTS.values() or family == "text":
        return "text"
    if family in ("image", "audio", "video"):
        return family
    if content_type in _ARCHIVES:
        return "archive"
    return "document" if content_type in _DOCUMENTS else "other"


_ARCHIVES = {_SIGNED[x][0] for x in ("zip", "7z", "rar", "gz", "bz2", "xz", "tar")}
_DOCUMENTS = {types[0] for types in _SIGNED.values()} - _ARCHIVES
