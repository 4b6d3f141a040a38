"""Mailboxes read over IMAP, from a real server: nothing lost, nothing doubled, whatever dies."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models.signals import post_save

from common import clock
from common.locks import alone
from common.models import TaskFault
from interfaces.inbox import imap as door
from interfaces.inbox.models import Door, InboundMail, Mailbox, Security
from tests.cast import at
from tests.imap import PASSWORD, Account
from tests.inbox.conftest import write
from tickets.errors import Refused

pytestmark = pytest.mark.django_db


def make_mailbox(queue: Any, account: Account, **more: Any) -> Mailbox:
    return Mailbox.objects.create(
        **{
            "name": account.name,
            "address": f"{account.name}@prazo.example",
            "queue": queue,
            "door": Door.IMAP,
            "imap_host": "127.0.0.1",
            "imap_port": account.server.port,
            "imap_security": Security.NONE,
            "imap_user": account.name,
            "imap_password": PASSWORD,
        }
        | more
    )


@contextmanager
def elsewhere(what: str) -> Iterator[None]:
    """Another process is at `what`."""
    held, leave = threading.Event(), threading.Event()

    def hold() -> None:
        with alone(what) as is_ours:
            assert is_ours
            held.set()
            leave.wait(30)
        connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    assert held.wait(10)
    yield
    leave.set()
    thread.join()


def as_kept(raw: bytes) -> bytes:
    """A Maildir keeps lines as the system ends them."""
    return raw.replace(b"\r\n", b"\n")


def subjects() -> list[str]:
    return sorted(InboundMail.objects.values_list("subject", flat=True))


def test_the_first_connection_imports_nothing(imap: Account, queue: Any) -> None:
    imap.deliver(write(subject="Antigo"))
    mailbox = make_mailbox(queue, imap)
    before = clock.now()

    assert door.fetch(mailbox.pk) == 0

    mailbox.refresh_from_db()
    assert (subjects(), imap.holds()) == ([], [("Antigo", False)])
    assert before <= mailbox.read_at <= clock.now()


def test_what_comes_after_it_is_stored_and_marked_as_read(imap: Account, queue: Any) -> None:
    imap.deliver(write(subject="Antigo", message_id="<0@x.example>"))
    mailbox = make_mailbox(queue, imap)
    door.fetch(mailbox.pk)
    raw = write(subject="Novo")
    imap.deliver(raw)

    assert door.fetch(mailbox.pk) == 1

    mail = InboundMail.objects.get()
    assert (bytes(mail.raw), mail.mailbox, mail.is_quiet) == (as_kept(raw), mailbox, False)
    assert imap.holds() == [("Antigo", False), ("Novo", True)]
    assert door.fetch(mailbox.pk) == 0


def test_old_mail_comes_in_quietly_if_told_to(imap: Account, queue: Any) -> None:
    imap.deliver(write(subject="Antigo", message_id="<0@x.example>"))
    mailbox = make_mailbox(queue, imap, imap_imports_old=True)

    assert door.fetch(mailbox.pk) == 1

    imap.deliver(write(subject="Novo"))
    door.fetch(mailbox.pk)
    assert list(InboundMail.objects.order_by("pk").values_list("subject", "is_quiet")) == [
        ("Antigo", True),
        ("Novo", False),
    ]


def test_what_was_stored_goes_to_the_done_folder(imap: Account, queue: Any) -> None:
    mailbox = make_mailbox(queue, imap, imap_done_folder="Tratados")
    door.fetch(mailbox.pk)
    imap.deliver(write(subject="Novo"))

    door.fetch(mailbox.pk)

    assert (imap.holds(), [name for name, _ in imap.holds("Tratados")]) == ([], ["Novo"])


def test_L11_it_came_when_the_server_says_and_never_later_than_now(
    imap: Account, queue: Any
) -> None:
    mailbox = make_mailbox(queue, imap)
    door.fetch(mailbox.pk)
    arrived = at("2026-11-13T09:00")
    imap.deliver(write(message_id="<1@x.example>", Date="Mon, 2 Feb 2015 10:00:00 -0300"), arrived)
    imap.deliver(write(message_id="<2@x.example>"), clock.now() + timedelta(days=2))
    before = clock.now()

    door.fetch(mailbox.pk)

    first, second = InboundMail.objects.order_by("pk").values_list("received_at", flat=True)
    assert first == arrived
    assert before <= second <= clock.now()


def test_of_a_mail_too_big_only_the_header_is_kept(
    imap: Account, queue: Any, settings: Any
) -> None:
    settings.MAX_MAIL_BYTES = 1000
    mailbox = make_mailbox(queue, imap)
    door.fetch(mailbox.pk)
    raw = write("x" * 2000)
    imap.deliver(raw)

    door.fetch(mailbox.pk)

    mail = InboundMail.objects.get()
    assert (mail.from_address, b"xx" in bytes(mail.raw)) == ("ana@serraazul.example", False)
    assert mail.whole_size == len(as_kept(raw))


def test_what_is_marked_for_deletion_is_not_read(imap: Account, queue: Any) -> None:
    mailbox = make_mailbox(queue, imap)
    door.fetch(mailbox.pk)
    imap.deliver(write())
    with imap.signed_in() as box:
        box.client.uid("STORE", "1:*", "+FLAGS", r"(\Deleted)")

    assert door.fetch(mailbox.pk) == 0


def test_a_folder_renumbered_is_begun_anew_and_nothing_doubles(imap: Account, queue: Any) -> None:
    mailbox = make_mailbox(queue, imap)
    door.fetch(mailbox.pk)
    imap.deliver(write(subject="Antes", message_id="<1@x.example>"))
    door.fetch(mailbox.pk)
    Mailbox.objects.update(imap_uid_validity=1, imap_last_uid=900)
    imap.deliver(
        write(subject="De outra conta", message_id="<0@x.example>"), at("2020-01-01T00:00")
    )
    imap.deliver(write(subject="Depois", message_id="<2@x.example>"))

    door.fetch(mailbox.pk)

    assert subjects() == ["Antes", "Depois"]
    assert list(InboundMail.objects.filter(is_quiet=True)) == []


def test_only_one_reads_a_mailbox_at_a_time(imap: Account, queue: Any) -> None:
    mailbox = make_mailbox(queue, imap)
    door.fetch(mailbox.pk)
    imap.deliver(write())

    with elsewhere(f"inbox.mailbox:{mailbox.pk}"):
        assert door.fetch(mailbox.pk) == 0

    assert door.fetch(mailbox.pk) == 1


def test_a_mailbox_that_is_off_or_read_otherwise_is_left_alone(imap: Account, queue: Any) -> None:
    mailbox = make_mailbox(queue, imap)
    door.fetch(mailbox.pk)
    imap.deliver(write())

    Mailbox.objects.update(is_active=False)
    assert (door.readable(), door.fetch(mailbox.pk)) == ([], 0)
    Mailbox.objects.update(is_active=True, door=Door.READER)
    assert (door.readable(), door.fetch(mailbox.pk)) == ([], 0)


# --- Servers that can less ------------------------------------------------------------------------


def read_without(mailbox: Mailbox, *missing: str) -> None:
    """Read it as if the server did not offer these."""
    with door.connected(mailbox) as box:
        offered = box.client.capabilities
        box.client.capabilities = tuple(each for each in offered if each not in missing)
        door.read(mailbox, box)


@pytest.mark.parametrize(
    ("missing", "left"),
    [(("MOVE",), ["Só marcado"]), (("MOVE", "UIDPLUS"), ["Novo", "Só marcado"])],
)
def test_where_there_is_no_MOVE_nothing_goes_that_people_only_marked(
    imap: Account, queue: Any, missing: tuple[str, ...], left: list[str]
) -> None:
    mailbox = make_mailbox(queue, imap, imap_done_folder="Tratados")
    door.fetch(mailbox.pk)
    imap.deliver(write(subject="Só marcado", message_id="<0@x.example>"))
    with imap.signed_in() as box:
        box.client.uid("STORE", "1:*", "+FLAGS", r"(\Deleted)")
    imap.deliver(write(subject="Novo"))

    read_without(mailbox, *missing)

    # pymap copies no content into a Maildir.
    assert len(imap.holds("Tratados")) == 1
    assert [subject for subject, _seen in imap.holds()] == left
    assert door.fetch(mailbox.pk) == 0


def read_refusing(mailbox: Mailbox, uid: int, *parts: str) -> str:
    """Read it while the server refuses these parts of one mail; what was said."""
    with door.connected(mailbox) as box:
        ask = box.client.uid

        def answer(command: str, *args: str) -> Any:
            is_asked = command == "FETCH" and str(uid) in args[0].split(",")
            if is_asked and any(part in args[1] for part in parts):
                return "NO", [b"[SERVERBUG] Internal error"]
            return ask(command, *args)

        box.client.uid = answer  # type: ignore[method-assign]
        try:
            door.read(mailbox, box)
        except Refused as refused:
            return str(refused)
    return ""


@pytest.mark.parametrize("parts", [("BODY",), ("BODY", "SIZE")])
def test_a_mail_that_the_server_will_not_give_stops_the_others_no_longer_than_three_readings(
    imap: Account, queue: Any, parts: tuple[str, ...]
) -> None:
    mailbox = make_mailbox(queue, imap)
    door.fetch(mailbox.pk)
    for number in range(3):
        imap.deliver(write(subject=f"{number}", message_id=f"<{number}@x.example>"))
    second = (Mailbox.objects.get().imap_last_uid or 0) + 2

    told = [(read_refusing(mailbox, second, *parts), subjects()) for _reading in range(4)]

    sentence = "O servidor respondeu “[SERVERBUG] Internal error”."
    assert told == [(sentence, ["0"])] * 2 + [("", ["0", "2"])] * 2
    fault = TaskFault.objects.get()
    assert (fault.undone, fault.error, fault.times) == (
        f"O servidor da caixa “{mailbox.name}” não nos entrega um e-mail da pasta “INBOX” (UID "
        f"{second}). Leia-o com um programa de e-mail e tire-o da pasta.",
        "MailboxFetchError",
        2,
    )
    assert door.fetch(mailbox.pk) == 1
    assert (subjects(), TaskFault.objects.count()) == (["0", "1", "2"], 0)
    assert imap.holds() == [("0", True), ("1", True), ("2", True)]


def test_what_the_server_would_not_give_and_people_took_away_is_missed_no_more(
    imap: Account, queue: Any
) -> None:
    mailbox = make_mailbox(queue, imap)
    door.fetch(mailbox.pk)
    imap.deliver(write())
    uid = (Mailbox.objects.get().imap_last_uid or 0) + 1
    for _reading in range(3):
        read_refusing(mailbox, uid, "BODY")
    assert TaskFault.objects.count() == 1
    with imap.signed_in() as box:
        box.delete([str(uid)])

    assert door.fetch(mailbox.pk) == 0

    assert (Mailbox.objects.get().imap_refused, TaskFault.objects.count()) == ({}, 0)


# --- What goes wrong -----------------------------------------------------------------------------


WRONG = [
    (
        {"imap_password": "errada"},
        "O servidor recusou o usuário ou a senha: “[AUTHENTICATIONFAILED] Invalid authentication "
        "credentials.”. Confira os dois.",
    ),
    ({"imap_password": ""}, "Falta a senha da caixa. Digite-a de novo."),
    (
        {"imap_host": "nenhum.invalid"},
        "O servidor “nenhum.invalid” não foi encontrado. Confira o nome.",
    ),
    (
        {"imap_folder": "Nada"},
        "A pasta “Nada” não existe no servidor. Confira o nome.",
    ),
]


@pytest.mark.parametrize(("wrong", "sentence"), WRONG)
def test_what_goes_wrong_is_said_on_the_mailbox(
    imap: Account, queue: Any, wrong: Any, sentence: str, caplog: Any
) -> None:
    mailbox = make_mailbox(queue, imap, **wrong)
    before = clock.now()

    assert door.fetch(mailbox.pk) == 0

    mailbox.refresh_from_db()
    assert (mailbox.last_error, mailbox.read_at) == (sentence, None)
    assert before <= mailbox.failing_since <= clock.now()
    assert PASSWORD not in caplog.text
    assert "errada" not in caplog.text
    with pytest.raises(Refused) as refused:
        door.try_out(mailbox)
    assert str(refused.value) == sentence


def test_TLS_where_there_is_none_is_told_by_its_port(imap: Account, queue: Any) -> None:
    mailbox = make_mailbox(queue, imap, imap_security=Security.TLS)

    with pytest.raises(Refused) as refused:
        door.try_out(mailbox)

    assert str(refused.value) == (
        f"A conexão TLS com “127.0.0.1”, porta {imap.server.port}, falhou. TLS usa em geral a "
        "porta 993, e STARTTLS a 143."
    )


def test_STARTTLS_where_there_is_none_is_refused(imap: Account, queue: Any) -> None:
    mailbox = make_mailbox(queue, imap, imap_security=Security.STARTTLS)

    with pytest.raises(Refused) as refused:
        door.try_out(mailbox)

    assert str(refused.value) == "O servidor não oferece STARTTLS. Escolha outra segurança."


def test_a_port_where_nobody_listens_is_told(imap: Account, queue: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]

    with pytest.raises(Refused) as refused:
        door.try_out(make_mailbox(queue, imap, imap_port=port))

    assert str(refused.value) == (
        f"“127.0.0.1” não atende na porta {port}. Confira a porta e a segurança."
    )


def test_what_is_mended_is_no_longer_said_and_lasts_from_the_first_failure(
    imap: Account, queue: Any
) -> None:
    mailbox = make_mailbox(queue, imap, imap_folder="Nada")
    door.fetch(mailbox.pk)
    since = Mailbox.objects.get().failing_since
    door.fetch(mailbox.pk)
    assert Mailbox.objects.get().failing_since == since

    Mailbox.objects.update(imap_folder="INBOX")
    door.fetch(mailbox.pk)

    mailbox.refresh_from_db()
    assert (mailbox.failing_since, mailbox.last_error) == (None, "")


def test_trying_out_says_what_is_there_and_changes_nothing(imap: Account, queue: Any) -> None:
    imap.deliver(write(subject="Um", message_id="<1@x.example>"))
    imap.deliver(write(subject="Dois", message_id="<2@x.example>"))
    mailbox = make_mailbox(
        queue, imap, imap_done_folder="Tratados", imap_password="segredo-da-caixa"
    )

    told = door.try_out(mailbox)

    assert told == (
        "Conexão feita: há 2 mensagens em “INBOX”. A pasta “Tratados” ainda não existe e será "
        "criada."
    )
    assert imap.holds() == [("Dois", False), ("Um", False)]


def test_a_password_with_accents_is_sent_too(imap: Account, queue: Any) -> None:
    mailbox = make_mailbox(queue, imap, imap_password="senhã")

    with pytest.raises(Refused) as refused:
        door.try_out(mailbox)

    assert refused.value.code == "imap_login"


# --- What dies on the way ------------------------------------------------------------------------


@contextmanager
def at_the_second_mail(act: Callable[[], None]) -> Iterator[None]:
    """Do `act` once, while the second mail is being stored."""
    seen = []

    def see(created: bool, **_: Any) -> None:
        seen.append(created)
        if len(seen) == 2:
            act()

    post_save.connect(see, InboundMail, weak=False, dispatch_uid="dies")
    yield
    post_save.disconnect(sender=InboundMail, dispatch_uid="dies")


@pytest.fixture(params=["", "Tratados"], ids=["marked", "moved"])
def dying(request: Any, mortal_imap: Account, queue: Any) -> Mailbox:
    """A mailbox with three new mails."""
    mailbox = make_mailbox(queue, mortal_imap, imap_done_folder=request.param)
    door.fetch(mailbox.pk)
    for number in range(3):
        mortal_imap.deliver(write(subject=f"{number}", message_id=f"<{number}@x.example>"))
    return mailbox


def test_when_the_server_dies_nothing_is_lost_and_nothing_doubled(
    dying: Mailbox, mortal_imap: Account
) -> None:
    was_read = Mailbox.objects.get().read_at

    with at_the_second_mail(mortal_imap.server.kill):
        door.fetch(dying.pk)

    dying.refresh_from_db()
    assert (dying.read_at, subjects()) == (was_read, ["0", "1"])
    assert dying.last_error.startswith("A conexão com “127.0.0.1” caiu")
    mortal_imap.server.start()
    mortal_imap.deliver(write(subject="3", message_id="<3@x.example>"))
    door.fetch(dying.pk)
    assert subjects() == ["0", "1", "2", "3"]
    put_away = mortal_imap.holds(dying.imap_done_folder or "INBOX")
    assert [subject for subject, _seen in put_away] == ["0", "1", "2", "3"]
    assert Mailbox.objects.get().last_error == ""


def test_when_the_reader_dies_nothing_is_lost_and_nothing_doubled(
    dying: Mailbox, mortal_imap: Account
) -> None:
    def die() -> None:
        raise SystemExit

    with at_the_second_mail(die), pytest.raises(SystemExit):
        door.fetch(dying.pk)

    assert subjects() == ["0"]
    door.fetch(dying.pk)
    assert subjects() == ["0", "1", "2"]


def test_when_the_reader_dies_before_it_remembers_nothing_doubles(dying: Mailbox) -> None:
    before = Mailbox.objects.get().imap_last_uid
    door.fetch(dying.pk)
    Mailbox.objects.update(imap_last_uid=before)

    door.fetch(dying.pk)

    assert subjects() == ["0", "1", "2"]
