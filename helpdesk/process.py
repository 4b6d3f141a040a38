"""A child process that never outlives its parent; what it runs is the caller's affair."""

import ctypes
import os
import pwd
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from helpdesk.environment import BASE_DIR

LINUX = sys.platform == "linux"
_libc = ctypes.CDLL(None)
_PR_SET_PDEATHSIG = 1


@dataclass
class Child:
    """One program: its command, its log, and the signal that asks it to end.

    Start it from the main thread: Linux sends `stop_signal` when the thread that started it ends,
    so that even a killed supervisor leaves nothing. Elsewhere the next start stops what is left,
    by the file that each child has in `run`.
    """

    name: str
    argv: Sequence[str]
    run: Path
    log: Path
    env: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    user: str | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    popen: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    _shown: int = 0

    def start(self) -> None:
        """Start it in a session of its own, where no Ctrl-C of the terminal reaches it."""
        parent = os.getpid()

        def die_with_parent() -> None:
            _libc.prctl(_PR_SET_PDEATHSIG, self.stop_signal)
            if os.getppid() != parent:
                os._exit(1)

        owner = pwd.getpwnam(self.user) if self.user else None
        with self.log.open("ab") as log:
            self.popen = subprocess.Popen(  # noqa: S603 - our own commands, no shell
                self.argv,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=BASE_DIR,
                env=self.env,
                start_new_session=True,
                user=owner and owner.pw_uid,
                group=owner and owner.pw_gid,
                extra_groups=[] if owner else None,
                preexec_fn=die_with_parent if LINUX else None,
            )
        self.started = time.monotonic()
        self._pid_file.write_text(f"{self.popen.pid} {birth(self.popen.pid)}")

    @property
    def _pid_file(self) -> Path:
        return self.run / f"{self.name}.pid"

    def exit_code(self) -> int | None:
        """None while it runs."""
        return self.popen.poll() if self.popen else 0

    def new_lines(self) -> list[str]:
        """What its log has gained since the last call."""
        with self.log.open("rb") as log:
            log.seek(self._shown)
            text = log.read()
            self._shown += len(text)
        return text.decode(errors="replace").splitlines()

    def last_words(self, lines: int = 20) -> str:
        """The end of its log, for a sentence about its failure."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])


def stop(children: Sequence[Child], *, grace: float) -> None:
    """Ask all of them to end, at once; after `grace` seconds insist."""
    running = {child.popen.pid: child for child in children if child.popen}
    for child in running.values():
        if child.popen and child.exit_code() is None:
            child.popen.send_signal(child.stop_signal)
    _wait_or_insist(running, lambda pid: running[pid].exit_code() is not None, grace)
    for child in running.values():
        child._pid_file.unlink(missing_ok=True)
        child.popen = None


def stop_leftovers(run: Path, *, grace: float = 10) -> None:
    """End the children of a supervisor that was killed, and wait until they are gone."""
    born: dict[int, str] = {}
    for file in run.glob("*.pid"):
        number, _, since = file.read_text().partition(" ")
        if number and birth(int(number)) == since:
            born[int(number)] = since
            # SIGINT is what PostgreSQL calls a fast stop; to the others it is a Ctrl-C.
            os.kill(int(number), signal.SIGINT)
    _wait_or_insist(born, lambda pid: birth(pid) != born[pid], grace)
    for file in run.glob("*.pid"):
        file.unlink()


def _wait_or_insist(pids: Iterable[int], gone: Callable[[int], bool], grace: float) -> None:
    """Wait until all are gone: `grace` seconds, then SIGQUIT, a second later SIGKILL.

    To PostgreSQL, SIGQUIT is an immediate stop: it loses nothing and, unlike SIGKILL, leaves no
    lock. Each pid leads a group of its own.
    """
    left = set(pids)
    for insist, seconds in ((signal.SIGQUIT, grace), (signal.SIGKILL, 1.0), (None, 1.0)):
        deadline = time.monotonic() + seconds
        while left := {pid for pid in left if not gone(pid)}:
            if time.monotonic() >= deadline:
                break
            time.sleep(0.02)
        for pid in left:
            if insist:
                with suppress(ProcessLookupError):
                    os.killpg(pid, insist)


def birth(pid: int) -> str | None:
    """When a process began, which with its number names it for good; None if it is gone."""
    if LINUX:
        try:
            stat = Path(f"/proc/{pid}/stat").read_text()
        except OSError:
            return None
        state, *fields = stat.rpartition(")")[2].split()
        return None if state == "Z" else fields[18]
    ps = subprocess.run(  # noqa: S603 - a fixed command and a number
        ["/bin/ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return ps.stdout.strip() or None
