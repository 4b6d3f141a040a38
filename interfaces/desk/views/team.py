"""For supervisors: who has how many open tickets and how old they are, and handing them over."""

from collections import Counter
from collections.abc import Mapping

from django.contrib import messages
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.guards import supervisor_required
from accounts.models import User
from common import clock
from interfaces.desk import load
from interfaces.desk.ages import LABELS
from interfaces.desk.forms import HeirsForm, LeaverForm
from interfaces.web.requests import actor
from reports import returns
from tickets import actions
from tickets.actors import Actor
from tickets.errors import Refused
from tickets.models import Channel, Queue, Ticket


@require_safe
@supervisor_required
def team(request: HttpRequest) -> HttpResponse:
    """Active tickets by analyst, with their ages; and how often tickets go back for data (E4)."""
    now = clock.now()
    people = load.by_person(now)
    context = {
        "loads": people,
        "ages": LABELS.values(),
        "returns": returns.by_product(now),
        "completeness": returns.labels().values(),
        "most": max((each.all.tickets for each in people), default=0),
    }
    return render(request, "desk/team.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@supervisor_required
def hand_over(request: HttpRequest) -> HttpResponse:
    """Give all of one's active tickets to others: whose, who gets those of each queue, a preview
    of just that, then the act."""
    told = request.POST or request.GET or None
    form = LeaverForm(told, leavers=_leavers())
    context: dict[str, object] = {"form": form}
    status = 422 if request.POST else 200
    if form.is_valid():
        leaver = form.cleaned_data["leaver"]
        tickets = _tickets_of(leaver)
        heirs = HeirsForm(told, waiting=Counter(each.queue for each in tickets), leaver=leaver)
        context |= {"leaver": leaver, "heirs": heirs}
        if heirs.is_valid():
            given = heirs.heirs()
            status = 200
            if request.method == "POST":
                try:
                    said = _give(leaver, given, actor(request, Channel.DESK))
                except Refused as refused:
                    context["refusal"], status = str(refused), 409
                else:
                    messages.success(request, said)
                    return redirect("desk:load")
            context["shares"] = [
                (queue, to, [each for each in tickets if each.queue == queue])
                for queue, to in given.items()
            ]
    return render(request, "desk/hand_over.html", context, status=status)


def _leavers() -> QuerySet[User]:
    """Whoever has active tickets assigned, gone or not."""
    having = Exists(Ticket.objects.active().filter(assignee=OuterRef("pk")))
    return User.objects.filter(having).order_by("name")


def _tickets_of(leaver: User) -> list[Ticket]:
    active = Ticket.objects.active().with_people().filter(assignee=leaver)
    return list(active.order_by("queue__name", "number"))


def _give(leaver: User, heirs: Mapping[Queue, User | None], by: Actor) -> str:
    """Hand over queue by queue; what is said of it, one sentence an heir."""
    given: Counter[User | None] = Counter()
    for queue, to in heirs.items():
        given[to] += len(actions.hand_over(leaver, to=to, queue=queue, by=by))
    return " ".join(_given(count, leaver, to) for to, count in given.items())


def _given(count: int, leaver: User, to: User | None) -> str:
    if to is None:
        said = ngettext(
            "1 ticket de %(leaver)s ficou sem responsável.",
            "%(n)d tickets de %(leaver)s ficaram sem responsável.",
            count,
        )
    else:
        said = ngettext(
            "1 ticket de %(leaver)s passou para %(to)s.",
            "%(n)d tickets de %(leaver)s passaram para %(to)s.",
            count,
        )
    return said % {"n": count, "leaver": leaver.name, "to": to.name if to else ""}
