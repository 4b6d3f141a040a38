"""Deciding a stored mail: one transaction, one effect, through the house's own verbs (L5 to L7)."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from uuid import UUID, uuid5

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import User
from common import clock
from common.files import FileRefused
from interfaces.inbox import mime, route
from interfaces.inbox.automatic import automatic, doubt
from interfaces.inbox.mime import Attached, Parsed
from interfaces.inbox.models import InboundMail, Outcome, State
from interfaces.inbox.visible import visible
from tickets import actions, rules
from tickets.actions.messages import LONGEST_BODY
from tickets.actors import Actor
from tickets.errors import Refused
from tickets.events import done_before
from tickets.models import Attachment, Channel, Ticket, TicketEvent, Verb

log = logging.getLogger(__name__)

# At the beat's pace this is some minutes of trying; then a person must look.
MOST_ATTEMPTS = 8
MOST_AT_ONCE = 200

_MAIL = UUID("6a1f0f5e-1d0b-5b0e-9c57-3d6c1b8f2a44")


def place(mail_id: int) -> InboundMail:
    """Decide a received mail, once; one decided before is returned as it stands (L12).

    A person's reply to a ticket that he or she takes part in lands where messages to that ticket
    belong (`actions.deliver`). Automatic answers and bounces have no effect (L5). Everything else
    is quarantined, with the reason in words.
    """
    stored: list[Attachment] = []
    with _atomic_with(stored):
        return _place(_held(mail_id), stored)


def _place(mail: InboundMail, stored: list[Attachment]) -> InboundMail:
    if mail.state != State.RECEIVED:
        return mail
    parsed = mime.parse(bytes(mail.raw))
    if machine := automatic(parsed):
        return _settle(mail, machine[0], why=machine[1])
    try:
        named = route.named(parsed)
        if named is None:
            raise Refused("no_ticket", _("O e-mail não responde a nenhum ticket."))
        mail.about = named.ticket
        person = route.sender(parsed)
        route.require_allowed(person, named.ticket)
        if why := doubt(parsed):
            raise Refused("perhaps_automatic", why)
        by = Actor(person, Channel.EMAIL, at=mail.received_at, request_key=_key(mail))
        event = _publish(named.ticket, parsed, by=by, stored=stored)
    except Refused as refused:
        return _settle(mail, Outcome.QUARANTINED, why=str(refused))
    return _settle(mail, _outcome(event), why=named.how, event=event)


def accept(mail_id: int, *, by: User) -> InboundMail:
    """Publish a quarantined mail in the ticket that it names, as its sender, entered by `by`.

    Refused if it is not in quarantine, names no ticket, or its sender is nobody who could take
    part in that ticket: its letters would then go to a stranger (R1).
    """
    stored: list[Attachment] = []
    with _atomic_with(stored):
        return _accept(_held(mail_id), by, stored)


def _accept(mail: InboundMail, by: User, stored: list[Attachment]) -> InboundMail:
    if mail.state != State.QUARANTINED:
        raise Refused("not_quarantined", _("Este e-mail já foi tratado."))
    if mail.about is None:
        raise Refused("no_ticket", _("O e-mail não responde a nenhum ticket."))
    parsed = mime.parse(bytes(mail.raw))
    person = route.sender(parsed)
    if not rules.may_watch(person, mail.about):
        raise Refused("other_organization", _("O remetente não é do cliente deste ticket."))
    as_sender = Actor(person, Channel.EMAIL, mail.received_at, _key(mail), entered_by=by)
    event = _publish(mail.about, parsed, by=as_sender, stored=stored)
    why = _("Aceito por %(name)s.") % {"name": by.name}
    return _settle(mail, _outcome(event), why=why, event=event, by=by)


@transaction.atomic
def reject(mail_id: int, *, by: User) -> InboundMail:
    """Leave a quarantined mail without effect, for good. Refused if it is not in quarantine."""
    mail = _held(mail_id)
    if mail.state != State.QUARANTINED:
        raise Refused("not_quarantined", _("Este e-mail já foi tratado."))
    return _settle(mail, Outcome.REJECTED, why=mail.why, by=by)


def place_waiting() -> int:
    """Decide what is waiting, each mail in its own transaction; how many were decided.

    Safe to run twice at once: rows that another run holds are passed over. One that fails is
    noted and tried again later; after `MOST_ATTEMPTS` it waits for a person and stops no other.
    """
    waiting = InboundMail.objects.waiting().values_list("pk", flat=True)[:MOST_AT_ONCE]
    return sum(try_to_place(pk) is not None for pk in list(waiting) if _claim(pk))


def try_to_place(mail_id: int) -> InboundMail | None:
    """`place`, with a failure noted on the row instead of raised; then None."""
    try:
        return place(mail_id)
    except Exception as error:
        log.exception("mail %s could not be placed", mail_id)
        _note(mail_id, error)
        return None


def try_again(mail_ids: Sequence[int]) -> int:
    """Put failed mails back, as if new; how many those were. The next sweep places them."""
    failed = InboundMail.objects.filter(pk__in=mail_ids, state=State.FAILED)
    return failed.update(state=State.RECEIVED, attempts=0, error="")


def _held(mail_id: int) -> InboundMail:
    held = InboundMail.objects.select_for_update(of=("self",)).select_related("about")
    return held.get(pk=mail_id)


@transaction.atomic
def _claim(mail_id: int) -> bool:
    """Count a try before it begins, so that a mail that kills its worker is not tried for ever."""
    free = InboundMail.objects.waiting().select_for_update(skip_locked=True)
    if not free.filter(pk=mail_id).values_list("pk").first():
        return False
    row = InboundMail.objects.filter(pk=mail_id)
    if row.filter(attempts__gte=MOST_ATTEMPTS).update(state=State.FAILED):
        return False
    row.update(attempts=F("attempts") + 1)
    return True


def _note(mail_id: int, error: Exception) -> None:
    row = InboundMail.objects.filter(pk=mail_id, state=State.RECEIVED)
    row.update(error=f"{type(error).__name__}: {error}"[:300].replace("\x00", ""))
    row.filter(attempts__gte=MOST_ATTEMPTS).update(state=State.FAILED)


def _settle(
    mail: InboundMail,
    outcome: Outcome,
    *,
    why: str,
    event: TicketEvent | None = None,
    by: User | None = None,
) -> InboundMail:
    mail.state = State.QUARANTINED if outcome == Outcome.QUARANTINED else State.PLACED
    mail.outcome = outcome
    mail.why = why[:300]
    mail.ticket = event.ticket if event else None
    # The message belongs to the first of several copies of one mail.
    mail.published = event.message if event and outcome != Outcome.DUPLICATE else None
    mail.settled_by = by
    mail.placed_at = clock.now()
    mail.error = ""
    mail.save(
        update_fields=[
            "state",
            "outcome",
            "why",
            "about",
            "ticket",
            "published",
            "settled_by",
            "placed_at",
            "error",
        ]
    )
    return mail


def _key(mail: InboundMail) -> UUID:
    """The same for each copy of one mail, by whichever mailbox it came (L12)."""
    return uuid5(_MAIL, mail.identity)


def _outcome(event: TicketEvent) -> Outcome:
    if InboundMail.objects.filter(published=event.message_id).exists():
        return Outcome.DUPLICATE
    return Outcome.FOLLOWED_UP if event.verb == Verb.OPEN else Outcome.REPLIED


def _publish(ticket: Ticket, parsed: Parsed, *, by: Actor, stored: list[Attachment]) -> TicketEvent:
    """Deliver what the customer wrote, with the files; those refused are named in the text."""
    if done := done_before(by):
        return done
    words = visible(parsed.text)
    files = list(parsed.attachments)
    if len(words) > LONGEST_BODY:
        whole = Attached(_("mensagem-completa.txt"), "text/plain", words.encode())
        files = [whole, *files]
        words = words[: LONGEST_BODY // 2] + "\n\n" + _("(Continua no arquivo anexo.)")
    uploader = by.entered_by or by.person()
    with _atomic_with(stored):
        refused = _upload(uploader, files, stored)
        body = "\n\n".join(filter(None, [words, "\n".join(refused)]))
        if not body and not stored:
            raise Refused("empty", _("O e-mail não traz texto nem arquivos."))
        return actions.deliver(ticket, by=by, body=body, files=[each.key for each in stored])


@contextmanager
def _atomic_with(stored: list[Attachment]) -> Iterator[None]:
    """A transaction, or a part of one. If it fails, what it `stored` goes: the rows of uploads
    by themselves, their files by hand."""
    try:
        with transaction.atomic():
            yield
    except BaseException:
        while stored:
            stored.pop().file.delete(save=False)
        raise


def _upload(uploader: User, files: Sequence[Attached], stored: list[Attachment]) -> list[str]:
    """Add the files taken to `stored`; for each refused one a line that says which and why."""
    refused: list[str] = []
    for file in files:
        try:
            if len(stored) == settings.MAX_FILES_A_MESSAGE:
                raise FileRefused(
                    _("“%(name)s” passa do limite de %(most)d arquivos por mensagem.")
                    % {"name": file.name, "most": settings.MAX_FILES_A_MESSAGE}
                )
            stream = BytesIO(file.content)
            stored.append(actions.upload(uploader, file.name, stream, len(file.content)))
        except FileRefused as why:
            refused.append(_("Arquivo recusado: %(why)s") % {"why": why.sentence})
    return refused
