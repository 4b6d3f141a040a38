"""What the demonstration's support does not do, and its paid services, as data/scope.toml says
(E3)."""

from decimal import Decimal

from catalog.models import PaidService, Product, ScopeNote, ServiceTerms
from catalog.scope import notes_for, terms_of
from helpdesk.demo import script
from helpdesk.demo.script import Step
from tickets import actions
from tickets.actors import Actor
from tickets.models import ServiceOffer, Ticket

VERBS = {"judge_out_of_scope", "offer_service", "accept_service", "decline_service"}


def set_out(products: dict[str, Product]) -> None:
    """Services with their terms, the last of them in force, and notes."""
    told = script.scope()
    services: dict[str, PaidService] = {}
    for each in told["service"]:
        services[each["name"]] = service = PaidService.objects.create(name=each["name"])
        for number, (price, unit, text) in enumerate(each["terms"], 1):
            ServiceTerms.objects.create(
                service=service, number=number, price=Decimal(price), unit=unit, text=text.strip()
            )
    for position, each in enumerate(told["note"]):
        product, service_name = each.pop("product", ""), each.pop("service", "")
        ScopeNote.objects.create(
            position=position,
            product=products.get(product),
            service=services.get(service_name),
            **each,
        )


def perform(ticket: Ticket, step: Step, by: Actor) -> None:
    """A step of a story whose verb is one of `VERBS`."""
    if step.verb in ("judge_out_of_scope", "offer_service"):
        _judge(ticket, step, by)
        return
    offer = ServiceOffer.objects.get(ticket=ticket, decision="").pk
    if step.verb == "accept_service":
        actions.accept_service(ticket, offer=offer, by=by)
    else:
        actions.decline_service(ticket, offer=offer, by=by, reason=step.text)


def _judge(ticket: Ticket, step: Step, by: Actor) -> None:
    note = notes_for(ticket.product_id).get(title=step.options["note"])
    if step.verb == "judge_out_of_scope":
        actions.judge_out_of_scope(ticket, note=note, by=by, body=step.text)
        return
    terms = terms_of(note)
    if terms is None:
        raise ValueError(f"{note.title!r} has no service to offer.")
    price = Decimal(step.options["price"])
    actions.offer_service(ticket, note=note, terms=terms, price=price, by=by, body=step.text)
