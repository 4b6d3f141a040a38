"""Every address of the product, by the package that answers it; probes: helpdesk/health.py."""

from importlib.util import find_spec

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

DOORS = {
    "mesa/": "interfaces.desk.urls",
    "pesquisa/": "surveys.urls",
    "api/v1/": "interfaces.api.urls",
    "": "interfaces.portal.urls",
    "./": "interfaces.web.urls",
}
DEMO_DOORS = {"caixa/": "interfaces.inbox.urls", "demo/": "helpdesk.demo.urls"}


def _there(urls: str) -> bool:
    try:
        return find_spec(urls) is not None
    except ModuleNotFoundError:
        return False


urlpatterns = [
    path("admin/", admin.site.urls),
    path("conta/", include("allauth.account.urls")),
    *(
        path(prefix.removeprefix("./"), include(urls))
        for prefix, urls in (DOORS | (DEMO_DOORS if settings.DEMO else {})).items()
        if _there(urls)
    ),
]
