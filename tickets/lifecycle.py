"""The state diagram of a ticket (L1): the statuses, every transition with its guard, nothing else.

Bodies are empty and have no effects. Who may act is in `rules.py`; what a verb writes besides the
status is in `actions/`. The database refuses every other change by a trigger made from `moves()`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import ConcurrentTransitionMixin, FSMField, transition

from common import clock


class Status(models.TextChoices):
    OPEN = "open", _("Aberto")
    PENDING_CUSTOMER = "pending", _("Pendente Cliente")
    CUSTOMER_VALIDATION = "validation", _("Validação Cliente")
    CLOSED = "closed", _("Encerrado")
    FOLLOWED_UP = "followed", _("Acompanhamento")


class EndReason(models.TextChoices):
    CONFIRMED = "confirmed", _("solução confirmada")
    EXPIRED = "expired", _("sem retorno no prazo")
    CANCELLED = "cancelled", _("cancelado pelo cliente")
    DISCARDED = "discarded", _("descartado pelo suporte")
    MERGED = "merged", _("unido a outro ticket")


class DiscardReason(models.TextChoices):
    SPAM = "spam", _("spam")
    TEST = "test", _("teste")
    MISTAKE = "mistake", _("aberto por engano")
    NOTHING_ASKED = "nothing_asked", _("não pede nada")


OPEN, PENDING, VALIDATION = (
    Status.OPEN.value,
    Status.PENDING_CUSTOMER.value,
    Status.CUSTOMER_VALIDATION.value,
)
CLOSED, FOLLOWED = Status.CLOSED.value, Status.FOLLOWED_UP.value
ACTIVE = (OPEN, PENDING, VALIDATION)
WITH_CUSTOMER = (PENDING, VALIDATION)
ENDED = (CLOSED, FOLLOWED)

UNMERGE_WITHIN = timedelta(hours=24)


def _ended_by(*reasons: str) -> dict[str, Any]:
    """What the transition writes into, or expects to find in, `end_reason`."""
    return {"end_reasons": reasons}


def _merged_lately(ticket: Any) -> bool:
    return bool(
        ticket.end_reason == EndReason.MERGED and clock.now() - ticket.ended_at < UNMERGE_WITHIN
    )


def _expired(ticket: Any) -> bool:
    """L11: closed by `expire_validation`; nothing happens in Encerrado, so nothing has since."""
    return bool(ticket.end_reason == EndReason.EXPIRED)


def _may_continue(ticket: Any) -> bool:
    """L8: a merged ticket goes on in its target, spam does not go on at all."""
    return bool(
        ticket.end_reason != EndReason.MERGED and ticket.discard_reason != DiscardReason.SPAM
    )


class Lifecycle(ConcurrentTransitionMixin, models.Model):
    """The machine, inherited by `Ticket`."""

    status = FSMField(_("status"), default=OPEN, choices=Status.choices, protected=True)

    # What the guards look at; columns of `Ticket`.
    end_reason: str
    discard_reason: str
    ended_at: datetime | None

    class Meta:
        abstract = True

    if TYPE_CHECKING:
        # The mixin's own is decorated in a way that makes mypy take every ticket for Any.
        def __init__(self, *args: Any, **kwargs: Any) -> None: ...

    @transition(field=status, source=[PENDING, VALIDATION], target=OPEN)
    def customer_reply(self) -> None:
        """L5: the customer answered, the ball is with support again."""

    @transition(field=status, source=[OPEN, PENDING, VALIDATION], target=PENDING)
    def request_information(self) -> None:
        """Support asks for data or a test; a new count begins (L3)."""

    @transition(field=status, source=[OPEN, PENDING, VALIDATION], target=VALIDATION)
    def propose_solution(self) -> None:
        """Support proposes a solution, which closes nothing (L2); a new count begins (L4)."""

    @transition(field=status, source=[PENDING, VALIDATION], target=OPEN)
    def resume(self) -> None:
        """Support takes a question or a solution back."""

    @transition(
        field=status, source=VALIDATION, target=CLOSED, custom=_ended_by(EndReason.CONFIRMED)
    )
    def confirm_solution(self) -> None:
        """L8: the customer says that it is solved."""

    @transition(
        field=status, source=[OPEN, PENDING], target=CLOSED, custom=_ended_by(EndReason.CANCELLED)
    )
    def cancel(self) -> None:
        """L8: the customer no longer needs it."""

    @transition(field=status, source=OPEN, target=CLOSED, custom=_ended_by(EndReason.DISCARDED))
    def discard(self) -> None:
        """Spam, a test, a mistake, or nothing was asked."""

    @transition(
        field=status, source=[OPEN, PENDING], target=CLOSED, custom=_ended_by(EndReason.MERGED)
    )
    def merge(self) -> None:
        """L8: a duplicate ends in its target."""

    @transition(
        field=status,
        source=CLOSED,
        target=OPEN,
        conditions=[_merged_lately],
        custom=_ended_by(EndReason.MERGED),
    )
    def unmerge(self) -> None:
        """The way back from a merge, for 24 hours."""

    @transition(field=status, source=PENDING, target=VALIDATION)
    def expire_pending(self) -> None:
        """L3: the customer was silent; the system moves on."""

    @transition(field=status, source=VALIDATION, target=CLOSED, custom=_ended_by(EndReason.EXPIRED))
    def expire_validation(self) -> None:
        """L4: the customer was silent again; the system closes."""

    @transition(
        field=status,
        source=CLOSED,
        target=OPEN,
        conditions=[_expired],
        custom=_ended_by(EndReason.EXPIRED),
    )
    def reinstate(self) -> None:
        """L11: the answer had come in time and was placed late."""

    @transition(
        field=status,
        source=CLOSED,
        target=FOLLOWED,
        conditions=[_may_continue],
        custom=_ended_by(
            EndReason.CONFIRMED, EndReason.EXPIRED, EndReason.CANCELLED, EndReason.DISCARDED
        ),
    )
    def follow_up(self) -> None:
        """L6: the ended ticket goes on in exactly one successor."""


@dataclass(frozen=True, order=True)
class Move:
    """One row of the table: `verb` leads from `source` to `target`.

    `end_reasons` are those a move into Encerrado may write, and those a move out of it may find.
    """

    verb: str
    source: str
    target: str
    end_reasons: Sequence[str] = ()


def moves() -> list[Move]:
    """The whole table as declared above, sorted; the trigger and the documents are held to it."""
    declared = [
        method._django_fsm for method in vars(Lifecycle).values() if hasattr(method, "_django_fsm")
    ]
    return sorted(
        Move(found.name, str(source), str(found.target), _reasons(found.custom))
        for meta in declared
        for source, found in meta.transitions.items()
    )


def _reasons(custom: dict[str, Any]) -> tuple[str, ...]:
    return tuple(str(reason.value) for reason in custom.get("end_reasons", ()))


def guard_sql() -> str:
    """Body of the trigger function that refuses every insert or move not in the table (L1)."""
    allowed = []
    for source, target in sorted({(m.source, m.target) for m in moves()}):
        reasons = sorted(
            {r for m in moves() if (m.source, m.target) == (source, target) for r in m.end_reasons}
        )
        pair = f"(OLD.status = '{source}' AND NEW.status = '{target}'"
        if reasons:
            row = "NEW" if target == CLOSED else "OLD"
            listed = ", ".join(f"'{reason}'" for reason in reasons)
            pair += f" AND {row}.end_reason IN ({listed})"
        allowed.append(pair + ")")
    listed_moves = "\n        OR ".join(allowed)
    return f"""
    IF TG_OP = 'INSERT' THEN
        IF NEW.status <> '{OPEN}' THEN
            RAISE EXCEPTION 'ticket born in status %, not in {OPEN} (L1)', NEW.status;
        END IF;
    ELSIF NEW.status IS DISTINCT FROM OLD.status AND NOT (
        {listed_moves}
    ) THEN
        RAISE EXCEPTION 'no move from % to % with end reason "%" (L1)',
            OLD.status, NEW.status, NEW.end_reason;
    END IF;
    RETURN NEW;
    """
