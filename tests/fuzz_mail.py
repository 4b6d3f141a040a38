"""Receives many mutated mails and tells what went wrong: `make fuzz-mail`.

python -m tests.fuzz_mail --count 10000 --seed 1
"""

import argparse
import logging
import os
import sys
from pathlib import Path
from typing import Any

import pytest

EVERY = 500


def main() -> int:
    parser = argparse.ArgumentParser(description="Mutated mails, received one after another.")
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    os.environ["FUZZ_MAIL"] = f"{asked.seed} {asked.count}"
    return int(pytest.main(["-q", "-s", "-p", "no:cacheprovider", str(Path(__file__))]))


@pytest.mark.django_db
def test_mutated_mails(settings: Any, tmp_path: Path) -> None:
    """Runs within pytest, whose plugins bring the database."""
    from tests.inbox import fuzzed
    from tests.inbox.world import world

    settings.MEDIA_ROOT = tmp_path
    logging.disable(logging.CRITICAL)
    seed, count = map(int, os.environ["FUZZ_MAIL"].split())
    summary = fuzzed.Summary()
    with world() as house:
        for summary in fuzzed.run(house, seed=seed, count=count):
            if summary.count % EVERY == 0:
                _tell(f"{summary.count} of {count}, {len(summary.faults)} faults")
    each = 1000 * summary.seconds / max(summary.count, 1)
    _tell(f"{summary.count} mails, {each:.1f} ms each, slowest {summary.slowest:.2f} s")
    _tell(", ".join(f"{name} {number}" for name, number in summary.outcomes.most_common()))
    _tell("\n".join(summary.faults[:50]))
    assert not summary.faults


def _tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
