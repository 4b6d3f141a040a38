"""App of the api interface."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "interfaces.api"
    label = "api"
    verbose_name = "API"
