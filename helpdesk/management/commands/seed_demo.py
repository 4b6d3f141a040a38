"""Writes the demo's people, customer, product and queue, once."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.models import Membership, Organization, Role, User
from calendars import seed
from calendars.models import Calendar
from catalog.models import Product
from common import clock
from helpdesk.demo import PASSWORD
from tickets.models import ProductQueue, Queue, QueuePolicy


class Command(BaseCommand):
    help = "Semeia a demonstração; repetir não muda nada. Só com DEMO=1."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        """Refused outside the demo: its passwords are known to all."""
        if not settings.DEMO:
            raise CommandError("A demonstração só se semeia com DEMO=1.")
        if User.objects.exists():
            return
        _customers()
        _desk()


def _customers() -> None:
    serra_azul = Organization.objects.create(name="Serra Azul Alimentos", city="Campinas", uf="SP")
    for name, email, role in (
        ("Ana Souza", "ana@serraazul.example", Role.MEMBER),
        ("Carla Dias", "carla@serraazul.example", Role.ORG_ADMIN),
    ):
        person = User.objects.create_user(email, name, PASSWORD)
        Membership.objects.create(user=person, organization=serra_azul, role=role)


def _desk() -> None:
    people = User.objects
    elisa = people.create_user(
        "elisa@prazo.example", "Elisa Nunes", PASSWORD, desk_role=Role.ANALYST
    )
    people.create_user("fabio@prazo.example", "Fábio Reis", PASSWORD, desk_role=Role.SUPERVISOR)
    people.create_superuser("gil@prazo.example", "Gil Prado", PASSWORD)

    calendar = Calendar.objects.create(name="São Paulo", uf="SP")
    seed.fill(calendar, seed.horizon(clock.now().date()))
    queue = Queue.objects.create(name="Suporte")
    queue.analysts.add(elisa)
    QueuePolicy.objects.create(queue=queue, calendar=calendar)
    ProductQueue.objects.create(product=Product.objects.create(name="Faturamento"), queue=queue)
