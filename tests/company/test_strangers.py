"""R1, R5: an organization's administration is for its administrators alone, by whatever door."""

import uuid
from typing import Any

import pytest
from django.urls import reverse

from accounts.models import Membership, PeopleImport, Team

ENDPOINTS = [
    "organization",
    "people",
    "invite",
    "person",
    "access",
    "leaving",
    "bring_back",
    "imports",
    "import_template",
    "import",
    "import_errors",
    "import_accept",
    "teams",
    "team",
    "team_removal",
    "contract",
    "invitation",
]
METHODS = ["get", "head", "post", "put", "patch", "delete"]
OF_A_PERSON = {"person", "access", "leaving", "bring_back"}
OF_A_TEAM = {"team", "team_removal"}
OF_A_SHEET = {"import", "import_errors", "import_accept"}


@pytest.fixture
def address(ana: Any, organization: Any) -> Any:
    """Where each page is of Ana's place, a team and a sheet of her organization; `of` another
    organization, those of this one under the other's number."""
    team = Team.objects.create(organization=organization, name="Fiscal")
    sheet = PeopleImport.objects.create(organization=organization, created_by=ana, file_name="x")
    place = Membership.objects.get(user=ana)

    def where(name: str, of: Any = organization) -> str:
        if name == "invitation":
            return reverse("company:invitation", args=[place.pk])
        more: list[Any] = []
        if name in OF_A_PERSON:
            more = [place.pk]
        if name in OF_A_TEAM:
            more = [team.pk]
        if name in OF_A_SHEET:
            more = [sheet.key]
        return reverse(f"company:{name}", args=[of.pk, *more])

    return where


@pytest.mark.parametrize("name", ENDPOINTS)
def test_R1_others_get_404_by_whatever_method(
    login: Any, davi: Any, bruno: Any, elisa: Any, address: Any, name: str
) -> None:
    answered = {
        (person.name, method): getattr(login(person), method)(address(name)).status_code
        for person in (davi, bruno, elisa)
        for method in METHODS
    }

    # Only what is of the address's own person tells a wrong method before it looks.
    expected = {405, 404} if name == "invitation" else {404}
    assert set(answered.values()) <= expected
    assert {answered[each.name, "get"] for each in (davi, bruno, elisa)} == {404}
    assert {answered[each.name, "post"] for each in (davi, bruno, elisa)} == {404}


@pytest.mark.parametrize("name", sorted(OF_A_PERSON | OF_A_TEAM | OF_A_SHEET))
def test_R1_what_is_anothers_is_not_found_under_ones_own_organization(
    login: Any, davi: Any, other_organization: Any, address: Any, name: str
) -> None:
    theirs = address(name, of=other_organization)

    assert login(davi).post(theirs).status_code in (404, 405)
    assert login(davi).get(theirs).status_code in (404, 405)
    assert Membership.objects.filter(is_active=True).count() == 2
    assert Team.objects.count() == 1


def test_a_sheet_of_nobody_is_not_found(login: Any, carla: Any, organization: Any) -> None:
    url = reverse("company:import", args=[organization.pk, uuid.UUID(int=7)])

    assert login(carla).get(url).status_code == 404


def test_R5_the_administrator_reads_every_page_a_member_does_not_see_the_door(
    get: Any, carla: Any, bruno: Any, organization: Any, address: Any
) -> None:
    pages = ["people", "invite", "person", "leaving", "imports", "import", "teams", "team"]

    for name in [*pages, "contract"]:
        assert "<h1>" in get(carla, address(name))
    assert 'href="/empresa/"' in get(carla, "/")
    assert 'href="/empresa/"' not in get(bruno, "/")
