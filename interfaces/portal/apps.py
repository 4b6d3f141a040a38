"""App of the portal interface."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "interfaces.portal"
    label = "portal"
    verbose_name = "Portal do cliente"
