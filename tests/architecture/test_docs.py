"""The README against the code: each variable that settings read is explained, and no other."""

import re
from pathlib import Path

from tests.shots import PICTURES, SHOTS

ROOT = Path(__file__).parents[2]


def test_every_variable_of_the_settings_is_in_the_readme() -> None:
    settings = (ROOT / "helpdesk/settings.py").read_text()
    read = set(re.findall(r"env(?:\.\w+)?\(\s*\"(\w+)\"", settings))

    readme = (ROOT / "README.md").read_text()
    table = readme.split("### Configuration")[1].split("## How it is built")[0]
    rows = [row.split("|")[1] for row in table.splitlines() if row.startswith("| `")]
    explained = {name for row in rows for name in re.findall(r"`(\w+)`", row)}

    assert explained == read


def test_the_commands_of_the_readme_exist() -> None:
    readme = (ROOT / "README.md").read_text()
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.M))
    commands = {path.stem for path in ROOT.glob("*/management/commands/*.py")} | {
        path.stem for path in ROOT.glob("interfaces/*/management/commands/*.py")
    }

    assert set(re.findall(r"\bmake (\w+)", readme)) <= targets | {"are"}
    assert set(re.findall(r"manage\.py (\w+)", readme)) <= commands | {"migrate", "collectstatic"}


def test_each_picture_of_a_guide_is_one_that_the_script_takes_and_each_is_shown() -> None:
    guides = list((ROOT / "docs/guide").glob("*.md"))
    shown = {
        (guide.parent / name).resolve()
        for guide in guides
        for name in re.findall(r"!\[[^\]]+\]\(([^)]+)\)", guide.read_text())
    }
    stored = set(PICTURES.glob("*.png"))

    assert shown == stored == {shot.path for shot in SHOTS}
    assert [path.name for path in stored if path.stat().st_size > 200_000] == []
