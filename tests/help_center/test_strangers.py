"""K1, R1: what one may not read, or not write, is not there, by whatever door and method."""

import io

import pytest
from django.test import Client
from django.urls import reverse

from knowledge import actions
from knowledge.models import Article, Revision, Vote

WRITING = [
    "edit",
    "preview",
    "upload",
    "publish",
    "unpublish",
    "revisions",
    "revision",
    "restore",
    "from_ticket",
    "pick",
]
OF_A_TICKET = ["from_ticket", "pick"]
READING = ["article", "vote", "category", "file"]
ENDPOINTS = [*WRITING, *READING]
METHODS = ["get", "head", "post", "put", "patch", "delete"]
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 30


@pytest.fixture
def address(written, ticket):
    """The address of each name for writers, for one published article."""
    article = written()
    numbered = dict.fromkeys(("revision", "restore"), (article.pk, 1))
    asked = (
        dict.fromkeys(WRITING, (article.pk,))
        | numbered
        | dict.fromkeys(OF_A_TICKET, (ticket.number,))
    )
    return lambda name: reverse(f"help_center:{name}", args=asked[name])


@pytest.fixture
def shown(elisa):
    """`shown(browser, article)` is what each reading address answers there."""

    def answers(browser, article):
        stored = article.files.first() or actions.attach(
            article, by=elisa, name="tela.png", stream=io.BytesIO(PNG), size=len(PNG)
        )
        named = {"article": article.slug, "category": article.category.slug, "file": stored.key}
        got = {
            name: browser.get(reverse(f"help_center:{name}", args=[key])).status_code
            for name, key in named.items()
        }
        vote = reverse("help_center:vote", args=[article.slug])
        return got | {"vote": browser.post(vote, {"helped": "yes"}).status_code}

    return answers


def test_every_address_is_of_writers_or_of_readers():
    assert len(set(ENDPOINTS)) == len(WRITING) + len(READING)


@pytest.mark.parametrize("name", WRITING)
def test_K1_customers_find_nothing_of_what_is_for_writers(login, address, ana, carla, davi, name):
    before = (Article.objects.count(), Revision.objects.count())

    answers = {
        (stranger.name, method): getattr(login(stranger), method)(address(name)).status_code
        for stranger in (ana, carla, davi)
        for method in METHODS
    }

    assert set(answers.values()) == {404}, answers
    assert (Article.objects.count(), Revision.objects.count()) == before


def test_R1_an_analyst_of_another_queue_has_nothing_to_do_with_the_ticket(login, address, gil):
    answers = {
        (name, method): getattr(login(gil), method)(address(name)).status_code
        for name in OF_A_TICKET
        for method in METHODS
    }

    assert set(answers.values()) == {404}, answers


def test_nobody_signed_in_is_led_to_the_sign_in_page_and_back(client, address):
    led = {name: client.post(address(name)).headers["Location"] for name in WRITING}

    assert led == {name: f"/conta/login/?next={address(name)}" for name in WRITING}


@pytest.mark.parametrize("name", ["articles", "new"])
def test_the_writers_own_pages_are_for_the_desk_alone(client, login, ana, elisa, name):
    page = reverse(f"help_center:{name}")

    assert client.get(page)["Location"] == f"/conta/login/?next={page}"
    assert login(ana).get(page).status_code == 404
    assert login(elisa).get(page).status_code == 200


FOUND = {"article": 200, "category": 200, "file": 200, "vote": 302}
NOTHING = dict.fromkeys(FOUND, 404)
# The desk reads all, and judges none (K3).
DESK = {**FOUND, "vote": 409}


@pytest.mark.parametrize(
    ("audience", "stranger", "customer"),
    [
        ("public", FOUND, FOUND),
        ("customers", NOTHING, FOUND),
        ("internal", NOTHING, NOTHING),
    ],
)
def test_K1_each_audience_has_its_readers(
    login, written, shown, ana, elisa, audience, stranger, customer
):
    article = written(audience=audience)

    assert shown(Client(), article) == stranger
    assert shown(login(ana), article) == customer
    assert shown(login(elisa), article) == DESK


def test_K1_a_draft_is_read_by_nobody_and_its_files_by_writers(login, written, shown, ana, elisa):
    draft = written(publish=False)

    assert shown(Client(), draft) == NOTHING
    assert shown(login(ana), draft) == NOTHING
    assert shown(login(elisa), draft) == {**NOTHING, "file": 200}
    assert Vote.objects.count() == 0


def test_what_there_is_not_is_found_by_nobody(login, elisa):
    from uuid import uuid4

    desk = login(elisa)
    asked = dict.fromkeys(WRITING, (10**6,)) | dict.fromkeys(READING, ("nenhum",))
    asked |= dict.fromkeys(("revision", "restore"), (10**6, 1)) | {"file": (uuid4(),)}

    answers = {}
    for name in ENDPOINTS:
        page = reverse(f"help_center:{name}", args=asked[name])
        ask = desk.get if name in ("article", "category", "file") else desk.post
        answers[name] = ask(page).status_code

    assert answers == dict.fromkeys(ENDPOINTS, 404)
