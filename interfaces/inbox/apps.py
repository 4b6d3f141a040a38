"""App of the inbox interface."""

from django.apps import AppConfig


class InboxConfig(AppConfig):
    name = "interfaces.inbox"
    label = "inbox"
    verbose_name = "Entrada de e-mail"
