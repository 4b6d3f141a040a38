"""R2, R5: the organization's administrator invites, changes, ends, brings back; others do not."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts import places
from accounts.access import access_url
from accounts.models import Membership, Organization, Sees, Team, User
from accounts.places import Invitation
from catalog.models import Product
from common.errors import Refused
from outbox.models import Delivery
from tests.cast import by, make_person
from tickets import actions
from tickets.models import Ticket, TicketEvent

PLACE = {"role": "member", "sees": "own", "team": "", "products": []}


def url(name: str, organization: Any, *more: Any) -> str:
    return reverse(f"company:{name}", args=[organization.pk, *more])


def place_of(person: Any, organization: Any) -> Membership:
    return Membership.objects.get(user=person, organization=organization)


def letters() -> list[tuple[str, str]]:
    return list(Delivery.objects.order_by("pk").values_list("letter", "to_address"))


def told(response: Any) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def test_R5_a_new_person_is_invited_with_a_place_and_a_letter(
    login: Any, carla: Any, organization: Any, product: Any
) -> None:
    team = Team.objects.create(organization=organization, name="Fiscal")
    form = {"name": "Iara Luz", "email": "Iara@SerraAzul.example", **PLACE}

    login(carla).post(
        url("invite", organization),
        form | {"sees": "team", "team": team.pk, "products": [product.pk]},
    )

    place = Membership.objects.get(user__email="iara@serraazul.example")
    assert (place.role, place.sees, place.team, place.is_active) == ("member", "team", team, True)
    assert list(place.products.all()) == [product]
    assert letters() == [("access_welcome", "iara@serraazul.example")]


def test_R5_an_address_of_no_own_domain_is_asked_about_once(
    login: Any, carla: Any, organization: Any
) -> None:
    organization.domains.create(domain="serraazul.example")
    form = {"name": "Iara Luz", "email": "iara@gmail.example", **PLACE}
    browser = login(carla)

    asked = browser.post(url("invite", organization), form)
    assert (asked.status_code, "@serraazul.example" in asked.text) == (422, True)
    assert letters() == []

    browser.post(url("invite", organization), form | {"sure": "iara@gmail.example"})
    assert letters() == [("access_welcome", "iara@gmail.example")]


def test_R2_a_person_of_elsewhere_is_a_partner_once_he_accepts_and_nameless_before(
    login: Any, get: Any, carla: Any, davi: Any, organization: Any
) -> None:
    form = {"name": "Quem quer que seja", "email": davi.email, **PLACE}
    login(carla).post(url("invite", organization), form)
    place = place_of(davi, organization)
    waiting = get(carla, url("people", organization) + "?state=invited")

    assert (place.is_active, place.is_partner) == (False, True)
    assert letters() == [("partner_invited", davi.email)]
    assert (davi.email in waiting, davi.name in waiting) == (True, False)
    assert organization.pk not in User.objects.get(pk=davi.pk).places

    address = reverse("company:invitation", args=[place.pk])
    assert organization.name in get(davi, address)
    login(davi).post(address, {"answer": "accept"})

    assert organization.pk in User.objects.get(pk=davi.pk).places
    assert davi.name in get(carla, url("people", organization))


@pytest.mark.parametrize("how", ["declined", "withdrawn"])
def test_R2_of_an_invitation_declined_or_withdrawn_nothing_is_left(
    login: Any, carla: Any, davi: Any, organization: Any, how: str
) -> None:
    place = places.invite(organization, Invitation(davi.email, "D"), by=carla)

    if how == "declined":
        address = reverse("company:invitation", args=[place.pk])
        login(davi).post(address, {"answer": "decline"})
    else:
        login(carla).post(url("leaving", organization, place.pk))

    assert not Membership.objects.filter(pk=place.pk).exists()
    assert User.objects.get(pk=davi.pk).is_active


def test_R5_who_is_of_it_or_of_the_desk_is_not_invited(
    carla: Any, bruno: Any, elisa: Any, organization: Any
) -> None:
    codes = []
    for person in (bruno, elisa):
        with pytest.raises(Refused) as refused:
            places.invite(organization, Invitation(person.email, "X"), by=carla)
        codes.append(refused.value.code)

    assert codes == ["invited_member", "invited_closed"]
    assert letters() == []


def test_R5_role_team_products_and_which_tickets_are_said_on_the_persons_page(
    login: Any, get: Any, carla: Any, ana: Any, organization: Any, product: Any
) -> None:
    other = Product.objects.create(name="Folha")
    team = Team.objects.create(organization=organization, name="Fiscal")
    place = place_of(ana, organization)
    form = {"role": "member", "sees": "team", "team": team.pk, "products": [other.pk]}

    login(carla).post(url("person", organization, place.pk), form)

    place.refresh_from_db()
    assert (place.sees, place.team, list(place.products.all())) == (Sees.TEAM, team, [other])
    assert not User.objects.get(pk=ana.pk).takes_product(organization.pk, product.pk)
    assert "só 1 produto" in get(carla, url("people", organization))


def test_R5_nobody_changes_the_own_role_nor_ends_the_own_access(
    login: Any, carla: Any, organization: Any
) -> None:
    place, browser = place_of(carla, organization), login(carla)

    browser.post(url("person", organization, place.pk), PLACE)
    browser.post(url("leaving", organization, place.pk))
    with pytest.raises(Refused):
        actions.leave(place, to=None, by=by(carla))

    place.refresh_from_db()
    assert (place.role, place.is_active) == ("org_admin", True)


def test_R5_who_is_no_longer_administrator_changes_nobody(
    carla: Any, ana: Any, organization: Any
) -> None:
    Membership.objects.filter(user=carla).update(role="member")

    with pytest.raises(Refused) as refused:
        actions.leave(place_of(ana, organization), to=None, by=by(carla))

    assert refused.value.code == "admin_only"
    assert place_of(ana, organization).is_active


@pytest.mark.usefixtures("ticket")
def test_R5_a_leavers_tickets_go_to_a_colleague_with_their_watchers_and_an_event_each(
    login: Any, carla: Any, ana: Any, bruno: Any, organization: Any, opened: Any
) -> None:
    watched = opened(watchers=[bruno])
    his = opened(user=bruno, watchers=[ana])
    place, browser = place_of(ana, organization), login(carla)
    page = url("leaving", organization, place.pk)
    before = TicketEvent.objects.count()

    shown = browser.get(page)
    unsaid = browser.post(page)

    assert "2 tickets em andamento passam" in shown.text
    assert (unsaid.status_code, TicketEvent.objects.count()) == (422, before)

    response = browser.post(page, {"to": bruno.pk}, follow=True)

    ana.refresh_from_db()
    verbs = TicketEvent.objects.order_by("pk").values_list("verb", flat=True)[before:]
    assert told(response) == [f"Ana Nogueira não tem mais acesso por {organization.name}."]
    assert list(verbs) == ["change_requester", "change_requester", "unwatch"]
    assert set(Ticket.objects.values_list("requester", flat=True)) == {bruno.pk}
    assert list(watched.watchers.values_list("user", flat=True)) == [bruno.pk]
    assert not his.watchers.exists()
    assert not ana.is_active


def test_R2_a_partner_who_leaves_one_organization_keeps_the_others(
    carla: Any, davi: Any, organization: Any, other_organization: Any
) -> None:
    place = places.invite(organization, Invitation(davi.email, "D"), by=carla)
    places.accept(place)

    ended = actions.leave(Membership.objects.get(pk=place.pk), to=None, by=by(carla))

    assert not ended
    assert list(User.objects.get(pk=davi.pk).places) == [other_organization.pk]


def test_R5_who_left_is_brought_back_with_a_letter_for_a_new_password(
    login: Any, carla: Any, ana: Any, organization: Any
) -> None:
    place = place_of(ana, organization)
    actions.leave(place, to=None, by=by(carla))

    login(carla).post(url("bring_back", organization, place.pk))

    ana.refresh_from_db()
    assert (ana.is_active, ana.has_usable_password()) == (True, False)
    assert letters() == [("access_welcome", ana.email)]
    assert list(ana.places) == [organization.pk]


def test_R5_access_is_reset_by_a_letter_that_ends_the_old_password_and_the_sessions(
    login: Any, carla: Any, ana: Any, organization: Any
) -> None:
    ana.set_password("a senha de antes")
    ana.save()
    old_link, stolen = access_url(ana), Client()
    stolen.force_login(ana)
    assert stolen.get("/").status_code == 200

    login(carla).post(url("access", organization, place_of(ana, organization).pk))

    assert letters() == [("access_welcome", ana.email)]
    assert not User.objects.get(pk=ana.pk).check_password("a senha de antes")
    assert stolen.get("/").status_code == 302  # to sign in
    assert "password" not in Client().get(old_link, follow=True).text.partition("<form")[2]
    link = Delivery.objects.get().context["url"]
    assert 'type="password"' in Client().get(link, follow=True).text


def test_R2_the_account_of_a_partner_is_reset_by_its_own_company_alone(
    login: Any, carla: Any, davi: Any, organization: Any, other_organization: Any
) -> None:
    place = Membership.objects.create(user=davi, organization=organization, is_partner=True)
    browser, before = login(carla), User.objects.get(pk=davi.pk).password

    page = browser.get(url("person", organization, place.pk)).text
    response = browser.post(url("access", organization, place.pk), follow=True)

    assert ("Enviar novo link" in page, "pede uma nova ao entrar" in page) == (False, True)
    assert told(response) == [
        "Esta conta não é da sua empresa. A pessoa cria uma senha nova ao entrar."
    ]
    assert (letters(), User.objects.get(pk=davi.pk).password) == ([], before)


def test_teams_are_made_once_renamed_and_removed(
    login: Any, carla: Any, ana: Any, organization: Any
) -> None:
    browser, page = login(carla), url("teams", organization)
    made = [browser.post(page, {"name": name}).status_code for name in ("Fiscal", "fiscal")]
    team = Team.objects.get()
    Membership.objects.filter(user=ana).update(team=team, sees="team")

    browser.post(url("team", organization, team.pk), {"name": "Fiscal e RH"})
    renamed = Team.objects.get().name
    browser.post(url("team_removal", organization, team.pk))

    assert (made, renamed) == ([302, 422], "Fiscal e RH")
    assert place_of(ana, organization).team is None


def test_R5_people_are_found_by_name_without_accents_and_by_team(
    get: Any, carla: Any, ana: Any, organization: Any
) -> None:
    team = Team.objects.create(organization=organization, name="Fiscal")
    joão = make_person("João Avelã", "joao@serraazul.example", organization)
    Membership.objects.filter(user=joão).update(team=team)
    page = url("people", organization)

    found = [get(carla, page + query) for query in ("?q=avela+joao", f"?team={team.pk}", "")]

    assert [(joão.email in html, ana.email in html) for html in found] == [
        (True, False),
        (True, False),
        (True, True),
    ]


@pytest.mark.parametrize("count", [1, 25])
def test_the_list_of_people_asks_eight_statements(
    login: Any, carla: Any, organization: Any, count: int, django_assert_num_queries: Any
) -> None:
    for n in range(count):
        make_person(f"Pessoa {n}", f"p{n}@serraazul.example", organization)
    browser = login(carla)

    with django_assert_num_queries(8):
        browser.get(url("people", organization))


@pytest.mark.parametrize("count", [1, 25])
def test_the_page_of_a_person_asks_nine_statements(
    login: Any,
    carla: Any,
    ana: Any,
    organization: Any,
    count: int,
    django_assert_num_queries: Any,
) -> None:
    place, browser = place_of(ana, organization), login(carla)
    for n in range(count):
        Team.objects.create(organization=organization, name=f"Equipe {n}")
        place.products.add(Product.objects.create(name=f"Produto {n}"))

    with django_assert_num_queries(9):
        browser.get(url("person", organization, place.pk))


@pytest.mark.parametrize("count", [1, 25])
def test_the_contract_asks_five_statements(
    login: Any, carla: Any, organization: Any, count: int, django_assert_num_queries: Any
) -> None:
    for n in range(count):
        organization.contracts.create(number=f"C-{n}", tier="prime", starts_on="2026-01-01")
    browser = login(carla)

    with django_assert_num_queries(5):
        browser.get(url("contract", organization))


def test_the_contract_is_read_in_words(get: Any, carla: Any, organization: Organization) -> None:
    organization.contracts.create(
        number="C-7", tier="prime", starts_on="2026-01-01", includes="Plantão aos sábados."
    )

    html = get(carla, url("contract", organization))

    assert "Contrato C-7" in html
    assert "Plantão aos sábados." in html
