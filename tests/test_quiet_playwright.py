"""A browser at work leaves the test's thread as free as it was (tests/quiet_playwright.py)."""

import asyncio

from asgiref.sync import async_to_sync
from playwright.sync_api import Page

from accounts.models import User


async def _three() -> int:
    return 3


def test_between_calls_of_the_browser_the_thread_has_no_loop(page: Page, live: str):
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.route("**/stub", lambda route: route.fulfill(body="stub"))

    page.goto(f"{live}/health/live")
    with page.expect_console_message() as waited:
        page.evaluate("fetch('/stub').then(answer => answer.text()).then(console.log)")

    assert (waited.value.text, said) == ("stub", ["stub"])
    assert (User.objects.count(), async_to_sync(_three)(), asyncio.run(_three())) == (0, 3, 3)
