"""For supervisors: who has how many open tickets and how old they are, and handing them over."""

from collections import Counter
from typing import Any

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.guards import supervisor_required
from accounts.models import User
from common import clock
from interfaces.desk import load
from interfaces.desk.ages import LABELS
from interfaces.desk.forms import HandOverForm
from interfaces.desk.people import colleagues
from interfaces.web.requests import actor
from tickets import actions, rules
from tickets.errors import Refused
from tickets.models import Channel, Ticket

SHOWN = 50


@require_safe
@supervisor_required
def team(request: HttpRequest) -> HttpResponse:
    """Active tickets by analyst, with their ages."""
    people = load.by_person(clock.now())
    context = {
        "loads": people,
        "ages": LABELS.values(),
        "most": max((each.all.tickets for each in people), default=0),
    }
    return render(request, "desk/team.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@supervisor_required
def hand_over(request: HttpRequest) -> HttpResponse:
    """Give all of one's active tickets to another: whose and to whom, a preview, then the act."""
    told = request.POST or request.GET or None
    form = HandOverForm(told, leavers=_leavers(), takers=colleagues())
    context: dict[str, object] = {"form": form, "refusal": ""}
    if form.is_valid():
        leaver, to = form.cleaned_data["leaver"], form.cleaned_data["to"]
        if request.method == "POST":
            try:
                given = actions.hand_over(leaver, to=to, by=actor(request, Channel.DESK))
            except Refused as refused:
                context["refusal"] = str(refused)
            else:
                messages.success(request, _given(len(given), leaver, to))
                return redirect("desk:load")
        context |= _preview(leaver, to)
    status = 409 if context["refusal"] else 200 if form.is_valid() or not request.POST else 422
    return render(request, "desk/hand_over.html", context, status=status)


def _leavers() -> Any:
    """Whoever has active tickets assigned, gone or not."""
    return User.objects.filter(Exists(Ticket.objects.active().filter(assignee=OuterRef("pk"))))


def _preview(leaver: User, to: User | None) -> dict[str, object]:
    """The tickets that would go, and the queues that `to` does not work, with how many each."""
    tickets = list(Ticket.objects.active().with_people().filter(assignee=leaver).order_by("number"))
    waiting = Counter(ticket.queue for ticket in tickets)
    return {
        "leaver": leaver,
        "to": to,
        "total": len(tickets),
        "tickets": tickets[:SHOWN],
        "impossible": [
            (queue, count)
            for queue, count in waiting.items()
            if to is not None and not rules.may_be_assigned(to, queue)
        ],
    }


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
