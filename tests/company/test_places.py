"""R1, R2: what a person's memberships say, read in one statement."""

from typing import Any

from accounts.models import Membership, Place, Sees, Team, User
from catalog.models import Product


def test_R2_places_are_active_memberships_of_active_organizations_in_one_statement(
    ana: Any,
    organization: Any,
    other_organization: Any,
    product: Product,
    django_assert_num_queries: Any,
) -> None:
    team = Team.objects.create(organization=organization, name="Fiscal")
    second = Product.objects.create(name="Folha")
    Membership.objects.update(sees=Sees.TEAM, team=team)
    Membership.objects.get().products.set([product, second])
    partner = Membership.objects.create(
        user=ana, organization=other_organization, role="org_admin", is_partner=True
    )

    with django_assert_num_queries(1):
        person = User.objects.get(pk=ana.pk)
    with django_assert_num_queries(1):
        places, roles = person.places, person.organization_roles

    both = frozenset({product.pk, second.pk})
    assert places == {
        organization.pk: Place(organization.name, False, "member", "team", team.pk, False, both),
        other_organization.pk: Place(
            other_organization.name, False, "org_admin", "own", None, True, frozenset()
        ),
    }
    assert roles == {organization.pk: "member", other_organization.pk: "org_admin"}
    partner.is_active = False
    partner.save()
    organization.is_active = False
    organization.save()
    assert User.objects.get(pk=ana.pk).places == {}


def test_R1_a_product_is_taken_when_named_when_none_is_and_by_administrators(
    ana: Any, carla: Any, davi: Any, organization: Any, product: Product
) -> None:
    other = Product.objects.create(name="Folha")

    def takes(person: Any) -> list[bool]:
        again = User.objects.get(pk=person.pk)
        return [again.takes_product(organization.pk, each.pk) for each in (product, other)]

    assert takes(ana) == [True, True]
    ana.memberships.get().products.set([product])
    carla.memberships.get().products.set([product])

    assert takes(ana) == [True, False]
    assert takes(carla) == [True, True]
    assert takes(davi) == [False, False]
