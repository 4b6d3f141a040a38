"""Asks a health address how one part fares and exits 0 or 1: the containers' health checks."""

import json
import sys
import urllib.error
import urllib.request


def main(address: str, part: str) -> int:
    """`python -m helpdesk.probe http://127.0.0.1:8000/health/ready beat`."""
    try:
        answer = urllib.request.urlopen(address, timeout=8)  # noqa: S310 - our own address
    except urllib.error.HTTPError as unwell:
        answer = unwell
    except OSError as silence:
        return _tell(str(silence))
    return _tell(json.load(answer).get(part, "desconhecido"))


def _tell(state: str) -> int:
    print(state)
    return int(state != "ok")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
