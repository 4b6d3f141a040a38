"""App of the live interface."""

from django.apps import AppConfig


class LiveConfig(AppConfig):
    name = "interfaces.live"
    label = "live"
    verbose_name = "Ao vivo"
