"""`/caixa/` in a real browser: a letter in its frame runs nothing, and its answer lands."""

import mailbox
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from outbox import letters
from outbox.models import Delivery
from tests.cast import by
from tickets import actions

pytestmark = pytest.mark.urls("tests.inbox.urls")


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])
def test_a_letter_is_read_and_answered(
    width: int,
    scheme: str,
    live: str,
    new_context: Any,
    ticket: Any,
    elisa: Any,
    settings: Any,
    tmp_path: Path,
    use_followers: Callable[..., None],
) -> None:
    settings.DEMO, settings.DATA_DIR = True, tmp_path
    use_followers("notifications.followers.follow")
    actions.request_information(
        ticket, by=by(elisa), body=f"Veja {live}/prazos/ <script>alert(1)</script>"
    )
    delivery = Delivery.objects.get(to_address="ana@serraazul.example")
    mailbox.Maildir(tmp_path / "caixa").add(letters.write(delivery).message().as_bytes())
    context = new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text))

    page.goto(f"{live}/caixa/")
    violations = [each["id"] for each in Axe().run(page).response["violations"]]
    page.locator(".ticket__title a").click()
    heading = page.frame_locator("iframe").locator("h1").inner_text()
    violations += [each["id"] for each in Axe().run(page).response["violations"]]
    sideways = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    page.get_by_label("O que escrever").fill("Versão 12.1.33.")
    page.get_by_role("button", name="Enviar resposta").click()
    landed = page.locator("#resposta a").inner_text()

    assert (heading, landed) == (ticket.title, str(ticket))
    assert ticket.messages.last().body_text == "Versão 12.1.33."
    assert (complaints, violations, sideways) == ([], [], False)
