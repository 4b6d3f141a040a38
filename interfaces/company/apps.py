"""App of the customer's own administration in a browser."""

from django.apps import AppConfig


class CompanyConfig(AppConfig):
    name = "interfaces.company"
    label = "company"
    verbose_name = "Minha empresa"
