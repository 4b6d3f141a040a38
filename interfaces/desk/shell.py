"""What stands around every page of the desk: the views with their counts, and a stopped clock."""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from urllib.parse import urlsplit

from django.http import HttpRequest, QueryDict
from django.urls import Resolver404, resolve, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from accounts.guards import person
from accounts.models import User
from common import clock
from interfaces.desk import alerts
from interfaces.desk.counts import Tally, tally
from tickets.lifecycle import Status
from tickets.models import Heartbeat


@dataclass(frozen=True)
class Link:
    """One line of the rail, also a count of the dashboard: `danger` where any is too many."""

    label: str
    url: str
    icon: str
    count: int | None = None
    status: str = ""
    danger: bool = False
    group: str = ""
    current: bool = False


# The counts of the dashboard, what presses first.
_FIGURES = (
    "overdue",
    "due_today",
    "unassigned",
    "mine",
    Status.OPEN,
    Status.PENDING_CUSTOMER,
    Status.CUSTOMER_VALIDATION,
    "watched",
)


# The line of the rail to which the page of one thing belongs.
_PAGES_OF = {
    **dict.fromkeys(
        ("desk:new_incident", "desk:incident", "desk:change_incident", "desk:end_incident"),
        "desk:incidents",
    ),
    **dict.fromkeys(
        ("desk:new_defect", "desk:defect", "desk:change_defect", "desk:release_defect"),
        "desk:defects",
    ),
}


class Shell:
    """Asks the database only for what a page shows of it, and once."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self._user = person(request)

    @cached_property
    def views(self) -> list[Link]:
        here = _address(self._request)
        lines = [Link(_("Painel"), reverse("desk:dashboard"), "chart")]
        lines += [*self._counted.values(), *_further(self._user)]
        return [replace(line, current=line.url == here) for line in lines]

    @property
    def figures(self) -> list[Link]:
        """The counts of the dashboard."""
        return [self._counted[name] for name in _FIGURES]

    @cached_property
    def stopped_since(self) -> datetime | None:
        """Since when the beat has been silent, once that is too long; real time, not the demo's."""
        return Heartbeat.missed_since()

    @cached_property
    def _counted(self) -> dict[str, Link]:
        return _counted(tally(self._user, clock.now()))


def _address(request: HttpRequest) -> str:
    """The page that is shown, as the rail's links name it; for a fragment the page around it.

    A ticket's page belongs to the view of the list beside it, however that is filtered further.
    """
    parts = urlsplit(request.headers.get("HX-Current-URL") or request.get_full_path())
    try:
        name = resolve(parts.path).view_name
    except Resolver404:
        return ""
    if name == "mail:quarantined":
        return reverse("mail:quarantine")
    if name.startswith("help_center:"):
        return reverse("help_center:articles")
    if name in _PAGES_OF:
        return reverse(_PAGES_OF[name])
    if name not in ("desk:queue", "desk:ticket"):
        return parts.path
    chosen = QueryDict(parts.query)
    for which in ("q", "view", "status"):
        if chosen.get(which):
            return f"{reverse('desk:queue')}?{urlencode({which: chosen[which]})}"
    return reverse("desk:queue")


def _counted(counts: Tally) -> dict[str, Link]:
    queue = reverse("desk:queue")
    return {
        "mine": Link(_("Minha fila"), f"{queue}?view=mine", "inbox", counts.mine),
        "unassigned": Link(
            _("Sem responsável"), f"{queue}?view=unassigned", "user", counts.unassigned
        ),
        "due_today": Link(
            _("Cliente até hoje"), f"{queue}?view=due-today", "clock", counts.due_today
        ),
        "overdue": Link(
            _("Vencidos"), f"{queue}?view=overdue", "alert", counts.overdue, danger=True
        ),
        "watched": Link(_("Que acompanho"), f"{queue}?view=watched", "eye", counts.watched),
        "all": Link(_("Todos"), queue, "globe", counts.everything),
        **{
            status: Link(
                str(status.label),
                f"{queue}?status={status}",
                status.value,
                count,
                status=status.value,
                group=_("Por status"),
            )
            for status, count in (
                (Status.OPEN, counts.open),
                (Status.PENDING_CUSTOMER, counts.pending),
                (Status.CUSTOMER_VALIDATION, counts.validation),
            )
        },
    }


def _further(user: User) -> list[Link]:
    surveys, group = reverse("surveys:answers"), _("Atendimento")
    others = [
        Link(label, url, icon, count, group=group) for label, url, icon, count in alerts.lines(user)
    ]
    others += [
        Link(_("Incidentes"), reverse("desk:incidents"), "alert", group=group),
        Link(_("Defeitos"), reverse("desk:defects"), "bug", group=group),
    ]
    others.append(Link(_("Artigos"), reverse("help_center:articles"), "book", group=group))
    if not user.is_supervisor:
        return [*others, Link(_("Minhas avaliações"), surveys, "star", group=group)]
    return [
        *others,
        Link(_("Equipe"), reverse("desk:load"), "users", group=group),
        Link(_("Pesquisas"), surveys, "star", group=group),
    ]
