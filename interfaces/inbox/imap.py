"""Mailboxes read over IMAP: what is new is stored raw, then put away. place.py decides it."""

import logging
import re
import socket
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from imaplib import IMAP4
from itertools import islice
from typing import Any

from django.conf import settings
from django.db.models import Value
from django.db.models.functions import Coalesce, Greatest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from imap_tools import errors
from imap_tools.mailbox import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted

from common import clock, faults
from common.later import poke
from common.locks import alone
from interfaces.inbox import tasks
from interfaces.inbox.models import Door, Mailbox, Security
from interfaces.inbox.reception import store
from tickets.errors import Refused

log = logging.getLogger(__name__)

# Of one wait: for a connection, or for an answer.
SECONDS = 20
# What is put away at once; a crash reads at most so many again, and doubles none.
BATCH = 20
# At so many readings the server would not give us a mail: now the others go on without it.
MOST_READINGS = 3
# The servers' clocks are not ours, and mail may be under way within a server.
MARGIN = timedelta(days=1)

_UID = re.compile(rb"\bUID (\d+)")
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d+)")
_ARRIVED = re.compile(rb'\bINTERNALDATE "([^"]+)"')


@dataclass(frozen=True)
class Listed:
    """A mail of the folder, not fetched yet; `arrived` is the server's own stamp (L11), aware."""

    uid: int
    size: int
    arrived: datetime


def readable() -> list[Mailbox]:
    """The mailboxes that are read over IMAP."""
    return list(Mailbox.objects.filter(is_active=True, door=Door.IMAP))


def fetch(mailbox_id: int) -> int:
    """Read a mailbox now, over a connection of its own; how many mails were new.

    0 while another process reads it. What goes wrong is noted on the mailbox, in words.
    """
    mailbox = Mailbox.objects.filter(pk=mailbox_id, is_active=True, door=Door.IMAP).first()
    if mailbox is None:
        return 0
    try:
        with connected(mailbox) as box:
            return read(mailbox, box) or 0
    except Refused as refused:
        note_failure(mailbox, refused)
        return 0


def read(mailbox: Mailbox, box: BaseMailBox) -> int | None:
    """Read what is new over the connection `box`; how many mails that was, or None if another
    process is reading it.

    Each mail is stored, and committed, before it is put away, and put away before it counts as
    read: whenever this ends, the next reading goes on from there. Raises `Refused` in words. A mail
    that the server will not give us ends a reading too, until at `MOST_READINGS` staff are told and
    the others go on; it is asked for again until it comes or is gone.
    """
    with alone(f"inbox.mailbox:{mailbox.pk}") as is_ours:
        if not is_ours:
            return None
        mailbox.refresh_from_db()
        began = clock.now()
        with in_words(mailbox):
            _begin(mailbox, box)
            count = _read_new(mailbox, box)
        _update(
            mailbox,
            # B8: whatever was there at that moment has been read.
            read_at=Greatest("read_at", Value(began)),
            failing_since=None,
            last_error="",
        )
        return count


def try_out(mailbox: Mailbox) -> str:
    """Sign in and open the folder of a mailbox, saved or not; what was found, in a sentence.

    Nothing is read and nothing changes. Refused with a sentence that says how to mend it.
    """
    with connected(mailbox) as box, in_words(mailbox):
        box.folder.set(mailbox.imap_folder, readonly=True)
        count = _told(box, "EXISTS") or 0
        found = ngettext(
            "Conexão feita: há %(count)d mensagem em “%(folder)s”.",
            "Conexão feita: há %(count)d mensagens em “%(folder)s”.",
            count,
        ) % {"count": count, "folder": mailbox.imap_folder}
        sentences = [found]
        if mailbox.imap_done_folder and not box.folder.exists(mailbox.imap_done_folder):
            sentences.append(
                _("A pasta “%(folder)s” ainda não existe e será criada.")
                % {"folder": mailbox.imap_done_folder}
            )
        return " ".join(sentences)


# --- The connection ------------------------------------------------------------------------------


@contextmanager
def connected(mailbox: Mailbox) -> Iterator[BaseMailBox]:
    """Signed in at the mailbox's server. Refused, in words, if that cannot be."""
    with in_words(mailbox):
        if not mailbox.imap_password:
            raise Refused("imap_password", _("Falta a senha da caixa. Digite-a de novo."))
        box = _client(mailbox)
    try:
        with in_words(mailbox):
            _sign_in(box, mailbox)
        yield box
    finally:
        # A farewell that fails changes nothing of what was said before.
        with suppress(Exception):
            box.logout()


def _client(mailbox: Mailbox) -> BaseMailBox:
    host, port = mailbox.imap_host, mailbox.imap_port
    if mailbox.imap_security == Security.NONE:
        return MailBoxUnencrypted(host, port, timeout=SECONDS)
    # imaplib's own context would take any certificate.
    trusted = ssl.create_default_context()
    if mailbox.imap_security == Security.TLS:
        return MailBox(host, port, timeout=SECONDS, ssl_context=trusted)
    try:
        return MailBoxStartTls(host, port, timeout=SECONDS, ssl_context=trusted)
    except (IMAP4.error, errors.MailboxStarttlsError) as error:
        sentence = _("O servidor não oferece STARTTLS. Escolha outra segurança.")
        raise Refused("imap_starttls", sentence) from error


def _sign_in(box: BaseMailBox, mailbox: Mailbox) -> None:
    user, password = mailbox.imap_user, mailbox.imap_password
    if (user + password).isascii():
        box.login(user, password, initial_folder=None)
    else:
        _sign_in_beyond_ascii(box, user, password)
    # What a server offers, it may tell only who has signed in.
    known = box.client.capability()[1][-1]
    box.client.capabilities = tuple(known.decode("ascii", "replace").upper().split())


def _sign_in_beyond_ascii(box: BaseMailBox, user: str, password: str) -> None:
    try:
        box.login_utf8(user, password, initial_folder=None)
    except IMAP4.abort:
        raise
    except IMAP4.error as error:
        raise errors.MailboxLoginError(("NO", [str(error)]), "OK") from error


def has_idle(box: BaseMailBox) -> bool:
    """Whether the server tells of new mail by itself (RFC 2177)."""
    return "IDLE" in box.client.capabilities


# --- Reading -------------------------------------------------------------------------------------


def _begin(mailbox: Mailbox, box: BaseMailBox) -> None:
    """Open the folder; at the first time, or where its numbers mean nothing any more, settle
    which of its mails are old.

    Old is what lay there before this mailbox was first read. Where it had been read before, over
    another account or before the server renumbered it, what came in since then is news.
    """
    box.folder.set(mailbox.imap_folder)
    _ensure_done_folder(mailbox, box)
    place = f"{mailbox.imap_user}@{mailbox.imap_host}/{mailbox.imap_folder}"
    validity = _told(box, "UIDVALIDITY") or 0
    if (mailbox.imap_place, mailbox.imap_uid_validity) == (place, validity):
        return
    following = _told(box, "UIDNEXT") or max(_uids(box, 1), default=0) + 1
    was_read = mailbox.read_at
    faults.clear(_fault(mailbox))
    skips_all = not was_read and not mailbox.imap_imports_old
    _update(
        mailbox,
        imap_place=place,
        imap_uid_validity=validity,
        imap_refused={},
        imap_last_uid=following - 1 if skips_all else 0,
        imap_old_below=following,
        imap_old_before=was_read and was_read - MARGIN,
    )


def _ensure_done_folder(mailbox: Mailbox, box: BaseMailBox) -> None:
    if mailbox.imap_done_folder and not box.folder.exists(mailbox.imap_done_folder):
        box.folder.create(mailbox.imap_done_folder)


def _told(box: BaseMailBox, code: str) -> int | None:
    """A number that the server told when the folder was opened."""
    told = box.client.untagged_responses.get(code, [])
    return next((int(each) for each in reversed(told) if isinstance(each, bytes)), None)


def _read_new(mailbox: Mailbox, box: BaseMailBox) -> int:
    count = _read_refused(mailbox, box)
    uids = iter(_uids(box, (mailbox.imap_last_uid or 0) + 1))
    while batch := list(islice(uids, BATCH)):
        stored, refusal = _store_batch(mailbox, box, batch)
        _put_away(mailbox, box, stored)
        _update(mailbox, imap_last_uid=refusal.uid - 1 if refusal else batch[-1])
        if refusal:
            raise refusal.error
        count += len(stored)
    return count


def _read_refused(mailbox: Mailbox, box: BaseMailBox) -> int:
    """Ask once more for what the others went on without."""
    uids = sorted(int(uid) for uid in mailbox.imap_refused if _is_left(mailbox, uid))
    if not uids:
        return 0
    there = {*_uids(box, uids[0])}
    for uid in uids:
        if uid not in there:
            _forget(mailbox, uid)
    stored, _refusal = _store_batch(mailbox, box, [uid for uid in uids if uid in there])
    _put_away(mailbox, box, stored)
    return len(stored)


@dataclass(frozen=True)
class _Refusal:
    """The server gives us everything but this mail."""

    uid: int
    error: Exception


def _store_batch(
    mailbox: Mailbox, box: BaseMailBox, uids: Sequence[int]
) -> tuple[list[int], _Refusal | None]:
    """Which were stored, up to the one, if any, at which this reading has to end."""
    stored: list[int] = []
    for listed in _listed_each(box, uids):
        try:
            uid = listed if isinstance(listed, int) else listed.uid
            found = _listed(box, [uid]) if isinstance(listed, int) else [listed]
            stored += [each.uid for each in found if _store(mailbox, box, each)]
            _forget(mailbox, uid)
        except IMAP4.abort:
            raise
        except (IMAP4.error, errors.MailboxFetchError) as error:
            if not _is_given_up(mailbox, uid, error):
                return stored, _Refusal(uid, error)
    return stored, None


def _listed_each(box: BaseMailBox, uids: Sequence[int]) -> Sequence[int | Listed]:
    """As `_listed`; the bare numbers where the server refuses all because of one."""
    if not uids:
        return []
    try:
        return _listed(box, uids)
    except IMAP4.abort:
        raise
    except (IMAP4.error, errors.MailboxFetchError):
        return uids


def _is_given_up(mailbox: Mailbox, uid: int, error: Exception) -> bool:
    """Count this reading; after the last one tell staff."""
    times = mailbox.imap_refused.get(str(uid), 0) + 1
    _update(mailbox, imap_refused=mailbox.imap_refused | {str(uid): times})
    if not _is_left(mailbox, str(uid)):
        return False
    log.warning("mailbox %s: mail %s is left unread (%s)", mailbox.pk, uid, type(error).__name__)
    faults.note(
        _fault(mailbox),
        _(
            "O servidor da caixa “%(mailbox)s” não nos entrega um e-mail da pasta “%(folder)s” "
            "(UID %(uid)d). Leia-o com um programa de e-mail e tire-o da pasta."
        )
        % {"mailbox": mailbox.name, "uid": uid, "folder": mailbox.imap_folder},
        error,
    )
    return True


def _is_left(mailbox: Mailbox, uid: str) -> bool:
    """Whether the others go on without it."""
    return int(mailbox.imap_refused.get(uid, 0)) >= MOST_READINGS


def _forget(mailbox: Mailbox, uid: int) -> None:
    """It has come, or is gone."""
    if str(uid) not in mailbox.imap_refused:
        return
    others = {each: times for each, times in mailbox.imap_refused.items() if each != str(uid)}
    _update(mailbox, imap_refused=others)
    if not any(_is_left(mailbox, each) for each in others):
        faults.clear(_fault(mailbox))


def _fault(mailbox: Mailbox) -> str:
    return f"inbox.tasks.fetch_one:{mailbox.pk}"


def _uids(box: BaseMailBox, first: int) -> list[int]:
    """The numbers of the folder's mails from `first` on, in their order."""
    # `n:*` holds the last mail also where its number is below n.
    found = box.uids(f"UID {first}:* UNDELETED", charset=None)
    return sorted(uid for uid in map(int, found) if uid >= first)


def _listed(box: BaseMailBox, uids: Sequence[int]) -> list[Listed]:
    answer = box.client.uid("FETCH", _set(uids), "(UID INTERNALDATE RFC822.SIZE)")
    found = [each for item in _fetched(answer) if (each := _read_listed(item))]
    return sorted(found, key=lambda each: each.uid)


def _read_listed(item: object) -> Listed | None:
    if not isinstance(item, bytes):
        return None
    uid, size, arrived = (pattern.search(item) for pattern in (_UID, _SIZE, _ARRIVED))
    if not uid or not size:
        return None
    return Listed(int(uid[1]), int(size[1]), _moment(arrived[1].decode() if arrived else ""))


def _moment(stamp: str) -> datetime:
    """The server's stamp in UTC, never in the future (L11); now where it cannot be read."""
    now = clock.now()
    try:
        return min(parsedate_to_datetime(stamp.strip()).astimezone(UTC), now)
    except ValueError:
        return now


def _store(mailbox: Mailbox, box: BaseMailBox, listed: Listed) -> bool:
    """Keep it; False where it is old, and old mail stays out, or where it has gone meanwhile."""
    is_old = listed.uid < (mailbox.imap_old_below or 0) and (
        mailbox.imap_old_before is None or listed.arrived < mailbox.imap_old_before
    )
    if is_old and not mailbox.imap_imports_old:
        return False
    part = "BODY.PEEK[]" if listed.size <= settings.MAX_MAIL_BYTES else "BODY.PEEK[HEADER]"
    answer = box.client.uid("FETCH", str(listed.uid), f"({part})")
    raw = next((item[1] for item in _fetched(answer) if isinstance(item, tuple)), None)
    if raw is None:
        return False
    size = listed.size if part.endswith("[HEADER]") else None
    store(raw, mailbox=mailbox, at=listed.arrived, quiet=is_old, whole_size=size)
    return True


def _put_away(mailbox: Mailbox, box: BaseMailBox, uids: Sequence[int]) -> None:
    """What is stored is placed from now on, and is no longer new for those who look into the
    folder."""
    if not uids:
        return
    poke(tasks.place)
    # imap-tools' own `flag` and `delete` expunge the folder, and so would its `move` where the
    # server has none: that would remove what people only marked.
    if not mailbox.imap_done_folder:
        _mark(box, uids, r"(\Seen)")
    elif "MOVE" in box.client.capabilities:
        box.move(list(map(str, uids)), mailbox.imap_done_folder)
    else:
        box.copy(list(map(str, uids)), mailbox.imap_done_folder)
        _mark(box, uids, r"(\Seen \Deleted)")
        if "UIDPLUS" in box.client.capabilities:
            _checked(box.client.uid("EXPUNGE", _set(uids)), errors.MailboxExpungeError)


def _mark(box: BaseMailBox, uids: Sequence[int], flags: str) -> None:
    answer = box.client.uid("STORE", _set(uids), "+FLAGS.SILENT", flags)
    _checked(answer, errors.MailboxFlagError)


def _checked(
    answer: tuple[str, list[Any]], error: type[errors.UnexpectedCommandStatusError]
) -> list[Any]:
    if answer[0] != "OK":
        raise error(answer, "OK")
    return answer[1]


def _fetched(answer: tuple[str, list[Any]]) -> list[Any]:
    return _checked(answer, errors.MailboxFetchError)


def _set(uids: Sequence[int]) -> str:
    return ",".join(map(str, uids))


def _update(mailbox: Mailbox, **values: Any) -> None:
    """In the row and at hand; nothing else of the row, which an administrator may be changing."""
    Mailbox.objects.filter(pk=mailbox.pk).update(**values)
    mailbox.refresh_from_db(fields=list(values))


# --- What goes wrong -----------------------------------------------------------------------------


def note_failure(mailbox: Mailbox, refused: Refused) -> None:
    """Say on the mailbox why it cannot be read, and since when."""
    log.warning("mailbox %s: %s", mailbox.pk, refused.code)
    Mailbox.objects.filter(pk=mailbox.pk).update(
        failing_since=Coalesce("failing_since", Value(clock.now())),
        last_error=str(refused)[:300],
    )


@contextmanager
def in_words(mailbox: Mailbox) -> Iterator[None]:
    """What the network and the server say, as `Refused` with a sentence that helps to mend it."""
    try:
        yield
    except (OSError, IMAP4.error, errors.ImapToolsError, ValueError) as error:
        code, sentence = _explained(error, mailbox)
        raise Refused(code, sentence) from error


def _explained(error: Exception, mailbox: Mailbox) -> tuple[str, str]:
    words = {
        "host": mailbox.imap_host,
        "port": mailbox.imap_port,
        "folder": mailbox.imap_folder,
        "done": mailbox.imap_done_folder,
        "error": _said(error),
    }
    for kinds, code, sentence in _explanations():
        if isinstance(error, kinds):
            return code, sentence % words
    return "imap", _("O servidor respondeu “%(error)s”.") % words


def _explanations() -> "list[tuple[Any, str, str]]":
    """By kind of error, the narrower before the wider."""
    return [
        (
            socket.gaierror,
            "imap_host",
            _("O servidor “%(host)s” não foi encontrado. Confira o nome."),
        ),
        (
            ssl.SSLCertVerificationError,
            "imap_certificate",
            _(
                "O certificado de “%(host)s” não é confiável ou é de outro nome. Use o nome que "
                "está no certificado."
            ),
        ),
        (
            ssl.SSLError,
            "imap_tls",
            _(
                "A conexão TLS com “%(host)s”, porta %(port)d, falhou. TLS usa em geral a porta "
                "993, e STARTTLS a 143."
            ),
        ),
        (
            ConnectionRefusedError,
            "imap_refused",
            _("“%(host)s” não atende na porta %(port)d. Confira a porta e a segurança."),
        ),
        (
            TimeoutError,
            "imap_timeout",
            _(
                "“%(host)s” não respondeu a tempo na porta %(port)d. Confira a porta, a segurança "
                "e o firewall."
            ),
        ),
        (
            errors.MailboxLoginError,
            "imap_login",
            _("O servidor recusou o usuário ou a senha: “%(error)s”. Confira os dois."),
        ),
        (
            errors.MailboxFolderSelectError,
            "imap_folder",
            _("A pasta “%(folder)s” não existe no servidor. Confira o nome."),
        ),
        (
            (errors.MailboxFolderCreateError, errors.MailboxMoveError, errors.MailboxCopyError),
            "imap_done_folder",
            _("Nada pôde ser movido para a pasta “%(done)s”: “%(error)s”. Confira o nome."),
        ),
        (
            (IMAP4.abort, OSError),
            "imap_cut",
            _("A conexão com “%(host)s” caiu: “%(error)s”. A próxima leitura tenta de novo."),
        ),
    ]


def _said(error: Exception) -> str:
    """What the server said, without Python's wrapping; it never repeats the password."""
    if isinstance(error, errors.UnexpectedCommandStatusError):
        data = error.command_result[1]
        said = data[-1] if data else b""
        return said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    return str(error)
