"""App of the inbox interface."""

from django.apps import AppConfig


class InboxConfig(AppConfig):
    name = "interfaces.inbox"
    label = "inbox"
    verbose_name = "Entrada de e-mail"

    def ready(self) -> None:
        """Listen to what anymail's webhooks bring."""
        from interfaces.inbox import tracking, webhooks  # noqa: F401 - act by being imported
