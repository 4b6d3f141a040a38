"""What every other package stands on; it knows nothing of tickets."""

from django.apps import AppConfig


class CommonConfig(AppConfig):
    name = "common"
    verbose_name = "Sistema"
