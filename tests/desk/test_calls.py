"""What an analyst enters for a customer who phoned: the author is the customer (C1)."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from interfaces.web import drafts
from tests.cast import key, make_person
from tests.desk.reading import DIALOG, text, toast, url
from tickets.models import Ticket, TicketEvent

FOUND = {"HX-Request": "true", "HX-Target": "achados"}


@pytest.fixture
def place(ana, organization):
    return ana.memberships.get(organization=organization)


@pytest.fixture
def told(product, place):
    return {
        "who": place.pk,
        "channel": "phone",
        "product": product.pk,
        "severity": "2",
        "title": "Boleto sem desconto",
        "body": "Disse que o desconto não saiu.",
    }


@pytest.mark.parametrize(
    "typed", ["ana nogueira", "NOGUEIRA", "ana@serraazul", "metalurgica", "serra ana"]
)
def test_the_customer_is_found_by_name_address_or_company(get, elisa, place, davi, typed):
    page = get(elisa, f"/mesa/tickets/novo/?customer={typed}")

    assert f'href="/mesa/tickets/novo/?who={place.pk}"' in page
    assert "Davi Rocha" not in page


def test_htmx_gets_what_was_found_alone(get, elisa, place):
    html = get(elisa, "/mesa/tickets/novo/?customer=ana", headers=FOUND)

    assert "<html" not in html
    assert "Ana Nogueira" in html


def test_who_left_is_not_found(get, elisa, place, bruno):
    place.is_active = False
    place.save()
    bruno.is_active = False
    bruno.save()

    page = get(elisa, "/mesa/tickets/novo/?customer=serraazul")

    assert "Ninguém encontrado" in page


def test_before_anything_is_typed_nobody_is_listed(get, elisa, place):
    page = get(elisa, "/mesa/tickets/novo/")

    assert "Ana Nogueira" not in page
    assert "Ninguém encontrado" not in page


def test_C1_the_ticket_is_the_customers_entered_by_the_analyst(
    login, elisa, ana, told, organization
):
    response = login(elisa).post("/mesa/tickets/novo/", told)

    ticket = Ticket.objects.get()
    event = TicketEvent.objects.get(verb="open")
    assert response["Location"] == url(ticket)
    assert (ticket.requester, ticket.organization, ticket.severity) == (ana, organization, 2)
    assert (event.actor, event.entered_by, event.channel) == (ana, elisa, "phone")
    assert ticket.messages.get().by_customer
    assert toast(response) == [f"Ticket {ticket.number} aberto em nome de Ana Nogueira."]


def test_R2_the_place_says_for_which_company(login, elisa, ana, told, other_organization):
    from accounts.models import Membership

    other = Membership.objects.create(user=ana, organization=other_organization)

    login(elisa).post("/mesa/tickets/novo/", told | {"who": other.pk})

    assert Ticket.objects.get().organization == other_organization


@pytest.mark.parametrize("missing", ["product", "title", "body", "severity", "channel"])
def test_what_is_missing_is_said_and_nothing_is_lost(login, elisa, told, missing):
    upload = SimpleUploadedFile("boleto.txt", b"desconto")

    response = login(elisa).post("/mesa/tickets/novo/", {**told, missing: "", "uploads": upload})

    page = response.content.decode()
    assert response.status_code == 422
    assert "boleto.txt" in page
    assert Ticket.objects.count() == 0


def test_a_product_that_takes_no_tickets_is_refused_in_words(login, elisa, told, queue):
    queue.is_active = False
    queue.save()

    response = login(elisa).post("/mesa/tickets/novo/", told)

    assert response.status_code == 422
    assert "Este produto não recebe tickets agora." in response.content.decode()


def test_L12_the_same_form_sent_twice_opens_one_ticket(login, elisa, told):
    for _ in range(2):
        login(elisa).post("/mesa/tickets/novo/", told | {"request_key": str(key(1))})

    assert Ticket.objects.count() == 1


def test_the_draft_survives_and_is_forgotten_once_sent(login, elisa, told, place):
    desk = login(elisa)
    desk.post("/rascunhos/desk-open/", {"title": "Boleto", "who": place.pk})
    page = desk.get(f"/mesa/tickets/novo/?who={place.pk}").content.decode()

    desk.post("/mesa/tickets/novo/", told)

    assert 'value="Boleto"' in page
    assert drafts.load(elisa, "desk-open") == {}


def test_R1_nobody_acts_for_a_colleague_or_somebody_gone(login, elisa, place, told):
    desk = login(elisa)
    place.is_active = False
    place.save()

    assert desk.get(f"/mesa/tickets/novo/?who={place.pk}").status_code == 404
    assert desk.post("/mesa/tickets/novo/", told).status_code == 404


def test_L5_a_reply_by_phone_is_the_customers_answer(login, elisa, asked, ana):
    response = login(elisa).post(
        url(asked, "record"), {"person": ana.pk, "channel": "phone", "body": "É a 12.1."}
    )

    asked = Ticket.objects.get(pk=asked.pk)
    message, event = asked.messages.latest("pk"), asked.events.latest("pk")
    assert (response["Location"], asked.status, asked.deadline_at) == (url(asked), "open", None)
    assert (message.author, message.entered_by, message.channel) == (ana, elisa, "phone")
    assert (event.verb, event.actor, event.entered_by) == ("customer_reply", ana, elisa)


def test_L6_what_the_customer_says_after_the_end_opens_the_follow_up(login, elisa, ended, ana):
    response = login(elisa).post(
        url(ended, "record"), {"person": ana.pk, "channel": "email", "body": "Voltou."}
    )

    following = Ticket.objects.get(predecessor=ended)
    assert response["Location"] == url(following)
    assert following.requester == ana


def test_only_people_of_the_customer_speak_for_it(login, get, elisa, ticket, ana, davi, fabio):
    page = get(elisa, url(ticket, "record"))
    answers = [
        login(elisa).post(
            url(ticket, "record"),
            {"person": person.pk, "channel": "phone", "body": "Oi."},
            headers=DIALOG | {"HX-Target": "ticket"},
        )
        for person in (davi, fabio)
    ]

    assert ("Ana Nogueira" in page, "Davi Rocha" in page) == (True, False)
    assert [answer.status_code for answer in answers] == [422, 422]
    assert {answer["HX-Retarget"] for answer in answers} == {"#ato"}
    assert "Só fala por um ticket quem é da empresa e pode vê-lo." in answers[0].content.decode()
    assert ticket.messages.count() == 1


def test_L9_who_may_not_see_the_ticket_is_not_offered(get, elisa, ticket, ana, bruno, carla):
    from tests.cast import by
    from tickets import actions

    named = {"Ana Nogueira": ana, "Bruno Sakamoto": bruno, carla.name: carla}

    def offered():
        page = get(elisa, url(ticket, "record"))
        return {name for name in named if name in page}

    before = offered()
    actions.watch(ticket, who=bruno, by=by(elisa, channel="desk"))

    assert (before, offered()) == ({"Ana Nogueira", carla.name}, set(named))


def test_files_that_come_with_a_form_that_is_wrong_are_kept(login, elisa, ticket, ana):
    upload = SimpleUploadedFile("boleto.txt", b"desconto")
    form = {"person": ana.pk, "channel": "phone"}

    wrong = login(elisa).post(url(ticket, "record"), form | {"body": "", "uploads": upload})
    key = re.search(r'name="files"\s+value="([^"]+)"', wrong.content.decode())
    login(elisa).post(url(ticket, "record"), form | {"body": "Segue.", "files": key[1]})

    assert wrong.status_code == 422
    assert [each.name for each in ticket.messages.latest("pk").attachments.all()] == ["boleto.txt"]


def test_R1_a_ticket_for_another_queue_is_told_by_its_number(
    login, elisa, gil, told, product, queue
):
    product.default_queue.queue = gil.queues.get()
    product.default_queue.save()

    response = login(elisa).post("/mesa/tickets/novo/", told)

    ticket = Ticket.objects.get()
    assert (ticket.queue, response["Location"]) == (gil.queues.get(), "/mesa/fila/")
    assert toast(response) == [f"Ticket {ticket.number} aberto em nome de Ana Nogueira."]


def test_L8_of_spam_nothing_goes_on(login, get, elisa, ticket, ana):
    from tests.cast import by
    from tickets import actions

    spam = actions.discard(ticket, by=by(elisa, channel="desk"), reason="spam").ticket

    page = get(elisa, url(spam))
    response = login(elisa).post(
        url(spam, "record"), {"person": ana.pk, "channel": "phone", "body": "Era sério."}
    )

    assert url(spam, "record") not in page
    assert response.status_code == 409
    assert "descartado como spam" in text(response.content.decode())


def test_at_most_twenty_are_found(get, elisa, organization):
    for n in range(25):
        make_person(f"Zeca {n:02}", f"zeca{n}@serraazul.example", organization)

    page = get(elisa, "/mesa/tickets/novo/?customer=zeca")

    assert page.count("data-row") == 20
