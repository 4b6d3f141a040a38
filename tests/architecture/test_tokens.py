"""Colours by measure: every pair of tokens that meets on a page, in both themes (WCAG 2.2 AA).

Conversion from OKLCH as in CSS Color 4 (B. Ottosson's OKLab matrices); contrast as in WCAG 2.2.
"""

import math
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

CSS = Path(settings.BASE_DIR, "static/css")
TOKENS = dict(
    re.findall(r"^  --([\w-]+):\s*(.+?);$", (CSS / "tokens.css").read_text(), flags=re.M | re.S)
)

TEXT, CONTROL = 4.5, 3.0
STATUSES = ("open", "pending", "validation", "closed", "followed")
FLOORS = ("ground", "surface", "raised", "sunken", "hover", "accent-soft", "note")
SOFT = tuple(f"{status}-soft" for status in STATUSES)

PAIRS = [
    *(("text", floor, TEXT) for floor in (*FLOORS, *SOFT, "danger-soft")),
    *(("text-soft", floor, TEXT) for floor in FLOORS),
    *(("link", floor, TEXT) for floor in (*FLOORS, *SOFT, "danger-soft")),
    *((status, f"{status}-soft", TEXT) for status in STATUSES),
    *((status, floor, TEXT) for status in STATUSES for floor in FLOORS),
    *((word, floor, TEXT) for word in ("soon", "danger") for floor in FLOORS),
    ("danger", "danger-soft", TEXT),
    ("surface", "soon", TEXT),
    ("on-accent", "accent", TEXT),
    ("on-accent", "accent-hover", TEXT),
    ("on-danger", "danger", TEXT),
    ("on-danger", "danger-hover", TEXT),
    *(("line-control", floor, CONTROL) for floor in ("ground", "surface", "raised", "note")),
    *(("focus", floor, CONTROL) for floor in (*FLOORS, *SOFT)),
    *(("accent", floor, CONTROL) for floor in (*FLOORS, "line")),
    *(("danger", floor, CONTROL) for floor in (*FLOORS, "line")),
]

Lab = tuple[float, float, float]


def colour(expression: str, theme: str) -> Lab:
    """A colour of the tokens in OKLab, as `theme` shows it."""
    name, _, rest = expression.strip().partition("(")
    parts = list(arguments(rest.rstrip()[:-1])) if rest else []
    if name == "black":
        return (0.0, 0.0, 0.0)
    if name == "white":
        return (1.0, 0.0, 0.0)
    if name == "var":
        return colour(TOKENS[parts[0].removeprefix("--")], theme)
    if name == "light-dark":
        return colour(parts[0 if theme == "light" else 1], theme)
    if name == "color-mix":
        return mixed(parts[1], parts[2], theme)
    assert name == "oklch", expression
    lightness, chroma, hue = (float(part) for part in parts[0].split()[:3])
    turn = math.radians(hue)
    return (lightness, chroma * math.cos(turn), chroma * math.sin(turn))


def arguments(text: str) -> Iterator[str]:
    """What stands between the commas of the outermost parentheses."""
    depth, start = 0, 0
    for at, character in enumerate(text):
        depth += {"(": 1, ")": -1}.get(character, 0)
        if character == "," and depth == 0:
            yield text[start:at].strip()
            start = at + 1
    yield text[start:].strip()


def mixed(first: str, second: str, theme: str) -> Lab:
    """`color-mix(in oklab, a p%, b)`: the side without a percentage takes the rest."""
    sides = [re.fullmatch(r"(.+?)(?:\s+(\d+)%)?", side, flags=re.S) for side in (first, second)]
    (a, of_a), (b, of_b) = (side.groups() for side in sides if side)
    share = float(of_a) / 100 if of_a else 1 - float(of_b) / 100
    one, other = colour(a, theme), colour(b, theme)
    lightness, green, blue = (share * x + (1 - share) * y for x, y in zip(one, other, strict=True))
    return (lightness, green, blue)


def luminance(lab: Lab) -> float:
    lightness, a, b = lab
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    linear = (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )
    red, green, blue = (min(1.0, max(0.0, channel)) for channel in linear)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str, theme: str) -> float:
    lights = sorted(luminance(colour(f"var(--{name})", theme)) for name in (one, other))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def test_the_measure_is_right() -> None:
    white, black = luminance(colour("white", "light")), luminance(colour("black", "light"))

    assert round((white + 0.05) / (black + 0.05), 2) == 21.0
    assert round(luminance(colour("oklch(0.628 0.2577 29.23)", "light")), 2) == 0.21


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_pair_can_be_read(theme: str) -> None:
    measured = [(a, b, least, contrast(a, b, theme)) for a, b, least in PAIRS]

    assert [(a, b, round(found, 2)) for a, b, least, found in measured if found < least] == []


def test_colours_stand_in_the_tokens_only() -> None:
    named = re.compile(r"oklch\(|rgba?\(|hsl\(|#[0-9a-fA-F]{3,8}\b")
    sheets = [sheet for sheet in CSS.glob("*.css") if sheet.name != "tokens.css"]

    assert [sheet.name for sheet in sheets if named.search(sheet.read_text())] == []


def test_every_token_is_used_and_every_use_has_its_token() -> None:
    text = "".join(sheet.read_text() for sheet in CSS.glob("*.css"))

    used = set(re.findall(r"var\(--([\w-]+)", text))
    defined = set(re.findall(r"^\s*--([\w-]+):", text, flags=re.M))

    assert used == defined


def test_every_sheet_is_imported_once_or_linked_by_the_pages_that_need_it() -> None:
    imported = re.findall(r'url\("([^"]+)"\)', (CSS / "app.css").read_text())
    linked = {
        name
        for page in (CSS.parents[1] / "templates").rglob("*.html")
        for name in re.findall(r'{% static "css/([\w-]+\.css)" %}', page.read_text())
    }

    every = sorted(sheet.name for sheet in CSS.glob("*.css"))
    assert sorted([*imported, *linked]) == every
