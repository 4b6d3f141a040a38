"""The person's own page, and the rules of the service in plain words."""

import pytest

from accounts.models import User
from catalog.models import Product
from tests.cast import make_queue
from tests.portal.reading import text, toast
from tickets.models import ProductQueue


def test_people_change_name_telephone_and_zone_and_nothing_else(login, ana):
    before = User.objects.get(pk=ana.pk)
    form = {
        "name": "Ana B. Nogueira",
        "phone": "11 4002-0190",
        "time_zone": "America/Manaus",
        "letters": "all",
        "email": "outra@serraazul.example",
        "desk_role": "supervisor",
        "is_staff": "on",
    }

    response = login(ana).post("/perfil/", form)

    now = User.objects.get(pk=ana.pk)
    assert (response.status_code, response["Location"]) == (302, "/perfil/")
    assert toast(response) == ["Perfil guardado."]
    assert (now.name, now.phone, now.time_zone) == (
        "Ana B. Nogueira",
        "11 4002-0190",
        "America/Manaus",
    )
    assert (now.email, now.desk_role, now.is_staff) == (before.email, "", False)


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", " ", "Diga como você se chama."),
        ("time_zone", "Mars/Olympus", "Faça uma escolha válida."),
        ("phone", "abc", "Escreva o telefone em números, com DDD, como em (11) 4002-0190."),
        ("phone", "4002-019", "Escreva o telefone em números, com DDD, como em (11) 4002-0190."),
        ("phone", "(11) 4002-0190 r. 7", "Escreva o telefone em números, com DDD"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_kept(login, ana, field, value, sentence):
    form = {
        "name": "Outra",
        "phone": "",
        "time_zone": "America/Bahia",
        "letters": "all",
        field: value,
    }

    response = login(ana).post("/perfil/", form)

    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert User.objects.get(pk=ana.pk).name == "Ana Nogueira"


@pytest.mark.parametrize("phone", ["", "4002-0190", "(11) 4002-0190", "+55 11 94002.0190"])
def test_a_telephone_is_taken_as_it_is_written(login, ana, phone):
    form = {
        "name": "Ana Nogueira",
        "phone": phone,
        "time_zone": "America/Sao_Paulo",
        "letters": "all",
    }

    response = login(ana).post("/perfil/", form)

    assert (response.status_code, User.objects.get(pk=ana.pk).phone) == (302, phone)


def test_zones_go_by_their_names_and_ones_own_is_among_them(get, ana):
    ana.time_zone = "Europe/Lisbon"
    ana.save()

    html = get(ana, "/perfil/")

    assert "Horário de Brasília" in html
    assert '<option value="Europe/Lisbon" selected>Horário de Lisbon</option>' in html


def test_the_password_is_a_link_away(get, ana):
    assert 'href="/conta/password/change/"' in get(ana, "/perfil/")


def test_the_rules_tell_the_days_of_each_products_queue(get, ana, product, calendar_sp):
    slow = make_queue("Folha", calendar_sp, pending_days=3, validation_days=4)
    payroll = Product.objects.create(name="Folha de pagamento")
    ProductQueue.objects.create(product=payroll, queue=slow)
    Product.objects.create(name="Sem fila própria")
    Product.objects.create(name="Fora de linha", is_active=False)

    read = text(get(ana, "/prazos/"))

    assert "Folha de pagamento 3 4 São Paulo" in read
    assert "Nota fiscal eletrônica, Sem fila própria 5 7 São Paulo" in read
    assert "Fora de linha" not in read


def test_the_rules_need_no_queue(get, ana):
    assert "Um ticket encerrado não recebe mais mensagens." in text(get(ana, "/prazos/"))
