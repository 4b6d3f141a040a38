"""The invitation of an organization to a person of elsewhere, as that person reads it (R2)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import places
from accounts.guards import customer_required, person
from accounts.models import Membership


@require_http_methods(["GET", "HEAD", "POST"])
@customer_required
def invitation(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept or decline; for anybody else, and once answered no, it does not exist."""
    place = get_object_or_404(
        Membership.objects.select_related("organization").filter(user=person(request)), pk=pk
    )
    told = {"organization": place.organization.name}
    if place.is_active:
        return redirect("portal:home")
    place = get_object_or_404(places.invitations(person(request)), pk=pk)
    if request.method != "POST":
        return render(request, "company/invitation.html", {"organization": place.organization})
    if request.POST.get("answer") == "accept":
        places.accept(place)
        messages.success(request, _("Você agora abre tickets por %(organization)s.") % told)
    else:
        places.decline(place)
        messages.success(request, _("Convite de %(organization)s recusado.") % told)
    return redirect("portal:home")
