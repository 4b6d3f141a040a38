"""L8, R1: the links of a letter act in its reader's name; nobody else reads them in an answer."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from interfaces.inbox.reception import receive
from notifications import acts
from notifications.acts import Act, Offer
from tests.cast import at, by
from tests.inbox.conftest import reply_to
from tickets import actions

pytestmark = pytest.mark.django_db


def test_a_link_that_an_answer_quotes_is_read_by_nobody(
    client: Client, ticket: Any, ana: Any, elisa: Any
) -> None:
    actions.propose_solution(ticket, by=by(elisa, "2026-11-13T10:00", "desk"), body="Atualize.")
    offer = Offer(Act.CONFIRM, ticket.number, ana.pk, acts.count_of(ticket))
    link = acts.address(offer)
    answer = f"Não resolveu. Este link não abre: {link}"
    quote = f"\n\nEm 13/11/2026 10:00, Prazo <suporte@prazo.example> escreveu:\n> {link}\n"
    html = f'<p>Não resolveu.</p><p><a href="{link}">{link}</a></p>'

    words = receive(reply_to(ticket, answer + quote), at=at("2026-11-16T10:00")).mail.published
    marked_up = receive(
        reply_to(ticket, answer, html=html, message_id="<2@serraazul.example>"),
        at=at("2026-11-16T10:05"),
    ).mail.published

    token = link.rstrip("/").rpartition("/")[2]
    for message in (words, marked_up):
        assert message is not None
        assert "carta/…" in message.body_text
        client.force_login(elisa)
        page = client.get(reverse("mail:full", args=[message.pk])).content.decode()
        for shown in (message.body_text, message.body_html, page):
            assert token not in shown
