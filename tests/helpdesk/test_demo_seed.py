"""The demonstration's data: what it shows, that it keeps the rules, and is made once."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Count, F, Max
from django.db.models.functions import Length
from django.test import override_settings

from accounts.models import Contract, Membership, Organization, User
from calendars.models import CalendarException
from catalog.models import Product
from catalog.scope import notes_for
from common import clock
from helpdesk.demo import SIGN_INS
from helpdesk.demo.seed import seed
from interfaces.inbox.models import Mailbox
from interfaces.inbox.reception import receive
from knowledge import inquiries
from knowledge.models import Defect, Incident
from outbox.models import Delivery
from surveys.models import UNRATED, Survey
from tests.cast import at
from tickets.lifecycle import DiscardReason, EndReason, Status
from tickets.models import (
    OUT_OF_SCOPE,
    Attachment,
    BulkAnswer,
    ClockFault,
    Message,
    ServiceOffer,
    Ticket,
    TicketEvent,
)
from tickets.queries import onward
from tickets.tasks import tick

# An afternoon; and early on the Saturday after Carnaval, with a year's end in the past.
NOWS = ["2026-11-24T15:00", "2027-02-13T07:40"]


@pytest.fixture(scope="module", params=NOWS)
def now(
    request: Any, django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any
) -> Iterator[datetime]:
    """The present of a demonstration that has just been made; taken back after the module."""
    moment = at(request.param)
    folder: Path = tmp_path_factory.mktemp("demo")
    demo = override_settings(DEMO=True, CLOCK_FILE=folder / "clock.json", MEDIA_ROOT=folder)
    with django_db_blocker.unblock(), demo, clock.held_at(moment), transaction.atomic():
        assert seed() is True
        yield moment
        transaction.set_rollback(True)


def test_every_status_and_every_end_is_there(now: datetime):
    tickets = Ticket.objects.all()

    assert set(tickets.values_list("status", flat=True)) == set(Status.values)
    assert set(tickets.values_list("end_reason", flat=True)) == {"", *EndReason.values}
    assert set(tickets.values_list("discard_reason", flat=True)) == {"", *DiscardReason.values}


def test_it_is_a_whole_support_desk(now: datetime):
    assert {
        model.__name__: model._default_manager.count()
        for model in (Organization, User, Product, Ticket)
    } == {"Organization": 8, "User": 26, "Product": 8, "Ticket": 71}
    assert set(Contract.objects.values_list("tier", flat=True)) == {"standard", "prime"}
    assert Counter(Membership.objects.values_list("user__name", flat=True)).most_common(1) == [
        ("Patrícia Andrade", 2)
    ]
    assert set(CalendarException.objects.values_list("kind", flat=True)) == {
        "off",
        "half",
        "worked",
    }
    assert {Path(name).suffix for name in Attachment.objects.values_list("name", flat=True)} == {
        ".png",
        ".log",
        ".xml",
        ".txt",
    }


def test_R1_R5_a_customer_has_two_teams_and_people_of_every_kind(now: datetime):
    places = Membership.objects.filter(organization__name="Metalúrgica Serra Azul")

    kinds = places.annotate(only=Count("products")).order_by("user__name")

    assert [(each.role, each.sees, each.only, str(each.team)) for each in kinds] == [
        ("member", "team", 0, "Fiscal"),
        ("member", "own", 3, "Fiscal"),
        ("org_admin", "own", 0, "Pessoal e folha"),
        ("member", "all", 0, "Pessoal e folha"),
    ]
    assert Contract.objects.exclude(includes="").count() == 3


def test_it_shows_what_is_hard_to_show(now: datetime):
    tickets = Ticket.objects.with_people()
    longest = tickets.annotate(size=Count("messages")).aggregate(most=Max("size"))
    chains = [onward(ticket) for ticket in tickets.filter(predecessor=None, status="followed")]

    assert longest == {"most": 40}
    assert tickets.aggregate(most=Max(Length("title"))) == {"most": 120}
    assert sorted(len(chain) for chain in chains) == [2, 4]
    assert tickets.filter(end_reason="merged").count() == 2
    assert tickets.overdue(now).count() >= 3
    assert tickets.filter(status="open", assignee=None).count() == 4
    assert Message.objects.filter(is_internal=True).count() >= 10
    assert Survey.objects.answered().count() == 11
    assert Message.objects.exclude(entered_by=None).values_list("channel").get() == ("phone",)


def test_M2_an_incident_goes_on_another_is_answered_and_defects_stand_in_three_states(
    now: datetime,
):
    tickets = Count("in_tickets", distinct=True)

    incidents = Incident.objects.annotate(tickets=tickets).order_by("pk")
    defects = Defect.objects.annotate(tickets=tickets).order_by("code")

    assert [(bool(each.ended_at), each.tickets) for each in incidents] == [(True, 2), (False, 2)]
    assert [(each.code, each.state, each.tickets) for each in defects] == [
        ("FIN-0873", "confirmed", 1),
        ("NFE-1987", "released", 1),
        ("NFE-2041", "in_correction", 1),
    ]
    assert not BulkAnswer.objects.filter(finished_at=None).exists()


def test_E3_one_offer_waits_one_was_accepted_one_declined_and_one_ticket_is_out_of_scope(
    now: datetime,
):
    offers = ServiceOffer.objects.order_by("pk").values_list("decision", "ticket__status", "price")
    judged = TicketEvent.objects.filter(verb="propose_solution", reason=OUT_OF_SCOPE)

    assert sorted((decision, status, str(price)) for decision, status, price in offers) == [
        ("", "pending", "540.00"),
        ("accepted", "open", "1260.00"),
        ("declined", "closed", "360.00"),
    ]
    assert list(judged.values_list("ticket__status", flat=True)) == ["validation"]
    for product in Product.objects.all():
        assert len(notes_for(product.pk)) in (2, 3)


def test_K6_searches_were_in_vain_and_suggestions_came_to_every_end(now: datetime):

    counts = inquiries.counts(now - timedelta(days=30))
    assert min(counts.read, counts.solved, counts.followed, counts.opened, counts.given_up) > 0
    assert counts.suggested == counts.begun == 12
    assert [each.count for each in inquiries.unsettled()] == [5, 3, 2, 1]


def test_people_sign_in_with_what_the_terminal_prints(now: datetime):
    people = [authenticate(None, email=email, password=password) for _, email, password in SIGN_INS]

    assert [
        (person.name, person.desk_role, person.is_staff, list(person.organization_roles.values()))
        for person in people
        if isinstance(person, User)
    ] == [
        ("Ana Nogueira", "", False, ["member"]),
        ("Carla Menezes", "", False, ["org_admin"]),
        ("Patrícia Andrade", "", False, ["member", "member"]),
        ("Elisa Prado", "analyst", False, []),
        ("Fábio Quintela", "supervisor", False, []),
        ("Gil Ferraz", "supervisor", True, []),
    ]


def test_B6_L10_all_that_was_due_was_done_at_its_moment(now: datetime):
    timeouts = TicketEvent.objects.filter(verb__in=["expire_pending", "expire_validation"])

    assert tick() == 0
    assert not ClockFault.objects.exists()
    assert not Ticket.objects.awaiting_customer().filter(deadline_at__lt=now).exists()
    assert timeouts.count() == 10
    assert {(each.recorded_at - each.at).total_seconds() for each in timeouts} == {1.0}
    assert TicketEvent.objects.filter(verb="remind").count() >= 15


def test_nothing_is_dated_ahead_or_out_of_order(now: datetime):
    disorder = [
        ticket.number
        for ticket in Ticket.objects.prefetch_related("events")
        if (dated := [event.at for event in ticket.events.all()]) != sorted(dated)
    ]

    assert disorder == []
    assert not TicketEvent.objects.filter(recorded_at__gt=now).exists()
    assert not Message.objects.exclude(created_at=F("received_at")).exists()
    assert not Delivery.objects.filter(created_at__gt=now).exists()
    assert list(Ticket.objects.order_by("number").values_list("opened_at", flat=True)) == sorted(
        Ticket.objects.values_list("opened_at", flat=True)
    )


def test_S1_S5_whoever_reached_validation_has_a_survey_and_nobody_else(now: datetime):
    reached = TicketEvent.objects.filter(to_status=Status.CUSTOMER_VALIDATION)

    surveyed = set(Survey.objects.values_list("ticket", flat=True))

    assert surveyed == set(reached.values_list("ticket", flat=True))
    assert not Survey.objects.filter(ticket__end_reason__in=UNRATED).exists()


def test_only_the_letters_of_the_last_business_day_are_in_the_post(now: datetime):
    letters = Counter(Delivery.objects.values_list("state", flat=True))
    waiting = Delivery.objects.filter(state="waiting")
    withdrawn = Delivery.objects.filter(state="cancelled")
    surveys = waiting.filter(letter="survey").values_list("to_address", flat=True)

    assert set(letters) == {"waiting", "cancelled"}
    assert 20 <= letters["waiting"] <= 45
    assert withdrawn.aggregate(last=Max("created_at"))["last"] < min(
        waiting.values_list("created_at", flat=True)
    )
    assert list(surveys) == ["ana@serraazul.example"]
    assert Survey.objects.get(ticket__title__startswith="Impressão do DANFE").answered_at is None


def test_every_row_is_one_that_a_form_would_have_taken(now: datetime):
    for organization in Organization.objects.all():
        organization.full_clean()
    for person in User.objects.all():
        person.full_clean()


def test_made_again_it_changes_nothing(now: datetime):
    before = _rows()

    assert seed() is False
    call_command("seed_demo", verbosity=0)

    assert _rows() == before


@pytest.mark.django_db
def test_it_is_refused_outside_the_demo():
    with pytest.raises(CommandError) as refused:
        call_command("seed_demo")

    assert (str(refused.value), refused.value.returncode) == (
        "A demonstração só se semeia com DEMO=1.",
        2,
    )
    assert User.objects.count() == 0


def _rows() -> dict[str, Any]:
    return {
        model.__name__: list(model._default_manager.order_by("pk").values())
        for model in apps.get_models()
    }


def test_a_mail_to_the_address_of_our_letters_opens_a_ticket(now: datetime):
    box = Mailbox.objects.get()
    raw = b"From: ana@serraazul.example\nTo: suporte@prazo.example\nSubject: Nova\n\nOi.\n"

    received = receive(raw, mailbox=box)

    assert (box.address, box.door) == ("suporte@prazo.example", "pushed")
    assert (received.mail.outcome, received.mail.ticket.queue.name) == ("opened", "Fiscal")
