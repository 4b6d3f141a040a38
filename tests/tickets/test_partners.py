"""R2: each step says for whom a partner's consultant did it, whatever he or she becomes later."""

from typing import Any

import pytest

from accounts.models import Membership, User
from tests.cast import SAO_PAULO, by, make_person
from tickets import actions, history
from tickets.models import Ticket


@pytest.fixture
def paulo(organization: Any) -> Any:
    paulo = make_person("Paulo Reis", "paulo@consultoria.example")
    Membership.objects.create(user=paulo, organization=organization, is_partner=True)
    return paulo


def told(ticket: Ticket) -> list[str]:
    return [f"{line.who} {line.what}" for line in history.lines(ticket.events.all(), SAO_PAULO)]


def test_R2_steps_of_a_partner_keep_for_whom_they_were_done_and_those_of_others_do_not(
    opened: Any, paulo: Any, ana: Any, elisa: Any, organization: Any
) -> None:
    ticket = opened(user=paulo, watchers=[ana])
    actions.reply(ticket, by=by(ana), body="Também aqui.")
    actions.take(ticket, by=by(elisa, channel="desk"))

    Membership.objects.filter(user=paulo).update(is_partner=False)
    actions.reply(ticket, by=by(User.objects.get(pk=paulo.pk)), body="Sou da empresa agora.")

    data = [event.data.get("partner") for event in ticket.events.order_by("pk")]
    assert data == [organization.pk, None, None, None]  # L9: an id, no name
    assert told(ticket)[0] == ("Paulo Reis (parceiro, por Metalúrgica Serra Azul) abriu o ticket")
    assert told(ticket)[1] == "Ana Nogueira respondeu"


@pytest.mark.parametrize("reader", ["ana", "elisa"])
def test_R2_customer_and_desk_read_for_whom_a_message_was_written(
    opened: Any, paulo: Any, request: Any, client: Any, reader: str, ana: Any
) -> None:
    ticket = opened(user=paulo, watchers=[ana])
    person = request.getfixturevalue(reader)
    client.force_login(person)

    html = client.get(f"/{'mesa/' if person.is_desk else ''}tickets/{ticket.number}/")

    assert "Parceiro, por Metalúrgica Serra Azul" in html.content.decode()
