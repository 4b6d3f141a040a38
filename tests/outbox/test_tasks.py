"""outbox/tasks.py and ledger.py: a letter is delayed, never lost, and goes out once."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
import time_machine
from django.core.mail.backends.smtp import EmailBackend
from django.db import IntegrityError, connection, transaction

from helpdesk.process import Child
from outbox import ledger
from outbox.models import Delivery, State, real_now
from outbox.tasks import deliver, sweep
from tests.mail import MailServer

Promise = Callable[..., Delivery]

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Run the calls together, each in a thread with its own connection."""
    start = threading.Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        try:
            start.wait(timeout=10)
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def state(delivery: Delivery) -> tuple[str, int, str]:
    row = Delivery.objects.get(pk=delivery.pk)
    return row.state, row.attempts, row.last_error


def once_due(delivery: Delivery) -> time_machine.travel:
    """The real time at which the delivery may be tried again."""
    return time_machine.travel(Delivery.objects.get(pk=delivery.pk).next_try_at, tick=False)


def test_a_delivery_is_sent_and_says_so(promise: Promise, mail_server: MailServer) -> None:
    delivery = promise()

    deliver(delivery.pk)

    assert state(delivery) == (State.SENT, 1, "")
    assert [message["Message-ID"] for message in mail_server.taken] == [delivery.message_id]
    row = Delivery.objects.get()
    assert row.sent_at is not None
    assert row.context == {"number": 1024, "title": "Nota rejeitada", "message": "Olá."}


def test_L12_a_delivery_asked_for_again_is_sent_once(
    promise: Promise, mail_server: MailServer
) -> None:
    delivery = promise()

    deliver(delivery.pk)
    deliver(delivery.pk)
    swept = sweep()

    assert (len(mail_server.taken), swept) == (1, 0)


def test_L12_twenty_workers_at_once_send_one_letter(
    promise: Promise, mail_server: MailServer
) -> None:
    delivery = promise()

    at_once(*[lambda: deliver(delivery.pk)] * 20)

    assert len(mail_server.taken) == 1
    assert state(delivery) == (State.SENT, 1, "")


def test_two_sweeps_at_once_send_each_letter_once(
    promise: Promise, mail_server: MailServer
) -> None:
    sent = {promise(key=f"news:{n}:ana").message_id for n in range(30)}

    swept = at_once(sweep, sweep)

    assert sum(swept) == 30
    assert sorted(message["Message-ID"] for message in mail_server.taken) == sorted(sent)


def test_a_dead_server_delays_and_never_loses(promise: Promise, mail_server: MailServer) -> None:
    mail_server.stop()
    delivery = promise()

    deliver(delivery.pk)
    error = "Sem conexão com o servidor de e-mail (ConnectionRefusedError)."
    assert state(delivery) == (State.WAITING, 1, error)
    assert sweep() == 0

    with once_due(delivery):
        assert sweep() == 1
    assert state(delivery) == (State.WAITING, 2, error)

    mail_server.start()
    with once_due(delivery):
        assert sweep() == 1
    assert state(delivery) == (State.SENT, 3, "")
    assert [message["Message-ID"] for message in mail_server.taken] == [delivery.message_id]


def test_a_retry_is_the_same_message(promise: Promise, mail_server: MailServer) -> None:
    mail_server.data = ["451 4.3.0 agora não", "452 4.3.1 ainda não"]
    delivery = promise()

    deliver(delivery.pk)
    assert state(delivery) == (State.WAITING, 1, "O servidor adiou a mensagem (451 4.3.0).")
    for _ in range(2):
        with once_due(delivery):
            deliver(delivery.pk)

    assert state(delivery) == (State.SENT, 3, "")
    assert [message["Message-ID"] for message in mail_server.offered] == [delivery.message_id] * 3
    assert len({message["Date"] for message in mail_server.offered}) == 1


def test_a_greylisted_recipient_waits(promise: Promise, mail_server: MailServer) -> None:
    mail_server.rcpt = ["450 4.2.0 <ana@cliente.example> greylisted"]
    delivery = promise()

    deliver(delivery.pk)

    assert state(delivery) == (State.WAITING, 1, "O servidor adiou o destinatário (450 4.2.0).")


@pytest.mark.parametrize(
    ("rcpt", "data", "error"),
    [
        (["550 5.1.1 <ana@cliente.example> no such user"], [], "o destinatário (550 5.1.1)."),
        (["550 no such user"], [], "o destinatário (550)."),
        ([], ["554 5.7.1 spam https://x.example/s3gr3do"], "a mensagem (554 5.7.1)."),
    ],
)
def test_a_permanent_refusal_fails_at_once(
    promise: Promise, mail_server: MailServer, rcpt: list[str], data: list[str], error: str
) -> None:
    mail_server.rcpt, mail_server.data = rcpt, data
    delivery = promise()

    deliver(delivery.pk)

    assert state(delivery) == (State.FAILED, 1, f"O servidor recusou {error}")
    assert list(Delivery.objects.failed()) == [delivery]
    with time_machine.travel(real_now() + timedelta(days=30)):
        assert sweep() == 0


def test_a_refused_password_delays_every_letter_and_loses_none(
    promise: Promise, mail_server: MailServer, settings: Any
) -> None:
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "prazo", "errada"
    delivery = promise()

    deliver(delivery.pk)

    assert state(delivery) == (
        State.WAITING,
        1,
        "Sem conexão com o servidor de e-mail (SMTPNotSupportedError).",
    )


def test_after_five_days_it_gives_up(promise: Promise, mail_server: MailServer) -> None:
    mail_server.stop()
    delivery = promise()
    first_try = real_now()

    deliver(delivery.pk)
    while Delivery.objects.get().state == State.WAITING:
        given_up = Delivery.objects.get().next_try_at
        with once_due(delivery):
            deliver(delivery.pk)

    assert timedelta(days=4.5) < given_up - first_try < timedelta(days=5.5)
    assert state(delivery) == (
        State.FAILED,
        ledger.MOST_ATTEMPTS,
        "Desistimos após cinco dias. "
        "Sem conexão com o servidor de e-mail (ConnectionRefusedError).",
    )


def test_waits_grow_from_a_minute_to_four_hours() -> None:
    waits = [ledger.wait_after(n) for n in range(1, ledger.MOST_ATTEMPTS)]

    assert timedelta(seconds=54) <= waits[0] <= timedelta(seconds=66)
    assert waits[:8] == sorted(waits[:8])
    assert all(timedelta(hours=3.6) <= wait <= timedelta(hours=4.4) for wait in waits[8:])


def test_a_broken_letter_fails_and_is_not_tried_again(
    promise: Promise, mail_server: MailServer, letters_folder: Path
) -> None:
    folder = letters_folder / "emails" / "broken"
    folder.mkdir(parents=True)
    (folder / "subject.txt").write_text("{% if %}")
    broken, whole = promise(key="1", letter="broken"), promise(key="2")

    assert sweep() == 2

    assert state(broken) == (
        State.FAILED,
        1,
        "O modelo emails/broken/subject.txt tem um erro "
        "(TemplateSyntaxError: Unexpected end of expression in if tag.).",
    )
    assert state(whole) == (State.SENT, 1, "")
    assert sweep() == 0


def test_a_worker_killed_while_it_sends_loses_no_letter(
    promise_access: Promise, mail_server: MailServer, start_worker: Callable[..., Child]
) -> None:
    mail_server.data = [mail_server.HOLD]
    worker = start_worker(EMAIL_HOST="127.0.0.1", EMAIL_PORT=str(mail_server.port))
    delivery = promise_access()
    assert mail_server.glimpse.acquire(timeout=30)

    assert worker.popen is not None
    worker.popen.kill()
    swept_early = sweep()
    with time_machine.travel(real_now() + ledger.LEASE, tick=False):
        swept_later = sweep()

    assert (swept_early, swept_later) == (0, 1)
    assert state(delivery) == (State.SENT, 2, "")
    assert [message["Message-ID"] for message in mail_server.offered] == [delivery.message_id] * 2
    assert len(mail_server.taken) == 1


def test_a_killed_workers_letter_comes_back_when_its_lease_is_over(
    promise: Promise, mail_server: MailServer
) -> None:
    delivery = promise()
    assert ledger.claim(delivery.pk) == delivery  # and there the worker died

    swept_early = sweep()
    with time_machine.travel(real_now() + ledger.LEASE, tick=False):
        swept_later = sweep()

    assert (swept_early, swept_later) == (0, 1)
    assert state(delivery) == (State.SENT, 2, "")
    assert [message["Message-ID"] for message in mail_server.taken] == [delivery.message_id]


class SlowToOpen(EmailBackend):
    """A mail server that is ready only after a whole lease, when others have come by."""

    meanwhile: ClassVar[list[Callable[[], Any]]] = []

    def open(self) -> bool | None:
        opened = super().open()
        with time_machine.travel(real_now() + ledger.LEASE, tick=False):
            while self.meanwhile:
                self.meanwhile.pop()()
        return opened


def test_L12_a_worker_that_outlives_its_lease_sends_nothing(
    promise: Promise, mail_server: MailServer, settings: Any
) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.SlowToOpen"
    delivery = promise()
    SlowToOpen.meanwhile = [sweep]

    deliver(delivery.pk)

    assert state(delivery) == (State.SENT, 2, "")
    assert [message["Message-ID"] for message in mail_server.taken] == [delivery.message_id]


def test_L10_a_letter_withdrawn_while_the_server_was_not_ready_stays(
    promise: Promise, mail_server: MailServer, settings: Any
) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.SlowToOpen"
    delivery = promise(topic="t")
    SlowToOpen.meanwhile = [lambda: ledger.cancel(topic="t", letters=["news"])]

    deliver(delivery.pk)

    assert state(delivery) == (State.CANCELLED, 1, "")
    assert mail_server.offered == []


def test_a_lease_is_renewed_for_as_long_as_the_server_may_keep_us_waiting(
    promise: Promise, settings: Any
) -> None:
    early = ledger.claim(promise().pk)
    assert early is not None

    with time_machine.travel(real_now() + ledger.LEASE * 0.9, tick=False):
        renewed, until = ledger.renew(early), real_now() + ledger.LEASE

    assert (renewed, Delivery.objects.get().claimed_until) == (True, until)
    assert timedelta(seconds=settings.EMAIL_TIMEOUT) * ledger.LONGEST_DIALOGUE < ledger.LEASE


def test_a_letter_that_kills_its_workers_ends_too(
    promise: Promise, mail_server: MailServer
) -> None:
    delivery = promise()
    Delivery.objects.update(attempts=ledger.MOST_ATTEMPTS)

    deliver(delivery.pk)

    assert state(delivery) == (
        State.FAILED,
        ledger.MOST_ATTEMPTS + 1,
        "O envio foi interrompido vezes demais.",
    )
    assert mail_server.offered == []


def test_a_worker_that_lost_its_claim_changes_nothing_but_a_letter_sent_is_sent(
    promise: Promise,
) -> None:
    slow = ledger.claim(promise().pk)
    assert slow is not None
    with time_machine.travel(real_now() + ledger.LEASE, tick=False):
        other = ledger.claim(slow.pk)
    assert other is not None

    ledger.postponed(slow, "Sem conexão.")
    ledger.failed(slow, "Recusada.")
    assert state(slow) == (State.SENDING, 2, "")

    ledger.sent(slow)
    ledger.failed(other, "Recusada.")
    assert state(slow) == (State.SENT, 2, "")


def test_access_letters_go_first(
    promise: Promise, promise_access: Promise, mail_server: MailServer
) -> None:
    for n in range(3):
        promise(key=f"news:{n}:ana")
    access = promise_access()

    sweep()

    assert mail_server.taken[0]["Message-ID"] == access.message_id


def test_a_sweep_ends_early_while_the_server_is_away(
    promise: Promise, mail_server: MailServer
) -> None:
    mail_server.stop()
    for n in range(10):
        promise(key=f"news:{n}:ana")

    assert sweep() == 3

    mail_server.start()
    assert sweep() == 7


def test_a_bad_row_never_stops_the_rest(promise: Promise, mail_server: MailServer) -> None:
    mail_server.rcpt = ["550 5.1.1 no", "450 4.2.0 later", "550 5.1.1 no", "450 4.2.0 later"]
    for n in range(6):
        promise(key=f"news:{n}:ana")

    assert sweep() == 6
    assert len(mail_server.taken) == 2


@pytest.fixture
def _unsettled_row() -> Iterator[None]:
    """A row that the database lets nobody mark as sent."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION refuse() RETURNS trigger AS "
            "$$ BEGIN RAISE EXCEPTION 'no'; END $$ LANGUAGE plpgsql;"
            "CREATE TRIGGER refuse BEFORE UPDATE ON outbox_delivery FOR EACH ROW "
            "WHEN (NEW.key = 'bad' AND NEW.state = 'sent') EXECUTE FUNCTION refuse();"
        )
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP FUNCTION refuse CASCADE")


@pytest.mark.usefixtures("_unsettled_row")
def test_a_row_that_cannot_be_settled_never_stops_the_rest(
    promise: Promise, mail_server: MailServer
) -> None:
    bad, good = promise(key="bad"), promise(key="good")

    assert sweep() == 2

    assert state(bad) == (State.SENDING, 1, "")
    assert state(good) == (State.SENT, 1, "")


def test_a_secret_is_erased_once_sent(promise_access: Promise, mail_server: MailServer) -> None:
    delivery = promise_access()

    deliver(delivery.pk)

    body = mail_server.taken[0].get_body(("plain",))
    assert body is not None
    assert "https://x.example/s3gr3do" in body.get_content()
    assert Delivery.objects.get().context == {}
    assert state(delivery) == (State.SENT, 1, "")


def test_a_secret_waits_with_its_link_and_fails_without_it(
    promise_access: Promise, mail_server: MailServer
) -> None:
    mail_server.rcpt = ["450 4.2.0 later", "550 5.1.1 no"]
    delivery = promise_access()

    deliver(delivery.pk)
    assert Delivery.objects.get().context["url"] == "https://x.example/s3gr3do"

    with once_due(delivery):
        deliver(delivery.pk)
    assert Delivery.objects.get().context == {}
    assert ledger.try_again(Delivery.objects.all()) == 0


def test_the_database_keeps_no_secret_of_a_letter_that_is_over(promise_access: Promise) -> None:
    promise_access()

    with pytest.raises(IntegrityError, match="delivery_secret_is_erased"), transaction.atomic():
        Delivery.objects.update(state=State.SENT, sent_at=real_now())


def test_L10_a_reminder_that_has_not_gone_out_can_be_withdrawn(
    promise: Promise, mail_server: MailServer
) -> None:
    reminder = promise(key="1", topic="ticket:1024")
    of_another = promise(key="2", topic="ticket:1025")

    withdrawn = ledger.cancel(topic="ticket:1024", letters=["news"])
    again = ledger.cancel(topic="ticket:1024", letters=["news"])
    sweep()

    assert (withdrawn, again) == (1, 0)
    assert state(reminder) == (State.CANCELLED, 0, "")
    assert state(of_another) == (State.SENT, 1, "")
    assert len(mail_server.taken) == 1


def test_a_letter_withdrawn_in_a_workers_hands_is_told_as_it_ends(promise: Promise) -> None:
    went_out, came_back = promise(key="1", topic="t"), promise(key="2", topic="t")
    in_hands = [ledger.claim(went_out.pk), ledger.claim(came_back.pk)]
    assert ledger.cancel(topic="t", letters=["news"]) == 2

    ledger.sent(in_hands[0])
    ledger.postponed(in_hands[1], "Sem conexão.")

    assert state(went_out) == (State.SENT, 1, "")
    assert state(came_back) == (State.CANCELLED, 1, "")


def test_a_failed_letter_can_be_tried_again(promise: Promise, mail_server: MailServer) -> None:
    mail_server.rcpt = ["550 5.1.1 no"]
    delivery = promise()
    deliver(delivery.pk)

    assert ledger.try_again(Delivery.objects.all()) == 1
    assert state(delivery) == (State.WAITING, 0, "")
    sweep()

    assert state(delivery) == (State.SENT, 1, "")
    assert ledger.try_again(Delivery.objects.all()) == 0
