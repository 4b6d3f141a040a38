"""The first page: what awaits me, the nearest deadline first, then my tickets."""

import pytest
import time_machine

from tests.cast import at, by
from tests.portal.reading import text, titles, url
from tickets import actions


@pytest.fixture
def ask(elisa):
    """`ask(ticket, "2026-11-12T10:00")` puts it into Pendente Cliente at that moment."""

    def ask_one(ticket, when):
        asks = by(elisa, when, "desk")
        return actions.request_information(ticket, by=asks, body="Qual é a versão?").ticket

    return ask_one


def test_what_awaits_me_comes_first_by_its_nearest_deadline(get, ana, opened, ask):
    ask(opened(title="Segundo"), "2026-11-13T10:00")
    ask(opened("2026-11-12T09:00", title="Primeiro"), "2026-11-12T10:00")
    opened("2026-11-13T13:00", title="Com o suporte")

    html = get(ana, "/")

    assert titles(html) == ["Primeiro", "Segundo", "Com o suporte"]
    assert "Aguardando você (2)" in text(html)


def test_L10_each_that_awaits_has_its_sentence_and_one_button(get, ana, asked):
    html = get(ana, "/")

    assert "Aguardando você até seg., 23/11, 23:59 . Sem retorno, vai para" in text(html)
    assert f'href="{url(asked)}#responder"' in html


def test_a_deadline_of_today_says_so(get, ana, asked):
    with time_machine.travel(at("2026-11-23T09:00"), tick=False):
        assert "Hoje Aguardando você até seg., 23/11, 23:59" in text(get(ana, "/"))


def test_C2_each_row_says_who_did_what_last_and_when(get, ana, elisa, ticket):
    actions.reply(ticket, by=by(elisa, "2026-11-13T13:00", "desk"), body="Vamos olhar.")

    assert (
        f"{ticket.number} · Nota fiscal eletrônica · Elisa Prado respondeu há 1 h "
        "Com o suporte Aberto"
    ) in text(get(ana, "/"))


def test_watched_tickets_await_me_too_and_are_not_mine(get, ana, bruno, opened, ask):
    watched = ask(opened(user=bruno, title="De Bruno", watchers=[ana]), "2026-11-13T10:00")

    read = text(get(ana, "/"))

    assert "Aguardando você e colegas (1)" in read
    assert f"{watched.number} · Nota fiscal eletrônica · de Bruno Sakamoto ·" in read
    assert "Aguardando Bruno até" in read
    assert ("Aguardando resposta de Bruno" in read, "Aguardando sua resposta" in read) == (
        True,
        False,
    )
    assert "Você ainda não abriu nenhum." in read


def test_R1_a_member_sees_nothing_of_a_colleague(get, bruno, ticket):
    read = get(bruno, "/?whose=company")

    assert titles(read) == []
    assert "Nenhum ticket ainda" in read
    assert "Da empresa" not in read


def test_R1_the_administrator_looks_at_all_of_the_company(get, ana, carla, bruno, opened, ask):
    ask(opened(title="De Ana, espera"), "2026-11-13T10:00")
    opened(user=bruno, title="De Bruno")
    opened(user=carla, title="De Carla")

    own, company = get(carla, "/"), get(carla, "/?whose=company")

    assert titles(own) == ["De Carla"]
    assert titles(company) == ["De Ana, espera", "De Carla", "De Bruno"]
    assert "Meus 1 Da empresa 3" in text(own)


def test_the_latest_ten_and_how_many_there_are_in_all(get, ana, opened):
    for hour in range(9, 21):
        opened(f"2026-11-12T{hour:02}:00", title=f"Das {hour}")

    html = get(ana, "/")

    assert titles(html) == [f"Das {hour}" for hour in range(20, 10, -1)]
    assert "Ver todos os 12" in html


def test_more_than_ten_that_await_are_a_link_away(get, ana, opened, ask):
    for minute in range(11):
        ask(opened(title=f"N.º {minute}"), f"2026-11-13T10:{minute:02}")

    html = get(ana, "/")

    assert len(titles(html)) == 10
    assert 'href="/tickets/?stage=awaiting&amp;whose=all"' in html


def test_a_new_customer_is_told_where_to_begin(get, ana):
    html = get(ana, "/")

    assert "Nenhum ticket ainda" in html
    assert html.count('href="/tickets/novo/"') == 2


@pytest.mark.parametrize(
    ("moment", "zone", "greeting"),
    [
        ("2026-11-13T11:59", "America/Sao_Paulo", "Bom dia, Ana"),
        ("2026-11-13T12:00", "America/Sao_Paulo", "Boa tarde, Ana"),
        ("2026-11-13T12:00", "America/Manaus", "Bom dia, Ana"),
        ("2026-11-13T18:00", "America/Sao_Paulo", "Boa noite, Ana"),
    ],
)
def test_one_is_greeted_by_ones_own_clock(get, ana, moment, zone, greeting):
    ana.time_zone = zone
    ana.save()

    with time_machine.travel(at(moment), tick=False):
        assert greeting in get(ana, "/")
