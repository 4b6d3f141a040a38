"""Who follows a ticket, and who may say so."""

import pytest

from accounts.models import Membership
from tests.cast import by
from tests.portal.reading import text, url
from tickets import actions


def watching(ticket):
    return [each.user.first_name for each in ticket.watchers.order_by("pk")]


def test_a_colleague_added_sees_the_ticket(login, get, ana, bruno, ticket):
    response = login(ana).post(url(ticket, "watchers"), {"person": bruno.pk})

    assert response["Location"] == url(ticket)
    assert watching(ticket) == ["Bruno"]
    assert ticket.title in get(bruno, url(ticket))


def test_an_administrator_may_follow_what_a_colleague_asked(login, carla, ticket):
    login(carla).post(url(ticket, "watchers"), {"person": carla.pk})

    assert watching(ticket) == ["Carla"]


@pytest.mark.parametrize("who", ["davi", "elisa"])
def test_R1_only_people_of_the_organization_are_added(request, login, ana, ticket, who):
    stranger = request.getfixturevalue(who)

    response = login(ana).post(url(ticket, "watchers"), {"person": stranger.pk})

    assert response.status_code == 422
    assert "Só acompanha quem é da mesma empresa." in response.content.decode()
    assert watching(ticket) == []


def test_who_left_the_organization_is_neither_offered_nor_added(login, get, ana, bruno, ticket):
    Membership.objects.filter(user=bruno).update(is_active=False)

    response = login(ana).post(url(ticket, "watchers"), {"person": bruno.pk})

    assert response.status_code == 422
    assert "Bruno" not in get(ana, url(ticket))


def test_nobody_chosen_is_said_beside_the_field(login, ana, ticket):
    response = login(ana).post(url(ticket, "watchers"))

    assert response.status_code == 422
    assert "Escolha quem vai acompanhar." in response.content.decode()


def test_the_requester_takes_a_watcher_off(login, ana, bruno, ticket):
    actions.watch(ticket, who=bruno, by=by(ana, "2026-11-13T10:00"))

    response = login(ana).post(url(ticket, "unwatch"), {"person": bruno.pk})

    assert response["Location"] == url(ticket)
    assert watching(ticket) == []


def test_a_watcher_may_leave_and_then_sees_the_list(login, ana, bruno, ticket):
    actions.watch(ticket, who=bruno, by=by(ana, "2026-11-13T10:00"))

    response = login(bruno).post(url(ticket, "unwatch"), {"person": bruno.pk})

    assert response["Location"] == "/tickets/"
    assert watching(ticket) == []


def test_a_watcher_takes_nobody_else_off(login, get, ana, bruno, carla, ticket):
    for who in (bruno, carla):
        actions.watch(ticket, who=who, by=by(ana, "2026-11-13T10:00"))

    response = login(bruno).post(url(ticket, "unwatch"), {"person": carla.pk})

    assert response.status_code == 409
    assert "Só quem abriu o ticket pode retirar outras pessoas." in response.content.decode()
    assert watching(ticket) == ["Bruno", "Carla"]
    assert "Retirar Carla" not in get(bruno, url(ticket))


def test_watchers_are_named_on_the_page_and_the_rest_may_be_chosen(get, ana, bruno, carla, ticket):
    actions.watch(ticket, who=bruno, by=by(ana, "2026-11-13T10:00"))

    read = text(get(ana, url(ticket)))

    assert "Quem acompanha AN Ana Nogueira abriu o ticket BS Bruno Sakamoto" in read
    assert "Escolha Carla Menezes" in read


NOBODY = "Ninguém da sua empresa usa este e-mail."


@pytest.mark.parametrize("typed", ["bruno@serraazul.example", " BRUNO@serraazul.example "])
def test_a_colleague_is_added_by_e_mail(login, ana, bruno, ticket, typed):
    response = login(ana).post(url(ticket, "watchers"), {"person": "", "email": typed})

    assert response["Location"] == url(ticket)
    assert watching(ticket) == ["Bruno"]


@pytest.mark.parametrize("who", ["davi", "elisa", "nobody", "left"])
def test_R1_an_address_of_elsewhere_and_one_of_nobody_are_answered_alike(
    request, login, ana, bruno, ticket, who
):
    if who == "left":
        Membership.objects.filter(user=bruno).update(is_active=False)
        address = bruno.email
    else:
        found = who != "nobody"
        address = request.getfixturevalue(who).email if found else "x@nowhere.example"

    response = login(ana).post(url(ticket, "watchers"), {"email": address})

    html = response.content.decode()
    assert (response.status_code, NOBODY in html) == (422, True)
    assert f'value="{address}"' in html  # what was typed is kept
    assert watching(ticket) == []


def test_what_is_no_address_is_said(login, ana, ticket):
    response = login(ana).post(url(ticket, "watchers"), {"email": "bruno"})

    assert response.status_code == 422
    assert "Este e-mail não está completo." in response.content.decode()


def test_a_watcher_may_leave_by_a_button_that_says_so_even_after_the_end(
    login, get, ana, bruno, ticket
):
    actions.watch(ticket, who=bruno, by=by(ana, "2026-11-13T10:00"))
    actions.cancel(ticket, by=by(ana, "2026-11-13T11:00"))
    assert "Deixar de acompanhar" in get(bruno, url(ticket))
    assert "Deixar de acompanhar" not in get(ana, url(ticket))

    login(bruno).post(url(ticket, "unwatch"), {"person": bruno.pk})

    assert watching(ticket) == []
