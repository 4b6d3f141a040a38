"""The list: whose, which stage, filters, search and pages by key."""

import re

import pytest

from accounts.models import Membership, Team
from catalog.models import Product
from interfaces.portal.views import tickets
from tests.cast import by, make_person
from tests.portal.reading import text, titles, url
from tickets import actions
from tickets.models import Severity


@pytest.fixture
def one_of_each(opened, elisa, ana):
    """One of Ana's with the customer, with support and ended."""
    pending = opened(title="Pendente")
    asks = by(elisa, "2026-11-13T10:00", "desk")
    actions.request_information(pending, by=asks, body="Qual é a versão?")
    opened("2026-11-13T11:00", title="Aberto")
    cancelled = opened(title="Cancelado")
    actions.cancel(cancelled, by=by(ana, "2026-11-13T12:00"))


@pytest.mark.parametrize(
    ("stage", "listed"),
    [
        ("", ["Cancelado", "Aberto", "Pendente"]),
        ("awaiting", ["Pendente"]),
        ("support", ["Aberto"]),
        ("ended", ["Cancelado"]),
        ("nonsense", ["Cancelado", "Aberto", "Pendente"]),
    ],
)
def test_the_stages_are_a_customers_and_in_the_address(get, ana, one_of_each, stage, listed):
    html = get(ana, f"/tickets/?stage={stage}")

    assert titles(html) == listed
    assert "Todos 3 Aguardando você 1 Com o suporte 1 Encerrados 1" in text(html)


@pytest.mark.parametrize(
    ("whose", "listed"),
    [
        ("", ["De Carla"]),
        ("mine", ["De Carla"]),
        ("watched", ["De Ana, com Carla"]),
        ("company", ["De Carla", "De Ana, com Carla", "De Ana"]),
        ("all", ["De Carla", "De Ana, com Carla", "De Ana"]),
    ],
)
def test_R1_whose(get, ana, carla, opened, whose, listed):
    opened("2026-11-13T09:00", title="De Ana")
    opened("2026-11-13T10:00", title="De Ana, com Carla", watchers=[carla])
    opened("2026-11-13T11:00", user=carla, title="De Carla")

    assert titles(get(carla, f"/tickets/?whose={whose}")) == listed


def test_R1_a_member_asks_for_the_company_in_vain(get, ana, bruno, opened):
    opened(title="De Ana")
    opened(user=bruno, title="De Bruno")

    html = get(bruno, "/tickets/?whose=company")

    assert titles(html) == ["De Bruno"]
    assert "Da empresa" not in html


@pytest.mark.parametrize(
    ("typed", "listed"),
    [
        ("rejeicao", ["Rejeição 539"]),
        ("ESTOQUE", ["Outro"]),
        ("nada disso", []),
    ],
)
def test_a_search_reads_titles_and_messages_without_accents(get, ana, opened, typed, listed):
    opened(title="Rejeição 539", body="x")
    opened(title="Outro", body="Falta no estoque.")

    assert titles(get(ana, "/tickets/", data={"q": typed})) == listed


def test_a_number_finds_its_ticket(get, ana, ticket, opened):
    opened(title="Outro")

    assert titles(get(ana, f"/tickets/?q={ticket.number}")) == [ticket.title]


def test_product_and_severity_narrow_the_list(get, ana, opened, product):
    other = Product.objects.create(name="Estoque")
    opened(title="Fiscal, alta", severity=Severity.HIGH)
    opened(title="Fiscal", severity=Severity.LOW)
    opened(title="Estoque", product=other)

    listed = [
        titles(get(ana, f"/tickets/?product={product.pk}&severity={severity}"))
        for severity in ("", "2", "4", "9")
    ]

    assert listed == [
        ["Fiscal", "Fiscal, alta"],
        ["Fiscal, alta"],
        ["Fiscal"],
        ["Fiscal", "Fiscal, alta"],
    ]


def test_R5_the_administrator_narrows_the_companys_list_by_person_team_and_days(
    get, carla, ana, bruno, organization, opened
):
    team = Team.objects.create(organization=organization, name="Fiscal")
    Membership.objects.filter(user=bruno).update(team=team)
    opened("2026-11-09T23:30", title="De Ana, dia 9")
    opened("2026-11-10T00:10", title="De Ana, dia 10")
    opened("2026-11-11T09:00", user=bruno, title="De Bruno, dia 11")

    listed = [
        titles(get(carla, f"/tickets/?whose=company&{query}"))
        for query in (
            f"requester={ana.pk}",
            f"team={team.pk}",
            "since=2026-11-10&until=2026-11-10",
            "until=2026-11-09",
            "since=ontem",
        )
    ]

    assert listed == [
        ["De Ana, dia 10", "De Ana, dia 9"],
        ["De Bruno, dia 11"],
        ["De Ana, dia 10"],
        ["De Ana, dia 9"],
        ["De Bruno, dia 11", "De Ana, dia 10", "De Ana, dia 9"],
    ]


def test_R1_R5_people_and_teams_to_filter_by_are_named_to_the_administrator_of_them_alone(
    get, carla, ana, davi, organization, opened, other_organization
):
    Team.objects.create(organization=organization, name="Fiscal")
    Team.objects.create(organization=other_organization, name="Tecelagem")
    opened()
    opened(user=davi, organization=other_organization)

    of_carla, of_ana = (text(get(who, "/tickets/")) for who in (carla, ana))

    assert "Quem pediu Todos Ana Nogueira Equipe Todas Fiscal Aberto desde" in of_carla
    assert "Mais filtros Aberto desde Aberto até" in of_ana


def test_R1_a_person_or_a_team_of_elsewhere_in_the_address_narrows_nothing(
    get, ana, carla, davi, opened, other_organization
):
    team = Team.objects.create(organization=other_organization, name="Tecelagem")
    opened(title="De Ana")

    queries = (f"requester={davi.pk}", f"team={team.pk}")
    listed = [
        titles(get(who, f"/tickets/?whose=all&{each}")) for who in (carla, ana) for each in queries
    ]

    assert listed == [["De Ana"]] * 4


def test_a_list_longer_than_its_file_says_so_and_how_to_divide_it(get, ana, opened, monkeypatch):
    monkeypatch.setattr(tickets, "MOST_ROWS", 2)
    for n in range(3):
        opened(title=f"N.º {n}")

    html = get(ana, "/tickets/")

    assert "O arquivo leva só os 2 abertos por último, dos 3 desta lista" in html
    assert "O arquivo leva só" not in get(ana, "/tickets/?q=N.º 0")


def test_R2_who_has_several_organizations_filters_by_one(
    get, organization, other_organization, opened
):
    paula = make_person("Paula Reis", "paula@parceira.example", organization)
    Membership.objects.create(user=paula, organization=other_organization)
    opened(user=paula, title="Da Serra Azul")
    opened(user=paula, title="Da Maré Mansa", organization=other_organization)

    html = get(paula, f"/tickets/?organization={other_organization.pk}")

    assert titles(html) == ["Da Maré Mansa"]
    assert "Nota fiscal eletrônica · Têxtil Maré Mansa · Você abriu o ticket" in text(html)


def test_who_has_one_organization_is_not_asked_for_it(get, ana, ticket):
    assert 'name="organization"' not in get(ana, "/tickets/")


# --- Pages ---------------------------------------------------------------------------------------


def _follow(get, person, html, label):
    link = re.search(rf'class="pager__link" href="([^"]+)" rel="{label}"', html)
    return get(person, link[1].replace("&amp;", "&")) if link else None


def test_pages_by_key_neither_skip_nor_repeat(get, ana, opened):
    every = [f"N.º {n:02}" for n in range(60)]
    for n, title in enumerate(every):
        # Five at the same moment, so that the id decides between them.
        opened(f"2026-11-12T{8 + n // 5:02}:00", title=title)
    every.reverse()

    first = get(ana, "/tickets/?whose=mine")
    second = _follow(get, ana, first, "next")
    opened("2026-11-13T13:00", title="Novo")
    third = _follow(get, ana, second, "next")
    back = _follow(get, ana, third, "prev")

    assert [titles(each) for each in (first, second, third, back)] == [
        every[:25],
        every[25:50],
        every[50:],
        every[25:50],
    ]
    assert _follow(get, ana, third, "next") is None
    assert _follow(get, ana, first, "prev") is None
    assert "1–25 de 60" in text(first)
    assert "26–50 de 60" in text(second)
    assert "52–61 de 61" in text(third)


def test_back_to_a_short_beginning_is_the_whole_first_page(get, ana, opened):
    for n in range(30):
        opened(f"2026-11-12T{8 + n // 5:02}:00", title=f"N.º {n:02}")
    second = _follow(get, ana, get(ana, "/tickets/"), "next")

    first = _follow(get, ana, second, "prev")

    assert titles(first) == [f"N.º {n:02}" for n in range(29, 4, -1)]


@pytest.mark.parametrize("cursor", ["x", "1-1", f"{'9' * 17}-1", "-1", "1-" + "9" * 18])
@pytest.mark.parametrize("side", ["after", "before"])
def test_a_cursor_that_leads_nowhere_is_the_first_page(get, ana, ticket, side, cursor):
    assert titles(get(ana, f"/tickets/?{side}={cursor}")) == [ticket.title]


def test_pages_keep_the_filters_and_a_filter_begins_at_the_first(get, ana, opened):
    for n in range(26):
        opened("2026-11-12T09:00", title=f"N.º {n:02}")

    html = get(ana, "/tickets/?stage=support&q=539")
    found = get(ana, "/tickets/?stage=support")

    assert "after=" not in html
    assert re.search(r'href="/tickets/\?stage=support&amp;after=\d+-\d+" rel="next"', found)
    assert 'href="/tickets/?stage=ended"' in found


# --- Empty, and by htmx --------------------------------------------------------------------------


def test_nothing_found_says_so_and_leads_on(get, ana, ticket):
    html = get(ana, "/tickets/?q=zzz")

    assert "Nenhum ticket com estes filtros" in html
    assert 'href="/tickets/?q=zzz&amp;whose=all"' in html


@pytest.mark.parametrize(
    ("whose", "sentence"),
    [
        ("mine", "Você ainda não abriu nenhum ticket"),
        ("watched", "Você não acompanha nenhum ticket"),
        ("company", "Sua empresa ainda não abriu nenhum ticket"),
        ("all", "Ainda não há tickets"),
    ],
)
def test_an_empty_list_says_what_it_means(get, carla, whose, sentence):
    assert sentence in get(carla, f"/tickets/?whose={whose}")


def test_htmx_gets_the_list_alone_and_a_clean_address(login, ana, ticket):
    response = login(ana).get(
        "/tickets/?q=&whose=mine&product=&stage=", headers={"HX-Request": "true"}
    )

    html = response.content.decode()
    assert titles(html) == [ticket.title]
    assert "<html" not in html
    assert re.search(r'id="quantos"[^>]*hx-swap-oob="innerHTML">\s*1 ticket\s*<', html)
    assert response["HX-Push-Url"] == "/tickets/?whose=mine"
    assert "HX-Request" in response["Vary"]


def test_a_ticket_that_goes_on_says_where(get, ana, ended):
    successor = actions.follow_up(ended, by=by(ana, "2026-11-13T12:00"), body="Voltou.").ticket

    read = text(get(ana, "/tickets/?stage=ended"))

    assert f"Continua no ticket {successor.number}" in read
    assert url(ended) in get(ana, "/tickets/?stage=ended")
