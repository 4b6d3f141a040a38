"""Django's admin under our name and our sign-in; each app registers its own models."""

from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class Site(AdminSite):
    site_header = site_title = _("Administração do Prazo")
    index_title = _("O que há para cuidar")
    # It repeats the first page, and takes from every list the width that its columns need.
    enable_nav_sidebar = False

    def login(self, request: HttpRequest, extra_context: object = None) -> HttpResponse:
        """The product's own sign-in, which limits the tries; 404 for others who are in (R1)."""
        if request.user.is_authenticated:
            raise Http404
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"))
