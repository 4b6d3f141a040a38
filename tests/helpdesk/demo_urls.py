"""The product's addresses as they are with DEMO=1; the tests' own settings are without."""

from django.urls import include, path

from helpdesk.urls import urlpatterns as product

urlpatterns = [
    *product,
    path("caixa/", include("interfaces.inbox.urls")),
    path("demo/", include("helpdesk.demo.urls")),
]
