"""C1: the same scenario by portal, API and mail gives the same events, but for the channel."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from interfaces.inbox.models import Mailbox
from interfaces.inbox.reception import receive
from tests.cast import at, by
from tests.inbox.conftest import reply_to, write
from tickets import actions, due, events
from tickets.models import Message, Ticket, TicketEvent

Door = Callable[[Any, Any, str], None]

pytestmark = pytest.mark.django_db


def portal(ticket: Any, person: Any, body: str) -> None:
    """The forms of the ticket's page: a reply while it is active, then a follow-up."""
    client = Client()
    client.force_login(person)
    noun = "follow-up" if ticket.is_ended else "messages"
    client.post(f"/tickets/{ticket.number}/{noun}/", {"body": body})


def api(ticket: Any, person: Any, body: str) -> None:
    client = Client()
    client.force_login(person)
    noun = "follow-up" if ticket.is_ended else "messages"
    url = f"/api/v1/tickets/{ticket.number}/{noun}/"
    client.post(url, {"body": body}, content_type="application/json")


def email(ticket: Any, person: Any, body: str) -> None:
    sender = f"{person.name} <{person.email}>"
    receive(reply_to(ticket, body, sender=sender, message_id=f"<{hash(body)}@x.example>"))


DOORS: dict[str, Door] = {"portal": portal, "api": api, "email": email}


@pytest.fixture(autouse=True)
def _house_alone(settings: Any) -> Iterator[None]:
    settings.TICKET_FOLLOWERS = settings.TICKET_CLOCK_GATES = []
    events.followers.cache_clear()
    due.gates.cache_clear()
    yield
    events.followers.cache_clear()
    due.gates.cache_clear()


# --- Opening ------------------------------------------------------------------------------------

Opening = Callable[[Any, Any], None]
TITLE, WORDS = "Sistema parado", "Parou hoje às 9.\n\nNada abre."


def opens_by_portal(person: Any, product: Any) -> None:
    client = Client()
    client.force_login(person)
    said = {
        "organization": next(iter(person.organization_roles)),
        "product": product.pk,
        "severity": 3,
        "title": TITLE,
        "description": WORDS,
    }
    client.post("/tickets/novo/", said)


def opens_by_api(person: Any, product: Any) -> None:
    client = Client()
    client.force_login(person)
    said = {
        "organization": next(iter(person.organization_roles)),
        "product": product.pk,
        "title": TITLE,
        "body": WORDS,
    }
    client.post("/api/v1/tickets/", said, content_type="application/json")


def opens_by_email(person: Any, product: Any) -> None:
    box = Mailbox.objects.create(
        name="Suporte",
        address="caixa@prazo.example",
        queue=product.default_queue.queue,
        product=product,
    )
    sender = f"{person.name} <{person.email}>"
    receive(write(WORDS, sender=sender, subject=TITLE), mailbox=box)


OPENINGS: dict[str, Opening] = {
    "portal": opens_by_portal,
    "api": opens_by_api,
    "email": opens_by_email,
}


def test_C1_a_ticket_is_the_same_whichever_door_it_was_opened_by(
    ana: Any, product: Any, time_machine: Any
) -> None:
    time_machine.move_to(at("2026-11-16T09:00"), tick=False)
    by_door = {}
    for name, opens in OPENINGS.items():
        with transaction.atomic():
            opens(ana, product)
            by_door[name] = (told(), row())
            transaction.set_rollback(True)

    assert by_door["api"] == by_door["portal"]
    assert by_door["email"] == by_door["portal"]
    assert [(step["verb"], step["who"]) for step in by_door["portal"][0]] == [
        ("open", "Ana Nogueira")
    ]


def row() -> dict[str, Any]:
    """The ticket's own columns, but for its number and its door."""
    ticket = Ticket.objects.get()
    apart = {"id", "number", "channel"}
    return {
        field.attname: getattr(ticket, field.attname)
        for field in Ticket._meta.concrete_fields
        if field.attname not in apart
    }


def test_C1_mail_alone_says_what_is_known_of_its_sender(ticket: Any, ana: Any) -> None:
    for door in DOORS.values():
        door(Ticket.objects.get(pk=ticket.pk), ana, "Segue.")

    said = Message.objects.filter(kind=Message.Kind.REPLY).order_by("pk")
    assert list(said.values_list("channel", "sender_check")) == [
        ("portal", ""),
        ("api", ""),
        ("email", "unknown"),
    ]


# --- A whole life -------------------------------------------------------------------------------


def story(door: Door, opened: Callable[..., Any], people: dict[str, Any], clock: Any) -> None:
    """A customer answers, keeps a solution from closing, falls silent, and goes on, twice."""
    ana, bruno, davi, elisa = (people[name] for name in ("ana", "bruno", "davi", "elisa"))

    def say(when: str, ticket: Any, person: Any, body: str) -> None:
        clock.move_to(at(when), tick=False)
        door(Ticket.objects.get(pk=ticket.pk), person, body)

    ticket = opened("2026-11-13T09:00", watchers=[bruno])
    say("2026-11-13T09:30", ticket, ana, "Esqueci de dizer: desde ontem.")
    actions.request_information(ticket, by=by(elisa, "2026-11-13T10:00", "desk"), body="Versão?")
    say("2026-11-16T08:00", ticket, davi, "Deixe-me entrar.")
    say("2026-11-16T09:00", ticket, bruno, "Versão 12.1.33.")
    actions.propose_solution(ticket, by=by(elisa, "2026-11-16T10:00", "desk"), body="Atualize.")
    say("2026-11-17T09:00", ticket, ana, "Não resolveu.")
    actions.propose_solution(ticket, by=by(elisa, "2026-11-17T10:00", "desk"), body="De novo.")
    actions.advance(ticket.pk, now=at("2026-12-01T00:30"))
    say("2026-12-01T09:00", ticket, ana, "Voltou a acontecer.")
    say("2026-12-01T09:30", ticket, bruno, "Comigo também.")


def told() -> list[dict[str, Any]]:
    """Every event and its message, with tickets by their order and without the door."""
    order = {ticket.number: n for n, ticket in enumerate(Ticket.objects.order_by("number"))}
    steps = TicketEvent.objects.select_related("ticket", "actor", "message").order_by("pk")
    return [
        {
            "ticket": order[step.ticket.number],
            "verb": step.verb,
            "at": step.at,
            "who": step.actor and step.actor.name,
            "from": step.from_status,
            "to": step.to_status,
            "reason": step.reason,
            "data": {name: order.get(value, value) for name, value in step.data.items()},
            "internal": step.is_internal,
            "message": step.message
            and (step.message.kind, step.message.body_text, step.message.body_html),
        }
        for step in steps
    ]


def doors_used() -> set[str]:
    """The channels of what customers wrote after the opening."""
    written = Message.objects.filter(by_customer=True).exclude(ticket__predecessor=None)
    replies = Message.objects.filter(by_customer=True, kind=Message.Kind.REPLY)
    return set((written | replies).values_list("channel", flat=True))


def test_C1_whichever_the_door(
    opened: Callable[..., Any],
    ana: Any,
    bruno: Any,
    davi: Any,
    elisa: Any,
    time_machine: Any,
) -> None:
    people = {"ana": ana, "bruno": bruno, "davi": davi, "elisa": elisa}
    by_door, channels = {}, {}
    for name, door in DOORS.items():
        with transaction.atomic():
            story(door, opened, people, time_machine)
            by_door[name], channels[name] = told(), doors_used()
            transaction.set_rollback(True)

    assert channels == {name: {name} for name in DOORS}
    assert by_door["api"] == by_door["portal"]
    assert by_door["email"] == by_door["portal"]
    assert [(step["ticket"], step["verb"], step["who"]) for step in by_door["portal"]] == [
        (0, "open", "Ana Nogueira"),
        (0, "reply", "Ana Nogueira"),
        (0, "request_information", "Elisa Prado"),
        (0, "customer_reply", "Bruno Sakamoto"),
        (0, "propose_solution", "Elisa Prado"),
        (0, "customer_reply", "Ana Nogueira"),
        (0, "propose_solution", "Elisa Prado"),
        (0, "expire_validation", None),
        (0, "follow_up", "Ana Nogueira"),
        (1, "open", "Ana Nogueira"),
        (1, "reply", "Bruno Sakamoto"),
    ]
