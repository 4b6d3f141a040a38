"""Writes what becomes of mails of the corpus into the JSON beside them: to be read, then kept.

python -m tests.expect_mail gmail_web_reply outlook_365     these
python -m tests.expect_mail                                 those that have none yet
python -m tests.expect_mail --all                           all; `git diff` shows what changed
"""

import os
import sys
from pathlib import Path
from typing import Any

import pytest


def main(names: list[str]) -> int:
    os.environ["EXPECT_MAIL"] = ",".join(names) or "new"
    return int(pytest.main(["-q", "-p", "no:cacheprovider", str(Path(__file__))]))


@pytest.mark.django_db
def test_written(settings: Any, tmp_path: Path) -> None:
    from tests.inbox.world import FILES, world

    settings.MEDIA_ROOT = tmp_path
    asked = os.environ["EXPECT_MAIL"]
    with world() as house:
        for file in FILES:
            answer = file.with_suffix(".json")
            is_asked = file.stem in asked.split(",") or asked == "--all"
            if is_asked or (asked == "new" and not answer.exists()):
                answer.write_text(house.as_placeholders(house.told(house.mail(file))))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
