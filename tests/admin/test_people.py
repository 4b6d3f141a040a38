"""accounts/admin.py: people are made here, and none of its pages knows a password (R1)."""

from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse

from accounts.models import Contract, Membership, Organization, User
from outbox.models import Delivery
from tests.admin.reading import INLINE, told
from tests.cast import make_person
from tickets.models import Queue

ADD = "admin:accounts_user_add"
LIST = "admin:accounts_user_changelist"


def person_form(*memberships: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """What a person's page posts."""
    rows = {
        f"memberships-{number}-{name}": value
        for number, row in enumerate(memberships)
        for name, value in ({"role": "member", "sees": "own", "is_active": "on"} | row).items()
    }
    return {
        "email": "ines@serraazul.example",
        "name": "Inês Duarte",
        "desk_role": "",
        "memberships-TOTAL_FORMS": len(memberships),
        "memberships-INITIAL_FORMS": len([row for row in memberships if "id" in row]),
        **rows,
        **fields,
    }


def page_of(person: User) -> str:
    return reverse("admin:accounts_user_change", args=[person.pk])


def letters() -> list[tuple[str, str, bool]]:
    return list(Delivery.objects.order_by("pk").values_list("letter", "to_address", "secret"))


# --- A new person --------------------------------------------------------------------------------


def test_R1_a_new_customer_has_no_password_and_gets_one_secret_letter(
    admin: Client, organization: Organization
) -> None:
    form = person_form({"organization": organization.pk, "role": "org_admin"})

    response = admin.post(reverse(ADD), form | {"email": " Ines@SerraAzul.example"}, follow=True)

    ines = User.objects.get(name="Inês Duarte")
    assert told(response)[0] == (
        "A carta para escolher a senha está a caminho de ines@serraazul.example."
    )
    assert (ines.email, ines.has_usable_password()) == ("ines@serraazul.example", False)
    assert ines.organization_roles == {organization.pk: "org_admin"}
    assert letters() == [("access_welcome", "ines@serraazul.example", True)]


def test_the_letters_link_lets_the_person_choose_a_password(
    admin: Client, organization: Organization
) -> None:
    admin.post(reverse(ADD), person_form({"organization": organization.pk}))
    url = Delivery.objects.get().context["url"]
    browser = Client()

    page = browser.get(url, follow=True)
    browser.post(
        page.redirect_chain[-1][0],
        {"password1": "cavalo-bateria-grampo", "password2": "cavalo-bateria-grampo"},
    )

    assert User.objects.get(name="Inês Duarte").check_password("cavalo-bateria-grampo")


def test_R1_a_new_analyst_gets_queues_on_the_same_page(admin: Client, queue: Queue) -> None:
    form = person_form(desk_role="analyst", queues=[queue.pk])

    admin.post(reverse(ADD), form)

    ines = User.objects.get(name="Inês Duarte")
    assert (ines.desk_role, list(ines.queues.all())) == ("analyst", [queue])
    assert letters() == [("access_welcome", "ines@serraazul.example", True)]


def test_a_person_of_nowhere_is_told_of(admin: Client) -> None:
    response = admin.post(reverse(ADD), person_form(), follow=True)

    assert "Inês Duarte não está em nenhum cliente nem no suporte: não verá tickets." in told(
        response
    )


@pytest.mark.parametrize(
    ("email", "sentence"),
    [
        ("ANA@serraazul.example", "Já existe uma pessoa com este e-mail."),
        ("ana", "Insira um endereço de email válido."),
    ],
)
def test_a_wrong_address_makes_nobody_and_writes_to_nobody(
    admin: Client, ana: User, email: str, sentence: str
) -> None:
    response = admin.post(reverse(ADD), person_form(email=email))

    assert list(response.context["errors"]) == [[sentence]]
    assert not User.objects.filter(name="Inês Duarte").exists()
    assert letters() == []


# --- What the pages show and let be changed ------------------------------------------------------


def test_no_page_knows_a_password_or_has_what_the_CSP_forbids(
    admin: Client, ana: User, carla: User, organization: Organization
) -> None:
    addresses = [
        reverse(ADD),
        reverse(LIST),
        page_of(ana),
        reverse("admin:accounts_organization_change", args=[organization.pk]),
        reverse("admin:accounts_organization_changelist"),
        reverse("admin:accounts_membership_changelist"),
    ]

    pages = [admin.get(address) for address in addresses]

    assert [page.status_code for page in pages] == [200] * 6
    assert [INLINE.findall(page.text) for page in pages] == [[]] * 6
    assert [ana.password in page.text for page in pages] == [False] * 6
    assert ['name="password' in page.text for page in pages] == [False] * 6


def test_a_password_that_is_posted_changes_nothing(admin: Client, ana: User) -> None:
    before = ana.password
    membership = ana.memberships.get()
    form = person_form(
        {"id": membership.pk, "user": ana.pk, "organization": membership.organization_id},
        email=ana.email,
        name="Ana B. Nogueira",
        time_zone="America/Manaus",
        password="x",
        is_active="",
    )

    response = admin.post(page_of(ana), form)

    ana.refresh_from_db()
    assert response.status_code == 302
    assert (ana.name, ana.time_zone, ana.password) == ("Ana B. Nogueira", "America/Manaus", before)
    assert ana.is_active  # an access ends on its own page
    assert letters() == []


def test_a_former_address_lets_nobody_in(admin: Client, ana: User) -> None:
    EmailAddress.objects.create(user=ana, email=ana.email, primary=True, verified=True)

    admin.post(page_of(ana), person_form(email="nova@serraazul.example", time_zone="America/Bahia"))
    browser = Client()
    form = {"login": "ana@serraazul.example", "password": "senha-de-teste"}
    refused = browser.post("/conta/login/", form)
    welcomed = browser.post("/conta/login/", form | {"login": "nova@serraazul.example"})

    assert (refused.status_code, welcomed.status_code) == (200, 302)


def test_who_had_left_may_be_let_in_again(admin: Client, ana: User) -> None:
    User.objects.filter(pk=ana.pk).update(is_active=False)

    admin.post(page_of(ana), person_form(email=ana.email, time_zone="UTC", is_active="on"))

    assert User.objects.get(pk=ana.pk).is_active


def test_nobody_is_deleted(admin: Client, ana: User) -> None:
    delete = reverse("admin:accounts_user_delete", args=[ana.pk])

    assert admin.post(delete, {"post": "yes"}).status_code == 403


def test_only_superusers_say_who_enters_the_administration(
    staff: Callable[..., Client], gil: User, ana: User
) -> None:
    client = staff("view_user", "change_user")
    powers = person_form(
        email="ana@serraazul.example", time_zone="UTC", is_staff="on", is_superuser="on"
    )

    changed = client.post(page_of(ana), powers)
    taken_over = client.post(page_of(gil), person_form(email="hugo@elsewhere.example"))

    ana.refresh_from_db()
    gil.refresh_from_db()
    assert (changed.status_code, ana.is_staff, ana.is_superuser) == (302, False, False)
    assert (taken_over.status_code, gil.email) == (403, "gil@prazo.example")


def test_who_may_not_change_queues_gives_none(
    staff: Callable[..., Client], elisa: User, queue: Queue
) -> None:
    client = staff("view_user", "change_user")
    form = person_form(email=elisa.email, desk_role="analyst", time_zone="UTC", queues=[])

    client.post(page_of(elisa), form)

    assert list(elisa.queues.all()) == [queue]


# --- A link again --------------------------------------------------------------------------------


def test_an_access_link_is_sent_to_the_chosen_who_are_active(
    admin: Client, ana: User, bruno: User, carla: User
) -> None:
    User.objects.filter(pk=bruno.pk).update(is_active=False)
    carla.set_unusable_password()
    carla.save()

    response = admin.post(
        reverse(LIST),
        {"action": "send_access_link", "_selected_action": [ana.pk, bruno.pk, carla.pk]},
        follow=True,
    )

    assert told(response) == [
        "2 links de acesso estão a caminho.",
        "Quem está inativo não recebe link.",
    ]
    assert letters() == [
        ("access_reset", "ana@serraazul.example", True),
        ("access_welcome", "carla@serraazul.example", True),
    ]


def test_who_may_only_look_sends_no_link(staff: Callable[..., Client], ana: User) -> None:
    client = staff("view_user")

    client.post(reverse(LIST), {"action": "send_access_link", "_selected_action": [ana.pk]})

    assert letters() == []


# --- Lists ---------------------------------------------------------------------------------------


def found(client: Client, typed: str, what: str = "user") -> list[str]:
    page = client.get(reverse(f"admin:accounts_{what}_changelist"), {"q": typed})
    return [str(row) for row in page.context["cl"].result_list]


def test_people_are_found_by_name_address_and_organization(
    admin: Client, ana: User, davi: User
) -> None:
    make_person("Íris Conceição", "iris@exemplo.com.br")

    assert found(admin, "iris conceicao") == ["Íris Conceição"]
    assert found(admin, "DAVI@mare") == ["Davi Rocha"]
    assert found(admin, "metalurgica") == ["Ana Nogueira"]


def test_organizations_are_found_by_name_contract_and_CNPJ_with_points_or_without(
    admin: Client, organization: Organization, other_organization: Organization
) -> None:
    page = reverse("admin:accounts_organization_change", args=[organization.pk])
    form = {
        "name": organization.name,
        "cnpj": "11222333000181",
        "uf": "SC",
        "is_active": "on",
        "contracts-TOTAL_FORMS": "1",
        "contracts-INITIAL_FORMS": "0",
        "contracts-0-number": "2026-0042",
        "contracts-0-tier": "prime",
        "contracts-0-starts_on": "01/01/2026",
        "domains-TOTAL_FORMS": "1",
        "domains-INITIAL_FORMS": "0",
        "domains-0-domain": "SerraAzul.com.br",
        "memberships-TOTAL_FORMS": "0",
        "memberships-INITIAL_FORMS": "0",
    }

    refused = admin.post(page, form | {"cnpj": "11222333000182"})
    admin.post(page, form)

    organization.refresh_from_db()
    assert list(refused.context["errors"]) == [
        ["Este CNPJ não confere. Verifique os números digitados."]
    ]
    assert (organization.cnpj, organization.uf) == ("11.222.333/0001-81", "SC")
    assert [str(each) for each in Contract.objects.all()] == ["2026-0042 (Prime)"]
    assert [each.domain for each in organization.domains.all()] == ["serraazul.com.br"]
    for typed in ("11.222.333", "112223330001", "serra azul", "2026-0042"):
        assert found(admin, typed, "organization") == [organization.name]


def test_the_same_CNPJ_is_there_once_however_it_is_typed(
    admin: Client, organization: Organization
) -> None:
    Organization.objects.filter(pk=organization.pk).update(cnpj="11.222.333/0001-81")

    response = admin.post(
        reverse("admin:accounts_organization_add"),
        {
            "name": "Outra",
            "cnpj": "11222333000181",
            "contracts-TOTAL_FORMS": "0",
            "contracts-INITIAL_FORMS": "0",
            "domains-TOTAL_FORMS": "0",
            "domains-INITIAL_FORMS": "0",
            "memberships-TOTAL_FORMS": "0",
            "memberships-INITIAL_FORMS": "0",
        },
    )

    assert response.status_code == 200
    assert Organization.objects.count() == 1


@pytest.mark.parametrize(("what", "least"), [("user", 6), ("organization", 8), ("membership", 6)])
@pytest.mark.parametrize("count", [1, 25])
def test_lists_take_as_many_statements_for_one_row_as_for_25(
    statements: Callable[[str], int], what: str, least: int, count: int
) -> None:
    for number in range(count):
        company = Organization.objects.create(name=f"Cliente {number}")
        Contract.objects.create(organization=company, number=number, starts_on="2026-01-01")
        make_person(f"Pessoa {number}", f"pessoa{number}@exemplo.com.br", company)

    assert Membership.objects.count() == count
    assert statements(reverse(f"admin:accounts_{what}_changelist")) == least
