"""The Django application of the calendars."""

from django.apps import AppConfig


class CalendarsConfig(AppConfig):
    """Calendars, their holidays and their exceptions."""

    name = "calendars"
    verbose_name = "Calendários"
