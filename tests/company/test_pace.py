"""R5: letters and sheets go at the pace of a busy day, and names are names."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts import imports
from accounts.models import Membership, PeopleImport, User
from interfaces.company import pacing
from interfaces.company.pacing import Pace
from outbox.models import Delivery

PLACE = {"role": "member", "sees": "own", "team": "", "products": []}
WAIT = "A empresa fez isto muitas vezes em pouco tempo. Tente de novo em uma hora."


def invited(browser: Any, organization: Any, n: int) -> Any:
    form = {"name": "Iara", "email": f"v{n}@alvo.example", **PLACE}
    return browser.post(reverse("company:invite", args=[organization.pk]), form)


def test_R5_of_101_invitations_in_an_hour_the_last_waits_and_another_organizations_does_not(
    login: Any, carla: Any, davi: Any, organization: Any, other_organization: Any
) -> None:
    browser = login(carla)

    answers = [invited(browser, organization, n) for n in range(101)]
    other = invited(login(davi), other_organization, 200)

    assert [each.status_code for each in answers] == [302] * 100 + [422]
    assert WAIT in answers[-1].text
    assert other.status_code == 302
    assert Delivery.objects.count() == 101


def test_R5_of_101_access_links_in_an_hour_the_last_waits(
    login: Any, carla: Any, bruno: Any, organization: Any
) -> None:
    place, browser = Membership.objects.get(user=bruno), login(carla)
    address = reverse("company:access", args=[organization.pk, place.pk])

    for _time in range(100):
        browser.post(address)
    last = browser.post(address, follow=True)

    assert [str(each) for each in last.context["messages"]][-1] == WAIT
    assert Delivery.objects.count() == 100


def test_R5_of_31_sheets_in_an_hour_the_last_waits(
    login: Any, carla: Any, organization: Any
) -> None:
    browser, address = login(carla), reverse("company:imports", args=[organization.pk])

    def sent() -> Any:
        file = SimpleUploadedFile("p.csv", b"nome;e-mail\nIara;iara@x.example\n")
        return browser.post(address, {"sheet": file})

    answers = [sent() for _time in range(31)]

    assert [each.status_code for each in answers] == [302] * 30 + [422]
    assert WAIT in answers[-1].text


def test_R5_the_people_of_sheets_are_counted_by_the_day_and_an_accepted_one_once(
    login: Any, carla: Any, organization: Any
) -> None:
    browser = login(carla)

    def accepted(count: int, first: int) -> str:
        rows = [(n + 2, [f"P {n}", f"p{first + n}@x.example"]) for n in range(count)]
        sheet = imports.preview(organization, [(1, ["nome", "e-mail"]), *rows], name="x", by=carla)
        address = reverse("company:import_accept", args=[organization.pk, sheet.key])
        for _time in range(2):
            page = browser.post(address, follow=True)
        return str(next(iter(page.context["messages"])))

    few = accepted(500, 0)
    pacing.require_calm(organization, Pace.OF_SHEETS, times=9_499)
    late = accepted(2, 500)

    assert few == "Esta planilha já foi aceita; ninguém foi convidado de novo."
    assert late == "A empresa já convidou muitas pessoas hoje. Tente de novo amanhã."
    assert User.objects.filter(email__endswith="@x.example").count() == 500


@pytest.mark.parametrize(
    ("name", "refused"),
    [
        ("Ganhe em http://mal.example", True),
        ("Ganhe em www.mal.example", True),
        ("Iara\u202eLuz", True),
        ("Iara\x0bLuz", True),
        ("Iara D'Ávila Luz-Neto", False),
        ("João  Avelã", False),
    ],
)
def test_R5_a_name_with_an_address_or_hidden_signs_is_refused(
    login: Any, carla: Any, organization: Any, name: str, refused: bool
) -> None:
    form = {"name": name, "email": "iara@x.example", **PLACE}
    browser = login(carla)

    page = browser.post(reverse("company:invite", args=[organization.pk]), form)
    lines = [(1, ["nome", "e-mail"]), (2, [name, "outra@x.example"])]
    imports.preview(organization, lines, name="x", by=carla)

    assert page.status_code == (422 if refused else 302)
    assert [row.level for row in imports.rows_of(PeopleImport.objects.get())] == [
        "error" if refused else "ok"
    ]
