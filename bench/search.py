"""`make bench-search`: how fast answers come while a title is typed, over 20,000 articles and
200,000 tickets.

Asked by the members of an organization with thousands of open tickets. The floor is a page of
20 KB that the same Django renders in the same run, with the session, the person and one query
that an index answers.
"""

import argparse
import random
import sys
import time
from uuid import uuid4

from bench import stage, timing
from bench.timing import Ask

TIMES = 2.5


def main() -> int:
    """0 if the target was reached, else 1."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--tickets", type=int, default=200_000)
    parser.add_argument("--requests", type=int, default=400, help="de cada tipo")
    options = parser.parse_args()
    with stage.servers():
        began = time.monotonic()
        filled = stage.fill(articles=options.articles, tickets=options.tickets)
        _say(
            f"{options.articles} artigos, {options.tickets} tickets,"
            f" escritos em {time.monotonic() - began:.0f} s."
        )
        return _report(timing.taken(_kinds(filled), options.requests))


def _kinds(filled: stage.Stage) -> dict[str, timing.Asker]:
    """What is asked: a title as far as it has been typed, and what is searched for whole."""
    some = random.Random(2)  # noqa: S311 - the same in each run
    inquiries = {person.pk: str(uuid4()) for person in filled.colleagues}

    def suggestions(n: int) -> Ask:
        person, title = filled.asker(n), some.choice(filled.titles)
        typed = {
            "title": title[: some.randint(3, max(4, len(title)))],
            "organization": str(filled.big.pk),
            "inquiry": inquiries[person.pk],
        }
        return Ask(person, "/tickets/novo/sugestoes/", typed, {"HX-Request": "true"})

    def search(n: int) -> Ask:
        return Ask(filled.asker(n), "/ajuda/busca/", {"q": some.choice(filled.titles)})

    return {"Sugestões": suggestions, "Página da busca": search}


def _report(found: dict[str, timing.Took]) -> int:
    floor = found[timing.FLOOR]
    for name, took in found.items():
        _say(timing.told(name, took, floor))
    is_reached = all(took.high <= TIMES * floor.high for took in found.values())
    goal = f"meta: p95 até {TIMES} vezes o do piso"
    _say(f"{'Alcançada' if is_reached else 'NÃO alcançada'} a {goal}.")
    return 0 if is_reached else 1


def _say(sentence: str) -> None:
    print(sentence, flush=True)  # noqa: T201 - a program of the terminal


if __name__ == "__main__":
    sys.exit(main())
