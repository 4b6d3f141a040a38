"""The kinds of message that the desk's composer offers, each with what sending it does."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from calendars import loading
from calendars.business import BusinessCalendar
from common import dates
from interfaces.desk.keys import letter
from tickets import deadlines
from tickets.deadlines import zone_of
from tickets.lifecycle import PENDING, VALIDATION, WITH_CUSTOMER
from tickets.models import Ticket, Verb

REPLY, NOTE, REQUEST, SOLUTION, RESUME = "reply", "note", "request", "solution", "resume"

VERBS = {
    REPLY: Verb.REPLY,
    NOTE: Verb.NOTE,
    REQUEST: Verb.REQUEST_INFORMATION,
    SOLUTION: Verb.PROPOSE_SOLUTION,
    RESUME: Verb.RESUME,
}


@dataclass(frozen=True)
class Kind:
    """One choice of the composer; `moment` is a date told in `effect`, in `tz`.

    `short` are the words of `label` that stand for it where there is little room.
    """

    value: str
    label: str
    icon: str
    submit: str
    effect: str
    moment: datetime | None = None
    tz: ZoneInfo | None = None
    short: str = ""

    @property
    def key(self) -> str:
        return letter(self.value)


@dataclass(frozen=True)
class _Asked:
    """What the sentences are made of; `promised` are the customer's deadlines by status."""

    ticket: Ticket
    hearers: int
    promised: dict[str, datetime]
    reader_tz: ZoneInfo
    now: datetime

    @property
    def tz(self) -> ZoneInfo:
        return zone_of(self.ticket)

    @property
    def name(self) -> str:
        return self.ticket.requester.first_name

    def when(self, status: str) -> str:
        return dates.exact(self.promised[status], self.tz, self.reader_tz, now=self.now)


def offered(
    ticket: Ticket, allowed: set[str], *, hearers: int, reader_tz: ZoneInfo, now: datetime
) -> list[Kind]:
    """The kinds that `allowed` (of `rules.allowed`) admits, as each would act at `now`.

    `hearers` is how many watch the ticket besides its requester.
    """
    making = [make for value, make in _KINDS.items() if VERBS[value] in allowed]
    if not making:
        return []
    asked = _Asked(ticket, hearers, _promised(ticket, now), reader_tz, now)
    return [make(asked) for make in making]


def _promised(ticket: Ticket, now: datetime) -> dict[str, datetime]:
    """The customer's deadline if each status were entered now: a new count begins (L3, L4)."""
    policy = ticket.queue.policy

    def counted(calendar: BusinessCalendar) -> dict[str, datetime]:
        dated = {
            status: deadlines.compute(status, now, policy, calendar).deadline_at
            for status in WITH_CUSTOMER
        }
        return {status: moment for status, moment in dated.items() if moment is not None}

    return loading.with_horizon(policy.calendar_id, counted, version=policy.calendar.version)


def _reply(asked: _Asked) -> Kind:
    name, count = asked.name, asked.hearers
    heard = _("%(name)s recebe por e-mail.")
    if count:
        heard = ngettext(
            "%(name)s e mais 1 pessoa recebem.", "%(name)s e mais %(n)d pessoas recebem.", count
        )
    heard %= {"name": name, "n": count}
    status = asked.ticket.get_status_display()
    stays = (
        _("O ticket continua em %(status)s; o prazo não muda.")
        if asked.ticket.is_with_customer
        else _("O ticket continua em %(status)s, com o suporte.")
    ) % {"status": status}
    return Kind(REPLY, _("Responder"), "reply", _("Responder"), f"{heard} {stays}")


def _note(asked: _Asked) -> Kind:
    effect = _("Só a equipe vê. Nada muda para o cliente.")
    return Kind(NOTE, _("Nota interna"), "lock", _("Guardar nota"), effect)


def _request(asked: _Asked) -> Kind:
    effect = _(
        "Vai para Pendente Cliente. %(name)s tem até %(when)s; sem retorno, "
        "vai para Validação Cliente."
    ) % {"name": asked.name, "when": asked.when(PENDING)}
    label = _("Pedir informações")
    until, short = asked.promised[PENDING], _("Informações")
    return Kind(REQUEST, label, "ask", label, effect, until, asked.tz, short)


def _solution(asked: _Asked) -> Kind:
    effect = _("Vai para Validação Cliente até %(when)s; sem retorno, será encerrado.") % {
        "when": asked.when(VALIDATION)
    }
    label = _("Propor solução")
    until, short = asked.promised[VALIDATION], _("Solução")
    return Kind(SOLUTION, label, "bulb", label, effect, until, asked.tz, short)


def _resume(asked: _Asked) -> Kind:
    effect = (
        _("Volta para Aberto e o prazo do cliente sai. %(name)s lê o motivo.")
        if asked.ticket.status == PENDING
        else _("A solução é retirada: volta para Aberto e o prazo sai. %(name)s lê o motivo.")
    ) % {"name": asked.name}
    return Kind(RESUME, _("Retomar"), "undo", _("Retomar o ticket"), effect)


_KINDS = {
    REPLY: _reply,
    NOTE: _note,
    REQUEST: _request,
    SOLUTION: _solution,
    RESUME: _resume,
}
