"""People at their browsers: signing in by the page, and what must never happen on the way."""

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

PASSWORD = "senha-de-teste"
FAILED = pytest.StashKey[bool]()


@dataclass
class Watch:
    """What the pages of one browser complained of."""

    errors: list[str] = field(default_factory=list)

    def over(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on(
            "console",
            lambda message: (
                self.errors.append(f"{message.text} {message.location}")
                if message.type in ("error", "warning")
                else None
            ),
        )


@pytest.fixture
def watch() -> Iterator[Watch]:
    """No console error, no CSP error, on any page of the journey."""
    watch = Watch()
    yield watch
    assert watch.errors == []


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, Any]:
    """Let the fixtures know how the test itself ended."""
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report


@pytest.fixture
def open_browser(
    live: str,
    browser: Browser,
    browser_context_args: dict[str, Any],
    watch: Watch,
    request: pytest.FixtureRequest,
    tmp_path: Path,
) -> Iterator[Callable[[dict[str, Any]], Page]]:
    """`open_browser({...})` is a fresh browser, with these options of a Playwright context."""
    contexts = []

    def open_one(options: dict[str, Any]) -> Page:
        context = browser.new_context(**{**browser_context_args, "base_url": live, **options})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        watch.over(page)
        return page

    yield open_one
    for number, context in enumerate(contexts):
        if request.node.stash.get(FAILED, False):
            context.pages[0].screenshot(path=tmp_path / f"{number}.png", full_page=True)
        context.close()


def sign_in(page: Page, person: Any) -> None:
    """By the page, with the password of the cast."""
    page.goto("/conta/login/")
    page.get_by_label("E-mail").fill(person.email)
    page.get_by_label("Senha", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Entrar").click()
    expect(page.get_by_role("button", name="Entrar")).to_have_count(0)


def accessible(page: Page) -> None:
    """axe finds nothing, WCAG 2.2 AA and best practice."""
    results = Axe().run(page, options={"preload": False})
    assert results.violations_count == 0, results.generate_report()
