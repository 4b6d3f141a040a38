"""A mail server that can be told to fail, a letter without tickets, and a way to promise it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from outbox.models import Delivery
from outbox.post import post


@pytest.fixture(autouse=True)
def letters_folder(settings: Any, tmp_path: Path) -> Path:
    """Letters of these tests: `news` and whatever a test writes into the folder returned."""
    own = [tmp_path / "letters", Path(__file__).parent / "letters"]
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [*settings.TEMPLATES[0]["DIRS"], *own]}]
    return own[0]


@pytest.fixture
def promise() -> Callable[..., Delivery]:
    """Promises the letter `news` to Ana; what a test cares about goes over it."""

    def promise(key: str = "news:1:ana", **more: Any) -> Delivery:
        values: dict[str, Any] = {
            "to": "ana@cliente.example",
            "name": "Ana Souza",
            "context": {"number": 1024, "title": "Nota rejeitada", "message": "Olá."},
        }
        return post(more.pop("letter", "news"), key=key, **{**values, **more})

    return promise


@pytest.fixture
def promise_access() -> Callable[..., Delivery]:
    """Promises Ana's access letter."""

    def promise_access(key: str = "access:1:ana", letter: str = "access_welcome") -> Delivery:
        return post(
            letter,
            key=key,
            to="ana@cliente.example",
            name="Ana Souza",
            context={"url": "https://x.example/s3gr3do", "days": 3},
            secret=True,
        )

    return promise_access


@pytest.fixture
def staff(client: Client) -> Client:
    """Fábio, who administers the installation."""
    from accounts.models import User

    client.force_login(User.objects.create_superuser("fabio@prazo.example", "Fábio", "segredo-1"))
    return client
