"""The product's addresses with those of the demo's mailbox, which DEMO=1 adds at start."""

from django.urls import include, path

from helpdesk.urls import urlpatterns as product

urlpatterns = [path("caixa/", include("interfaces.inbox.urls")), *product]
