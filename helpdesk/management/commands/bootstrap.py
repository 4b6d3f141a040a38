"""Makes the first administrator, calendar and queue of an installation; the rest is the admin's."""

import os
import sys
from getpass import getpass
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from accounts import access
from accounts.models import User
from calendars import brazil, seed
from calendars.models import Calendar
from common import clock
from tickets.models import Queue, QueuePolicy

# What each is called when it is asked for.
QUESTIONS = {
    "email": "E-mail do administrador",
    "name": "Nome do administrador",
    "queue": "Nome da primeira fila",
    "uf": "UF cujos feriados valem para ela (vazio: só os nacionais)",
}


class Command(BaseCommand):
    help = (
        "Cria o primeiro administrador e a primeira fila. O que não vier nas opções nem em "
        "BOOTSTRAP_EMAIL, BOOTSTRAP_NAME, BOOTSTRAP_QUEUE e BOOTSTRAP_UF é perguntado. "
        "Recusa-se quando já há um administrador."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        for option, question in QUESTIONS.items():
            parser.add_argument(f"--{option}", help=question)
        parser.add_argument(
            "--ask-password",
            action="store_true",
            help="Pergunta a senha aqui, em vez de mandar a carta para escolhê-la",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Refused when an administrator exists, and when a value is wrong; then nothing is made."""
        if administrator := User.objects.filter(is_superuser=True, is_active=True).first():
            raise CommandError(f"Já há um administrador: {administrator.email}.")
        answers = {option: _answer(option, options[option]) for option in QUESTIONS}
        password = _asked_password() if options["ask_password"] else None
        try:
            user = _make(**answers, password=password)
        except ValidationError as problem:
            raise CommandError(" ".join(problem.messages)) from None
        self.stdout.write(f"Criados: {user.name} <{user.email}> e a fila {answers['queue']}.")
        if password is None:
            self.stdout.write("A carta para escolher a senha está a caminho.")
        self.stdout.write(f"Entre em {settings.BASE_URL}")


@transaction.atomic
def _make(email: str, name: str, queue: str, uf: str, password: str | None) -> User:
    user = User(email=email.strip().lower(), name=name.strip())
    user.full_clean(exclude=["password"])
    if password is not None:
        validate_password(password, user)
    user = User.objects.create_superuser(email, name, password)

    calendar = Calendar(name=brazil.UFS.get(uf.upper(), "Brasil"), uf=uf.upper())
    calendar.time_zone = settings.TIME_ZONE
    calendar.full_clean()
    calendar.save()
    seed.fill(calendar, seed.horizon(clock.now().astimezone(ZoneInfo(calendar.time_zone)).date()))
    first = Queue(name=queue.strip())
    first.full_clean()
    first.save()
    first.analysts.add(user)
    QueuePolicy.objects.create(queue=first, calendar=calendar)

    if password is None:
        access.send_welcome_letter(user)
    return user


def _answer(option: str, given: str | None) -> str:
    """The option, else its variable, else what a person types."""
    given = given if given is not None else os.environ.get(f"BOOTSTRAP_{option.upper()}")
    if given is not None:
        return given
    if not sys.stdin.isatty():
        raise CommandError(f"Falta --{option} ({QUESTIONS[option]}).")
    return input(f"{QUESTIONS[option]}: ")


def _asked_password() -> str:
    password = getpass("Senha: ")
    if password != getpass("De novo: "):
        raise CommandError("As senhas não são iguais.")
    return password
