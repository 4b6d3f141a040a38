"""The page of a person of the desk about themselves."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from accounts.guards import desk_required
from interfaces.web import profile as profiles


@require_http_methods(["GET", "HEAD", "POST"])
@desk_required
def profile(request: HttpRequest) -> HttpResponse:
    """Name, telephone and time zone; password and appearance are a menu away."""
    return profiles.profile(request, "desk/profile.html")
