"""The admin's door: the product's own sign-in, which limits the tries, and no other."""

import pytest
from django.test import Client

from accounts.models import User
from tests.cast import make_desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator() -> User:
    return User.objects.create_superuser("gil@exemplo.com.br", "Gil", "senha-de-teste")


@pytest.mark.parametrize("address", ["/admin/", "/admin/login/?next=/admin/"])
def test_a_stranger_is_sent_to_the_sign_in(client: Client, address: str):
    response = client.get(address, follow=True)

    assert response.redirect_chain[-1] == ("/conta/login/?next=/admin/", 302)
    assert response.status_code == 200


def test_the_admins_own_form_signs_nobody_in(client: Client, administrator: User):
    who = {"username": administrator.email, "password": "senha-de-teste"}

    response = client.post("/admin/login/", who)

    assert (response.status_code, response.url) == (302, "/conta/login/?next=/admin/")
    assert "_auth_user_id" not in client.session


def test_R1_an_administrator_comes_in_and_for_an_analyst_there_is_no_admin(
    client: Client, administrator: User
):
    client.force_login(administrator, "allauth.account.auth_backends.AuthenticationBackend")
    welcomed = client.get("/admin/")
    client.force_login(
        make_desk("Elisa", "elisa@exemplo.com.br", "analyst"),
        "allauth.account.auth_backends.AuthenticationBackend",
    )
    refused = client.get("/admin/", follow=True)

    assert (welcomed.status_code, refused.status_code) == (200, 404)
