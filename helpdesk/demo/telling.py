"""What a simulated day brought, in Portuguese words and as JSON."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from typing import Any

from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy

from common import dates
from helpdesk.demo import simulation
from helpdesk.demo.simulation import Day
from tickets.models import Verb

# `n` chooses singular or plural. What has no words here is told by the step that goes with it.
_EVENTS = {
    Verb.REMIND: ngettext_lazy("lembrete do %(which)s", "lembretes de %(which)s", "n"),
    Verb.EXPIRE_PENDING: ngettext_lazy(
        "%(which)s passou para Validação Cliente", "%(which)s passaram para Validação Cliente", "n"
    ),
    Verb.EXPIRE_VALIDATION: ngettext_lazy(
        "%(which)s encerrado por falta de retorno",
        "%(which)s encerrados por falta de retorno",
        "n",
    ),
    Verb.RECOMPUTE: ngettext_lazy(
        "prazo do %(which)s recalculado", "prazos de %(which)s recalculados", "n"
    ),
    Verb.REINSTATE: ngettext_lazy(
        "%(which)s reaberto: a resposta chegou no prazo",
        "%(which)s reabertos: as respostas chegaram no prazo",
        "n",
    ),
    Verb.CUSTOMER_REPLY: ngettext_lazy(
        "resposta por e-mail no %(which)s", "respostas por e-mail em %(which)s", "n"
    ),
    Verb.REPLY: ngettext_lazy(
        "mensagem por e-mail no %(which)s", "mensagens por e-mail em %(which)s", "n"
    ),
    Verb.OPEN: ngettext_lazy(
        "acompanhamento %(which)s criado por e-mail",
        "acompanhamentos %(which)s criados por e-mail",
        "n",
    ),
}
_COUNTS = {
    "letters": ngettext_lazy("%(n)d carta enviada", "%(n)d cartas enviadas", "n"),
    "calendars": ngettext_lazy(
        "%(n)d calendário recebeu feriados", "%(n)d calendários receberam feriados", "n"
    ),
    "files": ngettext_lazy(
        "%(n)d arquivo sem mensagem removido", "%(n)d arquivos sem mensagem removidos", "n"
    ),
}


def line(day: Day, *, today: date) -> str:
    """For the terminal: "ter., 24/11: lembrete do 100012; 3 cartas enviadas".

    The year stands where it is not that of `today`.
    """
    tz = simulation.zone()
    noon, now = (datetime.combine(each, time(12), tz) for each in (day.date, today))
    # A day is told as a deadline is, without its hour.
    told = dates.exact(noon, tz, now=now).rpartition(", ")[0]
    return f"{told}: {sentence([day])}"


def sentence(days: Sequence[Day], *, most: int | None = None) -> str:
    """All that `days` brought, without a full stop; of each kind, `most` tickets by number."""
    return "; ".join([*_events(days, most), *_counts(days)]) or _("nada venceu")


def as_json(day: Day) -> dict[str, Any]:
    """For programs; moments are ISO 8601 with their offset."""
    return {
        "date": day.date.isoformat(),
        "events": [
            {
                "ticket": event.ticket.number,
                "verb": event.verb,
                "at": dates.stamp(event.at, simulation.zone()),
                "status": event.to_status,
            }
            for event in day.events
        ],
        **{name: getattr(day, name) for name in _COUNTS},
    }


def _events(days: Sequence[Day], most: int | None) -> Iterator[str]:
    tickets: dict[str, list[str]] = {}
    for event in (event for day in days for event in day.events):
        if event.verb in _EVENTS:
            tickets.setdefault(event.verb, []).append(str(event.ticket.number))
    for verb, numbers in tickets.items():
        named = numbers if most is None or len(numbers) <= most else numbers[: most - 1]
        others = len(numbers) - len(named)
        rest = [_("outros %(others)d") % {"others": others}] if others else []
        which = get_text_list([*named, *rest], _("e"))
        yield _EVENTS[Verb(verb)] % {"n": len(numbers), "which": which}


def _counts(days: Sequence[Day]) -> Iterator[str]:
    for name, words in _COUNTS.items():
        if count := sum(getattr(day, name) for day in days):
            yield words % {"n": count}
