"""The banner's button: on to the next business day."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.guards import desk_required, person
from common import clock, dates
from helpdesk.demo import simulation, telling

# Of each kind, so many tickets are named; a message is no list.
_MOST_NAMED = 4


@require_POST
@desk_required
def next_day(request: HttpRequest) -> HttpResponse:
    """Move the clock to the opening of the next business day; back to where the button was."""
    until = simulation.next_opening() if settings.DEMO else None
    if until is None:
        raise Http404
    try:
        days = list(simulation.run(until))
    except simulation.AlreadyMoving:
        messages.warning(request, _("O relógio já está sendo avançado. Aguarde um instante."))
    else:
        told = {
            "now": dates.full(clock.now(), person(request).zone),
            "happened": telling.sentence(days, most=_MOST_NAMED),
        }
        messages.success(request, _("Agora é %(now)s: %(happened)s.") % told)
    return redirect(_back(request))


def _back(request: HttpRequest) -> str:
    """The page of ours that the form names, else the first one."""
    asked = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(
        asked, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return asked if ours else "/"
