"""The page of a person of the desk about themselves."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from interfaces.desk.forms import ProfileForm
from interfaces.web.requests import desk_required, person


@require_http_methods(["GET", "HEAD", "POST"])
@desk_required
def profile(request: HttpRequest) -> HttpResponse:
    """Name, telephone and time zone; password and appearance are a menu away."""
    user = person(request)
    if request.method != "POST":
        return render(request, "desk/profile.html", {"form": ProfileForm(instance=user)})
    form = ProfileForm(request.POST, instance=user)
    if not form.is_valid():
        return render(request, "desk/profile.html", {"form": form}, status=422)
    user.save(update_fields=form.changed_data)
    messages.success(request, _("Perfil guardado."))
    return redirect("desk:profile")
