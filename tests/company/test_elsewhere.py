"""R2, R5: what is told of people of elsewhere, who is none, and which accounts may be reopened."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from accounts import access, imports, places
from accounts.models import Membership, Organization, OrganizationDomain, PeopleImport, User
from accounts.places import Invitation, Standing
from accounts.tasks import forget_sheets
from common import clock
from common.errors import Refused
from tests.cast import make_person

PLACE = {"role": "member", "sees": "own", "team": "", "products": []}


@pytest.fixture
def guest() -> User:
    """Somebody who wrote by mail and is of no customer."""
    gathered = Organization.objects.create(name="Visitantes", holds_guests=True)
    return make_person("Vera", "vera@serraazul.example", gathered)


def test_R5_a_preview_tells_not_who_has_an_account_elsewhere(
    organization: Any, carla: Any, davi: Any
) -> None:
    lines = [(1, ["nome", "e-mail"]), (2, ["A", davi.email]), (3, ["B", "nova@maremansa.example"])]
    sheets = [imports.preview(organization, lines, name="x", by=carla)]
    OrganizationDomain.objects.create(organization=organization, domain="serraazul.example")
    sheets.append(imports.preview(organization, lines, name="x", by=carla))

    said = [[(row.level, row.problems) for row in imports.rows_of(sheet)] for sheet in sheets]

    assert [rows[0] == rows[1] for rows in said] == [True, True]
    assert [rows[0][0] for rows in said] == ["ok", "warning"]


def test_R5_an_invitation_says_the_same_of_who_has_an_account_elsewhere(
    login: Any, carla: Any, davi: Any, organization: Any
) -> None:
    browser, address = login(carla), reverse("company:invite", args=[organization.pk])
    said = []
    for email in (davi.email, "nova@x.example"):
        page = browser.post(address, {"name": "X", "email": email, **PLACE}, follow=True)
        said += [str(each).replace(email, "…") for each in page.context["messages"]]

    assert said[0] == said[1]


@pytest.mark.parametrize("sheet", [True, False])
def test_R5_a_guest_of_the_own_domain_is_a_member_at_once(
    guest: User, organization: Any, carla: Any, sheet: bool
) -> None:
    OrganizationDomain.objects.create(organization=organization, domain="serraazul.example")
    assert places.standings(organization, [guest.email])[guest.email] is Standing.UNPLACED

    if sheet:
        places.invite_all(organization, [Invitation(guest.email, "Vera")], by=carla)
    else:
        places.invite(organization, Invitation(guest.email, "Vera"), by=carla)

    place = Membership.objects.get(user=guest, organization=organization)
    assert (place.is_active, place.is_partner, place.invited_at) == (True, False, None)


def test_R5_any_other_guest_is_a_member_once_he_accepts_and_a_customers_person_a_partner(
    guest: User, davi: Any, organization: Any, carla: Any
) -> None:
    partners = []
    for person in (guest, davi):
        place = places.invite(organization, Invitation(person.email, "X"), by=carla)
        assert not place.is_active
        places.accept(place)
        place.refresh_from_db()
        assert place.is_active
        partners.append(place.is_partner)

    assert partners == [False, True]


@pytest.mark.parametrize("waits", [True, False])
def test_R2_the_account_stays_while_anothers_invitation_waits(
    bruno: Any, organization: Any, other_organization: Any, davi: Any, waits: bool
) -> None:
    if waits:
        places.invite(other_organization, Invitation(bruno.email, "X"), by=davi)

    ended = places.end(Membership.objects.get(user=bruno, organization=organization))

    bruno.refresh_from_db()
    assert (ended, bruno.is_active) == (not waits, waits)


def test_R5_what_support_ended_the_customer_does_not_reopen(bruno: Any, carla: Any) -> None:
    place = Membership.objects.get(user=bruno)
    places.end(place)
    places.bring_back(place, by=carla)
    reopened = User.objects.get(pk=bruno.pk).is_active
    access.end_access(User.objects.get(pk=bruno.pk))

    with pytest.raises(Refused) as refused:
        places.bring_back(place, by=carla)

    place.refresh_from_db()
    assert (reopened, refused.value.code, place.is_active) == (True, "closed", False)
    assert not User.objects.get(pk=bruno.pk).is_active


def test_R5_sheets_of_more_than_a_week_ago_are_forgotten_accepted_or_not(
    organization: Any, carla: Any
) -> None:
    now = clock.now()
    kept = [
        PeopleImport.objects.create(
            organization=organization,
            created_by=carla,
            file_name="p.csv",
            created_at=now - timedelta(days=days),
            accepted_at=now if accepted else None,
        )
        for days in (6, 8)
        for accepted in (True, False)
    ]

    assert forget_sheets() == 2
    assert set(PeopleImport.objects.all()) == set(kept[:2])


def test_R2_an_invitation_waits_on_the_first_page_of_its_person_alone(
    get: Any, davi: Any, ana: Any, carla: Any, organization: Any
) -> None:
    said = f"{organization.name} convida você"
    assert said not in get(davi, "/")
    place = places.invite(organization, Invitation(davi.email, "Davi"), by=carla)

    html = get(davi, "/")

    assert said in html
    assert reverse("company:invitation", args=[place.pk]) in html
    assert said not in get(ana, "/")
    organization.is_active = False
    organization.save()
    assert said not in get(davi, "/")
    organization.is_active = True
    organization.save()
    places.accept(place)
    assert said not in get(davi, "/")
