"""App of the desk interface."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "interfaces.desk"
    label = "desk"
    verbose_name = "Mesa do suporte"
