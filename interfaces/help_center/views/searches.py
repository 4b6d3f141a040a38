"""For the writers: what was searched in vain, and what came of the suggestions (E1)."""

from dataclasses import dataclass
from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.guards import desk_required
from common import clock
from knowledge import inquiries

DAYS = 30
MOST = 50


@dataclass(frozen=True)
class Figure:
    """One line of the figures; `share` is of all that began, from 0 to 100."""

    label: str
    count: int
    share: int


@require_safe
@desk_required
def searches(request: HttpRequest) -> HttpResponse:
    """The words that found no article, those asked most first, and the figures of a month."""
    counts = inquiries.counts(clock.now() - timedelta(days=DAYS))
    lines = (
        (_("Começaram a abrir um ticket"), counts.begun),
        (_("Viram alguma sugestão"), counts.suggested),
        (_("Abriram um artigo sugerido"), counts.read),
        (_("Desistiram de abrir: a sugestão resolveu"), counts.solved),
        (_("Passaram a acompanhar um ticket da empresa"), counts.followed),
        (_("Abriram o ticket mesmo assim"), counts.opened),
        (_("Saíram sem dizer por quê, há mais de um dia"), counts.given_up),
    )
    whole = max(1, counts.begun)
    context = {
        "figures": [Figure(label, count, 100 * count // whole) for label, count in lines],
        "misses": inquiries.unsettled()[:MOST],
        "days": DAYS,
    }
    return render(request, "help_center/searches.html", context)


@require_POST
@desk_required
def settle(request: HttpRequest) -> HttpResponse:
    """These words need nothing more; they come back when somebody searches them again."""
    pk = request.POST.get("miss", "")
    if pk.isascii() and pk.isdecimal() and len(pk) < 19 and inquiries.settle_miss(int(pk)):
        messages.success(request, _("Busca resolvida. Ela volta se alguém procurar de novo."))
    return redirect("help_center:searches")
