"""Programs that call the API as the people of the cast, over a session, with CSRF enforced."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.middleware.csrf import get_token
from django.test import Client, RequestFactory

from tickets import events

TICKETS = "/api/v1/tickets/"


class Program:
    """A client signed in as one person, or as nobody."""

    def __init__(self, person: Any = None, *, csrf: bool = True) -> None:
        self.client = Client(enforce_csrf_checks=True)
        self.headers: dict[str, str] = {}
        if person is not None:
            self.client.force_login(person)
        if csrf:
            token = get_token(RequestFactory().get("/"))
            self.client.cookies["csrftoken"] = token
            self.headers["X-CSRFToken"] = token

    def get(self, url: str, **query: Any) -> Any:
        return self.client.get(url, query)

    def post(self, url: str, data: dict[str, Any], *, key: str = "", form: bool = False) -> Any:
        """As JSON, or as multipart `form`; `key` is the Idempotency-Key."""
        headers = self.headers | ({"Idempotency-Key": key} if key else {})
        kind = {} if form else {"content_type": "application/json"}
        return self.client.post(url, data, headers=headers, **kind)


@pytest.fixture
def as_person() -> Callable[..., Program]:
    return Program


@pytest.fixture(autouse=True)
def _nobody_follows(settings: Any, tmp_path: Any) -> Iterator[None]:
    """The API is tested alone; what follows has tests of its own."""
    settings.TICKET_FOLLOWERS = []
    settings.MEDIA_ROOT = tmp_path
    events.followers.cache_clear()
    yield
    events.followers.cache_clear()


def problem(answer: Any) -> tuple[int, str, str]:
    """What went wrong, from a whole answer of application/problem+json."""
    assert answer["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == answer.status_code
    return answer.status_code, body["code"], body["detail"]
