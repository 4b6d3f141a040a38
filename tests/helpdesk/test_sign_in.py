"""What of allauth is ours under /conta/, and whom its limits count."""

import os
import re
import subprocess
import sys
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

LIMITED = (
    "from helpdesk import settings; print(getattr(settings, 'ALLAUTH_TRUSTED_PROXY_COUNT', 0))"
)


@pytest.mark.parametrize("address", ["/conta/login/", "/conta/password/reset/"])
def test_strangers_sign_in_and_ask_for_a_new_password(client: Client, db: None, address: str):
    assert client.get(address).status_code == 200


@pytest.mark.parametrize(
    "address", ["email/", "signup/", "confirm-email/", "phone/change/", "login/code/confirm/"]
)
def test_R1_nobody_signs_up_or_changes_the_own_address(client: Client, ana: Any, address: str):
    client.force_login(ana)
    form = {"action_add": "", "email": "outra@serraazul.example"}

    asked, sent = client.get(f"/conta/{address}"), client.post(f"/conta/{address}", form)

    assert (asked.status_code, sent.status_code) == (404, 404)


def test_a_password_is_changed_by_its_owner(client: Client, ana: Any):
    client.force_login(ana)
    new = "outra-senha-bem-longa"
    form = {"oldpassword": "senha-de-teste", "password1": new, "password2": new}

    response = client.post("/conta/password/change/", form)

    ana.refresh_from_db()
    assert (response.status_code, ana.check_password(new)) == (302, True)


@pytest.mark.parametrize(("behind", "proxies"), [("0", "0\n"), ("1", "1\n")])
def test_behind_a_proxy_each_person_has_a_limit_of_their_own(behind: str, proxies: str):
    told = subprocess.run(
        [sys.executable, "-c", LIMITED],
        cwd=settings.BASE_DIR,
        env=os.environ | {"BEHIND_PROXY": behind},
        capture_output=True,
        text=True,
        check=True,
    )

    assert told.stdout == proxies


def test_the_limit_counts_whom_the_proxy_saw(client: Client, db: None, settings: Any):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    settings.ACCOUNT_RATE_LIMITS = {"login": "2/m/ip"}
    wrong = {"login": "ana@serraazul.example", "password": "errada"}
    one = ["9.1.1.1, 200.1.1.7", "9.1.1.2, 200.1.1.7", "9.1.1.3, 200.1.1.7"]

    tried = [
        client.post("/conta/login/", wrong, headers={"x-forwarded-for": chain}).status_code
        for chain in [*one, "200.1.1.8"]
    ]

    assert tried == [200, 200, 429, 200]


@pytest.mark.parametrize(
    ("password", "page", "asked"),
    [
        ("senha-de-teste", "change", ["oldpassword", "password1", "password2"]),
        (None, "set", ["password1", "password2"]),
    ],
)
def test_the_old_password_is_asked_for_where_there_is_one(
    client: Client, ana: Any, password: str | None, page: str, asked: list[str]
):
    ana.set_password(password)
    ana.save()
    client.force_login(ana)
    address = f"/conta/password/{page}/"

    shown = client.get(address).content.decode()

    form = shown[re.search(rf'action="\s*{address}\s*"', shown).start() :]
    assert re.findall(r'name="(\w*password\w*)"', form) == asked
