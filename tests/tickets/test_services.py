"""tickets/actions/services.py: out of scope, and paid services inside a ticket (E3)."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from catalog.models import PaidService, Product, ScopeNote, ServiceTerms
from tests.cast import SAO_PAULO, at, by, key
from tickets import actions, history
from tickets.errors import Refused
from tickets.models import ServiceOffer, Ticket
from tickets.next_step import next_step

pytestmark = pytest.mark.django_db
ANSWER = "Treinamento não faz parte do suporte."


def code_of(act: Callable[[], Any]) -> str:
    """ "done", or the code of the refusal."""
    try:
        act()
    except Refused as refused:
        return refused.code
    return "done"


def fresh(ticket: Ticket) -> Ticket:
    return Ticket.objects.with_people().get(pk=ticket.pk)


def told(ticket: Ticket) -> list[str]:
    lines = history.lines(ticket.events.all(), SAO_PAULO)
    return [f"{line.who} {line.what}".replace("\xa0", " ") for line in lines]


@pytest.fixture
def terms(db: None) -> ServiceTerms:
    service = PaidService.objects.create(name="Treinamento")
    return ServiceTerms.objects.create(
        service=service, number=2, text="Duas horas, a distância.", price=180, unit="hora"
    )


@pytest.fixture
def note(product: Product, terms: ServiceTerms) -> ScopeNote:
    return ScopeNote.objects.create(
        product=product,
        title="Treinamento de usuários",
        text=ANSWER,
        door="Academia, pelo telefone",
        service=terms.service,
    )


@pytest.fixture
def desk(elisa: Any) -> Any:
    return by(elisa, "2026-11-13T10:00", "desk")


@pytest.fixture
def offer_to(note: ScopeNote, terms: ServiceTerms, desk: Any) -> Callable[..., ServiceOffer]:
    """`offer_to(ticket)` offers the service."""

    def offer(ticket: Ticket, by: Any = desk, **other: Any) -> ServiceOffer:
        what: dict[str, Any] = {"note": note, "terms": terms, "price": Decimal("360")} | other
        event = actions.offer_service(ticket, by=by, body=ANSWER, **what)
        return ServiceOffer.objects.get(pk=event.data["offer"])

    return offer


def test_E3_what_is_out_of_scope_is_answered_and_may_be_contested(
    ticket: Ticket, note: ScopeNote, desk: Any, ana: Any
) -> None:
    event = actions.judge_out_of_scope(ticket, note=note, by=desk, body=ANSWER)

    assert (event.from_status, event.to_status, event.reason) == (
        "open",
        "validation",
        "out_of_scope",
    )
    assert (event.data["note"], event.message and event.message.kind) == (note.pk, "scope")
    assert told(ticket)[-1] == "Elisa Prado respondeu que isto não faz parte do suporte"
    assert actions.reply(ticket, by=by(ana), body="Faz, sim.").to_status == "open"


def test_E3_an_offer_waits_for_the_customer_and_says_what_silence_does(
    ticket: Ticket, offer_to: Callable[..., ServiceOffer], terms: ServiceTerms, ana: Any, bruno: Any
) -> None:
    offer = offer_to(ticket)

    event = ticket.events.get(verb="offer_service")
    assert (event.from_status, event.to_status) == ("open", "pending")
    data = {name: event.data[name] for name in ("offer", "terms", "version", "cents")}
    assert data == {"offer": offer.pk, "terms": terms.pk, "version": 2, "cents": 36000}
    then = (
        "até seg., 23/11, 23:59. Sem retorno, nada é contratado e o ticket vai para "
        "Validação Cliente; depois, em 02/12, será encerrado."
    )
    now = at("2026-11-13T11:00")
    said = [str(next_step(fresh(ticket), reader=each, now=now)) for each in (ana, bruno)]
    assert said == [
        f"Aguardando sua decisão sobre o serviço pago {then}",
        f"Aguardando a decisão de Ana sobre o serviço pago {then}",
    ]


def test_E3_accepted_who_when_terms_and_price_are_kept(
    ticket: Ticket, offer_to: Callable[..., ServiceOffer], ana: Any
) -> None:
    offer = offer_to(ticket)

    event = actions.accept_service(ticket, offer=offer.pk, by=by(ana, "2026-11-13T11:00"))

    offer.refresh_from_db()
    assert (offer.decision, offer.decided_by, offer.decided_at) == (
        "accepted",
        ana,
        at("2026-11-13T11:00"),
    )
    assert (event.to_status, event.actor) == ("open", ana)
    assert event.data == {
        "offer": offer.pk,
        "terms": offer.terms_id,
        "version": 2,
        "cents": 36000,
    }
    assert told(ticket)[-2:] == [
        "Elisa Prado ofereceu um serviço pago, por R$ 360,00",
        "Ana Nogueira aceitou o serviço pago, por R$ 360,00, condições versão 2",
    ]


def test_E3_declined_with_a_reason_which_support_reads(
    ticket: Ticket, offer_to: Callable[..., ServiceOffer], carla: Any
) -> None:
    offer = offer_to(ticket)

    event = actions.decline_service(ticket, offer=offer.pk, by=by(carla), reason="É caro.")

    assert (event.to_status, event.message and event.message.body_text) == ("open", "É caro.")
    assert told(ticket)[-1] == "Carla Menezes recusou o serviço pago, de R$ 360,00"


def test_E3_withdrawn_the_ticket_waits_for_support_again(
    ticket: Ticket, offer_to: Callable[..., ServiceOffer], elisa: Any, ana: Any
) -> None:
    offer = offer_to(ticket)

    taken = actions.withdraw_service(ticket, offer=offer.pk, by=by(elisa), reason="Engano.")

    late = code_of(lambda: actions.accept_service(ticket, offer=offer.pk, by=by(ana)))
    assert (taken.to_status, late) == ("open", "offer_withdrawn")


def test_E3_a_question_asked_since_stays_with_the_customer(
    ticket: Ticket, offer_to: Callable[..., ServiceOffer], elisa: Any
) -> None:
    offer = offer_to(ticket)
    actions.request_information(ticket, by=by(elisa), body="Quantas pessoas?")

    taken = actions.withdraw_service(ticket, offer=offer.pk, by=by(elisa), reason="Engano.")

    assert taken.to_status == "pending"


@pytest.mark.parametrize(
    ("person", "code"),
    [
        ("ana", "done"),
        ("carla", "done"),
        ("bruno", "requester_only"),
        ("davi", "requester_only"),
        ("elisa", "customer_only"),
    ],
)
def test_E3_the_requester_and_the_administrator_decide_and_nobody_else(
    ticket: Ticket,
    offer_to: Callable[..., ServiceOffer],
    request: Any,
    person: str,
    code: str,
) -> None:
    offer, who = offer_to(ticket), by(request.getfixturevalue(person))

    assert code_of(lambda: actions.accept_service(ticket, offer=offer.pk, by=who)) == code
    again = code_of(lambda: actions.decline_service(ticket, offer=offer.pk, by=who))
    assert again == ("offer_accepted" if code == "done" else code)


def test_E3_only_the_desk_judges_offers_and_withdraws(
    ticket: Ticket, offer_to: Callable[..., ServiceOffer], note: ScopeNote, ana: Any
) -> None:
    who = by(ana)
    judged = code_of(lambda: actions.judge_out_of_scope(ticket, note=note, by=who, body="x"))
    offered = code_of(lambda: offer_to(ticket, by=who))
    pk = offer_to(ticket).pk
    taken = code_of(lambda: actions.withdraw_service(ticket, offer=pk, by=who, reason="x"))

    assert [judged, offered, taken] == ["desk_only"] * 3


def test_E3_what_cannot_be_offered(
    ticket: Ticket,
    offer_to: Callable[..., ServiceOffer],
    note: ScopeNote,
    terms: ServiceTerms,
    desk: Any,
) -> None:
    elsewhere = ScopeNote.objects.create(
        product=Product.objects.create(name="Folha"), title="x", text="x", door="x"
    )
    old = ServiceTerms.objects.create(service=terms.service, number=1, text="x", price=1)

    assert [
        code_of(lambda: offer_to(ticket, note=elsewhere)),
        code_of(lambda: offer_to(ticket, terms=old)),
        code_of(lambda: offer_to(ticket, price=Decimal(-1))),
        code_of(lambda: offer_to(ticket)),
        code_of(lambda: offer_to(ticket)),
    ] == ["no_note", "other_terms", "no_price", "done", "offer_open"]


def test_E3_no_offer_of_another_ticket_and_none_of_one_that_has_ended(
    ticket: Ticket, opened: Callable[..., Ticket], offer_to: Callable[..., ServiceOffer], ana: Any
) -> None:
    offer, other = offer_to(ticket), opened()

    elsewhere = code_of(lambda: actions.accept_service(other, offer=offer.pk, by=by(ana)))
    actions.cancel(ticket, by=by(ana))
    ended = code_of(lambda: actions.accept_service(ticket, offer=offer.pk, by=by(ana)))

    assert [elsewhere, ended] == ["no_offer", "ended"]


def test_L12_the_same_form_twice_accepts_once(
    ticket: Ticket, offer_to: Callable[..., ServiceOffer], ana: Any
) -> None:
    offer = offer_to(ticket)
    first, second = (
        actions.accept_service(ticket, offer=offer.pk, by=by(ana, request_key=key(1)))
        for _ in range(2)
    )

    assert first == second
    assert ticket.events.filter(verb="accept_service").count() == 1


@pytest.mark.django_db(transaction=True)
def test_E3_of_many_who_decide_at_once_one_does(
    ticket: Ticket, offer_to: Callable[..., ServiceOffer], ana: Any, carla: Any, elisa: Any
) -> None:
    from tests.tickets.threads import at_once

    pk = offer_to(ticket).pk
    acts = [
        lambda: code_of(lambda: actions.accept_service(ticket, offer=pk, by=by(ana))),
        lambda: code_of(lambda: actions.accept_service(ticket, offer=pk, by=by(carla))),
        lambda: code_of(lambda: actions.decline_service(ticket, offer=pk, by=by(ana))),
        lambda: code_of(
            lambda: actions.withdraw_service(ticket, offer=pk, by=by(elisa), reason="Engano.")
        ),
    ]

    codes = at_once(acts)

    decided = ServiceOffer.objects.get(pk=pk).decision
    assert sorted(codes) == sorted(["done", *[f"offer_{decided}"] * 3])
    verbs = ["accept_service", "decline_service", "withdraw_service"]
    assert ticket.events.filter(verb__in=verbs).count() == 1
