"""R2: the company's pages follow the organization that was chosen in the header."""

from typing import Any

from accounts.models import Membership


def test_R2_the_company_pages_follow_the_choice(
    login: Any, carla: Any, organization: Any, other_organization: Any
) -> None:
    Membership.objects.create(user=carla, organization=other_organization, role="org_admin")
    customer = login(carla)
    assert customer.get("/empresa/").status_code == 200

    customer.post("/empresa-em-uso/", {"organization": other_organization.pk})

    assert customer.get("/empresa/").url == f"/empresa/{other_organization.pk}/pessoas/"
