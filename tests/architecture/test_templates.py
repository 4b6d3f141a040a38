"""Pages hold to the CSP and to their budget: nothing inline, icons that exist, sizes."""

import gzip
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders

from common.staticfiles import SHEET
from common.templatetags.ui import icon_names
from outbox.kinds import name_of

ROOT = Path(settings.BASE_DIR)
TEMPLATES = ROOT / "templates"
HTMX = "django_htmx/htmx-2.min.js"
# Where what every page of a side shares stands.
FRAMES = {"templates", "layouts"}

# Letters are read in mail programs, which know no style sheets; they have tests of their own.
PAGES = [path for path in TEMPLATES.rglob("*.html") if "emails" not in path.parts]

TAG = re.compile(r"<[a-zA-Z](?:[^>\"']|\"[^\"]*\"|'[^']*')*>")


def tags(path: Path) -> Iterator[str]:
    """The opening tags of a template, without what Django itself writes into them."""
    bare = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", path.read_text(), flags=re.S)
    yield from TAG.findall(bare)


def found_in(pattern: str) -> list[str]:
    """Templates with a tag that matches, and the tag."""
    return [
        f"{path.relative_to(TEMPLATES)}: {tag}"
        for path in PAGES
        for tag in tags(path)
        if re.search(pattern, tag, flags=re.I)
    ]


@pytest.mark.parametrize(
    "forbidden",
    [
        r"\sstyle\s*=",
        r"\son[a-z]+\s*=",
        r"\shx-on",
        r"\shx-vars|\shx-vals\s*=\s*[\"']\s*js:",
        r"(href|src|action)\s*=\s*[\"']\s*javascript:",
        r"^<style\b",
        r"^<script\b(?!.*\bsrc=)|^<script\b(?!.*\bnonce=)",
    ],
)
def test_no_page_has_what_the_CSP_forbids(forbidden: str) -> None:
    assert found_in(forbidden) == []


def test_no_page_reaches_another_host() -> None:
    assert found_in(r"(href|src)\s*=\s*[\"'](https?:)?//") == []


def test_staff_have_a_name_for_every_kind_of_letter_and_each_has_its_own() -> None:
    kinds = [path.parent.name for path in TEMPLATES.glob("emails/*/subject.txt")]
    names = {kind: name_of(kind) for kind in kinds}

    assert [kind for kind, name in names.items() if name in ("", kind)] == []
    assert len(set(names.values())) == len(kinds) > 0


def test_every_icon_that_a_template_names_exists() -> None:
    named = {
        name
        for path in PAGES
        for name in re.findall(r"{% icon \"([\w-]+)\"|\bicon=\"([\w-]+)\"", path.read_text())
        for name in name
        if name
    }

    assert sorted(named - icon_names()) == []


def test_every_script_that_a_template_names_exists_and_is_used() -> None:
    loaded = {
        name
        for path in PAGES
        for call in re.findall(r"{% modules ([^%]+) %}", path.read_text())
        for name in re.findall(r"\"([\w-]+)\"", call)
    }

    assert loaded == {path.stem for path in (ROOT / "static/js").glob("*.js")}


def test_no_script_evaluates_text() -> None:
    scripts = (ROOT / "static/js").glob("*.js")
    evil = re.compile(r"\beval\(|new Function|innerHTML|outerHTML|document\.write|\.style\b")

    assert [path.name for path in scripts if evil.search(path.read_text())] == []


def zipped(path: str) -> int:
    """Bytes on the wire of a static file, compressed as by the server."""
    found = finders.find(path)
    assert isinstance(found, str), path
    return len(gzip.compress(Path(found).read_bytes(), 6))


def test_style_sheet_within_16_KB() -> None:
    assert zipped(SHEET) <= 16 * 1024


def loaded(page: Path, kind: str = "") -> set[str]:
    """Our scripts and sheets, or those of `kind`, of a page and the layouts that it extends."""
    text = page.read_text()
    calls = " ".join(re.findall(r"{% modules ([^%]+) %}", text))
    own = {f"js/{name}.js" for name in re.findall(r"\"([\w-]+)\"", calls)}
    own |= set(re.findall(r"href=\"{% static \"(css/[\w-]+\.css)\" %}\"", text))
    above = re.search(r"{% extends \"([^\"]+)\" %}", text)
    own |= loaded(TEMPLATES / above[1]) if above else set()
    return {name for name in own if name.endswith(kind)}


def test_scripts_of_a_page_within_12_KB() -> None:
    """Each is compressed alone, as it travels: the price of a module a concern. Only who writes
    articles waits for an editor.
    """
    weights = {
        str(page.relative_to(TEMPLATES)): sum(map(zipped, loaded(page, ".js")))
        for page in PAGES
        if "admin" not in page.parts
    }

    heavy = {name for name, weight in weights.items() if weight > 12 * 1024}
    assert heavy == {"help_center/edit.html"}


def test_a_layout_leaves_half_of_the_90_KB_of_a_first_page_to_the_page_itself() -> None:
    shared = {SHEET, HTMX, "icons.svg", "icon.svg"}
    weights = {
        page.stem: sum(map(zipped, shared | loaded(page)))
        for page in PAGES
        if page.parent.name in FRAMES
    }

    assert {name for name, weight in weights.items() if weight > 45 * 1024} == set()
    assert {"desk", "portal", "help"} <= set(weights)
