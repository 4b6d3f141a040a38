"""The browser of the tests: found, else installed; `python -m tests.chromium` says where it is."""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--no-first-run",
)


def of_the_system() -> str | None:
    """The browser that CHROMIUM names, else one in the PATH; None leaves Playwright its own."""
    named = os.environ.get("CHROMIUM")
    candidates = [named] if named else map(shutil.which, NAMES)
    return next((path for path in candidates if path and _works(path)), None)


def find() -> str | None:
    """The browser that the tests will run, or None."""
    if path := of_the_system():
        return path
    path = _of_playwright()
    return path if _works(path) and "CHROMIUM" not in os.environ else None


def install() -> None:
    """Try Debian's package as root, then Playwright's download; what fails is said on stderr."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        _run("apt-get", "update", "-q")
        _run("apt-get", "install", "-qy", "--no-install-recommends", "chromium")
    if find() is None:
        _run(sys.executable, "-m", "playwright", "install", "chromium")


def main() -> int:
    """Print the browser's path; 1 with a sentence when there is none to be had."""
    path = find()
    if path is None and "CHROMIUM" not in os.environ:
        print("Instalando o Chromium para os testes…", file=sys.stderr)
        install()
        path = find()
    if path is None:
        print(
            "Não há Chromium para os testes. Instale o pacote chromium do seu sistema, "
            "ou diga onde ele está: CHROMIUM=/caminho/do/chromium make test",
            file=sys.stderr,
        )
        return 1
    print(path)
    return 0


def _of_playwright() -> str:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


def _works(path: str) -> bool:
    """Ubuntu's chromium is a stub of snap, which fails where snap does not run."""
    try:
        return subprocess.run([path, "--version"], capture_output=True, timeout=60).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _run(*argv: str) -> None:
    subprocess.run(argv, stdout=sys.stderr, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"})


if __name__ == "__main__":
    sys.exit(main())
