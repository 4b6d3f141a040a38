"""While a ticket is being opened: its answers, and the ends that need no ticket (E1)."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.guards import customer_required, person
from common import clock, pace
from interfaces.portal.suggestions import suggestions
from interfaces.web import drafts
from interfaces.web.requests import actor
from interfaces.web.scope import asks_for, varies
from knowledge import inquiries
from knowledge.models import Article, Inquiry
from tickets import actions
from tickets.errors import Refused
from tickets.models import Channel
from tickets.similar import open_to

PLACE = "open"
# No hands type so fast; of a machine's titles no more are answered in so many real seconds.
_MOST_ASKED, _IN_SECONDS = 300, 60


@require_safe
@varies
@customer_required
def suggest(request: HttpRequest) -> HttpResponse:
    """The suggestions for a title, for the script of the opening page; others are led there."""
    if not asks_for(request):
        return redirect("portal:open")
    if pace.is_too_fast(f"suggest:{person(request).pk}", _MOST_ASKED, _IN_SECONDS):
        return HttpResponse(status=429)
    found = suggestions(request.GET, user=person(request), now=clock.now())
    return render(request, "portal/_suggestions.html", {"suggestions": found})


@require_safe
@customer_required
def read(request: HttpRequest, slug: str) -> HttpResponse:
    """On to a suggested article, which was then read."""
    article = get_object_or_404(Article.objects.visible_to(person(request)), slug=slug)
    key = inquiries.key_of(request.GET.get("inquiry", ""), person(request))
    if key is not None and request.method == "GET":
        inquiries.read(key, person=person(request), pair=("article", article.pk))
    return redirect("help_center:article", article.slug)


@customer_required
def follow(request: HttpRequest, number: int) -> HttpResponseBase:
    """Follow a ticket that was suggested instead of opening another (E1); no other is found."""
    user = person(request)
    ticket = get_object_or_404(open_to(user), number=number)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    key = inquiries.key_of(request.POST.get("inquiry", ""), user)
    if not inquiries.was_shown(key, person=user, pair=("ticket", ticket.pk)):
        raise Http404
    try:
        actions.watch(ticket, who=user, by=actor(request, Channel.PORTAL))
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(f"{reverse('portal:open')}?suggest=1#sugestoes")
    _end(request, Inquiry.Outcome.FOLLOWED, ticket_number=ticket.number)
    messages.success(
        request,
        _(
            "Você acompanha o ticket %(number)d: vê tudo o que acontece nele, recebe os avisos por "
            "e-mail e pode acrescentar o que souber. Nenhum outro ticket foi aberto."
        )
        % {"number": ticket.number},
    )
    return redirect("portal:ticket", ticket.number)


@require_POST
@customer_required
def solved(request: HttpRequest) -> HttpResponse:
    """A suggestion was the answer: nothing is opened, and the draft goes."""
    _end(request, Inquiry.Outcome.SOLVED)
    messages.success(request, _("Que bom! Nenhum ticket foi aberto e o rascunho foi descartado."))
    return redirect("portal:home")


def _end(
    request: HttpRequest, outcome: Inquiry.Outcome, *, ticket_number: int | None = None
) -> None:
    user = person(request)
    key = inquiries.key_of(request.POST.get("inquiry", ""), user)
    inquiries.settle(key, person=user, outcome=outcome, ticket_number=ticket_number)
    drafts.clear(user, PLACE)
