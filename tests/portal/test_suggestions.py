"""E1: answers while a title is typed, the organization's similar tickets, and ends without one."""

from uuid import uuid4

import pytest

from accounts.models import Membership
from catalog.models import Product, Version
from common import clock
from knowledge.inquiries import key_of, suggest
from knowledge.models import Defect, Incident, Inquiry
from tests.cast import by, make_person
from tests.portal.reading import text, toast, url
from tickets import actions
from tickets.models import Draft, IncidentTicket, Ticket, TicketEvent

ENDPOINTS = ["follow", "read"]
SUGGEST = "/tickets/novo/sugestoes/"
ASKED = {"HTTP_HX_REQUEST": "true"}
KEY = str(uuid4())


@pytest.fixture
def suggested(login):
    """`suggested(bruno, "nota")` is the fragment that Bruno's page gets."""

    def ask(person, typed, **more):
        response = login(person).get(SUGGEST, {"title": typed, **more}, **ASKED)
        assert response.status_code == 200
        return response.content.decode()

    return ask


@pytest.fixture
def shown():
    """`shown(bruno, ticket)`: the inquiry of his form suggested that ticket to him."""

    def note(person, ticket, drawn=KEY):
        pairs = [("ticket", ticket.pk)]
        suggest(key_of(drawn, person), person=person, title="NF-e rejeitada", suggested=pairs)

    return note


@pytest.fixture
def known(product, elisa):
    """What is known of NF-e: an article, an incident, a correction."""
    from knowledge import actions as knowledge
    from knowledge.models import Category

    placing = knowledge.Placing(category=Category.objects.create(name="Notas", slug="notas"))
    article = knowledge.create(
        by=elisa, title="NF-e rejeitada 539", body_html="<p>Consulte.</p>", placing=placing
    )
    more = {"product": product, "created_by": elisa}
    version = Version.objects.create(product=product, name="12.4")
    fixed = {"state": "released", "fixed_in": version, "released_at": clock.now()}
    return (
        knowledge.publish(article, by=elisa),
        Incident.objects.create(title="NF-e rejeitada: SEFAZ parada", text="Aguarde.", **more),
        Defect.objects.create(code="NFE-77", title="NF-e rejeitada por centavos", **fixed, **more),
    )


def test_E1_four_groups_answer_a_title(suggested, known, ticket, bruno):
    read = text(suggested(bruno, "NF-e rejeitada"))

    assert [
        group
        for group in (
            "Incidente em andamento",
            "NF-e rejeitada: SEFAZ parada",
            "Artigos",
            "NF-e rejeitada 539",
            "Correção publicada",
            "NFE-77 · Corrigido na versão 12.4",
            "Tickets parecidos da sua empresa",
            f"{ticket.number} NF-e rejeitada com o código 539",
            "Isto resolveu, não preciso abrir",
        )
        if group not in read
    ] == []


def test_E1_what_is_corrected_and_what_will_be_are_told_apart(suggested, known, bruno, elisa):
    fixed = known[2]
    more = {"product": fixed.product, "fixed_in": fixed.fixed_in, "created_by": elisa}
    Defect.objects.create(code="NFE-78", title="NF-e rejeitada", state="in_correction", **more)
    Defect.objects.create(code="NFE-79", title="NF-e rejeitada", state="wont_fix", **more)

    read = text(suggested(bruno, "NF-e rejeitada"))

    said = ("Correção publicada", "NFE-77", "Correção prevista", "NFE-78", "Correção prevista para")
    assert sorted(said, key=read.index) == list(said)
    assert "NFE-79" not in read


def test_E1_of_a_colleagues_ticket_only_number_title_state_and_next_step_are_said(
    suggested, ticket, bruno, elisa
):
    asks = by(elisa, "2026-11-13T10:00", "desk")
    actions.request_information(ticket, by=asks, body="Qual é a versão?")

    read = text(suggested(bruno, "NF-e rejeitada"))

    assert f"{ticket.number} NF-e rejeitada com o código 539 Pendente Cliente" in read
    assert "Aguardando Ana até" in read
    assert [word for word in ("SEFAZ", "versão", "Nogueira", "Elisa") if word in read] == []


@pytest.mark.parametrize(
    "typed",
    ["nf-e rejeit", "NFE REJEITADA", "nfe rejeitda", "não consigo: nf-e rejeitada", "codigos 539"],
)
def test_E1_a_similar_ticket_is_found_while_typing_and_misspelt(suggested, ticket, bruno, typed):
    assert str(ticket.number) in suggested(bruno, typed)


@pytest.mark.parametrize(
    "typed", ["", "nf", " .,- ", "boleto bancário", "NF-e do boleto vencido de ontem"]
)
def test_E1_what_is_not_similar_is_not_shown(suggested, ticket, bruno, typed):
    assert str(ticket.number) not in suggested(bruno, typed)


def test_E1_an_ended_ticket_is_not_followed(suggested, ended, bruno):
    assert str(ended.number) not in suggested(bruno, "NF-e rejeitada")


def test_what_is_seen_already_is_opened_and_not_followed(suggested, ticket, ana, bruno):
    own, other = suggested(ana, "NF-e rejeitada"), suggested(bruno, "NF-e rejeitada")

    assert (f'href="{url(ticket)}"' in own, "Acompanhar este" in own) == (True, False)
    assert (f'href="{url(ticket)}"' in other, "Acompanhar este" in other) == (False, True)


def test_R1_another_organizations_tickets_are_not_suggested(suggested, ticket, davi):
    read = suggested(davi, "NF-e rejeitada", organization=ticket.organization_id)

    assert str(ticket.number) not in read


def test_R1_guests_are_strangers_to_one_another(suggested, ticket, bruno, organization):
    organization.holds_guests = True
    organization.save()

    assert str(ticket.number) not in suggested(bruno, "NF-e rejeitada")


def test_R1_a_product_that_the_member_does_not_take_is_not_suggested(suggested, ticket, bruno):
    other = Product.objects.create(name="Folha")
    Membership.objects.get(user=bruno).products.add(other)

    assert str(ticket.number) not in suggested(bruno, "NF-e rejeitada")


def test_R2_only_the_chosen_organizations_tickets_are_suggested(
    suggested, ticket, bruno, organization, other_organization
):
    Membership.objects.create(user=bruno, organization=other_organization)

    assert {
        each: str(ticket.number) in suggested(bruno, "NF-e rejeitada", organization=each)
        for each in (organization.pk, other_organization.pk)
    } == {organization.pk: True, other_organization.pk: False}


@pytest.mark.parametrize("count", [1, 25])
def test_suggestions_ask_six_statements(
    login, known, opened, bruno, product, organization, count, django_assert_num_queries
):
    for n in range(count):
        opened("2026-11-12T09:00", title=f"NF-e rejeitada {n}")
    customer = login(bruno)
    asked = {
        "title": "nfe rejeitda",
        "product": product.pk,
        "organization": organization.pk,
        "inquiry": KEY,
    }

    # The session, the person and the places; what is known, the similar tickets, the inquiry.
    with django_assert_num_queries(6):
        customer.get(SUGGEST, asked, **ASKED)


def test_a_machine_that_asks_on_and_on_is_told_to_wait(login, bruno):
    customer = login(bruno)

    answers = [customer.get(SUGGEST, {"title": "nf"}, **ASKED).status_code for _ in range(301)]

    assert answers == [200] * 300 + [429]


def test_a_browser_without_scripts_is_led_to_the_page(login, bruno):
    response = login(bruno).get(SUGGEST, {"title": "nota"})

    assert (response.status_code, response["Location"]) == (302, "/tickets/novo/")


@pytest.mark.parametrize("name", ["product", "organization", "inquiry"])
@pytest.mark.parametrize("value", ["", "x", "-1", "0", "9" * 30, "1.5", "²", "\x00"])
def test_nonsense_in_the_address_counts_as_not_said(suggested, ticket, bruno, name, value):
    assert str(ticket.number) in suggested(bruno, "NF-e rejeitada", **{name: value})


def test_what_is_typed_stays_text(suggested, known, bruno):
    html = suggested(bruno, "<script>nf-e rejeitada", inquiry='"><script>')

    assert "<script" not in html


# --- Without scripts ------------------------------------------------------------------------------


def test_E1_a_button_draws_the_page_with_its_suggestions_and_loses_nothing(
    login, known, ticket, bruno, product
):
    typed = {
        "title": "NF-e rejeitada",
        "product": product.pk,
        "description": "Ontem.",
        "suggest": 1,
    }

    read = login(bruno).post("/tickets/novo/", {**typed, "inquiry": KEY})

    html = read.content.decode()
    assert read.status_code == 200
    assert 'value="NF-e rejeitada"' in html
    assert "Ontem." in html
    assert f'formaction="{url(ticket, "follow")}"' in html
    assert f'name="inquiry" value="{KEY}"' in html
    assert (Ticket.objects.count(), Inquiry.objects.get().outcome) == (1, "begun")


def test_K6_what_is_opened_all_the_same_is_noted(login, suggested, known, bruno, product):
    suggested(bruno, "NF-e rejeitada", inquiry=KEY)
    form = {
        "title": "NF-e rejeitada",
        "product": product.pk,
        "description": "Ontem.",
        "severity": 2,
    }

    login(bruno).post("/tickets/novo/", {**form, "inquiry": KEY})

    number = Ticket.objects.get().number
    inquiry = Inquiry.objects.get()
    assert (inquiry.outcome, inquiry.ticket_number) == ("opened", number)


def test_M2_an_incident_of_the_chosen_product_may_be_marked(suggested, known, bruno, product):
    incident = known[1]
    other = Product.objects.create(name="Folha")

    def box(**more):
        html = suggested(bruno, "NF-e rejeitada", **more)
        marked = f'name="incident" value="{incident.pk}" checked>'
        return ("É este incidente" in html, marked in html)

    assert [
        box(),
        box(product=other.pk),
        box(product=product.pk),
        box(product=product.pk, incident=incident.pk),
    ] == [(False, False), (False, False), (True, False), (True, True)]


def test_M2_a_ticket_becomes_one_of_the_incident_marked_and_of_none_of_others(
    login, known, bruno, product, elisa
):
    other = Product.objects.create(name="Folha")
    more = {"text": "Aguarde.", "created_by": elisa}
    of_other = Incident.objects.create(title="Folha parada", product=other, **more)
    over = Incident.objects.create(
        title="Antes", product=product, started_at=clock.now(), ended_at=clock.now(), **more
    )
    form = {"product": product.pk, "description": "Ontem.", "severity": 2}

    for named in (known[1].pk, of_other.pk, over.pk, "x", ""):
        title = f"Sem título parecido {named}"
        login(bruno).post("/tickets/novo/", {**form, "title": title, "incident": named})

    joined = IncidentTicket.objects.values_list("incident", "ticket__last_by")
    assert (list(joined), Ticket.objects.count()) == ([(known[1].pk, bruno.pk)], 5)


def test_M2_the_mark_survives_what_is_wrong_in_the_form(login, known, bruno, product):
    form = {"product": product.pk, "title": "NF-e rejeitada", "incident": known[1].pk}

    response = login(bruno).post("/tickets/novo/", form)

    marked = f'name="incident" value="{known[1].pk}" checked>'
    assert (response.status_code, marked in response.content.decode()) == (422, True)


# --- Following ------------------------------------------------------------------------------------


def test_E1_following_shows_the_ticket_and_ends_the_opening(login, suggested, ticket, bruno):
    suggested(bruno, "NF-e rejeitada", inquiry=KEY)
    Draft.objects.create(user=bruno, place="open", fields={"title": "NF-e"}, saved_at=clock.now())

    response = login(bruno).post(url(ticket, "follow"), {"inquiry": KEY})

    assert (response.status_code, response["Location"]) == (302, url(ticket))
    assert list(Ticket.objects.visible_to(bruno)) == [ticket]
    assert "Nenhum outro ticket foi aberto." in toast(response)[0]
    inquiry = Inquiry.objects.get()
    assert (inquiry.outcome, inquiry.ticket_number) == ("followed", ticket.number)
    assert (Draft.objects.count(), Ticket.objects.count()) == (0, 1)


def test_E1_only_what_was_shown_to_oneself_is_followed(
    login, suggested, opened, ticket, ana, bruno
):
    hidden = opened(title="Folha de pagamento parada")
    suggested(bruno, "NF-e rejeitada", inquiry=KEY)
    theirs = str(uuid4())
    suggested(ana, "Folha de pagamento", inquiry=theirs)

    def follow(which, **form):
        return login(bruno).post(url(which, "follow"), form).status_code

    assert [
        follow(hidden),
        follow(hidden, inquiry=KEY),
        follow(hidden, inquiry=theirs),
        follow(ticket),
        follow(ticket, inquiry="x"),
        follow(ticket, inquiry=KEY),
    ] == [404, 404, 404, 404, 404, 302]
    assert list(Ticket.objects.visible_to(bruno)) == [ticket]


def test_E1_a_consultant_is_shown_and_follows_only_what_he_sees(
    login, suggested, shown, ticket, davi, organization
):
    place = Membership.objects.create(user=davi, organization=organization, is_partner=True)
    shown(davi, ticket)

    def tried():
        read = suggested(davi, "NF-e rejeitada", inquiry=KEY)
        followed = login(davi).post(url(ticket, "follow"), {"inquiry": KEY})
        return str(ticket.number) in read, followed.status_code

    unseen = tried()
    place.sees = "all"
    place.save()

    assert [unseen, tried()] == [(False, 404), (True, 302)]


def test_L12_following_twice_is_once(login, shown, ticket, bruno):
    shown(bruno, ticket)
    form = {"inquiry": KEY, "request_key": str(uuid4())}
    customer = login(bruno)

    answers = [customer.post(url(ticket, "follow"), form).status_code for _ in range(2)]

    assert answers == [302, 302]
    assert ticket.watchers.count() == 1
    assert TicketEvent.objects.filter(ticket=ticket, verb="watch").count() == 1
    assert Inquiry.objects.get().outcome == "followed"


def test_R1_who_may_not_be_suggested_a_ticket_may_not_follow_it(
    login, shown, ticket, bruno, davi, elisa, organization
):
    for each in (davi, elisa, bruno):
        shown(each, ticket)

    def answers():
        return [
            login(each).post(url(ticket, "follow"), {"inquiry": KEY}).status_code
            for each in (davi, elisa, bruno)
        ]

    organization.holds_guests = True
    organization.save()
    assert answers() == [404, 404, 404]

    organization.holds_guests = False
    organization.save()
    other = Product.objects.create(name="Folha")
    Membership.objects.get(user=bruno).products.add(other)
    assert answers() == [404, 404, 404]
    assert ticket.watchers.count() == 0


def test_R1_who_has_left_follows_nothing(login, shown, ticket, bruno):
    shown(bruno, ticket)
    Membership.objects.filter(user=bruno).update(is_active=False)

    assert login(bruno).post(url(ticket, "follow"), {"inquiry": KEY}).status_code == 404


def test_an_ended_ticket_is_not_there_to_be_followed(login, shown, ended, bruno):
    shown(bruno, ended)

    assert login(bruno).post(url(ended, "follow"), {"inquiry": KEY}).status_code == 404


# --- What comes of it -----------------------------------------------------------------------------


def test_a_suggested_article_opens_and_is_noted_as_read(login, suggested, known, bruno):
    article = known[0]
    suggested(bruno, "NF-e rejeitada", inquiry=KEY)

    response = login(bruno).get(f"{SUGGEST}{article.slug}/", {"inquiry": KEY})

    assert (response.status_code, response["Location"]) == (302, f"/ajuda/{article.slug}/")
    assert Inquiry.objects.get().read == [["article", article.pk]]


def test_K1_an_article_for_others_does_not_open(login, known, bruno):
    article = known[0]
    article.audience = "internal"
    article.save()

    assert login(bruno).get(f"{SUGGEST}{article.slug}/").status_code == 404


def test_K6_this_solved_it_ends_the_opening_and_drops_the_draft(login, suggested, known, bruno):
    suggested(bruno, "NF-e rejeitada", inquiry=KEY)
    Draft.objects.create(user=bruno, place="open", fields={"title": "NF-e"}, saved_at=clock.now())

    response = login(bruno).post("/tickets/novo/resolvido/", {"inquiry": KEY})

    assert (response.status_code, response["Location"]) == (302, "/")
    inquiry = Inquiry.objects.get()
    assert (inquiry.outcome, inquiry.title, Draft.objects.count()) == (
        "solved",
        "NF-e rejeitada",
        0,
    )
    assert ["article", known[0].pk] in inquiry.suggested


def test_another_persons_key_touches_no_inquiry(login, suggested, known, ana, bruno):
    suggested(ana, "NF-e rejeitada", inquiry=KEY)

    login(bruno).post("/tickets/novo/resolvido/", {"inquiry": KEY})

    assert Inquiry.objects.get(person=ana).outcome == "begun"
    assert Inquiry.objects.get(person=ana).key == key_of(KEY, ana)


def test_K6_what_may_name_somebody_is_not_kept(suggested, bruno):
    suggested(bruno, "Boleto de jose@casa.example, CPF 123.456.789-09", inquiry=KEY)

    assert Inquiry.objects.get().title == "Boleto de … CPF …"


def test_nobody_signed_in_gets_nothing(client, ticket):
    asked = client.get(SUGGEST, {"title": "nota"}, **ASKED)
    followed = client.post(url(ticket, "follow"))

    assert (asked.status_code, followed.status_code) == (401, 302)


def test_acts_are_only_posted(login, ticket, bruno):
    customer = login(bruno)

    assert [
        customer.get(address).status_code
        for address in (url(ticket, "follow"), "/tickets/novo/resolvido/")
    ] == [405, 405]


def test_the_desk_has_no_such_pages(login, elisa):
    desk = login(elisa)

    assert [
        desk.get(SUGGEST, {"title": "nota"}, **ASKED).status_code,
        desk.post("/tickets/novo/resolvido/").status_code,
    ] == [404, 404]


def test_the_person_with_no_organization_is_suggested_articles_alone(suggested, known, ticket):
    alone = make_person("Só", "so@x.example")

    read = text(suggested(alone, "NF-e rejeitada"))

    assert "NF-e rejeitada 539" in read
    assert (str(ticket.number) in read, "SEFAZ" in read) == (False, False)
