"""What goes over the wire of a letter about a ticket: headers, bounds, hard texts."""

import re
from collections.abc import Callable
from email.message import EmailMessage
from email.utils import parseaddr
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from common import links
from notifications import acts
from outbox.letters import write
from outbox.models import Delivery
from outbox.tasks import sweep
from tests.cast import at, by, make_person
from tests.mail import MailServer
from tests.notifications.conftest import again, said
from tickets import actions
from tickets.models import Ticket

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def received(mail_server: MailServer) -> Callable[[], dict[str, EmailMessage]]:
    """Sends what was promised over a real SMTP server; what each got last, by first name."""

    def receive() -> dict[str, EmailMessage]:
        mail_server.taken.clear()
        sweep()
        return {parseaddr(str(each["To"]))[0].split()[0]: each for each in mail_server.taken}

    return receive


def test_RFC_8058_only_a_watcher_can_stop_by_the_mail_program_s_button(
    watched: Ticket, elisa: Any, bruno: Any, received: Any
) -> None:
    actions.propose_solution(watched, by=by(elisa, channel="desk"), body="Atualize.")

    got = received()

    lists = {
        who: {name: str(value).strip() for name, value in each.items() if name.startswith("List-")}
        for who, each in got.items()
    }
    way_out = lists["Bruno"].pop("List-Unsubscribe")
    assert lists == {
        "Ana": {},
        "Bruno": {
            "List-Id": f"<ticket-{watched.number}.prazo.example>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    }
    link = re.compile(r"http://127\.0\.0\.1:8000/avisos/cancelar/(\S+)/")
    in_header = link.fullmatch(way_out.strip("<>"))
    in_words = link.search(got["Bruno"].get_body(("plain",)).get_content())
    assert in_header is not None
    assert in_words is not None
    for each in (in_header, in_words):
        assert acts.read_unwatch(each[1]) == (watched.number, bruno.pk)


def test_a_thread_is_stable_and_every_letter_says_that_no_person_wrote_it(
    watched: Ticket, elisa: Any, ana: Any, received: Any
) -> None:
    root = f"<ticket-{watched.number}@prazo.example>"
    actions.reply(watched, by=by(elisa), body="Um.")
    first = received()
    actions.reply(watched, by=by(elisa), body="Dois.")
    second = received()
    actions.reply(watched, by=by(ana), body="Três.")
    third = received()

    assert first["Ana"]["References"] == first["Ana"]["In-Reply-To"] == root
    assert second["Ana"]["References"] == f"{root} {first['Ana']['Message-ID']}"
    assert second["Ana"]["In-Reply-To"] == first["Ana"]["Message-ID"]
    assert third["Bruno"]["References"] == f"{root} {second['Bruno']['Message-ID']}"
    assert third["Elisa"]["References"] == root
    for each in (*first.values(), *second.values(), *third.values()):
        assert each["Auto-Submitted"] == "auto-generated"
        token = parseaddr(str(each["Reply-To"]))[1].partition("@")[0].removeprefix("ticket+")
        assert links.read_mail_token(token) == watched.number


def test_a_letter_that_a_provider_renamed_is_still_threaded(watched: Ticket, elisa: Any) -> None:
    actions.reply(watched, by=by(elisa), body="Um.")
    Delivery.objects.filter(to_name="Ana Nogueira").update(sent_as="abc@provider.example")

    actions.reply(watched, by=by(elisa), body="Dois.")

    last = Delivery.objects.filter(to_name="Ana Nogueira").latest("pk")
    assert last.in_reply_to == "<abc@provider.example>"


def test_the_last_three_messages_newest_first_each_with_who_when_and_how(
    watched: Ticket, ana: Any, bruno: Any, elisa: Any, fabio: Any
) -> None:
    bruno.time_zone = "America/Manaus"
    bruno.save()
    actions.reply(watched, by=by(ana, "2026-11-13T10:00", "email"), body="Primeira.")
    actions.note(watched, by=by(fabio, "2026-11-13T10:10", "desk"), body="SEGREDO")
    phone = by(ana, "2026-11-13T10:30", "phone", entered_by=elisa)
    actions.reply(watched, by=phone, body="x" * 10_000)
    actions.reply(watched, by=by(elisa, "2026-11-13T11:00", "desk"), body="Terceira.")

    actions.reply(watched, by=by(fabio, "2026-11-13T12:00", "desk"), body="Agora.")

    def before(to: str) -> str:
        row = Delivery.objects.filter(letter="replied", to_name__startswith=to).latest("pk")
        words = str(write(row).body)
        return words.split("Mensagens anteriores\n\n")[1].split("\n\nVocê recebe")[0]

    told = (
        "Elisa Prado (suporte), sex., 13/11, {0}:\n"
        "> Terceira.\n"
        "\n"
        "Ana Nogueira, sex., 13/11, {1}, por telefone:\n"
        f"> {'x' * 600}…\n"
        "\n"
        "Ana Nogueira, sex., 13/11, {2}, por e-mail:\n"
        "> Primeira."
    )
    assert before("Ana") == told.format("11:00", "10:30", "10:00")
    manaus = "(horário de Manaus)"
    assert before("Bruno") == told.format(f"10:00 {manaus}", f"09:30 {manaus}", f"09:00 {manaus}")
    # L13: not even the desk's letter quotes a note, since answers quote letters.
    assert not Delivery.objects.filter(context__icontains="SEGREDO").exists()


def test_L6_L8_a_follow_up_and_a_merge_show_what_was_said_before(
    watched: Ticket, opened: Callable[..., Ticket], ana: Any, carla: Any, elisa: Any
) -> None:
    duplicate = opened("2026-11-13T10:00", user=carla, body="Do duplicado.")
    actions.merge(duplicate, into=watched, by=by(elisa, "2026-11-13T10:10", "desk"))
    actions.cancel(again(watched), by=by(ana, "2026-11-13T11:00"))

    actions.follow_up(again(watched), by=by(ana, "2026-11-13T12:00"), body="Voltou.")

    before = said("follow_up", "Ana")[1].split("Mensagens anteriores")[1]
    assert "> Do duplicado." in before
    assert "> Ao retransmitir, a SEFAZ rejeita a nota." in before


def test_an_event_costs_a_bounded_number_of_statements_and_three_a_reader(
    watched: Ticket, organization: Any, ana: Any, elisa: Any
) -> None:
    def statements(**more: Any) -> int:
        with CaptureQueriesContext(connection) as said:
            actions.propose_solution(again(watched), by=by(elisa, channel="desk"), body="Atualize.")
        return len(said)

    statements()  # the survey is sent once
    few = statements()
    for n in range(8):
        someone = make_person(f"Pessoa {n}", f"p{n}@serraazul.example", organization)
        actions.watch(watched, who=someone, by=by(ana))
    many = statements()

    assert many - few == 8 * PER_READER
    assert few <= MOST


# The promise, reading it back, and the reader's place in the organization: who may confirm.
PER_READER = 3
MOST = 40


@pytest.mark.parametrize(
    "hard",
    [
        "Ana\r\nBcc: davi@maremansa.example",
        "<script>alert(1)</script>",
        "a\u202egnp.exe\u2066",
        "ã" * 10_000,
    ],
)
def test_hard_texts_in_title_name_and_words_go_out_clean(
    hard: str,
    opened: Callable[..., Ticket],
    ana: User,
    elisa: Any,
    received: Any,
    mail_server: MailServer,
) -> None:
    User.objects.filter(pk=ana.pk).update(name=hard[:150])
    ana.refresh_from_db()
    ticket = opened(title=hard[:200], body=hard)
    actions.reply(again(ticket), by=by(ana, "2026-11-13T10:00"), body=hard)
    Delivery.objects.all().delete()

    solution = f"{hard}\n\nFim."
    actions.propose_solution(again(ticket), by=by(elisa, channel="desk"), body=solution)
    received()
    letter = Delivery.objects.get(letter="solution_proposed")
    by_id = {each["Message-ID"]: each for each in mail_server.taken}
    message = by_id[letter.message_id]

    assert letter.state == "sent"
    assert message["Bcc"] is None
    assert max(map(len, message.as_bytes().splitlines())) <= 998
    headers = " ".join(str(value) for _name, value in message.items())
    assert not set("\u202e\u2066\r\n") & set(headers)
    html, body = (message.get_body((kind,)).get_content() for kind in ("html", "plain"))
    assert "<script>" not in html
    body = body.replace("\r\n", "\n")
    assert "> Fim.\n" in body
    # What people are called turns nothing around that stands beside it.
    assert "\u202e" not in body.split("> ")[0]
    assert "\u202e" not in body.split("Mensagens anteriores")[1].split(":\n")[0]


def test_a_word_without_end_is_cut_and_the_page_has_the_rest(watched: Ticket, elisa: Any) -> None:
    with_end = "a" * 50_000
    actions.propose_solution(watched, by=by(elisa, channel="desk"), body=with_end)

    words = said("solution_proposed", "Ana")[1]
    assert f"> {'a' * 20_000}…\n" in words
    assert watched.messages.last().body_text == with_end
    assert at("2026-11-13T09:00") < again(watched).deadline_at
