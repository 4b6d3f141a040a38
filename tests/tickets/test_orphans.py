"""remove_orphan_files: one that stays stops no other and is told, and two at once do no harm."""

import io
import os
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.storage import FileSystemStorage, default_storage

from common.models import TaskFault
from tests.cast import at, by
from tests.tickets.test_tick import PNG
from tests.tickets.threads import at_once
from tickets import actions
from tickets.models import Attachment, Ticket
from tickets.tasks import remove_orphan_files

START = at("2026-11-13T10:00")
LATER = START + timedelta(hours=25)


class Stubborn(FileSystemStorage):
    """A store that keeps the files named in `kept`."""

    kept: set[str] = set()

    def delete(self, name: str) -> None:
        if name in self.kept:
            raise PermissionError(name)
        super().delete(name)


@pytest.fixture
def stubborn(settings: Any) -> Callable[..., None]:
    """`stubborn(path)` lets only the file at `path` stay, whoever removes it; none without."""

    def keep(*paths: str) -> None:
        Stubborn.kept = set(paths)
        settings.STORAGES = settings.STORAGES | {
            "default": {"BACKEND": f"{__name__}.{Stubborn.__name__}"}
        }

    return keep


@pytest.fixture(autouse=True)
def _media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def forgotten(user: Any, count: int) -> list[str]:
    """Where that many uploads of `user` lie, which no message took."""
    with time_machine.travel(START, tick=False):
        uploads = [
            actions.upload(user, "tela.png", io.BytesIO(PNG), len(PNG)) for _ in range(count)
        ]
    return [aged(upload.file.name) for upload in uploads]


def rowless(*names: str) -> list[str]:
    """Where old files lie that no row names."""
    return [aged(default_storage.save(f"attachments/{name}", io.BytesIO(PNG))) for name in names]


def aged(path: str) -> str:
    """A store's own clock is the real one."""
    os.utime(default_storage.path(path), (0, 0))
    return path


def left(paths: list[str]) -> list[str]:
    return [path for path in paths if default_storage.exists(path)]


@pytest.mark.parametrize("stays", ["upload", "rowless"])
def test_a_file_that_stays_stops_no_other_and_is_shown_to_staff(
    ana: Any, stubborn: Callable[..., None], stays: str
) -> None:
    paths = [*forgotten(ana, 2), *rowless("00/a", "00/b")]
    kept = paths[0] if stays == "upload" else paths[2]
    stubborn(kept)

    with time_machine.travel(LATER, tick=False):
        removed = [remove_orphan_files(), remove_orphan_files()]

    assert (removed, left(paths), Attachment.objects.count()) == ([3, 0], [kept], 0)
    fault = TaskFault.objects.get()
    assert (fault.task, fault.undone, fault.error) == (
        "tickets.tasks.remove_orphan_files",
        "Arquivos que ninguém enviou não puderam ser apagados: 1.",
        "PermissionError",
    )

    stubborn()
    with time_machine.travel(LATER, tick=False):
        assert remove_orphan_files() == 1
    assert (left(paths), TaskFault.objects.count()) == ([], 0)


@pytest.mark.django_db(transaction=True)
def test_two_at_once_remove_each_orphan_once_and_nothing_else(ticket: Ticket, ana: Any) -> None:
    paths = [*forgotten(ana, 20), *rowless(*(f"{n:02}/x" for n in range(20)))]
    sent = actions.upload(ana, "tela.png", io.BytesIO(PNG), len(PNG))
    actions.reply(ticket, by=by(ana), body="", files=[sent.key])

    with time_machine.travel(LATER, tick=False):
        at_once([remove_orphan_files] * 4)

    assert (left(paths), left([sent.file.name])) == ([], [sent.file.name])
    assert (list(Attachment.objects.all()), TaskFault.objects.count()) == ([sent], 0)
