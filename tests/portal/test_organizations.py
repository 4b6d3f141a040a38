"""R2: a person of several organizations chooses the one that he or she acts for, in the header."""

import pytest

from accounts.models import Membership
from interfaces.web.organizations import KEY
from tests.cast import make_person
from tests.portal.reading import text, titles, toast, url


@pytest.fixture
def paulo(organization, other_organization, product):
    """A partner's consultant: of Metalúrgica Serra Azul and Têxtil Maré Mansa."""
    paulo = make_person("Paulo Reis", "paulo@consultoria.example")
    for each in (organization, other_organization):
        Membership.objects.create(user=paulo, organization=each, is_partner=True)
    return paulo


@pytest.fixture
def tickets(paulo, opened, organization, other_organization):
    return [
        opened(user=paulo, title="Da metalúrgica"),
        opened(user=paulo, title="Da têxtil", organization=other_organization),
    ]


@pytest.fixture
def choose(login, paulo):
    """`choose(organization, next="/")` sends the header's form; all of them without one."""

    def sent(organization=None, **more):
        value = organization.pk if organization else ""
        return login(paulo).post("/empresa-em-uso/", {"organization": value, "next": "/", **more})

    return sent


def test_R2_only_who_belongs_to_several_organizations_is_offered_a_choice(get, paulo, ana):
    assert "Todas as empresas" not in get(ana, "/")
    offered = text(get(paulo, "/"))

    for name in ("Todas as empresas", "Metalúrgica Serra Azul Como parceiro", "Têxtil Maré Mansa"):
        assert name in offered


def test_R2_home_and_list_show_the_organization_chosen_and_all_of_them_again(
    get, paulo, tickets, choose, other_organization
):
    assert sorted(titles(get(paulo, "/tickets/"))) == ["Da metalúrgica", "Da têxtil"]

    assert choose(other_organization).url == "/"

    assert titles(get(paulo, "/")) == ["Da têxtil"]
    assert titles(get(paulo, "/tickets/")) == ["Da têxtil"]
    assert titles(get(paulo, "/tickets/?whose=all")) == ["Da têxtil"]
    choose()
    assert len(titles(get(paulo, "/"))) == 2


def test_R2_an_address_that_names_another_organization_stands_for_the_choice(
    get, paulo, tickets, choose, organization, other_organization
):
    choose(other_organization)

    html = get(paulo, f"/tickets/?organization={organization.pk}")

    assert titles(html) == ["Da metalúrgica"]
    assert get(paulo, url(tickets[0]))  # what one sees does not hang on the choice


def test_R2_the_form_of_a_ticket_begins_with_the_organization_chosen(
    get, paulo, choose, other_organization
):
    assert f'value="{other_organization.pk}" selected' not in get(paulo, "/tickets/novo/")

    choose(other_organization)

    assert f'value="{other_organization.pk}" selected' in get(paulo, "/tickets/novo/")


@pytest.mark.parametrize("value", ["stranger", "999999", "x"])
def test_R2_only_an_organization_of_ones_own_may_be_chosen(
    login, ana, choose, organization, davi, value
):
    """Those of others and those that do not exist are answered alike."""
    stranger = davi.memberships.get().organization_id
    customer = login(ana)

    sent = {"organization": stranger if value == "stranger" else value, "next": "/"}
    refused = customer.post("/empresa-em-uso/", sent)

    assert toast(refused) == ["Você não atua por essa empresa. Mostramos todas as que você tem."]
    assert KEY not in customer.session
    assert choose(organization).wsgi_request.session[KEY] == organization.pk


def test_R2_whoever_is_released_no_more_falls_back_to_what_is_left(
    get, login, paulo, tickets, choose, organization, other_organization
):
    choose(other_organization)
    Membership.objects.filter(user=paulo, organization=other_organization).update(is_active=False)

    html = get(paulo, "/tickets/?whose=all")

    assert titles(html) == ["Da metalúrgica"]
    assert "Todas as empresas" not in html  # nothing is left to choose
    assert login(paulo).get(url(tickets[1])).status_code == 404
    assert toast(choose(other_organization)) != []
    sent = {"organization": other_organization.pk, "title": "Outra", "description": "Falhou."}
    assert login(paulo).post("/tickets/novo/", sent).status_code != 302


@pytest.mark.parametrize(
    ("address", "leads"),
    [
        ("/tickets/?organization=3&whose=all&after=x", "/tickets/?whose=all"),
        ("/tickets/10000001/", "/tickets/"),
        ("/tickets/novo/", "/tickets/novo/"),
        ("/empresa/5/pessoas/", "/empresa/"),
        ("https://elsewhere.example/tickets/", "/"),
        ("//elsewhere.example", "/"),
        ("/no/such/page/", "/"),
        ("", "/"),
    ],
)
def test_a_choice_leads_back_to_a_page_that_it_means_something_for(
    choose, organization, address, leads
):
    assert choose(organization, next=address).url == leads


def test_the_choice_is_for_customers_and_by_post_alone(login, elisa, paulo, client):
    assert client.post("/empresa-em-uso/").status_code == 302  # to sign in
    assert login(elisa).post("/empresa-em-uso/").status_code == 404
    assert login(paulo).get("/empresa-em-uso/").status_code == 405


@pytest.mark.parametrize(("address", "free", "chosen"), [("/", 8, 8), ("/tickets/", 7, 6)])
def test_a_choice_costs_no_statement(
    login, paulo, tickets, choose, organization, address, free, chosen, django_assert_num_queries
):
    customer = login(paulo)
    with django_assert_num_queries(free):
        customer.get(address)
    choose(organization)

    with django_assert_num_queries(chosen):
        customer.get(address)
