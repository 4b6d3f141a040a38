"""Every address of the product, by the package that answers it; probes: helpdesk/health.py."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("interfaces.portal.urls")),
    path("", include("interfaces.web.urls")),
    path("mesa/", include("interfaces.desk.urls")),
    path("pesquisa/", include("surveys.urls")),
    path("conta/", include("allauth.account.urls")),
    path("api/v1/", include("interfaces.api.urls")),
    path("admin/", admin.site.urls),
]

if settings.DEMO:
    urlpatterns += [
        path("caixa/", include("interfaces.inbox.urls")),
        path("demo/", include("helpdesk.demo.urls")),
    ]
