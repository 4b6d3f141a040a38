"""The first administrator and queue of a real installation."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from calendars.models import Calendar
from helpdesk.management.commands import bootstrap
from outbox.models import Delivery
from tickets.models import Queue

ANSWERS = {"email": "Gil@Exemplo.com.br", "name": "Gil", "queue": "Suporte", "uf": "SP"}

pytestmark = pytest.mark.django_db


def _bootstrap(**options: Any) -> str:
    out = StringIO()
    call_command("bootstrap", stdout=out, **options)
    return out.getvalue()


def test_it_makes_administrator_calendar_and_queue_and_writes_to_the_person():
    said = _bootstrap(**ANSWERS)

    gil = User.objects.get()
    queue = Queue.objects.get()
    assert (gil.email, gil.name, gil.has_usable_password()) == ("gil@exemplo.com.br", "Gil", False)
    assert (gil.is_superuser, gil.is_staff, gil.is_supervisor) == (True, True, True)
    assert (queue.name, list(queue.analysts.all())) == ("Suporte", [gil])
    assert (queue.policy.calendar.name, queue.policy.calendar.uf) == ("São Paulo", "SP")
    assert queue.policy.calendar.holidays.filter(name__contains="Revolução").exists()
    assert [(letter.letter, letter.to_address) for letter in Delivery.objects.all()] == [
        ("access_welcome", "gil@exemplo.com.br")
    ]
    assert said == (
        "Criados: Gil <gil@exemplo.com.br> e a fila Suporte.\n"
        "A carta para escolher a senha está a caminho.\n"
        "Entre em http://127.0.0.1:8000\n"
    )


def test_it_refuses_when_there_is_an_administrator():
    _bootstrap(**ANSWERS)

    with pytest.raises(CommandError) as refused:
        _bootstrap(**ANSWERS | {"email": "outra@exemplo.com.br", "queue": "Outra"})

    assert str(refused.value) == "Já há um administrador: gil@exemplo.com.br."
    assert (User.objects.count(), Queue.objects.count()) == (1, 1)


def test_a_wrong_value_makes_nothing():
    with pytest.raises(CommandError):
        _bootstrap(**ANSWERS | {"uf": "XX"})

    assert (User.objects.count(), Calendar.objects.count(), Queue.objects.count()) == (0, 0, 0)


def test_what_no_option_says_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("BOOTSTRAP_UF", "")

    _bootstrap(**{name: value for name, value in ANSWERS.items() if name != "uf"})

    assert Calendar.objects.get().name == "Brasil"


def test_without_a_person_to_ask_it_says_what_is_missing(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("sys.stdin", StringIO())

    with pytest.raises(CommandError) as refused:
        _bootstrap(email="gil@exemplo.com.br")

    assert str(refused.value) == "Falta --name (Nome do administrador)."


def test_the_password_can_be_typed_and_must_be_a_good_one(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(bootstrap, "getpass", lambda prompt: "12345678901")
    with pytest.raises(CommandError):
        _bootstrap(**ANSWERS, ask_password=True)

    monkeypatch.setattr(bootstrap, "getpass", lambda prompt: "cavalo-bateria-grampo")
    _bootstrap(**ANSWERS, ask_password=True)

    assert User.objects.get().check_password("cavalo-bateria-grampo")
    assert Delivery.objects.count() == 0
