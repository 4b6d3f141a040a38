"""`make bench-mail`: how fast mail becomes tickets, over real servers and two real workers.

Two IMAP mailboxes of a thousand messages of 100 KB each are read, stored and placed by two Celery
worker processes over PostgreSQL and Valkey. Half are new tickets, half are replies. The floor is
the time that PostgreSQL takes, in the same run, only to keep the same bytes, row by row.
"""

import argparse
import os
import random
import secrets
import shutil
import socket
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

from helpdesk import embedded, process
from helpdesk.process import Child

WORKERS, SENDERS = 2, 50
LEAST_A_SECOND, MOST_MEGABYTES = 25.0, 300
FILE_BYTES = 70_000
USER, PASSWORD = "suporte", secrets.token_urlsafe(9)


def main() -> int:
    """0 if the targets were reached, else 1."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=1000, help="em cada caixa")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="prazo-bench-"))
    with _servers(folder) as ports:
        return _measured(folder, ports, options.messages)


@contextmanager
def _servers(folder: Path) -> Iterator[tuple[Sequence[int], list[Child]]]:
    """PostgreSQL, Valkey, the mail server of the letters, an IMAP server for each mailbox."""
    (folder / "run").mkdir()
    started: list[Child] = []
    try:
        postgres = embedded.postgres(folder / "pg", run=folder / "run", log=folder / "postgres.log")
        valkey = embedded.valkey(folder / "valkey", run=folder / "run", log=folder / "valkey.log")
        for server in (postgres, valkey):
            started.append(server.child)
            server.start()
        smtp, *ports = (_free_port() for _ in range(3))
        sink = [sys.executable, "-m", "helpdesk.mailsink", str(folder / "caixa"), str(smtp)]
        started.append(Child("mailsink", sink, folder / "run", folder / "mailsink.log"))
        for port in ports:
            started.append(Child(f"imap-{port}", _imap(port), folder / "run", folder / "imap.log"))
        for child in started[2:]:
            child.start()
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "helpdesk.settings",
            "SECRET_KEY": secrets.token_urlsafe(32),
            "DATABASE_URL": postgres.url,
            "REDIS_URL": valkey.url,
            "DATA_DIR": str(folder / "data"),
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": str(smtp),
        }
        yield ports, started
    finally:
        process.stop(started, grace=5)
        shutil.rmtree(folder)


def _imap(port: int) -> list[str]:
    argv = [sys.executable, "-c", "from pymap.main import main; main()", "--no-tls"]
    argv += ["--no-service", "admin", "--host", "127.0.0.1", "--port", str(port)]
    return [*argv, "dict", "--demo-user", USER, "--demo-password", PASSWORD]


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def _measured(folder: Path, servers: tuple[Sequence[int], list[Child]], messages: int) -> int:
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    ports, started = servers
    addresses = _seed(ports)
    _read_once()
    mails = [list(_mails(box, addresses, messages)) for box in range(len(ports))]
    for port, each in zip(ports, mails, strict=True):
        _deliver(port, each)
    workers = _workers(folder, started)
    count, size = messages * len(ports), sum(len(raw) for each in mails for raw in each)
    _say(f"{count} e-mails de {size / count / 1000:.0f} KB em {len(ports)} caixas IMAP.")

    before = _cpu(started)
    seconds = _placed_in(count)
    cpu = _cpu(started) - before
    _tell_outcomes()
    megabytes = [_peak(each) for each in workers]
    floor = _floor([raw for each in mails for raw in each])
    speed = count / seconds
    _say(f"Recebidos e tratados em {seconds:.1f} s: {speed:.1f} por segundo.")
    _say(
        f"Todos os processos juntos usaram {1000 * cpu / count:.0f} ms de CPU por e-mail: dois "
        f"núcleos só deles dariam {2 * count / cpu:.0f} por segundo."
    )
    _say(f"Só gravar os mesmos bytes leva {floor:.1f} s: {seconds / floor:.1f} vezes menos.")
    _say("Memória de cada trabalhador, no pico: " + ", ".join(f"{each} MB" for each in megabytes))
    reached = speed >= LEAST_A_SECOND and max(megabytes) < MOST_MEGABYTES
    goals = f"metas: {LEAST_A_SECOND:.0f} por segundo, menos de {MOST_MEGABYTES} MB"
    _say(f"{'Alcançadas' if reached else 'NÃO alcançadas'} as {goals}.")
    return 0 if reached else 1


def _seed(ports: Sequence[int]) -> list[str]:
    """A customer, its people, a queue, a mailbox for each port, and a ticket of each person's;
    the addresses to which answers to those go."""
    from accounts.models import Membership, Organization, User
    from calendars.models import Calendar
    from catalog.models import Product
    from interfaces.inbox.models import Door, Mailbox, Security
    from tickets import actions, correspondence
    from tickets.actors import Actor
    from tickets.models import Channel, Queue, QueuePolicy

    queue = Queue.objects.create(name="Suporte")
    QueuePolicy.objects.create(queue=queue, calendar=Calendar.objects.create(name="SP", uf="SP"))
    product = Product.objects.create(name="Produto")
    organization = Organization.objects.create(name="Cliente")
    for number, port in enumerate(ports):
        Mailbox.objects.create(
            name=f"Caixa {number}",
            address=f"caixa{number}@prazo.example",
            queue=queue,
            product=product,
            door=Door.IMAP,
            imap_host="127.0.0.1",
            imap_port=port,
            imap_security=Security.NONE,
            imap_user=USER,
            imap_password=PASSWORD,
            imap_done_folder="Tratados",
        )
    addresses = []
    for number in range(SENDERS):
        person = User.objects.create_user(_sender(number), f"Pessoa {number}")
        Membership.objects.create(user=person, organization=organization)
        event = actions.open_ticket(
            by=Actor(person, Channel.PORTAL),
            organization=organization,
            product=product,
            title="NF-e rejeitada",
            body="Ao retransmitir, a SEFAZ rejeita a nota.",
            queue=queue,
        )
        addresses.append(correspondence.reply_address(event.ticket.number))
    return addresses


def _sender(number: int) -> str:
    return f"pessoa{number}@cliente.example"


def _read_once() -> None:
    """The first connection, which imports nothing."""
    from interfaces.inbox import imap

    for mailbox in imap.readable():
        imap.fetch(mailbox.pk)


def _mails(box: int, addresses: Sequence[str], messages: int) -> Iterator[bytes]:
    """As mail programs write them: text, HTML, and a file; every second one is a reply."""
    some = random.Random(box)  # noqa: S311 - the same mails in each run
    words = [
        "nota",
        "fiscal",
        "rejeitada",
        "pela",
        "SEFAZ",
        "com",
        "o",
        "código",
        "539",
        "ao",
        "retransmitir",
        "ação",
        "é",
    ]
    for number in range(messages):
        sender = number % SENDERS
        text = "\n".join(" ".join(some.choices(words, k=12)) for _ in range(20))
        quoted = "\n".join(f"> {line}" for line in text.splitlines())
        mail = EmailMessage(policy=SMTP)
        mail["From"] = f"Pessoa {sender} <{_sender(sender)}>"
        mail["To"] = addresses[sender] if number % 2 else f"caixa{box}@prazo.example"
        mail["Subject"] = f"{'Re: ' if number % 2 else ''}NF-e rejeitada {number}"
        mail["Message-ID"] = f"<{box}.{number}@cliente.example>"
        mail.set_content(f"{text}\n\nEm 24/11/2026 10:00, Prazo escreveu:\n{quoted}\n")
        html = "".join(f"<p style='margin:0'>{line}</p>" for line in text.splitlines())
        mail.add_alternative(
            f"<html><body>{html}<div class='gmail_quote'>Em 24/11/2026 10:00, Prazo escreveu:"
            f"<blockquote>{html}</blockquote></div></body></html>",
            subtype="html",
        )
        mail.add_attachment(
            b"%PDF-1.7\n" + some.randbytes(FILE_BYTES),
            maintype="application",
            subtype="pdf",
            filename=f"nota-{number}.pdf",
        )
        yield mail.as_bytes()


def _deliver(port: int, mails: Sequence[bytes]) -> None:
    from imap_tools.mailbox import MailBoxUnencrypted

    with MailBoxUnencrypted("127.0.0.1", port, timeout=60).login(USER, PASSWORD) as box:
        for raw in mails:
            box.append(raw)


def _workers(folder: Path, started: list[Child]) -> list[Child]:
    """As many as the target has, each as `docker-compose.yml` starts it, and ready."""
    from helpdesk.celery import app

    argv = [sys.executable, "-m", "celery", "-A", "helpdesk", "worker", "-P", "threads", "-c", "4"]
    workers = []
    for number in range(WORKERS):
        name = f"worker-{number}"
        own = [*argv, "-n", f"{name}@%h", "-l", "WARNING"]
        worker = Child(name, own, folder / "run", folder / f"{name}.log")
        worker.start()
        started.append(worker)
        workers.append(worker)
    while len(app.control.ping(timeout=1) or []) < WORKERS:
        for worker in workers:
            if worker.exit_code() is not None:
                raise SystemExit(worker.last_words())
    return workers


def _placed_in(count: int) -> float:
    """Seconds from the beat's wake-up call until every mail is decided."""
    from interfaces.inbox import tasks
    from interfaces.inbox.models import InboundMail

    decided = InboundMail.objects.filter(placed_at__isnull=False)
    began = time.monotonic()
    tasks.fetch.delay()
    while (done := decided.count()) < count:
        if time.monotonic() - began > count:
            raise SystemExit(f"Só {done} de {count} e-mails foram tratados.")
        time.sleep(0.1)
    return time.monotonic() - began


def _tell_outcomes() -> None:
    from collections import Counter

    from interfaces.inbox.models import InboundMail

    found = Counter(InboundMail.objects.values_list("outcome", flat=True))
    _say("Resultados: " + ", ".join(f"{name} {count}" for name, count in sorted(found.items())))


def _peak(worker: Child) -> int:
    """The most memory that a process ever held, in MB."""
    assert worker.popen is not None  # noqa: S101 - it was started
    status = Path(f"/proc/{worker.popen.pid}/status").read_text()
    [line] = [each for each in status.splitlines() if each.startswith("VmHWM:")]
    return int(line.split()[1]) // 1024


def _cpu(started: Sequence[Child]) -> float:
    """Seconds of CPU that the processes have used, with all that they started."""
    ours = {each.popen.pid for each in started if each.popen}
    ticks = 0
    for file in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            # After the name: state, parent, …; the 14th to 17th fields of all are times.
            fields = file.read_text().rpartition(")")[2].split()
            if int(file.parent.name) in ours:
                ticks += sum(map(int, fields[11:15]))
            elif int(fields[1]) in ours:
                ticks += sum(map(int, fields[11:13]))
    return ticks / os.sysconf("SC_CLK_TCK")


def _floor(mails: Sequence[bytes]) -> float:
    """Seconds to insert each mail into a table of bytes, each committed by itself."""
    import psycopg2

    connection: Any = psycopg2.connect(os.environ["DATABASE_URL"])
    connection.autocommit = True
    cursor = connection.cursor()
    cursor.execute("CREATE TABLE only_bytes (raw bytea)")
    began = time.monotonic()
    for raw in mails:
        cursor.execute("INSERT INTO only_bytes VALUES (%s)", [raw])
    seconds = time.monotonic() - began
    connection.close()
    return seconds


def _say(sentence: str) -> None:
    print(sentence, flush=True)  # noqa: T201 - a program of the terminal


if __name__ == "__main__":
    sys.exit(main())
