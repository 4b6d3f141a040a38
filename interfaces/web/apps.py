"""App of what portal and desk share in a browser."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "interfaces.web"
    label = "web"
    verbose_name = "Navegador"

    def ready(self) -> None:
        """Hear who signs in."""
        from interfaces.web import sessions  # noqa: F401 - acts by being imported
