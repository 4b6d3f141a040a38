"""L12, R5: a sheet of people accepted by several at once, on real transactions."""

from typing import Any

import pytest
from django.test import Client

from accounts import imports
from accounts.models import Membership, PeopleImport, User
from outbox.models import Delivery
from tests.cast import make_person
from tests.races.test_races import outcome
from tests.tickets.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_C5_one_cpf_kept_by_many_at_once_is_of_one_and_the_others_are_told(
    organization: Any,
) -> None:
    people = [make_person(f"Pessoa {n}", f"p{n}@serraazul.example", organization) for n in range(6)]
    form = {"phone": "", "time_zone": "America/Sao_Paulo", "letters": "all"}
    browsers = [Client() for _person in people]
    for browser, each in zip(browsers, people, strict=True):
        browser.force_login(each)

    codes = at_once(
        [
            lambda browser=browser, each=each: (
                browser.post(
                    "/perfil/", {**form, "name": each.name, "tax_id": "529.982.247-25"}
                ).status_code
            )
            for browser, each in zip(browsers, people, strict=True)
        ]
    )

    assert sorted(codes) == [302, 422, 422, 422, 422, 422]
    assert User.objects.filter(tax_id="52998224725").count() == 1


def sheet_of(organization: Any, by: Any, count: int, first: int = 0) -> PeopleImport:
    rows = [[f"Pessoa {n}", f"p{n}@serraazul.example"] for n in range(first, first + count)]
    lines = [(1, ["nome", "e-mail"]), *enumerate(rows, start=2)]
    return imports.preview(organization, lines, name="pessoas.csv", by=by)


def test_L12_one_sheet_accepted_by_two_at_once_invites_everybody_once(
    organization: Any, carla: Any
) -> None:
    other = make_person("Outra", "outra@serraazul.example", organization, role="org_admin")
    sheet = sheet_of(organization, carla, 40)
    people, places = User.objects.count(), Membership.objects.count()

    counts = at_once([lambda by=by: imports.accept(sheet, by=by) for by in (carla, other)])

    assert sorted(counts) == [0, 40]
    assert (User.objects.count(), Membership.objects.count()) == (people + 40, places + 40)
    assert Delivery.objects.filter(letter="access_welcome").count() == 40


def test_R5_two_sheets_that_share_people_accepted_at_once_invite_nobody_twice(
    organization: Any, carla: Any
) -> None:
    one, two = sheet_of(organization, carla, 20), sheet_of(organization, carla, 20, first=10)
    people = User.objects.count()

    results = at_once(
        [outcome(lambda each=each: imports.accept(each, by=carla)) for each in (one, two)]
    )
    for each in (one, two):
        imports.accept(each, by=carla)

    assert sorted(results) in (["done", "done"], ["done", "invited_meanwhile"])
    assert User.objects.count() == people + 30
    assert Delivery.objects.filter(letter="access_welcome").count() == 30
