"""What a customer reads of a defect, and being told when its correction ships (M2)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.guards import customer_required, person, signed_in
from accounts.models import User
from knowledge.models import Defect
from tickets import actions, numbers
from tickets.errors import Refused
from tickets.known import defects_for
from tickets.models import DefectFollower, Ticket


@signed_in
def defect(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Its state, and the version that corrects it; people of the desk go to their own page."""
    if person(request).is_desk:
        return redirect("desk:defect", pk)
    found = _found(person(request), pk)
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET"])
    return _shown(request, found)


@customer_required
def follow(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask to be told when the correction ships, or no longer (`stop`); then back to the ticket
    from whose page it was asked."""
    user = person(request)
    defect = _found(user, pk)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    if "stop" in request.POST:
        actions.unfollow_defect(defect, who=user)
        messages.success(request, _("Você não será avisado desta correção."))
        return _back(request, user, defect)
    try:
        actions.follow_defect(defect, who=user)
    except Refused as refused:
        return _shown(request, defect, refusal=str(refused), status=409)
    messages.success(request, _("Avisaremos por e-mail quando a correção sair."))
    return _back(request, user, defect)


def _found(user: User, pk: int) -> Defect:
    return get_object_or_404(defects_for(user), pk=pk)


def _shown(
    request: HttpRequest, defect: Defect, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    follows = DefectFollower.objects.filter(defect=defect, person=person(request))
    context = {
        "defect": defect,
        "followed": follows.exists(),
        "may_ship": defect.state in (Defect.State.CONFIRMED, Defect.State.IN_CORRECTION),
        "refusal": refusal,
    }
    return render(request, "portal/defect.html", context, status=status)


def _back(request: HttpRequest, user: User, defect: Defect) -> HttpResponse:
    number = numbers.parse(request.POST.get("ticket", ""))
    if number and Ticket.objects.visible_to(user).filter(number=number).exists():
        return redirect("portal:ticket", number)
    return redirect("portal:defect", defect.pk)
