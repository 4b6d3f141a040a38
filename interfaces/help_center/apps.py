"""App of the articles in a browser: for whoever looks for an answer, and for those who write."""

from django.apps import AppConfig


class HelpCenterConfig(AppConfig):
    name = "interfaces.help_center"
    label = "help_center"
    verbose_name = "Central de ajuda"
