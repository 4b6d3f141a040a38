"""Tries to sign in are counted, wherever to: the admin has no door of its own."""

from typing import Any

from django.test import Client

from accounts.models import User

ADMIN = "/conta/login/?next=/admin/"
TOO_MANY = "Muitas tentativas de login falharam. Tente novamente mais tarde."


def attempt(login: str, password: str, address: str = "203.0.113.7") -> Any:
    form = {"login": login, "password": password}
    return Client().post(ADMIN, form, REMOTE_ADDR=address)


def errors(response: Any) -> list[str]:
    return [str(error) for error in response.context["form"].non_field_errors()]


def test_the_11th_bad_password_of_an_address_is_refused_in_words(gil: User) -> None:
    bad = [errors(attempt(f"pessoa{number}@exemplo.com.br", "errada")) for number in range(10)]

    eleventh = attempt("pessoa10@exemplo.com.br", "errada")
    right = attempt(gil.email, "senha-de-teste")
    elsewhere = attempt(gil.email, "senha-de-teste", address="198.51.100.9")

    assert [TOO_MANY] not in bad
    assert (errors(eleventh), errors(right)) == ([TOO_MANY], [TOO_MANY])
    assert (elsewhere.status_code, elsewhere["Location"]) == (302, "/admin/")


def test_the_6th_bad_password_of_one_person_is_refused_from_any_address(gil: User) -> None:
    for number in range(5):
        attempt(gil.email, "errada", address=f"203.0.113.{number}")

    sixth = attempt(gil.email, "senha-de-teste", address="203.0.113.99")

    assert errors(sixth) == [TOO_MANY]
