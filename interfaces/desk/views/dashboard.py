"""The first page of the desk: what there is to do, and what stumbled."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.guards import desk_required, person
from common import clock
from interfaces.desk import load
from interfaces.desk.alerts import alerts
from interfaces.desk.responses import BOARD
from interfaces.desk.rows import rows
from interfaces.desk.scope import shown_to
from interfaces.web.paging import page
from interfaces.web.scope import asks_for, varies
from outbox.models import Delivery
from tickets.models import ClockFault, Ticket

FIRST = 7
FAULTS = 5


@require_safe
@varies
@desk_required
def dashboard(request: HttpRequest) -> HttpResponse:
    """Counts that are links, what falls due first and, for supervisors, who has how much."""
    user, now = person(request), clock.now()
    seen = Ticket.objects.visible_to(user)
    first = page(shown_to(user).active(), "deadline", rows=FIRST).rows
    faults = ClockFault.objects.filter(ticket__in=seen).select_related("ticket")
    people = load.by_person(now) if user.is_supervisor else []
    context = {
        "now": now,
        "rows": rows(first, user, now),
        "loads": people,
        "most": max((each.all.tickets for each in people), default=0),
        "faults": faults.order_by("-last_at")[:FAULTS],
        "failed_letters": Delivery.objects.failed().count(),
        "alerts": alerts(user),
    }
    template = "desk/_board.html" if asks_for(request, BOARD) else "desk/dashboard.html"
    return render(request, template, context)
