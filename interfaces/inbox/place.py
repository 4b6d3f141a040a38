"""Deciding stored mail: one transaction, one effect, written down on its row (L12)."""

import logging
from collections.abc import Collection, Sequence

from django.db import transaction
from django.db.models import Subquery
from django.utils.translation import gettext as _

from accounts.models import Organization, User
from catalog.models import Product
from common import clock
from interfaces.inbox import decision, queries
from interfaces.inbox.content import Content
from interfaces.inbox.decision import Choice, Effect
from interfaces.inbox.models import InboundMail, Outcome, State
from interfaces.inbox.publish import Case, Stored
from interfaces.inbox.queries import FOR_STAFF
from tickets.errors import Refused
from tickets.models import Ticket

log = logging.getLogger(__name__)

# At the beat's pace this is some minutes of trying; then a person must look.
MOST_ATTEMPTS = 8
MOST_AT_ONCE = 200


def place(
    mail_id: int, *, content: Content | None = None, stored: Stored | None = None
) -> InboundMail:
    """Decide a received mail, once; one decided before is returned as it stands (L12).

    What a person clearly wrote to a ticket, or to open one, is published; machines have no effect
    (L5); all else is quarantined, with the reason in words. `content` is the mail's, where the
    caller has read it; `stored` then tells which files were kept.
    """
    stored = stored or Stored()
    with stored.or_nothing():
        mail, copies = _held(mail_id)
        if mail.state != State.RECEIVED:
            return mail
        return _decided(Case(mail, content or Content(bytes(mail.raw)), stored), copies)


def reconsider(mail_id: int) -> InboundMail:
    """Decide a quarantined mail anew, now that more is known of its sender; others stay as they
    are."""
    stored = Stored()
    with stored.or_nothing():
        mail, copies = _held(mail_id)
        if mail.state != State.QUARANTINED:
            return mail
        return _decided(Case(mail, Content(bytes(mail.raw)), stored), copies)


def accept(
    mail_id: int,
    *,
    by: User,
    organization: Organization | None = None,
    product: Product | None = None,
    ticket: Ticket | None = None,
    as_new: bool = False,
) -> InboundMail:
    """Publish a quarantined mail as its sender, entered by `by`: in `ticket`, else in the ticket
    that it names, else (or `as_new`) as a new one.

    What is not given the mail suggests (`suggested`). Refused if it is not in quarantine, if it
    is none of `by`'s affairs (R1), if something that is needed neither was chosen nor can be
    known, and where the sender could not take part in that ticket.
    """
    stored = Stored()
    with stored.or_nothing():
        mail, copies = _yours(mail_id, by, (State.QUARANTINED,))
        if ticket is not None and not Ticket.objects.visible_to(by).filter(pk=ticket.pk).exists():
            raise Refused("no_such_ticket", _("Não há esse ticket."))
        if effect := _of_a_copy(copies):
            return _settle(mail, effect, copies, by=by)
        case = Case(mail, Content(bytes(mail.raw)), stored, entered_by=by)
        effect = decision.accepted(case, Choice(ticket, organization, product, as_new))
        return _settle(mail, effect, copies, by=by)


def suggested(mail: InboundMail) -> Choice:
    """What `accept` would do with a mail if nothing is chosen; None where it must be."""
    return decision.suggested(Case(mail, Content(bytes(mail.raw))))


@transaction.atomic
def reject(mail_id: int, *, by: User) -> InboundMail:
    """Leave a mail without effect that is in quarantine or could not be placed. Refused as
    `accept` is."""
    mail, copies = _yours(mail_id, by, FOR_STAFF)
    return _settle(mail, Effect(Outcome.REJECTED, mail.why or mail.error), copies, by=by)


@transaction.atomic
def restore(mail_id: int, *, by: User) -> InboundMail:
    """Take back that a person rejected a mail: it is in quarantine again. Refused as `accept`
    is, and for what was not rejected by a person."""
    mail, copies = _yours(mail_id, by, (State.PLACED,))
    if mail.outcome != Outcome.REJECTED or mail.settled_by_id is None:
        raise Refused("not_rejected", _("Este e-mail não foi rejeitado por uma pessoa."))
    return _settle(mail, Effect(Outcome.QUARANTINED, mail.why), copies)


def place_waiting() -> int:
    """Decide what is waiting, each mail in its own transaction; how many were decided.

    Safe to run many times at once: each run takes what no other has in hand. One that fails is
    noted and tried again later; after `MOST_ATTEMPTS` it waits for a person and stops no other.
    """
    if not InboundMail.objects.waiting().exists():
        return 0
    tried: list[int] = []
    placed = 0
    while len(tried) < MOST_AT_ONCE and (pk := _claim_next(tried)) is not None:
        tried.append(pk)
        placed += try_to_place(pk) is not None
    return placed


def try_to_place(mail_id: int, *, content: Content | None = None) -> InboundMail | None:
    """`place`, with a failure noted on the row instead of raised; then None."""
    try:
        return place(mail_id, content=content)
    except Exception as error:
        log.exception("mail %s could not be placed", mail_id)
        _note(mail_id, error)
        return None


def try_again(mail_ids: Sequence[int], *, by: User | None = None) -> int:
    """Put failed mails back, as if new; how many those were. The next sweep places them.

    Of `by`, only those that are his or her affair (R1).
    """
    mails = InboundMail.objects.all() if by is None else queries.settled_by(by)
    failed = mails.filter(pk__in=mail_ids, state=State.FAILED).values("pk")
    return InboundMail.objects.filter(pk__in=failed).update(
        state=State.RECEIVED, attempts=0, error=""
    )


# --- One at a time ------------------------------------------------------------------------------


def _held(mail_id: int) -> tuple[InboundMail, list[InboundMail]]:
    """The mail and its copies, which came by other mailboxes; all of one Message-ID are held, the
    oldest row first, so that of two decided at once the later sees what became of the earlier
    (L12)."""
    claim = InboundMail.objects.filter(pk=mail_id).values("claim")
    rows = (
        InboundMail.objects.select_for_update(of=("self",))
        .select_related("about", "mailbox__queue", "mailbox__product")
        .defer("raw")
        .filter(claim=Subquery(claim))
        .order_by("pk")
    )
    held = {each.pk: each for each in rows}
    mail = held.pop(mail_id)
    return mail, [each for each in held.values() if each.identity == mail.identity]


def _yours(
    mail_id: int, by: User, states: Collection[str]
) -> tuple[InboundMail, list[InboundMail]]:
    """As `_held`; refused unless the mail is `by`'s to decide on (R1) and in one of `states`."""
    mail, copies = _held(mail_id)
    if not queries.may_settle(by, mail):
        raise Refused("not_yours", _("Este e-mail é de uma fila que você não atende."))
    if mail.state not in states:
        raise Refused("not_quarantined", _("Este e-mail já foi tratado."))
    return mail, copies


@transaction.atomic
def _claim_next(tried: Sequence[int]) -> int | None:
    """The id of a waiting mail that no other run has in hand and that is none of `tried`, or None.

    The try is counted before it begins, so that a mail that kills its worker is not tried for ever.
    """
    waiting = InboundMail.objects.waiting().exclude(pk__in=tried).values_list("pk", "attempts")
    free = waiting.select_for_update(skip_locked=True)
    while found := free.first():
        pk, attempts = found
        row = InboundMail.objects.filter(pk=pk)
        if attempts < MOST_ATTEMPTS:
            row.update(attempts=attempts + 1)
            return pk
        row.update(state=State.FAILED)
    return None


def _note(mail_id: int, error: Exception) -> None:
    row = InboundMail.objects.filter(pk=mail_id, state=State.RECEIVED)
    row.update(error=f"{type(error).__name__}: {error}"[:300].replace("\x00", ""))
    row.filter(attempts__gte=MOST_ATTEMPTS).update(state=State.FAILED)


# --- One effect ---------------------------------------------------------------------------------


def _decided(case: Case, copies: Sequence[InboundMail]) -> InboundMail:
    effect = _of_a_copy(copies)
    if effect is None:
        try:
            with case.stored.or_nothing():
                effect = decision.decide(case)
        except Refused as refused:
            # Whatever letter there was to be has gone with the rest.
            case.mail.reached_stranger = False
            effect = Effect(Outcome.QUARANTINED, str(refused))
    return _settle(case.mail, effect, copies)


def _of_a_copy(copies: Sequence[InboundMail]) -> Effect | None:
    """What there is left to do for a mail of which another copy has had its effect: nothing.

    What only the policy of another mailbox has refused is no effect yet.
    """
    for copy in copies:
        is_refused_there = copy.outcome == Outcome.REJECTED and copy.settled_by_id is None
        if copy.state == State.PLACED and not is_refused_there:
            return Effect(Outcome.DUPLICATE, _already_here())
    return None


def _already_here() -> str:
    return _("O mesmo e-mail já chegou por outra caixa.")


def _settle(
    mail: InboundMail,
    effect: Effect,
    copies: Sequence[InboundMail],
    *,
    by: User | None = None,
) -> InboundMail:
    is_quarantined = effect.outcome == Outcome.QUARANTINED
    mail.state = State.QUARANTINED if is_quarantined else State.PLACED
    mail.outcome = effect.outcome
    mail.why = effect.why[:300]
    mail.ticket = effect.event.ticket if effect.event else _ticket_of(effect, copies)
    mail.published = effect.event.message if effect.event else None
    mail.settled_by = by
    mail.placed_at = clock.now()
    mail.error = ""
    mail.save(
        update_fields=[
            "state",
            "outcome",
            "why",
            "trust",
            "trust_why",
            "reached_stranger",
            "about",
            "ticket",
            "published",
            "settled_by",
            "placed_at",
            "error",
        ]
    )
    if mail.published is not None:
        _let_copies_go(mail, copies)
    return mail


def _ticket_of(effect: Effect, copies: Sequence[InboundMail]) -> Ticket | None:
    """Of a copy, where the first one landed."""
    if effect.outcome != Outcome.DUPLICATE:
        return None
    return next((copy.ticket for copy in copies if copy.ticket_id is not None), None)


def _let_copies_go(mail: InboundMail, copies: Sequence[InboundMail]) -> None:
    """Nobody need decide in one queue what has had its effect by another."""
    waiting = [copy.pk for copy in copies if copy.state == State.QUARANTINED]
    if waiting:
        InboundMail.objects.filter(pk__in=waiting).update(
            state=State.PLACED, outcome=Outcome.DUPLICATE, why=_already_here(), ticket=mail.ticket
        )
