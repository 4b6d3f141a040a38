"""L10's sentence: who has the ball, until when, and what then; one wording for all doors."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from accounts.models import User
from common import dates
from tickets.deadlines import zone_of
from tickets.lifecycle import FOLLOWED, OPEN, PENDING, VALIDATION, DiscardReason, EndReason
from tickets.models import Ticket, Verb

SOON = timedelta(days=2)


@dataclass(frozen=True)
class NextStep:
    """The sentence in its parts: `before`, the moment that it turns on, and `after`.

    `urgency` is calm, soon, today or overdue; `when` is `moment` in words, in the calendar's
    zone, named where it is not the reader's. `moment` is None where nothing is counted.
    """

    before: str
    moment: datetime | None
    when: str
    after: str
    urgency: str = "calm"

    def __str__(self) -> str:
        head = f"{self.before} {self.when}".strip()
        return f"{head}. {self.after}".strip() if self.when else f"{head} {self.after}".strip()


def next_step(ticket: Ticket, *, reader: User | None, now: datetime) -> NextStep:
    """The sentence for `reader` (None: somebody unknown, told as a customer) at `now`, aware.

    Needs the ticket with its queue's policy and calendar, and its requester.
    """
    tz = zone_of(ticket)
    reader_tz = reader.zone if reader else None
    for_desk = reader is not None and reader.is_desk
    if ticket.status in (PENDING, VALIDATION):
        return _with_customer(ticket, reader, tz, reader_tz, now)
    if ticket.status == OPEN:
        return _with_support(ticket, for_desk, tz, reader_tz, now)
    return _ended(ticket, for_desk, tz, reader_tz, now)


def _with_customer(
    ticket: Ticket, reader: User | None, tz: ZoneInfo, reader_tz: ZoneInfo | None, now: datetime
) -> NextStep:
    assert ticket.deadline_at is not None and ticket.closes_at is not None  # noqa: S101, PT018 - a constraint
    closes = dates.day(ticket.closes_at.astimezone(tz).date(), now.astimezone(tz).date())
    if ticket.status == PENDING:
        after = _(
            "Sem retorno, vai para Validação Cliente; depois, em %(closes)s, será encerrado."
        ) % {"closes": closes}
    elif ticket.last_verb == Verb.EXPIRE_PENDING:
        after = _(
            "O que o suporte pediu continua sem resposta; sem retorno, o ticket será encerrado."
        )
    else:
        after = _("Sem retorno, será encerrado.")
    is_mine = reader is not None and reader.pk == ticket.requester_id
    if ticket.status == PENDING and ticket.last_verb == Verb.OFFER_SERVICE:
        before, after = _offered(ticket, is_mine, closes)
    elif is_mine:
        before = (
            _("Aguardando você até")
            if ticket.status == PENDING
            else _("Aguardando sua validação até")
        )
    else:
        name = {"name": ticket.requester.first_name}
        before = (
            _("Aguardando %(name)s até") % name
            if ticket.status == PENDING
            else _("Aguardando a validação de %(name)s até") % name
        )
    return NextStep(
        before,
        ticket.deadline_at,
        dates.exact(ticket.deadline_at, tz, reader_tz, now=now),
        after,
        urgency(ticket.deadline_at, tz, now),
    )


def _offered(ticket: Ticket, is_mine: bool, closes: str) -> tuple[str, str]:
    """E3: while an offer waits, as long as nothing else was said since."""
    before = (
        _("Aguardando sua decisão sobre o serviço pago até")
        if is_mine
        else _("Aguardando a decisão de %(name)s sobre o serviço pago até")
        % {"name": ticket.requester.first_name}
    )
    after = _(
        "Sem retorno, nada é contratado e o ticket vai para Validação Cliente; depois, em "
        "%(closes)s, será encerrado."
    )
    return before, after % {"closes": closes}


def _with_support(
    ticket: Ticket, for_desk: bool, tz: ZoneInfo, reader_tz: ZoneInfo | None, now: datetime
) -> NextStep:
    if not for_desk:
        since = dates.exact(ticket.waiting_since, tz, reader_tz, now=now)
        return NextStep(
            _("Com o suporte desde"),
            ticket.waiting_since,
            since,
            _("Nada é preciso de você agora; avisaremos por e-mail quando houver resposta."),
        )
    assert ticket.attention_at is not None  # noqa: S101 - set on entering Aberto
    when = dates.exact(ticket.attention_at, tz, reader_tz, now=now)
    if ticket.attention_at < now:
        return NextStep(
            _("Com o suporte, vencido desde"),
            ticket.attention_at,
            when,
            _("O cliente espera resposta."),
            "overdue",
        )
    return NextStep(
        _("Com o suporte; vence"),
        ticket.attention_at,
        when,
        _("Depois disso conta como vencido na fila."),
        urgency(ticket.attention_at, tz, now),
    )


def _ended(
    ticket: Ticket, for_desk: bool, tz: ZoneInfo, reader_tz: ZoneInfo | None, now: datetime
) -> NextStep:
    assert ticket.ended_at is not None  # noqa: S101 - a constraint
    when = dates.exact(ticket.ended_at, tz, reader_tz, now=now)
    if ticket.end_reason == EndReason.MERGED and ticket.merged_into is not None:
        return NextStep(
            _("Unido ao ticket %(number)d em") % {"number": ticket.merged_into.number},
            ticket.ended_at,
            when,
            _("A conversa continua lá."),
        )
    why = EndReason(ticket.end_reason).label
    if ticket.discard_reason == DiscardReason.SPAM:
        after = _("Se foi engano, abra um novo ticket.")
    elif ticket.status == FOLLOWED:
        after = _("Continua em um acompanhamento.")
    elif for_desk:
        after = _("Se o cliente voltar a escrever, continua em um acompanhamento.")
    else:
        after = _(
            "Para continuar, crie um acompanhamento ou responda a qualquer e-mail deste ticket."
        )
    return NextStep(_("Encerrado em"), ticket.ended_at, when, f"{_capital(why)}. {after}")


def _capital(text: object) -> str:
    words = str(text)
    return words[:1].upper() + words[1:]


def urgency(moment: datetime, tz: ZoneInfo, now: datetime) -> str:
    """calm, soon (within two days), today or overdue; by the calendar's local day."""
    if moment < now:
        return "overdue"
    if moment.astimezone(tz).date() == now.astimezone(tz).date():
        return "today"
    return "soon" if moment - now < SOON else "calm"
