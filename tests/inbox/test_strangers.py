"""interfaces/inbox/strangers.py, newcomers.py: mail from people whom we do not know (R1, C3)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from accounts.models import Membership, OrganizationDomain, User
from common import clock, links
from interfaces.inbox import place, strangers
from interfaces.inbox.answers import CONFIRMS
from interfaces.inbox.models import InboundMail, Mailbox, Outcome, State, Strangers
from interfaces.inbox.reception import receive
from outbox.models import Delivery
from tests.cast import at
from tests.inbox.conftest import vouched, write
from tickets.errors import Refused
from tickets.models import Ticket

NADIA = "Nádia Reis <nadia@vale.example>"

pytestmark = pytest.mark.django_db


@pytest.fixture
def owned(organization: Any) -> None:
    """vale.example is Serra Azul's."""
    OrganizationDomain.objects.create(organization=organization, domain="Vale.example")


@pytest.fixture
def asking(mailbox: Any, guests: Any) -> Mailbox:
    """The mailbox, where strangers may become guests."""
    Mailbox.objects.filter(pk=mailbox.pk).update(strangers=Strangers.GUEST, guests=guests)
    return Mailbox.objects.get(pk=mailbox.pk)


@pytest.fixture
def refusing(mailbox: Any) -> Mailbox:
    Mailbox.objects.filter(pk=mailbox.pk).update(strangers=Strangers.REFUSE)
    return Mailbox.objects.get(pk=mailbox.pk)


def come(box: Any, number: int = 1, *, quiet: bool = False, **more: Any) -> InboundMail:
    """Nádia's mail number so and so, decided."""
    values: dict[str, Any] = {
        "sender": NADIA,
        "subject": "Sistema parado",
        "message_id": f"<{number}@vale.example>",
    }
    raw = write("Desde ontem.", **values | more)
    return receive(raw, mailbox=box, at=at("2026-11-16T10:00"), quiet=quiet).mail


def fate(mail: InboundMail) -> tuple[str, str]:
    return mail.outcome, mail.why


def letters() -> list[tuple[str, str]]:
    return list(Delivery.objects.order_by("pk").values_list("letter", "to_address"))


def people() -> list[tuple[str, str, str]]:
    """Who is there since: name, customer, role."""
    rows = Membership.objects.order_by("pk")
    return list(rows.values_list("user__name", "organization__name", "role"))


# --- By the domain ------------------------------------------------------------------------------


@pytest.mark.usefixtures("owned")
def test_R1_the_domain_of_a_customer_makes_a_member(mailbox: Any, organization: Any) -> None:
    mail = come(mailbox)

    nadia = User.objects.get(email="nadia@vale.example")
    opened = Ticket.objects.get()
    assert fate(mail) == (Outcome.OPENED, "Não responde a nenhum ticket: abriu um novo.")
    assert (opened.requester, opened.organization, opened.title, mail.ticket) == (
        nadia,
        organization,
        "Sistema parado",
        opened,
    )
    assert people() == [("Nádia Reis", "Metalúrgica Serra Azul", "member")]
    assert not nadia.has_usable_password()
    assert letters() == [("access_welcome", "nadia@vale.example")]


@pytest.mark.usefixtures("owned")
def test_the_second_mail_of_a_new_member_is_a_members(mailbox: Any) -> None:
    come(mailbox)
    come(mailbox, 2)

    assert (len(people()), len(letters()), Ticket.objects.count()) == (1, 1, 2)


@pytest.mark.usefixtures("owned")
@pytest.mark.parametrize(
    ("more", "why"),
    [
        (
            vouched("vale.example", "fail"),
            "O remetente não foi confirmado: o e-mail pode ser forjado.",
        ),
        (
            {"sender": "<nadia@sub.vale.example>"},
            "Ninguém está cadastrado com o endereço do remetente.",
        ),
        ({"sender": "<nadia@outrovale.example>"}, None),
        ({"sender": "sem endereço"}, "O e-mail não diz de quem é."),
    ],
)
def test_R1_no_member_is_made_of_anyone_else(
    mailbox: Any, more: dict[str, str], why: str | None
) -> None:
    mail = come(mailbox, **more)

    expected = why or "Ninguém está cadastrado com o endereço do remetente."
    assert fate(mail) == (Outcome.QUARANTINED, expected)
    assert (people(), letters(), Ticket.objects.count()) == ([], [], 0)


@pytest.mark.usefixtures("owned")
def test_R1_the_domain_of_a_customer_who_left_makes_no_member(
    mailbox: Any, organization: Any
) -> None:
    organization.is_active = False
    organization.save()

    assert come(mailbox).outcome == Outcome.QUARANTINED
    assert people() == []


@pytest.mark.usefixtures("owned")
def test_where_no_ticket_can_be_opened_nobody_is_made_either(mailbox: Any) -> None:
    Mailbox.objects.update(product=None)

    mail = come(Mailbox.objects.get())

    assert fate(mail) == (Outcome.QUARANTINED, "A caixa não diz de que produto é um ticket novo.")
    assert (people(), letters()) == ([], [])


@pytest.mark.usefixtures("owned")
def test_what_was_in_the_mailbox_before_us_makes_a_member_and_sends_nothing(mailbox: Any) -> None:
    mail = come(mailbox, quiet=True)

    assert (mail.outcome, len(people()), letters()) == (Outcome.OPENED, 1, [])


# --- By the policy of the mailbox ---------------------------------------------------------------


def test_by_default_a_stranger_waits_in_quarantine_and_hears_nothing(mailbox: Any) -> None:
    mail = come(mailbox)

    assert fate(mail) == (
        Outcome.QUARANTINED,
        "Ninguém está cadastrado com o endereço do remetente.",
    )
    assert letters() == []


def test_a_stranger_is_refused_with_an_explanation(refusing: Mailbox) -> None:
    mail = come(refusing)

    assert fate(mail) == (Outcome.REJECTED, "A caixa só atende remetentes cadastrados.")
    assert letters() == [("mail_refused", "nadia@vale.example")]
    assert (people(), Ticket.objects.count()) == ([], 0)


def test_a_stranger_is_asked_to_confirm_and_nothing_opens_before(asking: Mailbox) -> None:
    mail = come(asking)

    assert fate(mail) == (
        Outcome.QUARANTINED,
        "Aguarda que o remetente confirme o endereço.",
    )
    assert letters() == [("mail_confirm", "nadia@vale.example")]
    assert (people(), Ticket.objects.count()) == ([], 0)


@pytest.mark.parametrize("policy", [Strangers.GUEST, Strangers.REFUSE])
@pytest.mark.parametrize(
    "more",
    [
        vouched("vale.example", "fail"),
        {"Auto_Submitted": "auto-replied"},
        {"Return_Path": "<>"},
        {"Precedence": "list", "subject": "Ausência"},
        {"quiet": True},
    ],
)
def test_no_letter_answers_machines_forgeries_or_old_mail(
    mailbox: Any, guests: Any, policy: str, more: dict[str, Any]
) -> None:
    Mailbox.objects.update(strangers=policy, guests=guests)

    come(Mailbox.objects.get(), **more)

    assert (letters(), people()) == ([], [])


def test_an_address_hears_once_a_day_and_nothing_of_what_it_wrote(refusing: Mailbox) -> None:
    for number in range(3):
        come(refusing, number, sender='"Ligue 0800" <nadia@vale.example>', subject="Ganhe já")

    letter = Delivery.objects.get()
    told = f"{letter.to_name} {letter.context}"
    assert "0800" not in told
    assert "Ganhe" not in told


# --- Confirmation -------------------------------------------------------------------------------


def token_of(mail: InboundMail) -> str:
    """The token in the link of the letter to the sender of `mail`."""
    url = str(Delivery.objects.get(letter="mail_confirm").context["url"])
    token = url.rstrip("/").rpartition("/")[2]
    assert strangers.asked(token) == mail
    return token


def test_confirmed_the_sender_is_a_guest_and_the_mail_is_placed(
    asking: Mailbox, guests: Any, use_followers: Callable[..., None]
) -> None:
    token = token_of(come(asking))
    use_followers("notifications.followers.follow")

    mail = strangers.confirm(token)

    opened = Ticket.objects.get()
    assert (mail.outcome, mail.ticket) == (Outcome.OPENED, opened)
    assert (opened.requester.name, opened.organization, opened.opened_at) == (
        "Nádia Reis",
        guests,
        at("2026-11-16T10:00"),
    )
    assert people() == [("Nádia Reis", "Visitantes", "member")]
    assert letters()[1:] == [("opened", "nadia@vale.example")]


def test_L12_confirmed_twice_it_has_one_effect(asking: Mailbox) -> None:
    token = token_of(come(asking))

    first, second = strangers.confirm(token), strangers.confirm(token)

    assert first.ticket == second.ticket
    assert (Ticket.objects.count(), len(people())) == (1, 1)


def test_one_confirmation_places_all_that_waited_for_it(asking: Mailbox) -> None:
    mails = [come(asking, number, subject=f"Caso {number}") for number in range(3)]
    forged = come(asking, 9, **vouched("vale.example", "fail"))

    strangers.confirm(token_of(mails[0]))

    forged.refresh_from_db()
    assert list(Ticket.objects.order_by("number").values_list("title", flat=True)) == [
        "Caso 0",
        "Caso 1",
        "Caso 2",
    ]
    assert forged.state == State.QUARANTINED


def test_looking_at_the_page_confirms_nothing(asking: Mailbox) -> None:
    strangers.asked(token_of(come(asking)))

    assert (people(), Ticket.objects.count()) == ([], 0)


def test_a_token_that_is_not_ours_or_too_old_is_refused(asking: Mailbox, time_machine: Any) -> None:
    mail = come(asking)
    good = token_of(mail)
    foreign = links.sign("inbox.outra", str(mail.pk))
    unknown = links.sign(CONFIRMS, "999999")
    bad = ["", "x", foreign, unknown, good.swapcase()]
    time_machine.move_to(clock.now() + timedelta(days=7, minutes=1))

    codes = []
    for token in [*bad, good]:
        with pytest.raises(Refused) as refused:
            strangers.confirm(token)
        codes.append(refused.value.code)

    assert codes == ["bad_link"] * 6
    assert (people(), Ticket.objects.count()) == ([], 0)


def test_what_the_desk_has_decided_meanwhile_stays(asking: Mailbox, fabio: Any) -> None:
    mail = come(asking)
    token = token_of(mail)
    place.reject(mail.pk, by=fabio)

    assert strangers.confirm(token).outcome == Outcome.REJECTED
    assert (people(), Ticket.objects.count()) == ([], 0)


@pytest.mark.parametrize(
    "now",
    [{"strangers": Strangers.QUARANTINE, "guests": None}, {"strangers": Strangers.REFUSE}],
)
def test_where_guests_are_no_longer_taken_the_link_says_so(
    asking: Mailbox, now: dict[str, Any]
) -> None:
    token = token_of(come(asking))
    Mailbox.objects.update(**now)

    with pytest.raises(Refused) as refused:
        strangers.confirm(token)

    assert refused.value.code == "no_guests"
    assert people() == []


def test_somebody_who_was_made_meanwhile_stays_what_he_is(
    asking: Mailbox, organization: Any
) -> None:
    token = token_of(come(asking))
    nadia = User.objects.create_user("nadia@vale.example", "Nádia")
    Membership.objects.create(user=nadia, organization=organization)

    mail = strangers.confirm(token)

    assert mail.ticket is not None
    assert (mail.ticket.organization, len(people())) == (organization, 1)
