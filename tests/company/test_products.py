"""R1: no product named means all of them, so that none comes to be named by accident."""

from typing import Any

import pytest
from django.urls import reverse

from accounts.models import Membership, User
from catalog.models import Product

PLACE = {"role": "member", "sees": "all", "team": ""}


@pytest.fixture
def limited(bruno: Any, product: Any) -> Membership:
    """Bruno's place, with one product alone."""
    place = Membership.objects.get(user=bruno)
    place.products.set([product])
    return place


def takes_all(place: Membership) -> bool:
    return User.objects.get(pk=place.user_id).places[place.organization_id].takes_all


def test_R1_who_is_limited_to_a_product_no_longer_offered_stays_so(
    login: Any, carla: Any, organization: Any, limited: Membership, product: Any
) -> None:
    hidden = Product.objects.create(name="Nunca oferecido", is_active=False)
    Product.objects.filter(pk=product.pk).update(is_active=False)
    page, browser = reverse("company:person", args=[organization.pk, limited.pk]), login(carla)

    shown = browser.get(page).context["form"]
    kept = browser.post(page, {**PLACE, "products": [product.pk]})
    other = browser.post(page, {**PLACE, "products": [hidden.pk]})

    assert list(shown.fields["products"].queryset) == [product]
    assert shown.initial["products"] == [product.pk]
    assert (kept.status_code, other.status_code, takes_all(limited)) == (302, 422, False)
    browser.post(page, PLACE)
    assert takes_all(limited)


@pytest.mark.parametrize("how", ["page", "list"])
def test_R1_a_product_that_limits_somebody_is_not_deleted_and_another_one_is(
    client: Any, limited: Membership, product: Any, how: str
) -> None:
    free = Product.objects.create(name="Sem ninguém")
    product.default_queue.delete()
    client.force_login(User.objects.create_superuser("gil@prazo.example", "Gil"))
    pages = []
    for each in (product, free):
        if how == "page":
            address = reverse("admin:catalog_product_delete", args=[each.pk])
            pages.append(client.post(address, {"post": "yes"}))
        else:
            chosen = {"action": "delete_selected", "_selected_action": [each.pk], "post": "yes"}
            pages.append(client.post(reverse("admin:catalog_product_changelist"), chosen))

    assert [page.status_code for page in pages] == [200, 302]
    assert "O vínculo de 1 pessoa é limitado a este produto" in pages[0].text
    assert list(Product.objects.all()) == [product]
    assert not takes_all(limited)
