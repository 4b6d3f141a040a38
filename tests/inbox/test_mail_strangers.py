"""R1: who may not read a mail, or not decide on it, finds nothing, by whatever door and method."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from interfaces.inbox.models import InboundMail
from interfaces.inbox.reception import receive
from tests.cast import make_desk, make_queue
from tests.inbox.conftest import reply_to
from tickets.models import TicketEvent

OF_MESSAGES = ["full", "original"]
READ = ["quarantined", "raw", "file", *OF_MESSAGES]
ACTS = ["accept", "reject", "restore", "retry"]
ENDPOINTS = [*READ, *ACTS]
METHODS = ["get", "head", "post", "put", "patch", "delete"]
Address = Callable[[str], str]


@pytest.fixture
def gil(calendar_sp: Any) -> Any:
    """An analyst of another queue."""
    gil = make_desk("Gil Prates", "gil@prazo.example", "analyst")
    make_queue("Folha", calendar_sp, gil)
    return gil


@pytest.fixture
def waiting(ticket: Any, bruno: Any) -> InboundMail:
    """Bruno's mail to Ana's ticket, of which he has no part."""
    file = ("log.txt", "text/plain", b"539")
    return receive(reply_to(ticket, sender=bruno.email, files=[file])).mail


@pytest.fixture
def address(ticket: Any, waiting: InboundMail) -> Address:
    """Where an address leads: to the mail that waits, or to the message of one from Ana."""
    placed = receive(reply_to(ticket, message_id="<2@serraazul.example>")).mail

    def of(name: str) -> str:
        args = [placed.published_id] if name in OF_MESSAGES else [waiting.pk]
        return reverse(f"mail:{name}", args=[*args, 0] if name == "file" else args)

    return of


@pytest.mark.parametrize("name", ENDPOINTS)
def test_R1_strangers_get_404(
    login: Any, address: Address, waiting: InboundMail, gil: Any, bruno: Any, davi: Any, name: str
) -> None:
    events, page = TicketEvent.objects.count(), address(name)
    allowed = METHODS[:2] if name in READ else METHODS[2:3]

    answers = {
        (who.first_name, method): getattr(login(who), method)(page).status_code
        for who in (gil, bruno, davi)
        for method in METHODS
    }

    told = {answers[who, method] for who, method in answers if method in allowed}
    others = {answers[who, method] for who, method in answers if method not in allowed}
    state = waiting.state
    waiting.refresh_from_db()
    assert (told, others) == ({404}, {405})
    assert (waiting.state, TicketEvent.objects.count()) == (state, events)


@pytest.mark.parametrize("name", ENDPOINTS)
def test_R1_a_number_that_no_mail_has_gets_404(login: Any, elisa: Any, name: str) -> None:
    args = [2**80, 0] if name == "file" else [2**80]
    page = reverse(f"mail:{name}", args=args)

    assert (login(elisa).post if name in ACTS else login(elisa).get)(page).status_code == 404


@pytest.mark.parametrize("name", ENDPOINTS)
def test_nobody_signed_in_is_led_to_the_sign_in_page_and_back(
    client: Client, address: Address, name: str
) -> None:
    page = address(name)

    answer = client.post(page) if name in ACTS else client.get(page)

    assert answer.headers["Location"] == f"/conta/login/?next={page}"


@pytest.mark.parametrize("name", READ)
def test_those_whose_mail_it_is_read_it(
    login: Any, address: Address, elisa: Any, name: str
) -> None:
    assert login(elisa).get(address(name)).status_code == 200
