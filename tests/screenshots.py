"""The pictures of the guides, taken of a fresh demonstration: `make screenshots`.

What is shown is said in `tests/shots.py`; each goes to `docs/images/guide/<name>.png`.
"""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from helpdesk.demo.sign_ins import PASSWORD
from tests import chromium
from tests.shots import PICTURES, SHOTS, Shot

ROOT = Path(__file__).parents[1]
READY_SECONDS = 180
# Enough for letters and lines; a page of text is then some 40 KB.
COLOURS = 96


def main() -> None:
    """Take all, or those whose names are given."""
    wanted = [shot for shot in SHOTS if shot.name in sys.argv[1:] or not sys.argv[1:]]
    PICTURES.mkdir(parents=True, exist_ok=True)
    with _demonstration() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.of_the_system(), args=list(chromium.FLAGS)
        )
        for shot in wanted:
            _take(browser, address, shot)
            print(shot.path.relative_to(ROOT), f"{shot.path.stat().st_size // 1024} KB")


@contextmanager
def _demonstration() -> Iterator[str]:
    """The address of a demo of its own, with new data; stopped and removed afterwards."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="prazo-") as folder:
        demo = subprocess.Popen(
            [sys.executable, "-m", "helpdesk.supervisor", "demo", "--port", str(port)],
            cwd=ROOT,
            env={**os.environ, "DATA_DIR": f"{folder}/data"},
            stdout=subprocess.DEVNULL,
        )
        try:
            _wait(f"http://127.0.0.1:{port}/health/ready", demo)
            yield f"http://127.0.0.1:{port}"
        finally:
            demo.terminate()
            demo.wait(timeout=30)


def _wait(url: str, demo: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until and demo.poll() is None:
        try:
            with urlopen(url, timeout=2):
                return
        except (URLError, OSError):
            time.sleep(0.5)
    raise SystemExit("A demonstração não começou; veja `make demo`.")


def _take(browser: Browser, address: str, shot: Shot) -> None:
    context = browser.new_context(
        base_url=address,
        viewport={"width": shot.width, "height": shot.height},
        color_scheme="light",
        reduced_motion="reduce",
        locale="pt-BR",
        timezone_id="America/Sao_Paulo",
    )
    page = context.new_page()
    if shot.who:
        _sign_in(page, shot.who)
    page.goto(shot.address)
    if shot.then is not None:
        shot.then(page)
    page.wait_for_load_state("networkidle")
    whole = shot.part is None and shot.whole
    seen = (
        page.locator(shot.part).first.screenshot()
        if shot.part
        else page.screenshot(full_page=whole)
    )
    picture = Image.open(BytesIO(seen)).convert("RGB").quantize(COLOURS)
    picture.save(shot.path, optimize=True)
    context.close()


def _sign_in(page: Page, who: str) -> None:
    page.goto("/conta/login/")
    page.get_by_label("E-mail").fill(who)
    page.get_by_label("Senha", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Entrar", exact=True).click()
    page.wait_for_url("**/")


if __name__ == "__main__":
    main()
