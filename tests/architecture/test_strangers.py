"""R1: no address that names a row goes without a test of what strangers get there."""

from collections.abc import Iterable, Iterator
from importlib import import_module
from typing import Any

import pytest
from django.urls import URLResolver, get_resolver

# The modules that test each app's addresses with strangers; their ENDPOINTS are their URL names.
TESTED_IN = {
    "api": "tests.api.test_ticket",
    "company": "tests.company.test_figures tests.company.test_strangers",
    "desk": "tests.desk.test_strangers tests.desk.test_known_strangers",
    "help_center": "tests.help_center.test_strangers",
    "inbox": "tests.inbox.test_caixa",
    "mail": "tests.inbox.test_mail_strangers",
    "portal": "tests.portal.test_strangers tests.portal.test_known tests.portal.test_suggestions",
    "web": "tests.web.test_photos tests.web.test_strangers",
}
NAMES_A_ROW = {"key", "number", "pk", "slug"}


def addresses(
    patterns: Iterable[Any], app: str = "", asked: frozenset[str] = frozenset()
) -> Iterator[tuple[str, str]]:
    """App and name of each URL that names a row; the admin and the sign-in have their own rules."""
    for each in patterns:
        takes = asked | set(each.pattern.converters)
        if isinstance(each, URLResolver):
            yield from addresses(each.url_patterns, each.namespace or app, takes)
        elif app not in ("", "admin") and takes & NAMES_A_ROW:
            yield app, each.name


def named() -> set[tuple[str, str]]:
    return {
        (app, name)
        for app, modules in TESTED_IN.items()
        for module in modules.split()
        for name in import_module(module).ENDPOINTS
    }


def test_R1_every_address_that_names_a_row_is_tested_with_strangers() -> None:
    found = set(addresses(get_resolver("tests.helpdesk.demo_urls").url_patterns))

    forgotten = [
        f"{app}:{name} – show that strangers get 404 there, in "
        + (TESTED_IN.get(app) or f"a test module of its own, named for {app!r} in {__name__}")
        + ", and put its name into that module's ENDPOINTS"
        for app, name in sorted(found - named())
    ]
    if forgotten:
        pytest.fail("\n".join(forgotten), pytrace=False)
    assert named() - found == set()  # none is named that there is not
