"""What every page knows: the installation's name, the reader's theme, the demo's clock."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from common import clock

THEMES = ("light", "dark")


def site(request: HttpRequest) -> dict[str, Any]:
    """Context of every page rendered with a request; asks the database nothing."""
    theme = request.COOKIES.get("theme")
    return {
        "SITE_NAME": settings.SITE_NAME,
        "DEMO": settings.DEMO,
        # django-htmx looks for the nonce by this name; it is made only where a page asks for it.
        "csp_nonce": getattr(request, "csp_nonce", None),
        "theme": theme if theme in THEMES else "",
        "demo_now": clock.now() if settings.DEMO else None,
    }
