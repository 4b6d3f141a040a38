"""R1, R5: an address of a customer's domain is nobody else's to take, lock or write for."""

from typing import Any

import pytest

from accounts import imports, places
from accounts.models import Membership, OrganizationDomain, User
from accounts.places import Invitation, Standing
from common.errors import Refused
from interfaces.inbox import decision
from tests.cast import make_person

NEW = "novo@serraazul.example"


@pytest.fixture
def domain(organization: Any) -> None:
    OrganizationDomain.objects.create(organization=organization, domain="SerraAzul.example")


@pytest.mark.usefixtures("domain")
def test_R5_a_new_address_of_anothers_domain_is_invited_by_its_owner_alone(
    organization: Any, other_organization: Any, carla: Any, davi: Any
) -> None:
    standing = [places.standings(each, [NEW])[NEW] for each in (organization, other_organization)]
    with pytest.raises(Refused) as refused:
        places.invite(other_organization, Invitation(NEW, "Novo"), by=davi)
    place = places.invite(organization, Invitation(NEW, "Novo"), by=carla)

    assert standing == [Standing.NEW, Standing.CLOSED]
    assert refused.value.code == "invited_closed"
    assert (place.organization, place.is_active) == (organization, True)


@pytest.mark.usefixtures("domain")
def test_R5_a_sheet_invites_no_new_address_of_anothers_domain(
    organization: Any, other_organization: Any, carla: Any, davi: Any
) -> None:
    lines = [(1, ["nome", "e-mail"]), (2, ["A", NEW.upper()]), (3, ["B", "b@x.example"])]
    levels = []
    for mine, by in ((other_organization, davi), (organization, carla)):
        sheet = imports.preview(mine, lines, name="x", by=by)
        levels.append([row.level for row in imports.rows_of(sheet)])

    assert levels == [["error", "ok"], ["ok", "warning"]]


@pytest.mark.usefixtures("domain")
def test_R2_a_person_of_anothers_domain_still_comes_in_as_a_partner_who_accepts(
    ana: Any, organization: Any, other_organization: Any, davi: Any
) -> None:
    place = places.invite(other_organization, Invitation(ana.email, "X"), by=davi)

    assert (place.is_active, place.is_partner) == (False, True)


@pytest.mark.parametrize("owned", [True, False])
def test_R5_an_account_of_anothers_domain_does_not_end_with_the_place(
    organization: Any, other_organization: Any, owned: bool
) -> None:
    person = make_person("Novo", NEW, other_organization)
    if owned:
        OrganizationDomain.objects.create(organization=organization, domain="serraazul.example")

    ended = places.end(Membership.objects.get(user=person))

    person.refresh_from_db()
    assert (ended, person.is_active) == (not owned, owned)
    assert places.standings(organization, [NEW])[NEW] is not Standing.CLOSED or not owned


@pytest.mark.usefixtures("domain")
def test_R2_mail_of_anothers_domain_opens_nothing_for_who_took_the_address(
    other_organization: Any,
) -> None:
    person = make_person("Novo", NEW, other_organization)

    with pytest.raises(Refused) as refused:
        decision._organization_of(User.objects.get(pk=person.pk))
    Membership.objects.filter(user=person).update(is_partner=True)
    agreed = decision._organization_of(User.objects.get(pk=person.pk))

    assert refused.value.code == "other_domain"
    assert agreed == other_organization


@pytest.mark.usefixtures("domain")
def test_R2_mail_of_the_own_domain_is_of_its_owner(ana: Any, organization: Any) -> None:
    assert decision._organization_of(ana) == organization
