"""The house into which the mails of the corpus come: its tickets, its mailbox, its letters.

A mail of `corpus/` is bytes with placeholders, since numbers and signed addresses are made anew
for each run; what is expected of it is the JSON beside it.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction
from django.test import override_settings

from accounts.models import Organization, OrganizationDomain
from catalog.models import Product
from interfaces.inbox import mime
from interfaces.inbox.envelope import first_owner
from interfaces.inbox.models import Door, Mailbox, Strangers
from interfaces.inbox.reception import receive
from interfaces.inbox.report import report
from outbox.models import Delivery, State
from tests.cast import at, by, make_calendar, make_desk, make_person, make_queue
from tickets import actions, correspondence, events
from tickets.lifecycle import DiscardReason
from tickets.models import ProductQueue

CORPUS = Path(__file__).parent / "corpus"
FILES = sorted(CORPUS.glob("*.eml"))
NOW = "2026-11-25T10:00"
LETTER = "<c0ffee01@prazo.example>"
KNOWN = CORPUS / "duplicate_by_another_mailbox.eml"


@dataclass(frozen=True)
class World:
    """`ticket` waits for support, `ended` was cancelled, `spam` discarded; a letter about the
    first went to Ana as `LETTER`. `KNOWN` came by no mailbox before; all others come by the one
    that is addressed, or `mailbox`. That of sales takes no strangers."""

    mailbox: Any
    ticket: Any
    ended: Any
    spam: Any

    @property
    def values(self) -> dict[str, str]:
        """What stands for the placeholders."""
        of = correspondence.reply_address
        return {
            "{{number}}": str(self.ticket.number),
            "{{ended_number}}": str(self.ended.number),
            "{{reply_address}}": of(self.ticket.number),
            "{{ended_address}}": of(self.ended.number),
            "{{spam_address}}": of(self.spam.number),
            "{{letter_id}}": LETTER,
        }

    def mail(self, file: Path) -> bytes:
        raw = file.read_bytes()
        for name, value in self.values.items():
            raw = raw.replace(name.encode(), value.encode())
        return raw

    def expected(self, file: Path) -> dict[str, Any]:
        """What the JSON beside `file` says."""
        told = file.with_suffix(".json").read_text()
        for name, value in self.values.items():
            told = told.replace(name, value)
        return json.loads(told)

    def told(self, raw: bytes) -> dict[str, Any]:
        """What becomes of `raw`, done and undone; a new ticket's number as `{{new}}`."""
        with transaction.atomic():
            told = self._told(raw)
            transaction.set_rollback(True)
        return told

    def _told(self, raw: bytes) -> dict[str, Any]:
        mailbox = first_owner(mime.parse(raw).recipients)[0] or self.mailbox
        got = receive(raw, mailbox=mailbox, at=at(NOW))
        told = report(got.mail, again=got.again, content=got.content)
        known = {self.ticket.number, self.ended.number, self.spam.number}
        if told["ticket"] is not None:
            told["ticket"] = str(told["ticket"]) if told["ticket"] in known else "{{new}}"
        return told

    def as_placeholders(self, told: dict[str, Any]) -> str:
        """`told` as the JSON of the corpus."""
        text = json.dumps(told, ensure_ascii=False, indent=2) + "\n"
        for name, value in sorted(self.values.items(), key=lambda each: -len(each[1])):
            text = text.replace(value, name)
        return text


@contextmanager
def world() -> Iterator[World]:
    """The house, in a transaction that is rolled back; nobody follows what happens in it."""
    with override_settings(TICKET_FOLLOWERS=[]), transaction.atomic():
        events.followers.cache_clear()
        yield _built()
        transaction.set_rollback(True)
    events.followers.cache_clear()


def _built() -> World:
    calendar = make_calendar()
    elisa = make_desk("Elisa Prado", "elisa@prazo.example", "analyst")
    queue = make_queue("Fiscal", calendar, elisa)
    product = Product.objects.create(name="Nota fiscal eletrônica")
    ProductQueue.objects.create(product=product, queue=queue)
    organization = Organization.objects.create(name="Metalúrgica Serra Azul")
    other = Organization.objects.create(name="Têxtil Maré Mansa")
    OrganizationDomain.objects.create(organization=organization, domain="serraazul.example")
    ana = make_person("Ana Nogueira", "ana@serraazul.example", organization)
    make_person("Bruno Sakamoto", "bruno@serraazul.example", organization)
    make_person("Davi Rocha", "davi@maremansa.example", other, "org_admin")
    mailbox = Mailbox.objects.create(
        name="Suporte",
        address="suporte-fiscal@prazo.example",
        queue=queue,
        product=product,
        door=Door.PUSHED,
        authserv_id="mx.prazo.example",
    )

    sales = make_queue("Vendas", calendar, elisa)
    Mailbox.objects.create(
        name="Vendas",
        address="vendas@prazo.example",
        queue=sales,
        product=product,
        door=Door.PUSHED,
        authserv_id="mx.prazo.example",
        strangers=Strangers.REFUSE,
    )

    def opened() -> Any:
        about = {"title": "NF-e rejeitada com o código 539", "body": "A SEFAZ rejeita a nota."}
        who = by(ana, "2026-11-13T09:00")
        return actions.open_ticket(
            by=who, organization=organization, product=product, **about
        ).ticket

    ticket, ended, spam = opened(), opened(), opened()
    actions.cancel(ended, by=by(ana, "2026-11-13T12:00"))
    actions.discard(spam, by=by(elisa, "2026-11-13T12:00"), reason=DiscardReason.SPAM)
    Delivery.objects.create(
        key=LETTER,
        letter="replied",
        topic=correspondence.topic(ticket.number),
        to_address="ana@serraazul.example",
        message_id=LETTER,
        state=State.SENT,
        sent_at=at("2026-11-23T10:00"),
    )
    built = World(mailbox, ticket, ended, spam)
    receive(built.mail(KNOWN), at=at("2026-11-25T09:00"))
    return built
