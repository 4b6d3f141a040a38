"""Draws the screen captures that the demonstration's people attach: PNG, with no library."""

import struct
import zlib

WIDTH, HEIGHT = 640, 400

Colour = tuple[int, int, int]

_PAPER: Colour = (250, 250, 251)
_WALL: Colour = (214, 219, 226)
_LINE: Colour = (226, 230, 235)
_INK: Colour = (148, 157, 170)
_ALARM: Colour = (247, 218, 216)
_ALARM_INK: Colour = (176, 58, 52)
_BARS: tuple[Colour, ...] = ((36, 86, 140), (31, 107, 90), (92, 72, 148), (120, 82, 30))


def screen_capture(name: str) -> bytes:
    """A window with a table and an error, as PNG; the same `name` gives the same picture."""
    seed = zlib.crc32(name.encode())
    rows = [bytearray(_WALL * WIDTH) for _ in range(HEIGHT)]
    _fill(rows, 24, 20, 592, 360, _PAPER)
    _fill(rows, 24, 20, 592, 32, _BARS[seed % len(_BARS)])
    _fill(rows, 40, 32, 150 + seed % 90, 8, _PAPER)
    _fill(rows, 24, 52, 128, 328, _LINE)
    for line in range(6):
        _fill(rows, 40, 72 + 32 * line, 60 + (seed >> line) % 36, 8, _INK)
    for line in range(5):
        top = 76 + 36 * line
        _fill(rows, 172, top + 22, 424, 1, _LINE)
        for column in range(4):
            _fill(rows, 172 + 108 * column, top, 40 + (seed >> (line + column)) % 48, 8, _INK)
    _fill(rows, 172, 276, 424, 76, _ALARM)
    _fill(rows, 172, 276, 4, 76, _ALARM_INK)
    for line in range(3):
        _fill(rows, 192, 292 + 18 * line, 200 + (seed >> (3 * line)) % 180, 8, _ALARM_INK)
    return _png(rows)


def _fill(
    rows: list[bytearray], left: int, top: int, width: int, height: int, colour: Colour
) -> None:
    for row in rows[top : top + height]:
        row[3 * left : 3 * (left + width)] = bytes(colour * width)


def _png(rows: list[bytearray]) -> bytes:
    """The rows of RGB as a file (W3C, Portable Network Graphics, 5 and 11)."""
    head = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    body = zlib.compress(b"".join(b"\0" + bytes(row) for row in rows), 9)
    chunks = (_chunk(b"IHDR", head), _chunk(b"IDAT", body), _chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
