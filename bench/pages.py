"""`make bench-pages`: how many statements of SQL the pages ask, and how long they take beside the
floor of `make bench-search`, over the same articles and tickets."""

import argparse
import sys

from bench import stage, timing
from bench.timing import Ask

TIMES, STATEMENTS = 2.0, 12


def main() -> int:
    """0 if every page reached the targets, else 1."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--tickets", type=int, default=200_000)
    parser.add_argument("--requests", type=int, default=100, help="de cada página")
    options = parser.parse_args()
    with stage.servers():
        filled = stage.fill(articles=options.articles, tickets=options.tickets)
        _say(f"{options.articles} artigos, {options.tickets} tickets.")
        return _report(timing.taken(_kinds(filled), options.requests))


def _kinds(filled: stage.Stage) -> dict[str, timing.Asker]:
    from knowledge.models import Article

    carla, company = filled.colleagues[0], f"/empresa/{filled.big.pk}/"
    article = Article.objects.visible_to(carla).order_by("pk")[0]
    customers = {
        "Início": "/",
        "Meus tickets": "/tickets/",
        "Tickets da empresa": "/tickets/?whose=company",
        "Ticket": f"/tickets/{filled.number}/",
        "Abrir ticket": "/tickets/novo/",
        "Ajuda": "/ajuda/",
        "Artigo": f"/ajuda/{article.slug}/",
        "Pessoas da empresa": f"{company}pessoas/",
        "Números da empresa": f"{company}numeros/",
    }
    desk = {"Ticket na mesa": f"/mesa/tickets/{filled.number}/", "Incidentes": "/mesa/incidentes/"}
    kinds = {name: _always(Ask(carla, url)) for name, url in customers.items()}
    typed = {"refresh": "1", "title": filled.titles[0], "organization": str(filled.big.pk)}
    redraw = Ask(carla, "/tickets/novo/", typed, {"HX-Request": "true"}, posts=True)
    kinds["Abrir ticket, redesenhado"] = _always(redraw)
    return kinds | {name: _always(Ask(filled.elisa, url)) for name, url in desk.items()}


def _always(ask: Ask) -> timing.Asker:
    return lambda _n: ask


def _report(found: dict[str, timing.Took]) -> int:
    floor = found[timing.FLOOR]
    late = []
    for name, took in found.items():
        _say(timing.told(name, took, floor))
        if took.high > TIMES * floor.high or took.statements > STATEMENTS:
            late.append(name)
    goal = f"p95 até {TIMES:.0f} vezes o do piso, com até {STATEMENTS} consultas"
    _say(f"Meta: {goal}. {'NÃO alcançada por: ' + ', '.join(late) if late else 'Alcançada'}.")
    return 1 if late else 0


def _say(sentence: str) -> None:
    print(sentence, flush=True)  # noqa: T201 - a program of the terminal


if __name__ == "__main__":
    sys.exit(main())
