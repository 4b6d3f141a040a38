"""Standing by IMAP mailboxes whose servers tell of new mail (IDLE, RFC 2177), to read it at once.

Without this the beat's readings do, within a minute.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event, Thread

from django.db import DatabaseError, close_old_connections
from imap_tools.errors import MailboxTaggedResponseError
from imap_tools.mailbox import BaseMailBox

from interfaces.inbox import imap
from interfaces.inbox.models import Mailbox
from tickets.errors import Refused

log = logging.getLogger(__name__)

# Seconds. How soon a mailbox that was added, changed or switched off is noticed; how long a server
# is left alone after a failure, at first and at most; how long one IDLE lasts, of 29 minutes.
LOOK_AGAIN, FIRST_PAUSE, LONGEST_PAUSE, ONE_IDLE = 30.0, 1.0, 300.0, 20 * 60.0
_ONE_LOOK = 1.0

_Server = tuple[object, ...]


@dataclass
class Watcher:
    """One thread beside one mailbox, as its settings were when it began."""

    mailbox_id: int
    server: _Server
    over: Event = field(default_factory=Event)

    def start(self) -> None:
        self.thread = Thread(
            target=stay,
            name=f"mailbox {self.mailbox_id}",
            args=[self.mailbox_id, self.over],
            daemon=True,
        )
        self.thread.start()


def watch(over: Event, *, alive: Callable[[], None] = lambda: None) -> None:
    """Stand by every IMAP mailbox until `over`; `alive` is called at each look at their list."""
    watchers: dict[int, Watcher] = {}
    while not over.is_set():
        try:
            _follow(watchers)
            alive()
        except DatabaseError as error:
            log.warning("the database does not answer (%s)", type(error).__name__)
        finally:
            close_old_connections()
        over.wait(LOOK_AGAIN)
    for each in watchers.values():
        each.over.set()
    for each in watchers.values():
        each.thread.join(timeout=5)


def _follow(watchers: dict[int, Watcher]) -> None:
    """Begin with what is new or has changed, and end what is no longer there."""
    wanted = {each.pk: _server(each) for each in imap.readable()}
    for pk, watcher in list(watchers.items()):
        if wanted.get(pk) != watcher.server:
            watcher.over.set()
            del watchers[pk]
    for pk, server in wanted.items():
        if pk not in watchers:
            watchers[pk] = Watcher(pk, server)
            watchers[pk].start()


def _server(mailbox: Mailbox) -> _Server:
    return (
        mailbox.imap_host,
        mailbox.imap_port,
        mailbox.imap_security,
        mailbox.imap_user,
        mailbox.imap_password,
        mailbox.imap_folder,
    )


def stay(mailbox_id: int, over: Event) -> None:
    """Read one mailbox whenever its server tells of news, until `over`; after whatever goes wrong
    begin again, after a pause that doubles."""
    pause = FIRST_PAUSE
    while not over.is_set():
        began = time.monotonic()
        try:
            _stand_by(mailbox_id, over)
        except Exception:
            log.exception("mailbox %s", mailbox_id)
        finally:
            close_old_connections()
        if time.monotonic() - began > LONGEST_PAUSE:
            pause = FIRST_PAUSE
        over.wait(pause)
        pause = min(2 * pause, LONGEST_PAUSE)


def _stand_by(mailbox_id: int, over: Event) -> None:
    """Over one connection, as long as it holds."""
    mailbox = Mailbox.objects.get(pk=mailbox_id)
    try:
        with imap.connected(mailbox) as box:
            while not over.is_set():
                _read_all(mailbox, box, over)
                if not imap.has_idle(box):
                    over.wait()
                    return
                with imap.in_words(mailbox):
                    _await_news(box, over)
    except Refused as refused:
        imap.note_failure(mailbox, refused)


def _read_all(mailbox: Mailbox, box: BaseMailBox, over: Event) -> None:
    """Until a reading finds nothing: what came during one was told then, and not heard."""
    while (count := imap.read(mailbox, box)) != 0:
        # None: another process reads it. What came after it looked is left to us.
        if over.is_set() or (count is None and over.wait(_ONE_LOOK)):
            break
    close_old_connections()


def _await_news(box: BaseMailBox, over: Event) -> None:
    """Until the server says anything, or it is time to ask again. A connection that ended looks
    like news too; the next command then tells."""
    try:
        box.idle.start()  # type: ignore[no-untyped-call]  # imap-tools gives it none
        _listen(box, over)
    except MailboxTaggedResponseError:
        pass  # the server told of news before it agreed to wait
    finally:
        box.idle.stop()  # type: ignore[no-untyped-call]


def _listen(box: BaseMailBox, over: Event) -> None:
    end = time.monotonic() + ONE_IDLE
    while not over.is_set() and time.monotonic() < end:
        asked = time.monotonic()
        said = box.idle.poll(timeout=_ONE_LOOK)
        if said or time.monotonic() - asked < _ONE_LOOK / 2:
            return
