"""Mail in the admin: staff see what came in, and accept, reject, or have it tried again."""

import json
from html import unescape
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from interfaces.inbox.models import InboundMail, Mailbox, State
from interfaces.inbox.reception import receive
from interfaces.inbox.report import report
from tests.cast import at
from tests.imap import PASSWORD, Account
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
    original: Any = staff.get(reverse("admin:inbox_inboundmail_original", args=[quarantined.pk]))
    page = staff.get(reverse("admin:inbox_inboundmail_change", args=[quarantined.pk]))

    assert "Comigo também." in page.content.decode()
    assert b"".join(original.streaming_content) == bytes(quarantined.raw)
    assert original["Content-Disposition"] == f'attachment; filename="email-{quarantined.pk}.eml"'
    assert original["X-Content-Type-Options"] == "nosniff"


def test_a_mail_shows_its_json_its_sender_and_its_envelope(
    staff: Client, quarantined: InboundMail
) -> None:
    page = staff.get(reverse("admin:inbox_inboundmail_change", args=[quarantined.pk]))

    html = unescape(page.content.decode())
    assert json.dumps(report(quarantined), ensure_ascii=False, indent=2) in html
    assert "From: bruno@serraazul.example\nTo: ticket+" in html
    assert "O e-mail não traz assinatura (DKIM)." in html


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


# --- Mailboxes -----------------------------------------------------------------------------------

SECRET = "segredo-da-caixa"


@pytest.fixture
def told(queue: Any) -> dict[str, Any]:
    """A mailbox as the form sends it."""
    return {
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


@pytest.fixture
def read_by_imap(queue: Any) -> Mailbox:
    return Mailbox.objects.create(
        name="Fiscal",
        address="fiscal@prazo.example",
        queue=queue,
        door="imap",
        imap_host="imap.prazo.example",
        imap_user="fiscal",
        imap_password=SECRET,
    )


def page_of(mailbox: Mailbox) -> str:
    return reverse("admin:inbox_mailbox_change", args=[mailbox.pk])


def errors(answer: Any) -> dict[str, list[str]]:
    return dict(answer.context["adminform"].form.errors)


def test_a_mailbox_is_made(staff: Client, told: dict[str, Any], queue: Any) -> None:
    answer = staff.post(reverse("admin:inbox_mailbox_add"), told)

    assert answer.status_code == 302
    assert Mailbox.objects.get().queue == queue


def test_what_its_door_and_its_policy_need_is_asked_in_words(
    staff: Client, told: dict[str, Any]
) -> None:
    more = {"door": "imap", "strangers": "guest", "imap_folder": ""}

    answer = staff.post(reverse("admin:inbox_mailbox_add"), told | more)

    assert errors(answer) == {
        "imap_folder": ["Este campo é obrigatório."],
        "imap_host": ["Informe o servidor IMAP."],
        "imap_user": ["Informe o usuário da caixa."],
        "imap_password": ["Digite a senha da caixa."],
        "guests": ["Escolha o cliente em que entram os visitantes."],
        "product": ["Sem produto, o e-mail de um visitante não abre ticket."],
    }
    assert not Mailbox.objects.exists()


def test_the_password_is_never_sent_back_and_an_empty_one_keeps_it(
    staff: Client, told: dict[str, Any], read_by_imap: Mailbox
) -> None:
    imap = {"door": "imap", "imap_host": "imap.prazo.example", "imap_user": "fiscal"}

    page = staff.get(page_of(read_by_imap)).content.decode()
    staff.post(page_of(read_by_imap), told | imap | {"name": "Notas"})
    kept = Mailbox.objects.get()
    staff.post(page_of(read_by_imap), told | imap | {"imap_password": "outra"})

    assert SECRET not in page
    assert kept.name == "Notas"
    assert kept.imap_password == SECRET
    assert Mailbox.objects.get().imap_password == "outra"


@pytest.mark.parametrize(
    "change",
    [{"imap_host": "imap.longe.example"}, {"imap_user": "outro"}, {"imap_security": "none"}],
)
def test_the_stored_password_goes_to_no_other_server(
    staff: Client, told: dict[str, Any], read_by_imap: Mailbox, change: dict[str, str]
) -> None:
    imap = {"door": "imap", "imap_host": "imap.prazo.example", "imap_user": "fiscal"}

    answer = staff.post(page_of(read_by_imap), told | imap | change)
    typed = staff.post(page_of(read_by_imap), told | imap | change | {"imap_password": "nova"})

    assert errors(answer) == {
        "imap_password": ["O servidor ou o usuário mudou: digite a senha de novo."]
    }
    assert typed.status_code == 302


def test_saved_and_tried_out_against_a_real_server(
    staff: Client, told: dict[str, Any], imap: Account
) -> None:
    imap.deliver(b"Subject: Um\r\n\r\nOi")
    values = {
        "door": "imap",
        "imap_host": "127.0.0.1",
        "imap_port": imap.server.port,
        "imap_security": "none",
        "imap_user": imap.name,
        "imap_password": PASSWORD,
        "_try": "1",
    }

    good = staff.post(reverse("admin:inbox_mailbox_add"), told | values, follow=True)
    mailbox = Mailbox.objects.get()
    bad = staff.post(page_of(mailbox), told | values | {"imap_password": "x"}, follow=True)

    assert good.redirect_chain == bad.redirect_chain == [(page_of(mailbox), 302)]
    assert "Conexão feita: há 1 mensagem em “INBOX”." in said(good)
    assert any(each.startswith("O servidor recusou o usuário ou a senha") for each in said(bad))
    assert imap.holds() == [("Um", False)]


def test_only_an_imap_mailbox_is_tried_out(staff: Client, told: dict[str, Any]) -> None:
    answer = staff.post(reverse("admin:inbox_mailbox_add"), told | {"_try": "1"}, follow=True)

    assert "Só uma caixa IMAP tem uma conexão a testar." in said(answer)


def said(answer: Any) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"door": "pushed"}, "O servidor entrega cada e-mail; não há o que ler."),
        ({"door": "imap"}, "Ainda não foi lida. A leitura é feita a cada minuto."),
        ({"door": "reader"}, "Ainda não foi lida por outro programa (manage.py ingest_mail)."),
        ({"is_active": False}, "Só uma caixa ativa é lida e recebe."),
        ({"read_at": at("2026-11-13T09:00")}, "Lida em sex., 13/11/2026, 09:00."),
        (
            {"failing_since": at("2026-11-12T08:00"), "last_error": "A conexão caiu."},
            "Falha desde qui., 12/11/2026, 08:00: A conexão caiu. Corrija os dados e use “Salvar "
            "e testar a conexão”.",
        ),
    ],
)
def test_its_situation_is_said_with_how_to_mend_it(
    staff: Client, read_by_imap: Mailbox, values: dict[str, Any], told: str
) -> None:
    Mailbox.objects.update(**values)

    pages = [
        staff.get(page).content.decode()
        for page in (page_of(read_by_imap), reverse("admin:inbox_mailbox_changelist"))
    ]

    assert [told in page for page in pages] == [True, True]


def test_the_form_shows_only_what_its_door_and_its_policy_need(
    live: str, new_context: Any, staff: Client, read_by_imap: Mailbox
) -> None:
    context = new_context()
    session = staff.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": live}])
    page = context.new_page()
    page.goto(live + page_of(read_by_imap))
    server, guests = page.get_by_label("Servidor IMAP"), page.locator("#id_guests")

    first = server.is_visible(), guests.is_visible()
    page.locator("#id_door").select_option("pushed")
    page.locator("#id_strangers").select_option("guest")

    assert first == (True, False)
    assert (server.is_visible(), guests.is_visible()) == (False, True)
    assert not page.get_by_role("button", name="Salvar e testar a conexão").is_visible()
