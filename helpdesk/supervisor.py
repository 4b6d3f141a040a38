"""`make demo`: starts all that the product needs, watches over it, and stops it in order.

Started in the order of need: PostgreSQL and Valkey (unless DATABASE_URL and REDIS_URL name others),
the mailbox, migrations and data, then worker, beat and web. Stopped backwards, within 10 s.
"""

import argparse
import fcntl
import hashlib
import http.client
import os
import re
import secrets
import shutil
import signal
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

from helpdesk import embedded, environment, process
from helpdesk.embedded import CannotStartError
from helpdesk.environment import BASE_DIR
from helpdesk.process import Child

HOST = "127.0.0.1"
READY_SECONDS = 120
# First what serves people, then what keeps their data; who needs longer has a second or two more.
SERVICES_GRACE, SERVERS_GRACE = 4.0, 3.0
# One process of four threads; there is no other worker to get to know.
WORKER = ["-P", "threads", "-c", "4", "-l", "INFO", "--without-mingle", "--without-gossip"]
FIRST_PAUSE, LONGEST_PAUSE, SETTLED_SECONDS = 1.0, 30.0, 60.0
# Without one, nobody needs a process that stands by it; the beat's readings find a later one.
_IMAP_MAILBOX = "SELECT FROM inbox_mailbox WHERE is_active AND door = 'imap'"
_ERROR = re.compile(r"\b(ERROR|CRITICAL)\b")


class Asked(BaseException):
    """Ctrl-C, SIGTERM, or a terminal that went away: time to stop."""


class Demo:
    """One run of the demo over one data folder."""

    def __init__(self, data: Path, port: int) -> None:
        self.data, self.port = data, port
        self.run, self.logs = data / "run", data / "log"
        self.address = f"http://{HOST}:{port}"
        self.began = time.monotonic()
        self.servers: list[Child] = []
        self.services: list[Child] = []

    def start(self) -> None:
        """All the way to a product that answers "ready"."""
        for log in self.logs.glob("*.log"):
            log.unlink()
        self._refuse_a_busy_port()
        self._start_servers()
        self._prepare()
        self._start_services()
        self._wait_until_ready()

    def stop(self) -> None:
        """Everything, in order; nothing is left when this returns."""
        environment.running_demo().unlink(missing_ok=True)
        process.stop(self.services, grace=SERVICES_GRACE)
        process.stop(self.servers, grace=SERVERS_GRACE)

    def watch(self) -> None:
        """Start again what dies, after a pause that doubles; show the errors of the logs."""
        due: dict[str, float] = {}
        pauses: dict[str, float] = {}
        while True:
            for child in [*self.servers, *self.services]:
                code, now = child.exit_code(), time.monotonic()
                if code is None:
                    continue
                if child.name not in due:
                    settled = now - child.started > SETTLED_SECONDS
                    pause = FIRST_PAUSE if settled else pauses.get(child.name, FIRST_PAUSE)
                    due[child.name] = now + pause
                    pauses[child.name] = min(2 * pause, LONGEST_PAUSE)
                    self.say(f"{child.name} parou (código {code}) e volta em {pause:.0f} s")
                elif now >= due[child.name]:
                    del due[child.name]
                    child.start()
                    self.say(f"{child.name} voltou")
            self._show_errors()
            time.sleep(0.5)

    def say(self, sentence: str) -> None:
        """A line of progress, with the seconds since the start."""
        seconds = f"{time.monotonic() - self.began:4.1f}".replace(".", ",")
        tell(f"[{seconds} s] {sentence}")

    def _refuse_a_busy_port(self) -> None:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, self.port))
            except OSError:
                raise CannotStartError(
                    f"A porta {self.port} está ocupada. Escolha outra: make demo PORT=8001"
                ) from None

    def _start_servers(self) -> None:
        found: dict[str, str] = {}
        if "DATABASE_URL" not in os.environ:
            found["DATABASE_URL"] = self._serve(
                embedded.postgres(self.data / "pg", run=self.run, log=self._log("postgres"))
            )
            self.say("PostgreSQL pronto")
        if "REDIS_URL" not in os.environ:
            found["REDIS_URL"] = self._serve(
                embedded.valkey(self.data / "valkey", run=self.run, log=self._log("valkey"))
            )
            self.say("Valkey pronto")
        mail_port = str(_free_port())
        mailbox = [sys.executable, "-m", "helpdesk.mailsink", str(self.data / "caixa"), mail_port]
        self.servers.append(self._child("mailsink", mailbox))
        self.servers[-1].start()

        variables = found | {
            "DATA_DIR": str(self.data),
            "DEMO": "1",
            "DEBUG": "0",
            "SECRET_KEY": _secret(self.data / "secret"),
            "BASE_URL": self.address,
            "EMAIL_HOST": HOST,
            "EMAIL_PORT": mail_port,
        }
        os.environ |= variables
        environment.publish({**variables, **_given("DATABASE_URL", "REDIS_URL")})

    def _serve(self, server: embedded.Server) -> str:
        self.servers.append(server.child)
        server.start()
        return server.url

    def _log(self, name: str) -> Path:
        return self.logs / f"{name}.log"

    def _child(self, name: str, argv: list[str]) -> Child:
        return Child(name, argv, self.run, self._log(name))

    def _prepare(self) -> None:
        """Migrations and data; at the same time the static files, unless they are as they were."""
        jobs = [self._job("prepare", "banco de dados em dia")]
        stamp, fresh = self.data / "static.stamp", _static_sources()
        if not stamp.exists() or stamp.read_text() != fresh:
            jobs.append(self._job("collectstatic", "arquivos estáticos prontos", "--noinput"))
        while jobs:
            for child, done in list(jobs):
                code = child.exit_code()
                if code == 0:
                    jobs.remove((child, done))
                    self.services.remove(child)
                    process.stop([child], grace=0)
                    self.say(done)
                elif code is not None:
                    raise CannotStartError(f"{child.name} falhou:\n{child.last_words()}")
            time.sleep(0.05)
        stamp.write_text(fresh)

    def _job(self, command: str, done: str, *options: str) -> tuple[Child, str]:
        child = self._child(command, [sys.executable, "manage.py", command, *options])
        self.services.append(child)
        child.start()
        return child, done

    def _start_services(self) -> None:
        celery = [sys.executable, "-m", "celery", "-A", "helpdesk"]
        web = [sys.executable, "-m", "uvicorn", "helpdesk.asgi:application", "--lifespan", "off"]
        web += ["--host", HOST, "--port", str(self.port), "--timeout-graceful-shutdown", "3"]
        web += ["--no-access-log"]  # paths hold the tokens of surveys and of forgotten passwords
        self.services += [
            self._child("web", web),
            self._child("worker", [*celery, "worker", *WORKER]),
            self._child("beat", [*celery, "beat", "-s", str(self.data / "beat"), "--pidfile="]),
        ]
        if embedded.finds(os.environ["DATABASE_URL"], _IMAP_MAILBOX):
            watch = [sys.executable, "manage.py", "watch_mail"]
            self.services.append(self._child("watch", watch))
        for child in self.services:
            child.start()
        self.say("web, trabalhador e relógio a caminho")

    def _wait_until_ready(self) -> None:
        answer = ""
        while time.monotonic() - self.began < READY_SECONDS:
            for child in self.services:
                if child.exit_code() is not None:
                    raise CannotStartError(f"{child.name} não subiu:\n{child.last_words()}")
            with suppress(OSError, http.client.HTTPException):
                connection = http.client.HTTPConnection(HOST, self.port, timeout=10)
                connection.request("GET", "/health/ready")
                response = connection.getresponse()
                if response.status == 200:
                    for child in self.services:
                        child.new_lines()  # of what failed on the way, nothing is left to do
                    return
                answer = response.read().decode()
            time.sleep(0.2)
        raise CannotStartError(f"O Prazo não ficou pronto em {READY_SECONDS} s: {answer}")

    def _show_errors(self) -> None:
        for child in self.services:
            for line in child.new_lines():
                if _ERROR.search(line):
                    self.say(f"{child.name}: {line}")


def _given(*names: str) -> dict[str, str]:
    return {name: os.environ[name] for name in names}


def _secret(file: Path) -> str:
    """The installation's SECRET_KEY: the one given, else one made once and kept."""
    if given := os.environ.get("SECRET_KEY"):
        return given
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(48))
    return file.read_text()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _static_sources() -> str:
    """What collectstatic would collect: our files as they are, the packages' by their versions."""
    recipe = ("requirements/app.txt", "helpdesk/settings.py", "common/staticfiles.py")
    files = [BASE_DIR / name for name in recipe]
    for folder in ("static", "[a-z]*/static", "interfaces/*/static"):
        files += [file for top in BASE_DIR.glob(folder) for file in top.rglob("*")]
    facts = [f"{file} {file.stat().st_mtime_ns}" for file in sorted(files)]
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()


def tell(text: str) -> None:
    """Print, and carry on stopping even if the terminal is gone."""
    with suppress(OSError):
        print(text, flush=True)


@contextmanager
def _alone(data: Path) -> Iterator[None]:
    """No second supervisor over the same data; what a killed one left is stopped first."""
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    (data / "run").mkdir(exist_ok=True)
    (data / "log").mkdir(exist_ok=True)
    with (data / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotStartError(
                f"O Prazo já está rodando sobre {data}. Pare-o com Ctrl-C no terminal dele."
            ) from None
        process.stop_leftovers(data / "run")
        yield


SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def _ask(number: int, frame: FrameType | None) -> None:
    """The first signal stops us; the ones that follow would only disturb the stop.

    Nothing is printed here: the signal may have come in the middle of a print.
    """
    _ignore_signals()
    raise Asked


def _ignore_signals() -> None:
    for each in SIGNALS:
        signal.signal(each, signal.SIG_IGN)


def demo(data: Path, port: int) -> int:
    """Run until asked to stop; 1 when it could not start."""
    for each in SIGNALS:
        signal.signal(each, _ask)
    running = Demo(data, port)
    try:
        with _alone(data):
            try:
                running.start()
                _welcome(running)
                running.watch()
            except Asked:
                tell("Parando…")
                raise
            finally:
                _ignore_signals()
                running.stop()
    except Asked:
        tell("Tudo parado. Os dados ficaram; `make reset` os apaga.")
    except CannotStartError as problem:
        tell(str(problem))
        return 1
    return 0


def _welcome(running: Demo) -> None:
    from helpdesk.demo import SIGN_INS

    running.say("pronto")
    tell(f"\nO Prazo está em {running.address}\n")
    for role, email, password in SIGN_INS:
        tell(f"  {role:<28} {email:<36} {password}")
    tell(f"\nAs cartas enviadas aparecem em {running.address}/caixa/. Ctrl-C para tudo.\n")


def reset(data: Path) -> int:
    """Remove everything that the demo wrote."""
    try:
        with _alone(data):
            shutil.rmtree(data)
    except CannotStartError as problem:
        tell(str(problem))
        return 1
    tell("Tudo apagado. O próximo `make demo` começa do zero.")
    return 0


def main() -> int:
    """`python -m helpdesk.supervisor [demo|reset] [--port 8000]`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("action", choices=["demo", "reset"])
    parser.add_argument("--port", type=int, default=8000)
    options = parser.parse_args()
    data = environment.data_dir()
    return demo(data, options.port) if options.action == "demo" else reset(data)


if __name__ == "__main__":
    sys.exit(main())
