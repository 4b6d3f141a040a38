"""The product's addresses with those of the providers, which ANYMAIL_WEBHOOK_SECRET adds."""

from django.urls import include, path

from helpdesk.urls import urlpatterns as product

urlpatterns = [path("hooks/email/", include("interfaces.inbox.webhook_urls")), *product]
