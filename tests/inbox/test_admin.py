"""Mail in the admin: staff see what came in, and accept, reject, or have it tried again."""

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from interfaces.inbox.models import InboundMail, Mailbox, State
from interfaces.inbox.reception import receive
from tests.inbox.conftest import reply_to

LIST = "admin:inbox_inboundmail_changelist"

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client: Client) -> Client:
    person = get_user_model().objects.create_superuser("gerente@prazo.example", "Gerente", "senha")
    client.force_login(person)
    return client


@pytest.fixture
def quarantined(ticket: Any, bruno: Any) -> InboundMail:
    """Bruno's, who does not take part in Ana's ticket."""
    return receive(reply_to(ticket, "Comigo também.", sender="bruno@serraazul.example")).mail


def act(staff: Client, action: str, *mails: InboundMail) -> list[str]:
    """What the page says after the action was done to the mails."""
    data = {"action": action, "_selected_action": [mail.pk for mail in mails]}
    answer = staff.post(reverse(LIST), data, follow=True)
    return [str(message) for message in answer.context["messages"]]


def test_the_list_is_filtered_by_state(
    staff: Client, quarantined: InboundMail, ticket: Any
) -> None:
    receive(reply_to(ticket, message_id="<2@x.example>"))

    answer = staff.get(reverse(LIST), {"state": "quarantined"})

    assert list(answer.context["cl"].result_list) == [quarantined]


def test_a_mail_shows_its_text_and_its_original(staff: Client, quarantined: InboundMail) -> None:
    page = staff.get(reverse("admin:inbox_inboundmail_change", args=[quarantined.pk]))
    original = staff.get(reverse("admin:inbox_inboundmail_original", args=[quarantined.pk]))

    assert "Comigo também." in page.content.decode()
    assert original.content == bytes(quarantined.raw)
    assert original["Content-Disposition"] == f'attachment; filename="{quarantined.pk}.eml"'


def test_the_original_is_for_staff_alone(
    client: Client, quarantined: InboundMail, elisa: Any
) -> None:
    url = reverse("admin:inbox_inboundmail_original", args=[quarantined.pk])
    codes = [client.get(url).status_code]
    client.force_login(elisa)
    codes.append(client.get(url).status_code)
    elisa.is_staff = True
    elisa.save()
    codes.append(client.get(url).status_code)

    assert codes == [302, 302, 403]


def test_accepted_it_is_published(staff: Client, quarantined: InboundMail, ticket: Any) -> None:
    told = act(staff, "accept", quarantined)

    quarantined.refresh_from_db()
    assert told == ["1 e-mail publicado."]
    assert (quarantined.state, quarantined.ticket) == (State.PLACED, ticket)


def test_what_can_not_be_accepted_says_why(staff: Client, ticket: Any, davi: Any) -> None:
    mail = receive(reply_to(ticket, sender="davi@maremansa.example")).mail

    assert act(staff, "accept", mail) == [
        "Re: NF-e rejeitada: O remetente não é do cliente deste ticket."
    ]


def test_rejected_it_leaves_the_quarantine(staff: Client, quarantined: InboundMail) -> None:
    told = act(staff, "reject", quarantined)

    quarantined.refresh_from_db()
    assert (told, quarantined.state) == (["1 e-mail rejeitado."], State.PLACED)


def test_a_failed_one_is_tried_again(staff: Client, ticket: Any) -> None:
    mail = receive(reply_to(ticket)).mail
    InboundMail.objects.filter(pk=mail.pk).update(
        state=State.FAILED, outcome="", placed_at=None, attempts=8, error="RuntimeError"
    )

    told = act(staff, "retry", mail)

    mail.refresh_from_db()
    assert told == ["1 e-mail voltou para a fila."]
    assert (mail.state, mail.attempts, mail.error) == (State.RECEIVED, 0, "")


def test_a_mailbox_is_made(staff: Client, queue: Any) -> None:
    data = {
        "name": "Fiscal",
        "queue": queue.pk,
        "address": "fiscal@prazo.example",
        "is_active": "on",
        "door": "pushed",
        "strangers": "quarantine",
        "imap_port": 993,
        "imap_security": "tls",
        "imap_folder": "INBOX",
    }

    answer = staff.post(reverse("admin:inbox_mailbox_add"), data)

    assert answer.status_code == 302
    assert Mailbox.objects.get().queue == queue
