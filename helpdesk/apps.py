"""The composition as a Django app (commands, checks, Celery), and the admin's site."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig as DjangoAdminConfig


class HelpdeskConfig(AppConfig):
    name = "helpdesk"

    def ready(self) -> None:
        """Bind `shared_task` to our Celery app, and register the checks of an installation."""
        from helpdesk import celery, checks  # noqa: F401 - both act by being imported


class AdminConfig(DjangoAdminConfig):
    default_site = "helpdesk.admin.Site"
