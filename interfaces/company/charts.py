"""The organization's figures as charts: where each bar stands, and the same numbers as a table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports.organization import AGES, Figures, Sides
from surveys.models import Score
from tickets.lifecycle import Status

# In the units of the drawing, which are pixels on a phone.
WIDTH, ROW, BAR = 340, 28, 16
_BEGINS, _ENDS = 116, 282


@dataclass(frozen=True)
class Segment:
    """A part of a bar; `kind` names its colour in static/css/company.css."""

    kind: str
    x: float
    width: float


@dataclass(frozen=True)
class Bar:
    """One line of a chart: its name, its parts, and what stands at its end."""

    label: str
    top: int
    base: int
    segments: list[Segment]
    ends: float
    text: str


@dataclass(frozen=True)
class Chart:
    """`desc` says the numbers for whoever does not see the drawing; `rows` begin with a name."""

    key: str
    title: str
    desc: str
    height: int
    bars: list[Bar]
    legend: list[tuple[str, str]]
    columns: list[str]
    rows: list[list[str]]

    width: int = WIDTH
    begins: int = _BEGINS
    thick: int = BAR


def charts(found: Figures) -> list[Chart]:
    """Those that have something to show, in the order of the page."""
    drawn = [_statuses(found), _awaiting(found), _ages(found)] if found.active else []
    if found.period.sides:
        drawn.append(_sides(found.period.sides))
    if found.period.satisfaction.is_told:
        drawn.append(_scores(found))
    return drawn


def _statuses(found: Figures) -> Chart:
    counts = [
        (str(Status(status).label), count, status) for status, count in found.statuses.items()
    ]
    return _counted("status", _("Em aberto, por situação"), _("Situação"), counts)


def _awaiting(found: Figures) -> Chart:
    counts = [
        (_("Até hoje"), found.late, "danger"),
        (_("Em até 3 dias"), found.soon, "soon"),
        (_("Depois"), found.later, "calm"),
    ]
    return _counted("awaiting", _("O que espera pela empresa"), _("Prazo"), counts)


def _ages(found: Figures) -> Chart:
    least = [0, *(most + 1 for most in AGES)]
    labels = [
        _("Até %(most)d dias") % {"most": AGES[0]},
        *(
            _("De %(least)d a %(most)d dias") % {"least": low, "most": most}
            for low, most in zip(least[1:], AGES[1:], strict=False)
        ),
        _("Mais de %(most)d dias") % {"most": AGES[-1]},
    ]
    counts = [(label, count, "calm") for label, count in zip(labels, found.ages, strict=True)]
    return _counted("ages", _("Há quanto tempo estão abertos"), _("Idade"), counts)


def _scores(found: Figures) -> Chart:
    scores = found.period.satisfaction.scores
    counts = [
        (f"{score.value} · {score.label}", scores[score], "calm") for score in reversed(Score)
    ]
    title = _("Satisfação com o atendimento")
    return _counted("scores", title, _("Nota"), counts, unit=_("Respostas"))


def _counted(
    key: str,
    title: str,
    head: str,
    counts: Sequence[tuple[str, int, str]],
    *,
    unit: str = "",
) -> Chart:
    """One bar a count; `counts` are label, number and kind."""
    rows = [(label, {kind: float(count)}, str(count)) for label, count, kind in counts]
    table = [[label, str(count)] for label, count, _kind in counts]
    return _chart(key, title, rows, [], [head, unit or _("Tickets")], table)


def _sides(sides: Sequence[Sides]) -> Chart:
    """Two parts a bar: the mean business hours with support and with the company."""
    rows = [
        (
            _month(each),
            {"support": each.support, "customer": each.customer},
            f"{hours(each.support + each.customer)} h",
        )
        for each in sides
    ]
    table = [
        [_month(each), str(each.tickets), hours(each.support), hours(each.customer)]
        for each in sides
    ]
    legend = [("support", _("Com o suporte")), ("customer", _("Com a empresa"))]
    columns = [
        _("Encerrados em"),
        _("Tickets"),
        _("Horas úteis com o suporte"),
        _("Horas úteis com a empresa"),
    ]
    title = _("Tempo com o suporte e com a empresa")
    return _chart("sides", title, rows, legend, columns, table)


def _chart(
    key: str,
    title: str,
    rows: Sequence[tuple[str, Mapping[str, float], str]],
    legend: list[tuple[str, str]],
    columns: list[str],
    table: list[list[str]],
) -> Chart:
    longest = max((sum(parts.values()) for _label, parts, _text in rows), default=0)
    scale = (_ENDS - _BEGINS) / longest if longest else 0
    bars = [_bar(n, label, parts, text, scale) for n, (label, parts, text) in enumerate(rows)]
    desc = "; ".join(f"{label}: {text}" for label, _parts, text in rows) + "."
    return Chart(key, title, desc, len(rows) * ROW, bars, legend, columns, table)


def _bar(n: int, label: str, parts: Mapping[str, float], text: str, scale: float) -> Bar:
    x, segments = float(_BEGINS), []
    for kind, value in parts.items():
        width = round(value * scale, 1)
        if width:
            segments.append(Segment(kind, round(x, 1), width))
        x += width
    top = n * ROW + (ROW - BAR) // 2
    return Bar(label, top, top + BAR - 4, segments, round(x + 6, 1), text)


def hours(value: float) -> str:
    """One decimal, as Portuguese writes it."""
    return f"{value:.1f}".replace(".", ",")


def answers(found: Figures) -> str:
    """How many answered, and the mean where it may be told (S4)."""
    told = found.period.satisfaction
    said = ngettext(
        "%(n)d resposta a %(sent)d pesquisas enviadas no período.",
        "%(n)d respostas a %(sent)d pesquisas enviadas no período.",
        told.answered,
    ) % {"n": told.answered, "sent": told.sent}
    if told.is_told:
        return said + " " + _("Nota média: %(mean)s.") % {"mean": hours(told.mean)}
    return said + " " + _("As notas aparecem a partir da terceira resposta.")


def _month(each: Sides) -> str:
    return f"{each.month:%m/%Y}"
